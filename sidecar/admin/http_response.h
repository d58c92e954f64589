// HTTP responses, and errors as RFC 9457 problem documents.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tapri::admin {

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // beside Content-Type, Content-Length, Connection
};

// "Not Found"; empty for a status that is never sent.
[[nodiscard]] std::string_view status_text(int status);

// {"type":"about:blank","title":...,"status":...,"detail":...}, application/problem+json.
[[nodiscard]] HttpResponse problem(int status, std::string_view detail);

// The bytes to send. `head_only`: the answer to HEAD, without its body.
[[nodiscard]] std::string serialize(const HttpResponse& response, bool keep_alive, bool head_only);

}  // namespace tapri::admin
