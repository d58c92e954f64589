#include "admin/router.h"

#include <openssl/crypto.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "admin/http_head.h"
#include "admin/json.h"
#include "admin/metrics_text.h"

namespace tapri::admin {
namespace {

constexpr std::size_t kDefaultShapes = 50;
constexpr std::size_t kMostShapes = 1000;

HttpResponse json(std::string body, int status = 200) { return {status, "application/json", std::move(body), {}}; }
HttpResponse plain(std::string body, int status = 200) {
  return {status, "text/plain; charset=utf-8", std::move(body), {}};
}

HttpResponse fault(const ApiError& error) {
  switch (error.fault) {
    case Fault::invalid:
      return problem(400, error.detail);
    case Fault::not_found:
      return problem(404, error.detail);
    case Fault::conflict:
      return problem(409, error.detail);
    case Fault::unusable:
      return problem(422, error.detail);
    case Fault::unavailable:
      return problem(503, error.detail);
  }
  return problem(500, error.detail);
}

// A Host header without its port, and without an address's brackets.
std::string_view host_name(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool is_address_or_localhost(std::string_view name) {
  const bool version4 = name.find_first_not_of("0123456789.") == std::string_view::npos;
  const bool version6 = name.find(':') != std::string_view::npos;
  return version4 || version6 || equals_ignoring_case(name, "localhost");
}

std::optional<ShapeOrder> parse_order(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, ShapeOrder>, 6> kOrders = {{
      {"calls", ShapeOrder::calls},
      {"hits", ShapeOrder::hits},
      {"misses", ShapeOrder::misses},
      {"bypassed", ShapeOrder::bypassed},
      {"upstream_time", ShapeOrder::upstream_time},
      {"saved_time", ShapeOrder::saved_time},
  }};
  for (const auto& [text, order] : kOrders) {
    if (text == name) return order;
  }
  return std::nullopt;
}

std::optional<std::size_t> parse_limit(std::string_view limit) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), value);
  const bool good = error == std::errc() && end == limit.data() + limit.size() && value >= 1 && value <= kMostShapes;
  return good ? std::optional(value) : std::nullopt;
}

}  // namespace

std::span<const Router::Route> Router::routes() {
  static constexpr std::array<Route, 12> kRoutes = {{
      {"GET", "/livez", true, &Router::livez},
      {"GET", "/readyz", true, &Router::readyz},
      {"GET", "/metrics", false, &Router::metrics},
      {"GET", "/api/v1/stats", false, &Router::stats},
      {"GET", "/api/v1/fleet", false, &Router::fleet},
      {"GET", "/api/v1/shapes", false, &Router::shapes},
      {"GET", "/api/v1/config", false, &Router::config},
      {"GET", "/api/v1/rules", false, &Router::rules},
      {"POST", "/api/v1/explain", false, &Router::explain},
      {"POST", "/api/v1/flush", false, &Router::flush},
      {"POST", "/api/v1/reload", false, &Router::reload},
      {"POST", "/api/v1/drain", false, &Router::drain},
  }};
  return kRoutes;
}

bool Router::has_token(const HttpRequest& request) const {
  if (config_.token.empty()) return true;
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view given = request.header("authorization");
  if (!equals_ignoring_case(given.substr(0, kScheme.size()), kScheme)) return false;
  const std::string_view token = given.substr(kScheme.size());
  return token.size() == config_.token.size() && CRYPTO_memcmp(token.data(), config_.token.data(), token.size()) == 0;
}

HttpResponse Router::check_browser(const HttpRequest& request) const {
  const std::string_view host = request.header("host");
  const std::string_view origin = request.header("origin");
  if (!origin.empty() && origin != "http://" + std::string(host)) {
    return problem(403, "requests of other sites' web pages are refused");
  }
  if (config_.token.empty() && !is_address_or_localhost(host_name(host))) {
    return problem(403, "without a token only an address or localhost is accepted as Host");
  }
  return {};
}

bool Router::trusts(const HttpRequest& request) const {
  return has_token(request) && check_browser(request).status == 200;
}

HttpResponse Router::handle(const HttpRequest& request) {
  if (HttpResponse refused = check_browser(request); refused.status != 200) return refused;
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  std::string_view allowed;
  for (const Route& route : routes()) {
    if (route.path != request.path) continue;
    allowed = route.method;
    if (route.method != method) continue;
    const bool open = route.open && !request.parameter("verbose");
    if (open || has_token(request)) return (this->*route.answer)(request);
    HttpResponse refused = problem(401, "a bearer token is needed: Authorization: Bearer TOKEN");
    refused.headers.emplace_back("WWW-Authenticate", "Bearer");
    return refused;
  }
  if (allowed.empty()) return problem(404, "there is nothing at " + request.path);
  HttpResponse refused = problem(405, request.path + " is for " + std::string(allowed));
  refused.headers.emplace_back("Allow", allowed == "GET" ? "GET, HEAD" : std::string(allowed));
  return refused;
}

HttpResponse Router::livez(const HttpRequest& /*request*/) { return plain("ok\n"); }

HttpResponse Router::readyz(const HttpRequest& request) {
  std::vector<Check> checks = backend_.checks();
  if (backend_.gauges().draining) checks.push_back({"draining", false, true, "the process is about to end"});
  bool ready = true;
  std::string lines;
  for (const Check& check : checks) {
    ready = ready && (check.good || !check.required);
    lines.append(check.good ? "[+]" : "[-]").append(check.name).append(check.good ? " ok" : " failed");
    if (!check.good && !check.required) lines += " (degraded, not required)";
    if (!check.detail.empty()) lines.append(": ").append(check.detail);
    lines += '\n';
  }
  if (!request.parameter("verbose")) return plain(ready ? "ok\n" : "not ready\n", ready ? 200 : 503);
  return plain(lines + (ready ? "ready\n" : "not ready\n"), ready ? 200 : 503);
}

HttpResponse Router::metrics(const HttpRequest& /*request*/) {
  return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(backend_.gauges()), {}};
}

HttpResponse Router::stats(const HttpRequest& /*request*/) {
  return json(stats_json(backend_.gauges(), config_.now_unix_seconds()));
}

HttpResponse Router::fleet(const HttpRequest& /*request*/) { return json(fleet_json(backend_.gauges())); }

HttpResponse Router::shapes(const HttpRequest& request) {
  std::size_t limit = kDefaultShapes;
  ShapeOrder order = ShapeOrder::calls;
  if (const auto given = request.parameter("limit")) {
    const auto parsed = parse_limit(*given);
    if (!parsed) return problem(400, "limit is no number from 1 to " + std::to_string(kMostShapes));
    limit = *parsed;
  }
  if (const auto given = request.parameter("sort")) {
    const auto parsed = parse_order(*given);
    if (!parsed) return problem(400, "sort is none of calls, hits, misses, bypassed, upstream_time, saved_time");
    order = *parsed;
  }
  return json(shapes_json(backend_.shapes(limit, order)));
}

HttpResponse Router::config(const HttpRequest& /*request*/) { return json(backend_.config_json()); }
HttpResponse Router::rules(const HttpRequest& /*request*/) { return json(backend_.rules_json()); }

HttpResponse Router::explain(const HttpRequest& request) {
  const auto parsed = parse_explain(request.body);
  if (!parsed) return fault(parsed.error());
  auto answer = backend_.explain(*parsed);
  return answer ? json(std::move(*answer)) : fault(answer.error());
}

HttpResponse Router::flush(const HttpRequest& request) {
  const auto parsed = parse_flush(request.body);
  if (!parsed) return fault(parsed.error());
  const auto flushed = backend_.flush(*parsed);
  return flushed ? json(flushed_json(*flushed)) : fault(flushed.error());
}

HttpResponse Router::reload(const HttpRequest& /*request*/) {
  auto answer = backend_.reload();
  return answer ? json(std::move(*answer)) : fault(answer.error());
}

HttpResponse Router::drain(const HttpRequest& /*request*/) {
  const auto answer = backend_.drain();
  return answer ? json("{\"draining\":true}\n", 202) : fault(answer.error());
}

}  // namespace tapri::admin
