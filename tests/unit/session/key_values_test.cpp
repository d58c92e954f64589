// Canonical bytes of values: the same for what the server takes for equal, and none where that is not sure.
#include "session/pg/key_values.h"

#include <gtest/gtest.h>

#include "session/pg/array_text.h"
#include "wire/cursor.h"

namespace tapri::session::pg {
namespace {

using catalog::ColumnType;
using sql::Value;
using namespace std::string_literals;

std::string literal_bytes(std::string_view token) {
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>((token.size() >> shift) & 0xffU);
  return out.append(token);
}

// "?" where the value is not known, else the canonical values with a bar between; "null" where there is a NULL.
std::string shown(const KeyValues& values, const Value& value, ColumnType type, std::uint32_t max_length = 0) {
  CanonicalValues out;
  bool null = false;
  if (!values.append(value, type, max_length, out, null)) return "?";
  std::string text = null ? "null" : "";
  for (const std::string& each : out) text += (text.empty() ? "" : "|") + each;
  return text;
}

std::string literal(std::string_view token, ColumnType type, bool negative = false, bool unicode = true,
                    std::uint32_t max_length = 0) {
  const std::string literals = literal_bytes(token);
  const std::vector<ColumnType> types;
  const KeyValues values({.literals = literals, .types = {}, .bind = nullptr, .unicode = unicode}, types);
  Value value;
  value.source = Value::Source::literal;
  value.negative = negative;
  return shown(values, value, type, max_length);
}

std::string number(std::int64_t value) {
  std::string out;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    out += static_cast<char>((static_cast<std::uint64_t>(value) >> shift) & 0xffU);
  }
  return out;
}

struct Parameter {
  std::string bytes;
  std::uint32_t oid = 0;
  bool binary = false;
  bool array = false;
};

std::string parameter(const Parameter& sent, ColumnType type, ColumnType uses = ColumnType::other) {
  wire::pg::Bind bind;
  std::string body;
  wire::append_u32(body, static_cast<std::uint32_t>(sent.bytes.size()));
  body += sent.bytes;
  bind.parameter_count = 1;
  bind.parameter_values = body;
  const std::string format = sent.binary ? "\0\1"s : "\0\0"s;
  bind.parameter_format_count = 1;
  bind.parameter_formats = format;
  std::string types;
  wire::append_u16(types, 1);
  wire::append_u32(types, sent.oid);
  const std::vector<ColumnType> all_uses = {uses};
  const KeyValues values({.literals = {}, .types = types, .bind = &bind, .unicode = true}, all_uses);
  Value value;
  value.source = Value::Source::parameter;
  value.is_array = sent.array;
  return shown(values, value, type);
}

TEST(KeyValues, IntegersAreKnownInPlainDigits) {
  using enum ColumnType;
  EXPECT_EQ(literal("5", integer), number(5));
  EXPECT_EQ(literal("007", integer), number(7));
  EXPECT_EQ(literal("5", integer, true), number(-5));
  EXPECT_EQ(literal("'5'", integer), number(5));
  EXPECT_EQ(literal("'-5'", integer), number(-5));
  EXPECT_EQ(literal("$$5$$", integer), number(5));
  EXPECT_EQ(literal("9223372036854775807", integer), number(INT64_MAX));
  for (const char* odd :
       {"5.0", "5e0", "0x10", "1_000", "9223372036854775808", "' 5'", "'5 '", "'+5'", "''", "'--5'", "'5a'"}) {
    EXPECT_EQ(literal(odd, integer), "?") << odd;
  }
  EXPECT_EQ(literal("'5'", integer, true), "?");
}

TEST(KeyValues, TextsAreKnownAsTheyAre) {
  using enum ColumnType;
  EXPECT_EQ(literal("'it''s'", text), "it's");
  EXPECT_EQ(literal("$q$it's$q$", text), "it's");
  EXPECT_EQ(literal("''", text), "");
  EXPECT_EQ(literal("5", text), "?");
  EXPECT_EQ(literal("'\303\244'", text), "\303\244");
  EXPECT_EQ(literal("'\303\244'", text, false, false), "?");
  EXPECT_EQ(literal("'abc'", text, false, true, 3), "abc");
  EXPECT_EQ(literal("'abc '", text, false, true, 3), "?") << "cut when it is assigned";
}

TEST(KeyValues, UuidsAreKnownInTheirUsualForms) {
  using enum ColumnType;
  const std::string bytes = "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef";
  EXPECT_EQ(literal("'01234567-89ab-cdef-0123-456789abcdef'", uuid), bytes);
  EXPECT_EQ(literal("'0123456789ABCDEF0123456789ABCDEF'", uuid), bytes);
  EXPECT_EQ(literal("'{0123456789ABCDEF0123456789ABCDEF}'", uuid), "?");
  EXPECT_EQ(literal("'01234567-89ab-cdef-0123-456789abcdeg'", uuid), "?");
  EXPECT_EQ(literal("'012345678-9ab-cdef-0123-456789abcdef'", uuid), "?");
  EXPECT_EQ(parameter({bytes, 2950, true}, uuid), bytes);
  EXPECT_EQ(parameter({"01234567-89ab-cdef-0123-456789abcdef", 2950}, uuid), bytes);
  EXPECT_EQ(parameter({bytes.substr(1), 2950, true}, uuid), "?");
}

TEST(KeyValues, ParametersNeedATypeThatIsSure) {
  using enum ColumnType;
  EXPECT_EQ(parameter({"5", 23}, integer), number(5));
  EXPECT_EQ(parameter({"5", 0}, integer, integer), number(5));
  EXPECT_EQ(parameter({"5", 705}, integer, integer), number(5));
  EXPECT_EQ(parameter({"5", 0}, integer), "?") << "it is compared with something else, too";
  EXPECT_EQ(parameter({"5", 1700}, integer, integer), "?") << "numeric";
  EXPECT_EQ(parameter({"5", 701}, integer), "?") << "double precision";
  EXPECT_EQ(parameter({"x", 25}, text), "x");
  EXPECT_EQ(parameter({"x", 1043}, text), "x");
  EXPECT_EQ(parameter({"x ", 1042}, text), "?") << "char(n) is compared without its blanks";
}

TEST(KeyValues, BinaryIntegersOfAnySizeAreTheSameNumber) {
  using enum ColumnType;
  EXPECT_EQ(parameter({"\0\5"s, 21, true}, integer), number(5));
  EXPECT_EQ(parameter({"\0\0\0\5"s, 23, true}, integer), number(5));
  EXPECT_EQ(parameter({"\0\0\0\0\0\0\0\5"s, 20, true}, integer), number(5));
  EXPECT_EQ(parameter({"\377\373"s, 21, true}, integer), number(-5));
  EXPECT_EQ(parameter({"\0\0\5"s, 23, true}, integer), "?");
  EXPECT_EQ(parameter({""s, 23, true}, integer), "?");
}

TEST(KeyValues, ArraysGiveTheirElements) {
  using enum ColumnType;
  EXPECT_EQ(parameter({"{1,2}", 1007, false, true}, integer), number(1) + "|" + number(2));
  EXPECT_EQ(parameter({"{}", 1007, false, true}, integer), "");
  EXPECT_EQ(parameter({"{1,NULL}", 1007, false, true}, integer), "null|" + number(1));
  EXPECT_EQ(parameter({R"({a,"b,\"c\"","NULL"})", 1009, false, true}, text), R"(a|b,"c"|NULL)");
  for (const char* odd : {"{1, 2}", "{{1,2}}", "[0:1]={1,2}", "{1,}", "{,1}", "{1,2", "1,2}", "{\"1}", "", "{1.5}"}) {
    EXPECT_EQ(parameter({odd, 1007, false, true}, integer), "?") << odd;
  }
  EXPECT_EQ(parameter({"{1}", 1231, false, true}, integer, integer), "?") << "numeric[]";
  const std::string sent = "\0\0\0\1\0\0\0\0\0\0\0\27\0\0\0\2\0\0\0\1\0\0\0\4\0\0\0\5\377\377\377\377"s;
  EXPECT_EQ(parameter({sent, 1007, true, true}, integer), "null|" + number(5));
  for (std::size_t cut = 0; cut < sent.size(); ++cut) {
    EXPECT_EQ(parameter({sent.substr(0, cut), 1007, true, true}, integer), "?") << cut;
  }
  EXPECT_EQ(parameter({sent + "x", 1007, true, true}, integer), "?");
  EXPECT_EQ(parameter({"\0\0\0\0\0\0\0\0\0\0\0\27"s, 1007, true, true}, integer), "");
}

TEST(KeyValues, OfWhatIsNotThereNothingIsKnown) {
  const std::vector<ColumnType> types;
  const KeyValues values({}, types);
  Value value;
  EXPECT_EQ(shown(values, value, ColumnType::integer), "?");
  value.source = Value::Source::literal;
  EXPECT_EQ(shown(values, value, ColumnType::integer), "?");
  value.source = Value::Source::parameter;
  EXPECT_EQ(shown(values, value, ColumnType::integer), "?");
  value.source = Value::Source::null;
  EXPECT_EQ(shown(values, value, ColumnType::integer), "null");
}

}  // namespace
}  // namespace tapri::session::pg
