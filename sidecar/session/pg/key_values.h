// The values of one execution, in the canonical bytes that keys are made of: two are equal where the server takes them
// for equal as values of a column of that type, whatever way they were written or sent.
//
// Only what is surely the same is known: an integer in plain decimal digits, a text as it is (beyond ASCII where both
// sides speak UTF8), a uuid in its usual form; in binary, parameters whose type is known. Formats: typsend/typreceive
// functions of the server (int8send, uuid_send, array_send in utils/adt/); docs/coherence.md, "Keys".
//
// Thread-safety: none; lives on one stack, not longer than the views and the memory it is given.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <vector>

#include "catalog/resolve.h"
#include "session/bind_keys.h"
#include "wire/pg/frontend.h"

namespace tapri::session::pg {

struct ExecutionValues {
  ByteView literals;                     // as sql::pg::lift_literals() leaves them
  ByteView types;                        // the end of Parse: count and type OIDs of parameters; may be empty
  const wire::pg::Bind* bind = nullptr;  // null: no parameters, or not known
  bool unicode = false;                  // client and server encoding are both UTF8
};

class KeyValues final : public session::KeyValues {
 public:
  // `parameter_types`: of parameters whose type the client left open, see catalog::Resolution.
  KeyValues(const ExecutionValues& values, const std::vector<catalog::ColumnType>& parameter_types,
            std::pmr::memory_resource* memory = std::pmr::get_default_resource());

  [[nodiscard]] bool append(const catalog::KeyTerm& term, CanonicalValues& out, bool& null) const override;
  // Of one value, several of an array.
  // `max_length`: see catalog::Assignable.
  [[nodiscard]] bool append(const sql::Value& value, catalog::ColumnType type, std::uint32_t max_length,
                            CanonicalValues& out, bool& null) const;

 private:
  struct Parameter {
    ByteView value;
    bool null = false;
    bool binary = false;
  };

  [[nodiscard]] bool append_literal(const sql::Value& value, catalog::ColumnType type, CanonicalValues& out) const;
  [[nodiscard]] bool append_array(const Parameter& parameter, catalog::ColumnType type, CanonicalValues& out,
                                  bool& null) const;
  [[nodiscard]] bool append_text(ByteView text, catalog::ColumnType type, CanonicalValues& out) const;
  [[nodiscard]] bool append_binary(ByteView bytes, catalog::ColumnType type, CanonicalValues& out) const;
  [[nodiscard]] bool has_type(const sql::Value& value, catalog::ColumnType type) const;

  std::vector<ByteView> literals_;
  std::pmr::vector<Parameter> parameters_;
  ByteView types_;  // OIDs of four bytes
  const std::vector<catalog::ColumnType>& parameter_types_;
  bool unicode_;
};

}  // namespace tapri::session::pg
