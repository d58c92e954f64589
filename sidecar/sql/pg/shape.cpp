#include "sql/pg/shape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "sql/pg/facts.h"
#include "sql/pg/scanner.h"
#include "sql/pg/words.h"

namespace tapri::sql::pg {
namespace {

// Why (shape, literals) stands for the text exactly, and one shape has one set of facts.
//
// Outside quotes a shape holds `?` for nothing but a lifted literal: a question mark of an operator stands as `\?`, and
// a text with a backslash of its own outside quotes is not lifted (no PostgreSQL statement has one). So a shape can be
// read back from left to right, each `?` taking the next literal as it was written, prefix letters (E, B, X, N) being
// kept in the shape: what comes out is the text but for its blanks and comments. `a ? 'x' b` (an operator and its
// operand) is `a \? ? b`, while `a 'x' ? b` (a typed literal and an operator) is `a ? \? b`. The text `a \? b`, which
// is its own shape because no statement reads so, is told from the shape of `a ? b` by the empty literal that ends the
// latter's literals.
//
// Blanks and comments matter in one place only: strings join across line breaks. A text in which a quote follows a
// string with nothing but blanks and comments between is not lifted, so all runs of them can be one space.
//
// Facts must not depend on what is lifted. They would in these cases, which therefore keep the literal in the shape or
// are not lifted: volatile literals of reads; the name that set_config() sets; a string after a unary minus, which the
// grammar folds into numbers only; the precision of float, which chooses the type; anything after a semicolon.

enum class Keep : std::uint8_t { nothing, strings, numbers };

struct Verbs {
  std::string_view word;
  bool reads;
};
constexpr std::array<Verbs, 8> kLifted = {{{"select", true},
                                           {"values", true},
                                           {"table", true},
                                           {"with", true},
                                           {"insert", false},
                                           {"update", false},
                                           {"delete", false},
                                           {"merge", false}}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && classify(text.front()) == Byte::blank) text.remove_prefix(1);
  while (!text.empty() && classify(text.back()) == Byte::blank) text.remove_suffix(1);
  return text;
}

// The text of a hint in the comment `comment`, which is a whole one; empty where it is none.
std::string_view hint_in(std::string_view comment) {
  if (comment.size() < 4 || comment.front() != '/') return {};
  std::string_view text = trimmed(comment.substr(2, comment.size() - 4));
  constexpr std::string_view kMark = "tapri:";
  if (!text.starts_with(kMark) || text.find("/*") != std::string_view::npos) return {};
  return trimmed(text.substr(kMark.size()));
}

// The first hint among the comments before the statement.
std::string_view leading_hint(std::string_view sql) {
  std::size_t at = 0;
  while (at < sql.size()) {
    if (classify(sql[at]) == Byte::blank) {
      ++at;
      continue;
    }
    if (!starts_comment(sql, at)) break;
    const std::size_t end = end_of_comment(sql, at);
    if (end == kOpen) break;
    const std::string_view hint = hint_in(sql.substr(at, end - at));
    if (!hint.empty()) return hint;
    at = end;
  }
  return {};
}

// After these, behind a backslash, a string reads the same, word for word, as its source text does.
constexpr std::string_view kPlainEscapes = "\\'";
// After these it cannot be malformed.
constexpr std::string_view kSafeEscapes = "\\'nrtbf";

bool has_only_escapes(std::string_view content, std::string_view allowed) {
  for (std::size_t at = content.find('\\'); at != std::string_view::npos; at = content.find('\\', at + 2)) {
    if (at + 1 >= content.size() || allowed.find(content[at + 1]) == std::string_view::npos) return false;
  }
  return true;
}

// The server refuses texts with malformed characters, in comments too: only what cannot be malformed may be dropped.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
}

class Lifter {
 public:
  // `offsets` may be null.
  Lifter(std::string_view sql, std::string& shape, std::string& literals, std::vector<std::uint32_t>* offsets = nullptr)
      : sql_(sql), shape_(shape), literals_(literals), offsets_(offsets) {}

  bool run() {
    // What follows a NUL byte the server does not see.
    if (sql_.find('\0') != std::string_view::npos || !start()) return false;
    while (at_ < sql_.size()) {
      if (!step()) return false;
    }
    if (question_) literals_.append(4, '\0');
    return true;
  }

 private:
  bool start();
  bool find_verb();
  bool step();
  bool blanks();
  bool word();
  bool number();
  bool string(Escapes escapes);
  bool quoted_identifier();
  bool dollar();
  bool operation();
  bool punctuation();

  // Takes the token up to `end` into the shape as it is written.
  void take(std::size_t end);
  // Takes the literal up to `end` out of the shape, or leaves it there.
  bool literal(std::size_t end, bool keep);
  void space();

  std::string_view sql_;
  std::string& shape_;
  std::string& literals_;
  std::vector<std::uint32_t>* offsets_;
  std::size_t at_ = 0;
  Keep keep_ = Keep::nothing;  // literals of this kind stay if they come next
  bool reads_ = true;
  bool blank_ = false;     // blanks or comments stand before the next token
  bool ended_ = false;     // a semicolon was seen
  bool question_ = false;  // an operator holds a question mark
};

bool Lifter::start() {
  const std::string_view hint = leading_hint(sql_);
  at_ = end_of_blanks(sql_, 0);
  if (at_ == kOpen || !is_plain(sql_.substr(0, at_)) || !find_verb()) return false;
  if (!hint.empty()) {
    shape_.append("/* tapri: ").append(hint).append(" */");
    blank_ = true;
  }
  return true;
}

bool Lifter::find_verb() {
  std::size_t start = at_;
  while (start < sql_.size() && sql_[start] == '(') {
    start = end_of_blanks(sql_, start + 1);
    if (start == kOpen) return false;
  }
  const std::string_view first = sql_.substr(start, end_of_word(sql_, start) - start);
  const auto* known =
      std::find_if(kLifted.begin(), kLifted.end(), [first](const Verbs& verb) { return same_word(first, verb.word); });
  if (known == kLifted.end()) return false;
  reads_ = known->reads;
  return true;
}

bool Lifter::step() {
  const Byte byte = classify(sql_[at_]);
  if (byte == Byte::blank || (byte == Byte::operation && starts_comment(sql_, at_))) return blanks();
  if (ended_) return false;
  switch (byte) {
    case Byte::letter:
      return word();
    case Byte::digit:
      return number();
    case Byte::quote:
      return string(Escapes::doubled);
    case Byte::double_quote:
      return quoted_identifier();
    case Byte::dollar:
      return dollar();
    case Byte::operation:
      return operation();
    case Byte::punctuation:
      return punctuation();
    default:
      return false;
  }
}

bool Lifter::blanks() {
  blank_ = true;
  const std::size_t start = at_;
  // Mostly it is one space before a word.
  if (classify(sql_[start]) == Byte::blank && start + 1 < sql_.size() && classify(sql_[start + 1]) == Byte::letter) {
    at_ = start + 1;
    return true;
  }
  at_ = end_of_blanks(sql_, start);
  return at_ != kOpen && is_plain(sql_.substr(start, at_ - start));
}

void Lifter::space() {
  if (blank_ && !shape_.empty()) shape_ += ' ';
  blank_ = false;
}

void Lifter::take(std::size_t end) {
  space();
  shape_.append(sql_, at_, end - at_);
  at_ = end;
  keep_ = Keep::nothing;
}

bool Lifter::literal(std::size_t end, bool keep) {
  const std::size_t size = end - at_;
  if (size > std::numeric_limits<std::uint32_t>::max()) return false;
  if (keep) {
    take(end);
    return true;
  }
  space();
  if (offsets_ != nullptr) offsets_->push_back(static_cast<std::uint32_t>(at_));
  shape_ += '?';
  for (unsigned shift = 0; shift < 32; shift += 8) literals_ += static_cast<char>((size >> shift) & 0xFFU);
  literals_.append(sql_, at_, size);
  at_ = end;
  keep_ = Keep::nothing;
  return true;
}

bool Lifter::word() {
  const char next = at_ + 1 < sql_.size() ? sql_[at_ + 1] : '\0';
  const char first = lower(sql_[at_]);
  if (next == '\'' && (first == 'e' || first == 'b' || first == 'x' || first == 'n')) {
    take(at_ + 1);
    return string(first == 'e' ? Escapes::backslash : first == 'n' ? Escapes::doubled : Escapes::none);
  }
  // U&'...' and U&"...": their meaning may depend on a UESCAPE clause behind them.
  if (first == 'u' && next == '&' && at_ + 2 < sql_.size() && (sql_[at_ + 2] == '\'' || sql_[at_ + 2] == '"')) {
    return false;
  }
  const std::size_t end = end_of_word(sql_, at_);
  const std::string_view text = sql_.substr(at_, end - at_);
  if (same_word(text, "set_config")) return false;
  take(end);
  if (same_word(text, "float")) keep_ = Keep::numbers;
  return true;
}

bool Lifter::number() {
  const std::size_t end = end_of_number(sql_, at_);
  return end != kOpen && literal(end, keep_ == Keep::numbers);
}

bool Lifter::string(Escapes escapes) {
  const std::size_t end = end_of_quoted(sql_, at_, escapes);
  if (end == kOpen) return false;
  const std::size_t next = end_of_blanks(sql_, end);
  if (next == kOpen || (next < sql_.size() && sql_[next] == '\'')) return false;
  const std::string_view content = sql_.substr(at_ + 1, end - at_ - 2);
  const bool unclear =
      escapes == Escapes::backslash && !has_only_escapes(content, reads_ ? kPlainEscapes : kSafeEscapes);
  return literal(end, unclear || keep_ == Keep::strings || (reads_ && is_volatile_literal(content)));
}

bool Lifter::quoted_identifier() {
  const std::size_t end = end_of_quoted(sql_, at_, Escapes::doubled);
  if (end == kOpen || sql_.substr(at_, end - at_) == "\"set_config\"") return false;
  take(end);
  return true;
}

bool Lifter::dollar() {
  if (at_ + 1 < sql_.size() && is_digit(sql_[at_ + 1])) {
    const std::size_t end = end_of_parameter(sql_, at_);
    if (end == kOpen) return false;
    take(end);
    return true;
  }
  const DollarQuoted quoted = dollar_quoted(sql_, at_);
  if (quoted.end == kOpen) return false;
  return literal(quoted.end, keep_ == Keep::strings || (reads_ && is_volatile_literal(quoted.content)));
}

bool Lifter::operation() {
  const std::size_t end = end_of_operator(sql_, at_);
  space();
  for (; at_ < end; ++at_) {
    if (sql_[at_] == '?') {
      shape_ += '\\';
      question_ = true;
    }
    shape_ += sql_[at_];
  }
  keep_ = sql_[end - 1] == '-' ? Keep::strings : Keep::nothing;
  return true;
}

bool Lifter::punctuation() {
  const char c = sql_[at_];
  if (c == '.' && at_ + 1 < sql_.size() && is_digit(sql_[at_ + 1])) return number();
  const Keep kept = c == '(' ? keep_ : Keep::nothing;
  take(at_ + 1);
  keep_ = kept;
  ended_ = c == ';';
  return true;
}

}  // namespace

bool lift_literals(std::string_view sql, std::string& shape, std::string& literals) {
  shape.clear();
  literals.clear();
  if (Lifter(sql, shape, literals).run()) return true;
  shape.assign(sql);
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

std::vector<std::uint32_t> literal_offsets(std::string_view sql) {
  std::string shape;
  std::string literals;
  std::vector<std::uint32_t> offsets;
  if (sql.size() > std::numeric_limits<std::uint32_t>::max()) return {};
  if (!Lifter(sql, shape, literals, &offsets).run()) offsets.clear();
  return offsets;
}

std::string_view hint_of(std::string_view shape) { return leading_hint(shape); }

}  // namespace tapri::sql::pg
