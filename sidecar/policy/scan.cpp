#include "policy/scan.h"

#include <optional>
#include <utility>

namespace tapri::policy {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t max_depth) : max_depth_(max_depth) { scan_.text = text; }

  std::optional<ScanProblem> run() {
    while (at_ < scan_.text.size()) {
      if (auto problem = step()) return problem;
    }
    return std::nullopt;
  }
  Scan take() { return std::move(scan_); }

 private:
  std::optional<ScanProblem> step() {
    const char c = scan_.text[at_];
    if (c == '/' && is_at(at_ + 1, '/')) return line_comment();
    if (c == '/' && is_at(at_ + 1, '*')) return block_comment();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++at_;
      return std::nullopt;
    }
    if (c == ':') {
      after_colon_ = true;
      ++at_;
      return std::nullopt;
    }
    if (std::exchange(after_colon_, false)) scan_.key_of.emplace(at_, last_string_);
    if (c == '"') return string();
    if ((c == '{' || c == '[') && ++depth_ > max_depth_) {
      return ScanProblem{at_, "nested deeper than " + std::to_string(max_depth_) + " levels"};
    }
    if ((c == '}' || c == ']') && depth_ > 0) --depth_;
    ++at_;
    return std::nullopt;
  }

  std::optional<ScanProblem> line_comment() {
    while (at_ < scan_.text.size() && scan_.text[at_] != '\n' && scan_.text[at_] != '\r') scan_.text[at_++] = ' ';
    return std::nullopt;
  }

  std::optional<ScanProblem> block_comment() {
    const std::size_t end = scan_.text.find("*/", at_ + 2);
    if (end == std::string::npos) return ScanProblem{at_, "this comment is not closed: expected */"};
    for (; at_ < end + 2; ++at_) {
      char& c = scan_.text[at_];
      if (c != '\n' && c != '\r') c = ' ';
    }
    return std::nullopt;
  }

  std::optional<ScanProblem> string() {
    last_string_ = at_++;
    for (; at_ < scan_.text.size(); ++at_) {
      const char c = scan_.text[at_];
      if (c == '"') {
        ++at_;
        return std::nullopt;
      }
      if (c == '\n' || c == '\r') break;
      if (c == '\\' && at_ + 1 < scan_.text.size()) ++at_;
    }
    return ScanProblem{last_string_, "this string is not closed on its line: expected \""};
  }

  [[nodiscard]] bool is_at(std::size_t offset, char c) const {
    return offset < scan_.text.size() && scan_.text[offset] == c;
  }

  Scan scan_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t last_string_ = 0;
  bool after_colon_ = false;
};

}  // namespace

tl::expected<Scan, ScanProblem> scan_json(std::string_view text, std::size_t max_depth) {
  Scanner scanner(text, max_depth);
  if (auto problem = scanner.run()) return tl::unexpected<ScanProblem>(std::move(*problem));
  return scanner.take();
}

}  // namespace tapri::policy
