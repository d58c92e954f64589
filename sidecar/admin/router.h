// From a request to its response: who may ask, which route it is, and what the backend says.
//
// Access. /livez and /readyz (without ?verbose) are open: probes carry no token. Everything else needs the bearer token
// where there is one. Without one (loopback only) a web page in a local browser is the danger: a Host that is a name
// other than localhost is refused (DNS rebinding), and so is an Origin other than this server.
//
// Thread-safety: one thread, that of the server.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "admin/backend.h"
#include "admin/http_parser.h"
#include "admin/http_response.h"

namespace tapri::admin {

class Router {
 public:
  struct Config {
    std::string token;  // empty: none is asked for
    // Seconds since the epoch, for uptimes.
    std::function<double()> now_unix_seconds;
  };
  // `backend` must outlive it.
  Router(Backend& backend, Config config) : backend_(backend), config_(std::move(config)) {}

  [[nodiscard]] HttpResponse handle(const HttpRequest& request);
  // Whether the request proves that its sender belongs here; where no token is asked for, any that browsers do not send
  // for others does.
  [[nodiscard]] bool trusts(const HttpRequest& request) const;

 private:
  struct Route {
    std::string_view method;
    std::string_view path;
    bool open;
    HttpResponse (Router::*answer)(const HttpRequest&);
  };
  static std::span<const Route> routes();

  [[nodiscard]] bool has_token(const HttpRequest& request) const;
  // The refusal of a request whose Host or Origin show that a web page sent it; status 200: none.
  [[nodiscard]] HttpResponse check_browser(const HttpRequest& request) const;

  HttpResponse livez(const HttpRequest& request);
  HttpResponse readyz(const HttpRequest& request);
  HttpResponse metrics(const HttpRequest& request);
  HttpResponse stats(const HttpRequest& request);
  HttpResponse fleet(const HttpRequest& request);
  HttpResponse shapes(const HttpRequest& request);
  HttpResponse config(const HttpRequest& request);
  HttpResponse rules(const HttpRequest& request);
  HttpResponse explain(const HttpRequest& request);
  HttpResponse flush(const HttpRequest& request);
  HttpResponse reload(const HttpRequest& request);
  HttpResponse drain(const HttpRequest& request);

  Backend& backend_;
  Config config_;
};

}  // namespace tapri::admin
