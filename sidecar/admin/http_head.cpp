#include "admin/http_head.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace tapri::admin {
namespace {

tl::unexpected<HttpError> refuse(int status, std::string detail) {
  return tl::unexpected<HttpError>(HttpError{status, std::move(detail)});
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || kMarks.find(c) != std::string_view::npos;
  });
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// False where a % is not followed by two hex digits. In queries + stands for a blank.
bool percent_decode(std::string_view text, bool plus_is_blank, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return true;
}

bool parse_query(std::string_view text, HttpRequest& request) {
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    std::pair<std::string, std::string> decoded;
    if (!percent_decode(pair.substr(0, equals), true, decoded.first)) return false;
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (!percent_decode(value, true, decoded.second)) return false;
    request.query.push_back(std::move(decoded));
  }
  return true;
}

// Calls back with each element of a comma-separated header value.
template <typename Callback>
void for_each_element(std::string_view list, Callback callback) {
  while (!list.empty()) {
    const std::size_t end = list.find(',');
    callback(trim(list.substr(0, end)));
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
}

Result<std::size_t, HttpError> parse_length(std::string_view value, std::size_t largest) {
  if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) {
    return refuse(400, "Content-Length is no number");
  }
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc() || end != value.data() + value.size() || length > largest) {
    return refuse(413, "the body is larger than " + std::to_string(largest) + " bytes");
  }
  return length;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

Result<void, HttpError> parse_request_line(std::string_view line, HttpRequest& request) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refuse(400, "the request line has not three parts");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) return refuse(400, "the method is no token");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return version.starts_with("HTTP/") ? refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken")
                                        : refuse(400, "the request line does not end with a version");
  }
  if (!target.starts_with('/') || target.find_first_of(" \t#") != std::string_view::npos) {
    return refuse(400, "the target does not begin with / or holds a blank or #");
  }
  const std::size_t question = target.find('?');
  if (!percent_decode(target.substr(0, question), false, request.path) ||
      (question != std::string_view::npos && !parse_query(target.substr(question + 1), request))) {
    return refuse(400, "the target has a % that is not followed by two hex digits");
  }
  request.method = method;
  request.keep_alive = version == "HTTP/1.1";
  return {};
}

Result<void, HttpError> parse_header_line(std::string_view line, HttpRequest& request) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return refuse(400, "a header line does not begin with a name and a colon");
  }
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), lower);
  request.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  return {};
}

Result<std::size_t, HttpError> interpret_headers(HttpRequest& request, std::size_t largest_body) {
  std::optional<std::string_view> length;
  std::size_t hosts = 0;
  for (const auto& [name, value] : request.headers) {
    if (name == "transfer-encoding") return refuse(501, "bodies must come with Content-Length, not chunked");
    if (name == "content-length") {
      if (length && *length != value) return refuse(400, "two Content-Lengths differ");
      length = value;
    } else if (name == "host") {
      ++hosts;
    } else if (name == "expect") {
      if (!equals_ignoring_case(value, "100-continue")) return refuse(417, "only 100-continue can be expected");
      request.expects_continue = true;
    } else if (name == "connection") {
      for_each_element(value, [&](std::string_view option) {
        if (equals_ignoring_case(option, "close")) request.keep_alive = false;
      });
    }
  }
  if (hosts > 1) return refuse(400, "there is more than one Host");
  return length ? parse_length(*length, largest_body) : Result<std::size_t, HttpError>(0);
}

}  // namespace tapri::admin
