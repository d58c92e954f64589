#include "admin/http_response.h"

#include <array>

#include "admin/json.h"

namespace tapri::admin {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 16> kStatuses = {{
    {200, "OK"},
    {202, "Accepted"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
}};

void add_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view status_text(int status) {
  for (const auto& [number, text] : kStatuses) {
    if (number == status) return text;
  }
  return {};
}

HttpResponse problem(int status, std::string_view detail) {
  return {status, "application/problem+json", problem_json(status, status_text(status), detail), {}};
}

std::string serialize(const HttpResponse& response, bool keep_alive, bool head_only) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out.append(status_text(response.status)).append("\r\n");
  add_header(out, "Content-Type", response.content_type);
  add_header(out, "Content-Length", std::to_string(response.body.size()));
  add_header(out, "Cache-Control", "no-store");
  add_header(out, "X-Content-Type-Options", "nosniff");
  if (!keep_alive) add_header(out, "Connection", "close");
  for (const auto& [name, value] : response.headers) add_header(out, name, value);
  out += "\r\n";
  if (!head_only) out += response.body;
  return out;
}

}  // namespace tapri::admin
