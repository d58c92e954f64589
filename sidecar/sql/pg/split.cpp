#include "sql/pg/split.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "sql/pg/scanner.h"
#include "sql/pg/words.h"

namespace tapri::sql::pg {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view sql) : sql_(sql) {}

  std::vector<std::string_view> run() {
    while (at_ < sql_.size()) {
      const std::size_t end = step();
      if (end == kOpen) {
        empty_ = false;
        break;
      }
      at_ = end;
    }
    cut(sql_.size());
    return std::move(pieces_);
  }

 private:
  // Where the routine's definition stands, as far as it was read: CREATE [OR REPLACE] FUNCTION | PROCEDURE.
  enum class Header : std::uint8_t { start, create, create_or, create_or_replace, routine, other };

  std::size_t step();
  std::size_t word();
  void follow_header(std::string_view word);
  void follow_body(std::string_view word);
  std::size_t dollar();
  std::size_t punctuation();
  void cut(std::size_t end);

  std::string_view sql_;
  std::vector<std::string_view> pieces_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;  // of the piece
  std::size_t parentheses_ = 0;
  std::size_t blocks_ = 0;  // BEGIN and CASE without their END, in a routine's body
  Header header_ = Header::start;
  bool empty_ = true;  // nothing but blanks and comments so far
};

std::size_t Splitter::step() {
  if (starts_comment(sql_, at_)) return end_of_comment(sql_, at_);
  const Byte byte = classify(sql_[at_]);
  if (byte == Byte::blank) return at_ + 1;
  if (sql_[at_] != ';') empty_ = false;
  switch (byte) {
    case Byte::letter:
      return word();
    case Byte::quote:
    case Byte::double_quote:
      return end_of_quoted(sql_, at_, Escapes::doubled);
    case Byte::dollar:
      return dollar();
    case Byte::operation:
      return end_of_operator(sql_, at_);
    case Byte::punctuation:
      return punctuation();
    default:
      return at_ + 1;
  }
}

std::size_t Splitter::word() {
  const std::size_t end = end_of_word(sql_, at_);
  const std::string_view text = sql_.substr(at_, end - at_);
  if (same_word(text, "e") && end < sql_.size() && sql_[end] == '\'') {
    return end_of_quoted(sql_, end, Escapes::backslash);
  }
  if (header_ == Header::routine) {
    if (parentheses_ == 0) follow_body(text);
  } else {
    follow_header(text);
  }
  return end;
}

void Splitter::follow_header(std::string_view word) {
  const bool before_kind = header_ == Header::create || header_ == Header::create_or_replace;
  if (header_ == Header::start && same_word(word, "create")) {
    header_ = Header::create;
  } else if (header_ == Header::create && same_word(word, "or")) {
    header_ = Header::create_or;
  } else if (header_ == Header::create_or && same_word(word, "replace")) {
    header_ = Header::create_or_replace;
  } else if (before_kind && (same_word(word, "function") || same_word(word, "procedure"))) {
    header_ = Header::routine;
  } else {
    header_ = Header::other;
  }
}

void Splitter::follow_body(std::string_view word) {
  if (same_word(word, "begin") || (blocks_ > 0 && same_word(word, "case"))) {
    ++blocks_;
  } else if (blocks_ > 0 && same_word(word, "end")) {
    --blocks_;
  }
}

std::size_t Splitter::dollar() {
  if (at_ + 1 < sql_.size() && is_digit(sql_[at_ + 1])) return at_ + 1;
  return dollar_quoted(sql_, at_).end;
}

std::size_t Splitter::punctuation() {
  const char c = sql_[at_];
  if (c == '(') ++parentheses_;
  if (c == ')' && parentheses_ > 0) --parentheses_;
  if (c == ';' && parentheses_ == 0 && blocks_ == 0) {
    cut(at_);
    start_ = at_ + 1;
  }
  return at_ + 1;
}

void Splitter::cut(std::size_t end) {
  std::string_view piece = sql_.substr(start_, end - start_);
  while (!piece.empty() && classify(piece.front()) == Byte::blank) piece.remove_prefix(1);
  while (!piece.empty() && classify(piece.back()) == Byte::blank) piece.remove_suffix(1);
  if (!empty_ && !piece.empty()) pieces_.push_back(piece);
  empty_ = true;
  header_ = Header::start;
  parentheses_ = 0;
  blocks_ = 0;
}

}  // namespace

std::vector<std::string_view> split_statements(std::string_view sql) { return Splitter(sql).run(); }

}  // namespace tapri::sql::pg
