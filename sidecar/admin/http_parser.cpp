#include "admin/http_parser.h"

#include <algorithm>

#include "admin/http_head.h"

namespace tapri::admin {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::string_view find_in(const std::vector<std::pair<std::string, std::string>>& pairs, std::string_view name,
                         bool& found) {
  const auto at = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == name; });
  found = at != pairs.end();
  return found ? std::string_view(at->second) : std::string_view();
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  bool found = false;
  return find_in(headers, name, found);
}

std::optional<std::string_view> HttpRequest::parameter(std::string_view name) const {
  bool found = false;
  const std::string_view value = find_in(query, name, found);
  return found ? std::optional(value) : std::nullopt;
}

Result<std::optional<HttpRequest>, HttpError> HttpParser::next() {
  using Request = std::optional<HttpRequest>;
  if (!error_ && !current_) {
    const Step step = read_head();
    if (!step) {
      error_ = step.error();
    } else if (!*step) {
      return Request();
    }
  }
  if (error_) {
    buffer_.clear();
    return tl::unexpected<HttpError>(*error_);
  }
  if (buffer_.size() < body_size_) return Request();
  Request request = std::exchange(current_, std::nullopt);
  request->body = buffer_.substr(0, body_size_);
  buffer_.erase(0, body_size_);
  continue_due_ = false;
  return request;
}

bool HttpParser::take_continue() { return std::exchange(continue_due_, false) && buffer_.size() < body_size_; }

HttpParser::Step HttpParser::read_head() {
  // Empty lines before a request are skipped (RFC 9112, 2.2).
  while (buffer_.starts_with(kLineEnd)) buffer_.erase(0, kLineEnd.size());
  const std::size_t end = buffer_.find(kHeadEnd);
  // What is there may end with a part of the head's end.
  const std::size_t least = buffer_.size() - std::min(buffer_.size(), kHeadEnd.size() - 1);
  if (std::min(end, least) > limits_.head) {
    return tl::unexpected<HttpError>(
        HttpError{431, "request line and headers are larger than " + std::to_string(limits_.head) + " bytes"});
  }
  if (end == std::string::npos) return false;
  const std::string head = buffer_.substr(0, end);
  buffer_.erase(0, end + kHeadEnd.size());
  if (auto interpreted = interpret_head(head); !interpreted) return tl::unexpected<HttpError>(interpreted.error());
  return true;
}

Result<void, HttpError> HttpParser::interpret_head(std::string_view head) {
  HttpRequest request;
  bool first = true;
  while (!head.empty() || first) {
    const std::size_t end = head.find(kLineEnd);
    const std::string_view line = head.substr(0, end);
    head = end == std::string_view::npos ? std::string_view() : head.substr(end + kLineEnd.size());
    const bool has_control = std::any_of(line.begin(), line.end(), [](char c) {
      return c != '\t' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F);
    });
    if (has_control) return tl::unexpected<HttpError>(HttpError{400, "a line holds a control character"});
    auto parsed = first ? parse_request_line(line, request) : parse_header_line(line, request);
    if (!parsed) return parsed;
    first = false;
  }
  auto body = interpret_headers(request, limits_.body);
  if (!body) return tl::unexpected<HttpError>(body.error());
  body_size_ = *body;
  continue_due_ = request.expects_continue;
  current_ = std::move(request);
  return {};
}

}  // namespace tapri::admin
