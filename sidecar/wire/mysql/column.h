// Definitions of a result's columns and of a statement's parameters (MySQL Internals, "Protocol::ColumnDefinition41";
// MariaDB, "Result Set Packets: Column Definition", whose "extended metadata" comes between the names and the numbers).
//
// The decoder takes a message's payload and returns false, with `out` in an unspecified state, if a field is cut short
// or a length cannot be. Views point into the payload. Nothing throws.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/constants.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

struct ColumnDefinition {
  ByteView catalog;  // always "def"
  ByteView schema;
  ByteView table;  // alias; org_table is the table's own name
  ByteView org_table;
  ByteView name;
  ByteView org_name;
  // MariaDB: for for_each_extended_metadata(). Empty unless kMariaExtendedMetadata.
  ByteView extended;
  std::uint16_t collation = 0;
  std::uint32_t length = 0;  // of a value as a text, in bytes at most
  Type type = Type::null;
  std::uint16_t flags = 0;  // of column_flag
  std::uint8_t decimals = 0;
  // COM_FIELD_LIST: the default value, length-encoded or NULL (0xfb); empty elsewhere.
  ByteView default_value;

  [[nodiscard]] bool is_unsigned() const { return (flags & column_flag::kUnsigned) != 0; }
};

// MariaDB: what the type is by a further name.
enum class ExtendedMetadata : std::uint8_t {
  type = 0,    // "point", "uuid", "inet6", ...
  format = 1,  // "json"
};

[[nodiscard]] bool decode(ByteView payload, Capabilities capabilities, ColumnDefinition& out);

// What the capabilities leave out is not sent; extended metadata that they ask for but which `column` has not are sent
// as none.
void append_column_definition(std::string& out, std::uint8_t& sequence, Capabilities capabilities,
                              const ColumnDefinition& column);

// visit(ExtendedMetadata kind, ByteView text), in the order sent. Stops quietly where it ends or cannot be read.
template <typename Visit>
void for_each_extended_metadata(ByteView extended, Visit&& visit) {
  Reader reader(extended);
  while (reader.remaining() > 0) {
    const auto kind = static_cast<ExtendedMetadata>(reader.u8());
    const ByteView text = reader.lenenc_bytes();
    if (reader.failed()) return;
    visit(kind, text);
  }
}

}  // namespace tapri::wire::mysql
