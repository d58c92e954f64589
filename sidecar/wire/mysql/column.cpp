#include "wire/mysql/column.h"

#include "wire/mysql/packet.h"

namespace tapri::wire::mysql {

namespace {

constexpr std::uint64_t kFixedSize = 12;  // of the numbers behind the names

bool has_extended(Capabilities capabilities) {
  return is_mariadb(capabilities) && has(capabilities, capability::kMariaExtendedMetadata);
}

}  // namespace

bool decode(ByteView payload, Capabilities capabilities, ColumnDefinition& out) {
  out = ColumnDefinition{};
  Reader reader(payload);
  out.catalog = reader.lenenc_bytes();
  out.schema = reader.lenenc_bytes();
  out.table = reader.lenenc_bytes();
  out.org_table = reader.lenenc_bytes();
  out.name = reader.lenenc_bytes();
  out.org_name = reader.lenenc_bytes();
  if (has_extended(capabilities)) out.extended = reader.lenenc_bytes();
  if (reader.lenenc() != kFixedSize) reader.fail();
  out.collation = reader.u16();
  out.length = reader.u32();
  out.type = static_cast<Type>(reader.u8());
  out.flags = reader.u16();
  out.decimals = reader.u8();
  static_cast<void>(reader.u16());
  out.default_value = reader.rest();
  return reader.done();
}

void append_column_definition(std::string& out, std::uint8_t& sequence, Capabilities capabilities,
                              const ColumnDefinition& column) {
  PacketWriter packet(out, sequence);
  packet.lenenc_bytes(column.catalog);
  packet.lenenc_bytes(column.schema);
  packet.lenenc_bytes(column.table);
  packet.lenenc_bytes(column.org_table);
  packet.lenenc_bytes(column.name);
  packet.lenenc_bytes(column.org_name);
  if (has_extended(capabilities)) packet.lenenc_bytes(column.extended);
  packet.lenenc(kFixedSize);
  packet.u16(column.collation);
  packet.u32(column.length);
  packet.u8(static_cast<std::uint8_t>(column.type));
  packet.u16(column.flags);
  packet.u8(column.decimals);
  packet.u16(0);
  packet.bytes(column.default_value);
}

}  // namespace tapri::wire::mysql
