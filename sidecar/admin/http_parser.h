// HTTP/1.1 requests, bytes in, requests out (RFC 9112, RFC 9110): as much of it as an admin API needs.
//
// Understood: any method, origin-form targets, header fields, bodies with Content-Length, keep-alive, pipelining.
// Refused: chunked bodies (501), expectations other than 100-continue (417), folded header lines, blanks before a
// colon, differing Content-Lengths, bare CR, NUL: what two parsers could read in two ways is an error (RFC 9112, 11.2).
//
// Thread-safety: one thread. Nothing throws but out of memory; memory is bounded by the limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tapri::admin {

struct HttpRequest {
  std::string method;                                        // as sent; methods are case-sensitive
  std::string path;                                          // percent-decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;    // decoded; "?verbose" is {"verbose", ""}
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, values without outer blanks
  std::string body;
  bool keep_alive = true;
  bool expects_continue = false;  // "100 Continue" has to be sent before the body comes

  // The first header of this (lower-case) name; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

// A request that cannot be read: the status to answer with, after which the connection is closed.
struct HttpError {
  int status = 400;
  std::string detail;
};

class HttpParser {
 public:
  struct Limits {
    std::size_t head = 16UL * 1024;    // bytes of request line and headers
    std::size_t body = 1024UL * 1024;  // bytes
  };
  HttpParser() : HttpParser(Limits{}) {}
  explicit HttpParser(Limits limits) : limits_(limits) {}

  // Takes bytes off the connection.
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  // The next whole request; nullopt: more bytes are needed. After an error every further call gives the same error.
  [[nodiscard]] Result<std::optional<HttpRequest>, HttpError> next();
  // True once, when a head that expects "100 Continue" has come and its body has not.
  [[nodiscard]] bool take_continue();
  // Bytes kept: never more than head + body + what was fed at once, and 3 of a head's end.
  [[nodiscard]] std::size_t buffered() const { return buffer_.size(); }

 private:
  using Step = Result<bool, HttpError>;  // false: more bytes are needed
  Step read_head();
  Result<void, HttpError> interpret_head(std::string_view head);

  Limits limits_;
  std::string buffer_;
  std::optional<HttpRequest> current_;  // whose body is still awaited
  std::size_t body_size_ = 0;
  bool continue_due_ = false;
  std::optional<HttpError> error_;
};

}  // namespace tapri::admin
