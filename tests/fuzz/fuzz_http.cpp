// Requests of the admin API: whole and split, the same must come out; and what they carry goes through the body
// parsers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "admin/http_parser.h"
#include "admin/http_response.h"
#include "admin/json.h"

namespace {

using namespace tapri::admin;

void check(bool holds) {
  if (!holds) std::abort();
}

// Everything that came out, as comparable text; an error ends it.
struct Outcome {
  std::vector<std::string> requests;
  int status = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::string text_of(const HttpRequest& request) {
  std::string out = request.method + '\n' + request.path + '\n' + (request.keep_alive ? "keep\n" : "close\n");
  for (const auto& [name, value] : request.query) out += name + '=' + value + '\n';
  for (const auto& [name, value] : request.headers) out += name + ':' + value + '\n';
  return out + request.body;
}

void use(const HttpRequest& request) {
  static_cast<void>(parse_explain(request.body));
  static_cast<void>(parse_flush(request.body));
  check(!serialize(problem(404, request.path), request.keep_alive, false).empty());
}

void drain(HttpParser& parser, Outcome& out) {
  while (out.status == 0) {
    const auto next = parser.next();
    if (!next) {
      out.status = next.error().status;
      check(out.status >= 400 && !status_text(out.status).empty());
    } else if (!next->has_value()) {
      return;
    } else {
      out.requests.push_back(text_of(**next));
      use(**next);
    }
  }
}

constexpr HttpParser::Limits kLimits{1024, 256};

Outcome parse_in_pieces(std::string_view bytes, std::size_t piece) {
  HttpParser parser(kLimits);
  Outcome out;
  while (!bytes.empty() && out.status == 0) {
    parser.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    drain(parser, out);
    check(parser.buffered() <= kLimits.head + kLimits.body + piece);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = parse_in_pieces(bytes, bytes.size() + 1);
  check(parse_in_pieces(bytes, 1) == whole);
  check(parse_in_pieces(bytes, 7) == whole);
  return 0;
}
