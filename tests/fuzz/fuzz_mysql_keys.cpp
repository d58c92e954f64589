// Values of keys: from any literals and any COM_STMT_EXECUTE come canonical bytes of the type's form, or nothing. An
// execution whose types were left out has the same parameters when they are added.
//
// Input: the size of the literals (one byte), the literals, the count of parameters (one byte), their types, then what
// follows the number of the command.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "session/mysql/key_values.h"
#include "wire/mysql/commands.h"
#include "wire/mysql/packet.h"

namespace {

using tapri::ByteView;
using tapri::catalog::ColumnType;
using tapri::session::CanonicalValues;
using tapri::session::mysql::KeyValues;
using tapri::sql::Value;
namespace wire = tapri::wire::mysql;

constexpr std::uint32_t kShort = 4;

void require(bool holds) {
  if (!holds) std::abort();
}

ByteView take(ByteView& rest, std::size_t size) {
  const ByteView taken = rest.substr(0, size);
  rest.remove_prefix(taken.size());
  return taken;
}

std::size_t take_byte(ByteView& rest) {
  const ByteView taken = take(rest, 1);
  return taken.empty() ? 0 : static_cast<unsigned char>(taken.front());
}

void check_form(const std::string& bytes, ColumnType type) {
  if (type == ColumnType::binary) return require(bytes.size() <= kShort);
  require(type == ColumnType::integer || type == ColumnType::text);
  if (type == ColumnType::integer) return require(bytes.size() == 9 && (bytes[0] == '+' || bytes[0] == '-'));
  require(bytes.size() <= kShort && !bytes.ends_with(' '));
  for (const char c : bytes) require(c >= ' ' && c <= '~' && !(c >= 'A' && c <= 'Z'));
}

void check(const KeyValues& values, const Value& value, ColumnType type) {
  const tapri::catalog::Assignable assignable{
      .max_length = kShort, .range = {.least = -5, .greatest = 300}, .null_replaced = false};
  CanonicalValues out;
  bool null = false;
  const bool known = values.append({type, assignable, {value}}, out, null);
  require(known || !null || type == ColumnType::other || type == ColumnType::uuid);
  require(out.size() <= 1 && (!null || out.empty()));
  if (!known) return;
  for (const std::string& bytes : out) check_form(bytes, type);
}

void check_all(const KeyValues& values) {
  for (const auto source :
       {Value::Source::unknown, Value::Source::null, Value::Source::literal, Value::Source::parameter}) {
    for (std::uint32_t index = 0; index < 4; ++index) {
      for (const bool negative : {false, true}) {
        Value value;
        value.source = source;
        value.index = index;
        value.negative = negative;
        for (const ColumnType type :
             {ColumnType::integer, ColumnType::text, ColumnType::binary, ColumnType::uuid, ColumnType::other}) {
          check(values, value, type);
        }
      }
    }
  }
}

void check_completed(ByteView payload, const wire::StatementParameters& known, const wire::ParameterBlock& parameters) {
  std::string whole;
  wire::append_command(whole, wire::Command::stmt_execute, payload.substr(1));
  const auto completed = wire::with_types(whole, known.count, known.types);
  if (!completed) return;
  wire::StmtExecute command;
  const bool read = wire::decode(ByteView(*completed).substr(wire::kPacketHeaderSize), {},
                                 {.count = known.count, .types = {}, .long_data = {}}, command);
  require(read && command.parameters.has_types());
  require(command.parameters.values() == parameters.values() && command.parameters.nulls() == parameters.nulls());
  require(command.parameters.remembered_types() == parameters.remembered_types());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(reinterpret_cast<const char*>(data), size);
  const ByteView literals = take(rest, take_byte(rest));
  const std::size_t count = take_byte(rest);
  const ByteView types = take(rest, 2 * count);
  const std::string payload = static_cast<char>(wire::Command::stmt_execute) + std::string(rest);
  const wire::StatementParameters known{
      .count = count, .types = types.size() == 2 * count ? types : ByteView(), .long_data = {}};
  wire::StmtExecute command;
  const bool decoded = wire::decode(payload, {}, known, command);
  if (decoded) check_completed(payload, known, command.parameters);
  for (const bool ascii : {false, true}) {
    std::pmr::memory_resource* memory = std::pmr::get_default_resource();
    check_all(KeyValues({.literals = literals, .parameters = decoded ? &command.parameters : nullptr, .ascii = ascii},
                        memory));
  }
  return 0;
}
