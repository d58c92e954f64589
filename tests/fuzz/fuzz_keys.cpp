// Values of keys: from any literals, parameter types and Bind come canonical bytes of the type's size, or nothing.
//
// Input: the size of the parameter types (one byte), the types, the size of the literals (one byte), the literals, then
// the body of a Bind.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "session/pg/key_values.h"

namespace {

using tapri::ByteView;
using tapri::catalog::ColumnType;
using tapri::session::CanonicalValues;
using tapri::session::pg::KeyValues;
using tapri::sql::Value;

void require(bool holds) {
  if (!holds) std::abort();
}

ByteView take(ByteView& rest) {
  if (rest.empty()) return {};
  const std::size_t size = static_cast<unsigned char>(rest.front());
  rest.remove_prefix(1);
  const ByteView taken = rest.substr(0, size);
  rest.remove_prefix(taken.size());
  return taken;
}

void check(const KeyValues& values, const Value& value, ColumnType type) {
  CanonicalValues out;
  bool null = false;
  const bool known = values.append(value, type, 4, out, null);
  require(known || !null || value.is_array);
  if (!known) return;
  require(type != ColumnType::other || out.empty());
  require(value.is_array || out.size() <= 1);
  for (const std::string& bytes : out) {
    require(bytes.size() <= 4);
    require(type == ColumnType::text);
  }
}

void check_any_length(const KeyValues& values, const Value& value, ColumnType type) {
  CanonicalValues out;
  bool null = false;
  if (!values.append(value, type, 0, out, null)) return;
  for (const std::string& bytes : out) {
    require(type != ColumnType::integer || bytes.size() == 8);
    require(type != ColumnType::uuid || bytes.size() == 16);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(reinterpret_cast<const char*>(data), size);
  const ByteView types = take(rest);
  const ByteView literals = take(rest);
  tapri::wire::pg::Bind bind;
  const bool decoded = tapri::wire::pg::decode(rest, bind);
  const std::vector<ColumnType> uses = {ColumnType::integer, ColumnType::text, ColumnType::uuid, ColumnType::other};
  const KeyValues values(
      {.literals = literals, .types = types, .bind = decoded ? &bind : nullptr, .unicode = size % 2 == 0}, uses);
  for (const auto source :
       {Value::Source::unknown, Value::Source::null, Value::Source::literal, Value::Source::parameter}) {
    for (const bool flag : {false, true}) {
      for (std::uint32_t index = 0; index < 4; ++index) {
        Value value;
        value.source = source;
        value.index = index;
        value.negative = flag && source == Value::Source::literal;
        value.is_array = flag && source == Value::Source::parameter;
        for (const ColumnType type : uses) {
          check(values, value, type);
          check_any_length(values, value, type);
        }
      }
    }
  }
  return 0;
}
