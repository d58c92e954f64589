// The block of parameters and attributes that COM_STMT_EXECUTE ends with and COM_QUERY begins with: a bitmap of NULLs,
// types (or none, when a statement is executed again with the types of last time), and values (MySQL Internals,
// "COM_STMT_EXECUTE", "COM_QUERY").
//
// Views point into the payload. Nothing throws; only remembered_types() allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/constants.h"
#include "wire/mysql/reader.h"
#include "wire/mysql/values.h"

namespace tapri::wire::mysql {

// What must be known of a prepared statement to read its parameters. All views may be empty.
struct StatementParameters {
  std::size_t count = 0;  // as COM_STMT_PREPARE was answered
  // remembered_types() of the last execution that sent types.
  ByteView types;
  // A bitmap: bit i is set if parameter i was sent by COM_STMT_SEND_LONG_DATA since the last execution or reset. Such a
  // parameter's value is not in the block.
  ByteView long_data;
};

struct Parameter {
  Type type = Type::null;
  bool is_unsigned = false;
  ByteView name;  // of an attribute; empty for a parameter, and where names are not sent
  bool is_null = false;
  bool is_long_data = false;  // the value was sent before
  ByteView value;             // as take_binary_value() says
};

class ParameterBlock {
 public:
  // Reads the block of `count` parameters, every value included. `named`: each type has a name behind it
  // (kQueryAttributes). Fails the reader if the block is cut short, a type has no form on the wire, or types are
  // neither sent nor remembered.
  [[nodiscard]] static ParameterBlock take(Reader& reader, std::size_t count, bool named,
                                           const StatementParameters& statement);

  [[nodiscard]] std::size_t count() const { return count_; }
  // Whether types were sent, and hold until others are.
  [[nodiscard]] bool has_types() const { return has_types_; }
  // From the bitmap to the last value: two executions of a statement with equal bytes here, both with types, and
  // without long data, have equal parameters.
  [[nodiscard]] ByteView bytes() const { return bytes_; }
  // The bitmap of NULLs, and the values: with the types, all there is to know of parameters without names.
  [[nodiscard]] ByteView nulls() const { return nulls_; }
  [[nodiscard]] ByteView values() const { return values_; }
  // Two bytes for each parameter: what StatementParameters::types is to be until types are sent again. Names are left
  // out.
  [[nodiscard]] std::string remembered_types() const;

  // visit(const Parameter&), in order.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    Reader types(types_);
    Reader values(values_);
    for (std::size_t i = 0; i < count_; ++i) {
      const Parameter parameter = take_parameter(i, types, values);
      if (types.failed() || values.failed()) return;
      visit(parameter);
    }
  }

 private:
  Parameter take_parameter(std::size_t index, Reader& types, Reader& values) const;

  std::size_t count_ = 0;
  bool has_types_ = false;
  bool named_ = false;  // the types in types_ have names behind them
  ByteView bytes_;
  ByteView nulls_;
  ByteView types_;
  ByteView values_;
  ByteView long_data_;
};

}  // namespace tapri::wire::mysql
