#include "sql/pg/lexing_cost.h"

#include "sql/pg/scanner.h"
#include "sql/pg/words.h"

namespace tapri::sql::pg {
namespace {

// Looks per byte, and for texts of a few bytes.
constexpr std::size_t kLooksPerByte = 16;
constexpr std::size_t kFreeLooks = 4096;

class Pricer {
 public:
  explicit Pricer(std::string_view sql) : sql_(sql), limit_(sql.size() * kLooksPerByte + kFreeLooks) {}

  bool is_costly() {
    while (at_ < sql_.size() && cost_ <= limit_) step();
    return cost_ > limit_;
  }

 private:
  void step();
  void word();
  void string(Escapes escapes);
  void dollar();
  void block_comment();
  // An unterminated token is the last one.
  void move_to(std::size_t end) { at_ = end == kOpen ? sql_.size() : end; }
  // The operator characters from `at_` on, comment or not: what the scanner matches before it looks closer.
  [[nodiscard]] std::size_t run_length();

  std::string_view sql_;
  std::size_t limit_;
  std::size_t cost_ = 0;
  std::size_t at_ = 0;
  std::size_t run_end_ = 0;
  bool after_escapes_ = false;  // behind an E'' string, which hands its escapes on to a string that it joins
};

std::size_t Pricer::run_length() {
  if (run_end_ <= at_) {
    run_end_ = at_;
    while (run_end_ < sql_.size() && classify(sql_[run_end_]) == Byte::operation) ++run_end_;
  }
  return run_end_ - at_;
}

void Pricer::step() {
  const Byte byte = classify(sql_[at_]);
  if (byte == Byte::blank) {
    ++at_;
    return;
  }
  if (starts_comment(sql_, at_)) return sql_[at_] == '/' ? block_comment() : move_to(end_of_comment(sql_, at_));
  if (byte == Byte::quote) return string(after_escapes_ ? Escapes::backslash : Escapes::doubled);
  after_escapes_ = false;
  switch (byte) {
    case Byte::letter:
      return word();
    case Byte::double_quote:
      return move_to(end_of_quoted(sql_, at_, Escapes::doubled));
    case Byte::dollar:
      return dollar();
    case Byte::operation: {
      const std::size_t end = end_of_operator(sql_, at_);
      cost_ += (end - at_) * run_length();
      return move_to(end);
    }
    default:
      ++at_;
  }
}

void Pricer::word() {
  const std::size_t end = end_of_word(sql_, at_);
  const bool escapes = end == at_ + 1 && lower(sql_[at_]) == 'e' && end < sql_.size() && sql_[end] == '\'';
  move_to(end);
  if (escapes) string(Escapes::backslash);
}

void Pricer::string(Escapes escapes) {
  after_escapes_ = escapes == Escapes::backslash;
  move_to(end_of_quoted(sql_, at_, escapes));
}

void Pricer::dollar() {
  const DollarQuoted quoted = dollar_quoted(sql_, at_);
  move_to(quoted.end == kOpen ? at_ + 1 : quoted.end);
}

void Pricer::block_comment() {
  std::size_t depth = 0;
  do {
    if (sql_.substr(at_, 2) == "/*") {
      cost_ += run_length();
      ++depth;
      at_ += 2;
    } else if (sql_.substr(at_, 2) == "*/") {
      --depth;
      at_ += 2;
    } else {
      ++at_;
    }
  } while (depth > 0 && at_ < sql_.size() && cost_ <= limit_);
}

}  // namespace

bool is_costly_to_scan(std::string_view sql) { return Pricer(sql).is_costly(); }

}  // namespace tapri::sql::pg
