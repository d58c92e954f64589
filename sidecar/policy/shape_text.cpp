#include "policy/shape_text.h"

#include <cstddef>

#include "policy/text.h"

namespace tapri::policy {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";

// No operator is made of these: a blank beside them never tells two statements apart.
bool is_punctuation(char c) { return c == '(' || c == ')' || c == ',' || c == ';'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The end of the block comment that starts at the beginning of `text`; comments nest. npos where it isn't closed.
std::size_t end_of_comment(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const std::string_view pair = text.substr(i, 2);
    if (pair != "/*" && pair != "*/") continue;
    depth += pair == "/*" ? 1U : 0U;
    depth -= pair == "*/" ? 1U : 0U;
    ++i;
    if (depth == 0) return i + 1;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view without_leading_comments(std::string_view text) {
  while (true) {
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    text.remove_prefix(first);
    std::size_t end = std::string_view::npos;
    if (text.starts_with("/*")) end = end_of_comment(text);
    if (text.starts_with("--")) end = text.find('\n');
    if (end == std::string_view::npos) return text;
    text.remove_prefix(end);
  }
}

std::string normal_form(std::string_view shape) {
  shape = trimmed(without_leading_comments(shape));
  while (shape.ends_with(';')) shape = trimmed(shape.substr(0, shape.size() - 1));
  std::string result;
  result.reserve(shape.size());
  char quote = 0;
  bool blank = false;
  for (const char c : shape) {
    if (quote == 0 && kBlanks.find(c) != std::string_view::npos) {
      blank = true;
      continue;
    }
    if (blank && !is_punctuation(c) && !is_punctuation(result.back())) result += ' ';
    blank = false;
    result += quote == 0 ? lower(c) : c;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
  }
  return result;
}

}  // namespace tapri::policy
