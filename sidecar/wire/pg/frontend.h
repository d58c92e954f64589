// Messages that a client sends: decoders to views, and encoders (PostgreSQL manual, "Message Formats").
//
// Decoders take a frame's body. They return false, and leave `out` in an unspecified state, if a field is cut short, a
// count or length cannot be, or bytes are left over: such a message is for the server to judge. Views point into the
// body. No decoder allocates or throws.
// Encoders append one whole frame. Texts are cut at their first NUL byte, so that no text can forge a field; a frame
// must stay below 1 GiB, which is the caller's to see to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "wire/pg/message_type.h"
#include "wire/pg/startup.h"
#include "wire/pg/values.h"

namespace tapri::wire::pg {

struct Query {
  ByteView sql;
};

struct Parse {
  ByteView name;  // empty: the unnamed statement
  ByteView sql;
  std::uint16_t type_count = 0;
  ByteView types;  // type_count OIDs of four bytes; 0 = for the server to infer

  // Requires index < type_count.
  [[nodiscard]] std::uint32_t type(std::size_t index) const { return load_u32(types.data() + index * 4); }
};

struct Bind {
  ByteView portal;     // empty: the unnamed portal
  ByteView statement;  // empty: the unnamed statement
  // From the count of format codes to the last parameter, all counts and lengths included: two Binds with equal bytes
  // here bind equal parameters.
  ByteView parameters;
  std::uint16_t parameter_format_count = 0;
  ByteView parameter_formats;  // the codes, two bytes each
  std::uint16_t parameter_count = 0;
  ByteView parameter_values;  // for for_each_value()
  std::uint16_t result_format_count = 0;
  ByteView result_formats;  // the codes, two bytes each

  // visit(bool is_null, ByteView value), in order.
  template <typename Visit>
  void for_each_parameter(Visit&& visit) const {
    for_each_value(parameter_values, std::forward<Visit>(visit));
  }
  // 0 text, 1 binary: no code means text for all, one code means that for all. A parameter without a code is text.
  [[nodiscard]] std::uint16_t parameter_format(std::size_t index) const;
  // As above, for a column of the result.
  [[nodiscard]] std::uint16_t result_format(std::size_t column) const;
};

struct Describe {
  char kind = 0;  // 'S' statement, 'P' portal; anything else is refused
  ByteView name;
};

struct Execute {
  ByteView portal;
  std::int32_t max_rows = 0;  // 0 or less: all
};

struct Close {
  char kind = 0;  // 'S' statement, 'P' portal; anything else is refused
  ByteView name;
};

struct PasswordMessage {
  ByteView password;
};

struct SaslInitialResponse {
  ByteView mechanism;
  bool has_response = false;
  ByteView response;
};

struct SaslResponse {
  ByteView data;
};

[[nodiscard]] bool decode(ByteView body, Query& out);
[[nodiscard]] bool decode(ByteView body, Parse& out);
[[nodiscard]] bool decode(ByteView body, Bind& out);
[[nodiscard]] bool decode(ByteView body, Describe& out);
[[nodiscard]] bool decode(ByteView body, Execute& out);
[[nodiscard]] bool decode(ByteView body, Close& out);
[[nodiscard]] bool decode(ByteView body, PasswordMessage& out);
[[nodiscard]] bool decode(ByteView body, SaslInitialResponse& out);
[[nodiscard]] bool decode(ByteView body, SaslResponse& out);

void append_query(std::string& out, ByteView sql);
// At most 65,535 types are sent.
void append_parse(std::string& out, ByteView name, ByteView sql, std::span<const std::uint32_t> types = {});
// No parameters; every result column as text.
void append_bind(std::string& out, ByteView portal, ByteView statement);
void append_describe(std::string& out, char kind, ByteView name);
void append_execute(std::string& out, ByteView portal, std::int32_t max_rows = 0);
void append_close(std::string& out, char kind, ByteView name);
void append_sync(std::string& out);
void append_flush(std::string& out);
void append_terminate(std::string& out);
void append_password(std::string& out, ByteView password);
// The response is binary: it is not cut.
void append_sasl_initial_response(std::string& out, ByteView mechanism, ByteView response);
void append_sasl_response(std::string& out, ByteView data);

}  // namespace tapri::wire::pg
