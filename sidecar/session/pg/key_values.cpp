#include "session/pg/key_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "session/pg/array_text.h"
#include "sql/pg/shape.h"
#include "wire/cursor.h"

namespace tapri::session::pg {
namespace {

using catalog::ColumnType;
using sql::Value;

// pg_type.dat: types whose values of equal meaning have equal canonical bytes, and the arrays of them.
constexpr std::uint32_t kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kUnknown = 705, kVarchar = 1043, kUuid = 2950;
constexpr std::uint32_t kInt2Array = 1005, kInt4Array = 1007, kTextArray = 1009, kVarcharArray = 1015,
                        kInt8Array = 1016, kUuidArray = 2951;
constexpr std::int32_t kMaxElements = 100;
constexpr std::size_t kOidSize = 4;

bool is_element_type(std::uint32_t oid, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return oid == kInt2 || oid == kInt4 || oid == kInt8;
    case ColumnType::text:
      return oid == kText || oid == kVarchar;
    case ColumnType::uuid:
      return oid == kUuid;
    case ColumnType::binary:
    case ColumnType::other:
      break;
  }
  return false;
}

bool is_array_type(std::uint32_t oid, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return oid == kInt2Array || oid == kInt4Array || oid == kInt8Array;
    case ColumnType::text:
      return oid == kTextArray || oid == kVarcharArray;
    case ColumnType::uuid:
      return oid == kUuidArray;
    case ColumnType::binary:
    case ColumnType::other:
      break;
  }
  return false;
}

std::string integer_bytes(std::int64_t number) {
  std::string out;
  const auto bits = static_cast<std::uint64_t>(number);
  for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>((bits >> shift) & 0xffU);
  return out;
}

std::optional<std::int64_t> integer(ByteView digits, bool negative) {
  if (!digits.empty() && digits.front() == '-') {
    if (negative) return std::nullopt;
    negative = true;
    digits.remove_prefix(1);
  }
  if (digits.empty() || digits.front() == '-') return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return negative ? -number : number;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// 8-4-4-4-12 digits, or 32 of them.
std::optional<std::string> uuid_bytes(ByteView text) {
  constexpr std::array<std::size_t, 4> kHyphens = {8, 13, 18, 23};
  const bool hyphens = text.size() == 36;
  if (!hyphens && text.size() != 32) return std::nullopt;
  std::string out;
  int high = -1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (hyphens && std::ranges::find(kHyphens, i) != kHyphens.end()) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) return std::nullopt;
    if (high < 0) {
      high = digit;
      continue;
    }
    out += static_cast<char>(high * 16 + digit);
    high = -1;
  }
  return out;
}

// What a quoted literal stands for: 'it''s' or $tag$it's$tag$. False: it is not quoted.
bool unquote(ByteView token, std::string& out) {
  if (token.size() >= 2 && token.front() == '\'' && token.back() == '\'') {
    token = token.substr(1, token.size() - 2);
    for (std::size_t i = 0; i < token.size(); ++i) {
      out += token[i];
      if (token[i] == '\'') ++i;
    }
    return true;
  }
  if (token.empty() || token.front() != '$') return false;
  const std::size_t tag = token.find('$', 1);
  if (tag == ByteView::npos || token.size() < 2 * (tag + 1)) return false;
  out = token.substr(tag + 1, token.size() - 2 * (tag + 1));
  return true;
}

}  // namespace

KeyValues::KeyValues(const ExecutionValues& values, const std::vector<ColumnType>& parameter_types,
                     std::pmr::memory_resource* memory)
    : literals_(sql::pg::literal_tokens(values.literals)),
      parameters_(memory),
      parameter_types_(parameter_types),
      unicode_(values.unicode) {
  wire::Cursor types(values.types);
  const std::uint16_t count = types.u16();
  types_ = types.bytes(count * kOidSize);
  if (values.bind == nullptr) return;
  parameters_.reserve(values.bind->parameter_count);
  values.bind->for_each_parameter([&](bool null, ByteView value) {
    parameters_.push_back({value, null, values.bind->parameter_format(parameters_.size()) == 1});
  });
}

bool KeyValues::append(const catalog::KeyTerm& term, CanonicalValues& out, bool& null) const {
  return std::ranges::all_of(
      term.values, [&](const Value& value) { return append(value, term.type, term.assignable.max_length, out, null); });
}

bool KeyValues::append(const Value& value, ColumnType type, std::uint32_t max_length, CanonicalValues& out,
                       bool& null) const {
  const std::size_t before = out.size();
  bool known = false;
  switch (value.source) {
    case Value::Source::unknown:
      return false;
    case Value::Source::null:
      null = true;
      return true;
    case Value::Source::literal:
      known = append_literal(value, type, out);
      break;
    case Value::Source::parameter: {
      if (value.index >= parameters_.size() || !has_type(value, type)) return false;
      const Parameter& parameter = parameters_[value.index];
      if (parameter.null) {
        null = true;
        return true;
      }
      known = value.is_array     ? append_array(parameter, type, out, null)
              : parameter.binary ? append_binary(parameter.value, type, out)
                                 : append_text(parameter.value, type, out);
      break;
    }
  }
  const auto fits = [&](const std::string& bytes) { return max_length == 0 || bytes.size() <= max_length; };
  return known && std::all_of(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(), fits);
}

// The type that the server takes the parameter for.
bool KeyValues::has_type(const Value& value, ColumnType type) const {
  const std::size_t at = value.index * kOidSize;
  const std::uint32_t declared = at < types_.size() ? wire::load_u32(types_.data() + at) : 0;
  if (declared != 0 && declared != kUnknown) {
    return value.is_array ? is_array_type(declared, type) : is_element_type(declared, type);
  }
  return value.index < parameter_types_.size() && parameter_types_[value.index] == type;
}

bool KeyValues::append_literal(const Value& value, ColumnType type, CanonicalValues& out) const {
  if (value.index >= literals_.size()) return false;
  const ByteView token = literals_[value.index];
  std::string text;
  if (unquote(token, text)) return !value.negative && append_text(text, type, out);
  if (type != ColumnType::integer) return false;
  const auto number = integer(token, value.negative);
  if (number) out.push_back(integer_bytes(*number));
  return number.has_value();
}

bool KeyValues::append_text(ByteView text, ColumnType type, CanonicalValues& out) const {
  switch (type) {
    case ColumnType::integer: {
      const auto number = integer(text, false);
      if (number) out.push_back(integer_bytes(*number));
      return number.has_value();
    }
    case ColumnType::text:
      if (!unicode_ && !is_ascii(text)) return false;
      out.emplace_back(text);
      return true;
    case ColumnType::uuid: {
      auto bytes = uuid_bytes(text);
      if (bytes) out.push_back(std::move(*bytes));
      return bytes.has_value();
    }
    case ColumnType::binary:
    case ColumnType::other:
      break;
  }
  return false;
}

bool KeyValues::append_binary(ByteView bytes, ColumnType type, CanonicalValues& out) const {
  if (type == ColumnType::text) return append_text(bytes, type, out);
  if (type == ColumnType::uuid && bytes.size() == 16) {
    out.emplace_back(bytes);
    return true;
  }
  if (type != ColumnType::integer || (bytes.size() != 2 && bytes.size() != 4 && bytes.size() != 8)) return false;
  std::int64_t number = static_cast<signed char>(bytes.front()) < 0 ? -1 : 0;
  for (const char byte : bytes) {
    number = static_cast<std::int64_t>((static_cast<std::uint64_t>(number) << 8U) | static_cast<unsigned char>(byte));
  }
  out.push_back(integer_bytes(number));
  return true;
}

bool KeyValues::append_array(const Parameter& parameter, ColumnType type, CanonicalValues& out, bool& null) const {
  if (!parameter.binary) {
    return for_each_element(parameter.value, [&](bool is_null, ByteView element) {
      null |= is_null;
      // With array_nulls off it is the text of these letters.
      if (is_null) return type != ColumnType::text;
      return append_text(element, type, out);
    });
  }
  wire::Cursor cursor(parameter.value);
  const std::int32_t dimensions = cursor.i32();
  (void)cursor.i32();  // whether there are nulls
  const std::uint32_t element_type = cursor.u32();
  if (cursor.failed() || !is_element_type(element_type, type)) return false;
  if (dimensions == 0) return true;
  const std::int32_t count = cursor.i32();
  (void)cursor.i32();  // lower bound
  if (dimensions != 1 || cursor.failed() || count > kMaxElements) return false;
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int32_t size = cursor.i32();
    const ByteView element = size < 0 ? ByteView() : cursor.bytes(static_cast<std::size_t>(size));
    null |= size < 0;
    if (cursor.failed() || (size >= 0 && !append_binary(element, type, out))) return false;
  }
  return cursor.remaining() == 0;
}

}  // namespace tapri::session::pg
