#include "wire/mysql/commands.h"

#include <limits>

#include "wire/mysql/packet.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

namespace {

// A reader behind the number, failed if it is another one.
Reader begin(ByteView payload, Command command) {
  Reader reader(payload);
  if (reader.u8() != static_cast<std::uint8_t>(command)) reader.fail();
  return reader;
}

// A count of parameters; servers keep it in 16 bits.
std::size_t take_count(Reader& reader) {
  const std::uint64_t count = reader.lenenc();
  if (count > std::numeric_limits<std::uint16_t>::max()) reader.fail();
  return reader.failed() ? 0 : static_cast<std::size_t>(count);
}

bool takes_statement(Command command) {
  switch (command) {
    case Command::stmt_execute:
    case Command::stmt_send_long_data:
    case Command::stmt_close:
    case Command::stmt_reset:
    case Command::stmt_fetch:
    case Command::mariadb_stmt_bulk_execute:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<Command> command_of(ByteView payload) {
  if (payload.empty()) return std::nullopt;
  return static_cast<Command>(payload[0]);
}

bool decode(ByteView payload, Capabilities capabilities, Query& out) {
  Reader reader = begin(payload, Command::query);
  out.attributes = ParameterBlock{};
  if (has(capabilities, capability::kQueryAttributes)) {
    const std::size_t count = take_count(reader);
    if (reader.lenenc() != 1) reader.fail();  // sets of parameters
    out.attributes = ParameterBlock::take(reader, count, true, {});
  }
  out.sql = reader.rest();
  return reader.done();
}

bool decode(ByteView payload, StmtPrepare& out) {
  Reader reader = begin(payload, Command::stmt_prepare);
  out.sql = reader.rest();
  return reader.done();
}

bool decode(ByteView payload, Capabilities capabilities, const StatementParameters& statement, StmtExecute& out) {
  Reader reader = begin(payload, Command::stmt_execute);
  out.statement = reader.u32();
  out.flags = reader.u8();
  out.iterations = reader.u32();
  const bool named = has(capabilities, capability::kQueryAttributes);
  std::size_t count = statement.count;
  // The flag says that there is a count even for a statement without parameters; with some there always is one.
  const bool counted = count > 0 || (out.flags & cursor::kParameterCountAvailable) != 0;
  if (named && counted) count = take_count(reader);
  if (count < statement.count) reader.fail();
  out.parameters = ParameterBlock::take(reader, count, named, statement);
  if (count == 0) static_cast<void>(reader.rest());  // servers do not look
  return reader.done();
}

bool decode(ByteView payload, StmtId& out) {
  Reader reader(payload);
  if (!takes_statement(static_cast<Command>(reader.u8()))) reader.fail();
  out.statement = reader.u32();
  return !reader.failed();
}

bool decode(ByteView payload, StmtSendLongData& out) {
  Reader reader = begin(payload, Command::stmt_send_long_data);
  out.statement = reader.u32();
  out.parameter = reader.u16();
  out.data = reader.rest();
  return reader.done();
}

bool decode(ByteView payload, StmtFetch& out) {
  Reader reader = begin(payload, Command::stmt_fetch);
  out.statement = reader.u32();
  out.rows = reader.u32();
  return reader.done();
}

bool decode(ByteView payload, InitDb& out) {
  Reader reader = begin(payload, Command::init_db);
  out.database = reader.rest();
  return reader.done();
}

bool decode(ByteView payload, FieldList& out) {
  Reader reader = begin(payload, Command::field_list);
  out.table = reader.c_string();
  out.wildcard = reader.rest();
  return reader.done();
}

bool decode(ByteView payload, SetOption& out) {
  Reader reader = begin(payload, Command::set_option);
  out.option = reader.u16();
  return reader.done();
}

bool decode(ByteView payload, ProcessKill& out) {
  Reader reader = begin(payload, Command::process_kill);
  out.connection_id = reader.u32();
  return reader.done();
}

bool decode(ByteView payload, StmtBulkExecute& out) {
  Reader reader = begin(payload, Command::mariadb_stmt_bulk_execute);
  out.statement = reader.u32();
  out.flags = reader.u16();
  out.rest = reader.rest();
  return reader.done();
}

void append_command(std::string& out, Command command, ByteView argument) {
  std::uint8_t sequence = 0;
  PacketWriter packet(out, sequence);
  packet.u8(static_cast<std::uint8_t>(command));
  packet.bytes(argument);
}

void append_query(std::string& out, Capabilities capabilities, ByteView sql) {
  std::uint8_t sequence = 0;
  PacketWriter packet(out, sequence);
  packet.u8(static_cast<std::uint8_t>(Command::query));
  if (has(capabilities, capability::kQueryAttributes)) {
    packet.lenenc(0);  // attributes
    packet.lenenc(1);  // sets of them
  }
  packet.bytes(sql);
}

void append_stmt_command(std::string& out, Command command, std::uint32_t statement) {
  std::uint8_t sequence = 0;
  PacketWriter packet(out, sequence);
  packet.u8(static_cast<std::uint8_t>(command));
  packet.u32(statement);
}

std::optional<std::string> with_types(ByteView whole, std::size_t count, ByteView types) {
  Packet packet;
  if (count == 0 || !take_packet(whole, packet) || packet.whole.size() != whole.size()) return std::nullopt;
  // Behind the number, the statement, flags and iterations.
  const std::size_t flag = 10 + bitmap_size(count);
  const bool left_out = packet.payload.size() > flag && packet.payload[flag] == 0;
  if (!left_out || packet.payload.size() + types.size() >= kMaxPayload) return std::nullopt;
  std::string out;
  std::uint8_t sequence = packet.sequence;
  {
    PacketWriter writer(out, sequence);
    writer.bytes(packet.payload.substr(0, flag));
    writer.u8(1);
    writer.bytes(types);
    writer.bytes(packet.payload.substr(flag + 1));
  }
  return out;
}

void append_null_execution(std::string& out, std::uint32_t statement, std::size_t count, ByteView types) {
  std::uint8_t sequence = 0;
  PacketWriter packet(out, sequence);
  packet.u8(static_cast<std::uint8_t>(Command::stmt_execute));
  packet.u32(statement);
  packet.u8(cursor::kNone);
  packet.u32(1);  // iterations
  packet.bytes(std::string(bitmap_size(count), '\xff'));
  packet.u8(1);
  packet.bytes(types);
}

}  // namespace tapri::wire::mysql
