// What one execution depends on, and what it changes (session/bind_keys.h), by MySQL's and MariaDB's values.
//
// Only what is surely the same is known. Of an integer: a number in plain digits, a string of no more than these (which
// is compared as a double: only where that is exact), a binary integer, a double without a fraction. Of a text: a
// string of printable ASCII without escapes, whose case and spaces at the end count for nothing here (see
// catalog::ColumnType). Of bytes: x'00ff', 0x00ff, _binary'...' with its escapes, a blob; and a string of ASCII.
// Everything else is converted when it is compared or stored. Formats: wire/mysql/values.h; MySQL reference manual,
// "Type Conversion in Expression Evaluation", "Hexadecimal Literals", "String Literals".
//
// Thread-safety: none; values live on one stack, not longer than the views and the memory they are given.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "session/bind_keys.h"
#include "wire/mysql/parameters.h"

namespace tapri::session::mysql {

struct ExecutionValues {
  ByteView literals;                                        // as sql::mysql::lift_literals() leaves them
  const wire::mysql::ParameterBlock* parameters = nullptr;  // null: none, or not known
  // To the character sets of the session, client's and connection's, ASCII is what it is.
  bool ascii = false;
  bool backslash_escapes = false;  // in string literals; where that is not known, one with a backslash is not known
};

class KeyValues final : public session::KeyValues {
 public:
  KeyValues(const ExecutionValues& values, std::pmr::memory_resource* memory);

  [[nodiscard]] bool append(const catalog::KeyTerm& term, CanonicalValues& out, bool& null) const override;

 private:
  // A number as it was written, and whether it is compared as a double.
  struct Integer {
    bool negative = false;
    std::uint64_t magnitude = 0;
    bool as_double = false;
  };
  [[nodiscard]] const wire::mysql::Parameter* parameter(const sql::Value& value) const;
  [[nodiscard]] bool is_null(const sql::Value& value) const;
  [[nodiscard]] std::optional<Integer> integer(const sql::Value& value) const;
  [[nodiscard]] bool append_integers(const catalog::KeyTerm& term, CanonicalValues& out) const;
  [[nodiscard]] bool append_text(const sql::Value& value, std::uint32_t max_length, CanonicalValues& out) const;
  [[nodiscard]] std::optional<std::string> bytes(const sql::Value& value) const;
  [[nodiscard]] bool append_bytes(const sql::Value& value, const catalog::Assignable& assignable,
                                  CanonicalValues& out) const;

  std::vector<ByteView> literals_;
  std::pmr::vector<wire::mysql::Parameter> parameters_;
  bool ascii_;
  bool backslash_escapes_;
};

[[nodiscard]] BoundRead bind_read(const Analysis& analysis, const ExecutionValues& values);
// Without values nothing is known of them: all keys that depend on them count as not known.
[[nodiscard]] coherence::Footprint bind_write(const Analysis& analysis, const ExecutionValues& values = {});

}  // namespace tapri::session::mysql
