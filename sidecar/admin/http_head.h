// The pieces of a request's head. Internal to admin/; see http_parser.h for what is refused.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string_view>

#include "admin/http_parser.h"

namespace tapri::admin {

inline constexpr std::string_view kLineEnd = "\r\n";

// "GET /path?query HTTP/1.1": fills method, path, query and keep_alive.
[[nodiscard]] Result<void, HttpError> parse_request_line(std::string_view line, HttpRequest& request);

// "Name: value": appends to the headers.
[[nodiscard]] Result<void, HttpError> parse_header_line(std::string_view line, HttpRequest& request);

// What the headers say about the body and the connection; the result is the body's size.
[[nodiscard]] Result<std::size_t, HttpError> interpret_headers(HttpRequest& request, std::size_t largest_body);

// a == b for ASCII letters of either case.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace tapri::admin
