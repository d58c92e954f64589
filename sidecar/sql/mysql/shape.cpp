#include "sql/mysql/shape.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "sql/mysql/dialect_tag.h"
#include "sql/mysql/scanner.h"

namespace tapri::sql::mysql {
namespace {

// Why (shape, literals) stands for the text exactly, and one shape has one set of facts.
//
// Outside quotes a shape holds `?` for nothing but a lifted literal: a parameter marker stands as `\?`, and a text with
// a backslash of its own outside quotes is not lifted. So a shape can be read back from left to right, each `?` taking
// the next literal as it was written, prefix letters included: what comes out is the text but for its blanks and
// comments. The text `a \? b`, which is its own shape, is told from the shape of `a ? b` by the empty literal that ends
// the latter's literals.
//
// Blanks matter in three places: between a function's name and its parenthesis, between `.` and a name, and between
// signs, where they may start a comment. Whether there were any stays in the shape, how many does not.
//
// Facts do not depend on what is lifted: a string may be an alias (a column's name in the result, which makes no fact)
// or joined to one before it; a number is not told from a string behind a minus sign.

constexpr std::array<std::string_view, 8> kLifted = {"select", "values",  "table",  "with",
                                                     "insert", "replace", "update", "delete"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The text of a hint in the comment at the start of `text`; empty where it is none.
std::string_view hint_in(std::string_view text) {
  constexpr std::string_view kMark = "tapri:";
  if (!text.starts_with("/*")) return {};
  const std::size_t close = text.find("*/", 2);
  if (close == std::string_view::npos) return {};
  text = trimmed(text.substr(2, close - 2));
  if (!text.starts_with(kMark) || text.find("/*") != std::string_view::npos) return {};
  return trimmed(text.substr(kMark.size()));
}

// The first hint among the plain comments before the statement.
std::string_view leading_hint(std::string_view sql) {
  std::size_t at = 0;
  while (at < sql.size()) {
    if (is_blank(sql[at])) {
      ++at;
      continue;
    }
    const std::string_view rest = sql.substr(at);
    const bool plain = rest.starts_with("/*") && !rest.starts_with("/*!") && !rest.starts_with("/*M!");
    const std::size_t close = plain ? rest.find("*/", 2) : std::string_view::npos;
    if (close == std::string_view::npos) break;
    const std::string_view hint = hint_in(rest);
    if (!hint.empty()) return hint;
    at += close + 2;
  }
  return {};
}

void append_literal(std::string& literals, std::string_view token) {
  for (unsigned shift = 0; shift < 32; shift += 8) literals += static_cast<char>((token.size() >> shift) & 0xFFU);
  literals.append(token);
}

class Lifter {
 public:
  Lifter(std::string_view sql, const Dialect& dialect, std::string& shape, std::string& literals)
      : sql_(sql), scanner_(sql, dialect), shape_(shape), literals_(literals) {}

  bool run() {
    for (;;) {
      const Token token = scanner_.next();
      if (token.kind == TokenKind::bad) return false;
      if (token.kind == TokenKind::end) break;
      if (ended_) return false;
      if (token.symbol == ";"_s) {
        // At the end of a statement it says nothing.
        ended_ = true;
        continue;
      }
      if (!started_ && !start(token)) return false;
      if (token.blank && ends_in_dashes()) return false;
      take(token);
    }
    if (markers_) append_literal(literals_, {});
    return started_ && !ends_in_dashes();
  }

 private:
  // Whether the verb, which may stand in parentheses, is one to be lifted. True at a parenthesis, too.
  bool start(const Token& token) {
    if (token.symbol == "("_s) return true;
    if (token.kind != TokenKind::word) return false;
    const std::string_view text = text_of(token);
    started_ =
        std::any_of(kLifted.begin(), kLifted.end(), [text](std::string_view verb) { return same_word(text, verb); });
    return started_;
  }

  void take(const Token& token) {
    if (token.blank && !first_) shape_ += ' ';
    first_ = false;
    if (token.is_literal()) {
      shape_ += '?';
      append_literal(literals_, text_of(token));
    } else if (token.kind == TokenKind::parameter) {
      shape_.append("\\?");
      markers_ = true;
    } else {
      shape_.append(text_of(token));
    }
  }

  // Two minus signs that a comment was cut off behind: with a blank they would start one.
  [[nodiscard]] bool ends_in_dashes() const { return shape_.ends_with("--"); }

  [[nodiscard]] std::string_view text_of(const Token& token) const {
    return sql_.substr(token.begin, token.end - token.begin);
  }

  std::string_view sql_;
  Scanner scanner_;
  std::string& shape_;
  std::string& literals_;
  bool first_ = true;
  bool started_ = false;
  bool ended_ = false;
  bool markers_ = false;
};

// What the facts of a text that is not lifted depend on besides it. A text that starts with a comment gets all of it:
// else the comment might pass for one of these.
std::string context_of(std::string_view sql, const Dialect& dialect) {
  const bool comment = sql.starts_with("/*");
  std::string context = dialect_tag(dialect);
  if (comment && context.empty()) context = "/* mode: */";
  // Past an open quote it is not known what is a comment.
  if (comment || sql.find("/*!") != std::string_view::npos || sql.find("/*M!") != std::string_view::npos) {
    context.append("/* server: ").append(dialect.server == Server::mariadb ? "mariadb " : "mysql ");
    context.append(std::to_string(dialect.version)).append(" */");
  }
  if (!context.empty()) context += ' ';
  return context;
}

}  // namespace

bool lift_literals(std::string_view sql, const Dialect& dialect, std::string& shape, std::string& literals) {
  shape.clear();
  literals.clear();
  const std::string_view hint = leading_hint(sql);
  if (!hint.empty()) shape.append("/* tapri: ").append(hint).append(" */");
  shape.append(dialect_tag(dialect));
  if (!shape.empty()) shape += ' ';
  Lifter lifter(sql, dialect, shape, literals);
  if (lifter.run()) return true;
  shape = context_of(sql, dialect);
  shape.append(sql);
  literals.clear();
  return false;
}

std::vector<std::string_view> literal_tokens(std::string_view literals) {
  std::vector<std::string_view> tokens;
  while (literals.size() >= 4) {
    std::size_t size = 0;
    for (unsigned i = 0; i < 4; ++i) size |= std::size_t{static_cast<unsigned char>(literals[i])} << (8 * i);
    if (size > literals.size() - 4) break;
    if (size > 0) tokens.push_back(literals.substr(4, size));
    literals.remove_prefix(4 + size);
  }
  return tokens;
}

Dialect dialect_of(std::string_view shape) {
  constexpr std::string_view kMode = " mode:";
  constexpr std::string_view kServer = " server: ";
  Dialect dialect;
  while (shape.starts_with("/*")) {
    const std::size_t close = shape.find("*/", 2);
    if (close == std::string_view::npos) break;
    std::string_view comment = shape.substr(2, close - 2);
    shape = trimmed(shape.substr(close + 2));
    if (comment.starts_with(kMode)) apply_tag(dialect, comment.substr(kMode.size()));
    if (!comment.starts_with(kServer)) continue;
    comment.remove_prefix(kServer.size());
    dialect.server = comment.starts_with("mariadb") ? Server::mariadb : Server::mysql;
    comment.remove_prefix(std::min(comment.find(' '), comment.size()));
    comment = trimmed(comment);
    (void)std::from_chars(comment.data(), comment.data() + comment.size(), dialect.version);
  }
  return dialect;
}

// Behind the dialect's comments, of a text that is not lifted.
std::string_view hint_of(std::string_view shape) { return leading_hint(shape); }

}  // namespace tapri::sql::mysql
