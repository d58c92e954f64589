// Canonical bytes of MySQL's values: the same for what the server takes for equal, and none where that is not sure.
#include "session/mysql/key_values.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "wire/mysql/reader.h"

namespace tapri::session::mysql {
namespace {

using catalog::ColumnType;
using catalog::KeyTerm;
using sql::Value;
using wire::mysql::Type;
using namespace std::string_literals;

// "?" where a value is not known, else the canonical values with a bar between; "null" where there is a NULL.
std::string shown(const ExecutionValues& values, const KeyTerm& term) {
  Scratch scratch;
  const KeyValues key_values(values, scratch.memory());
  CanonicalValues out;
  bool null = false;
  if (!key_values.append(term, out, null)) return "?";
  std::string text = null ? "null" : "";
  for (const std::string& each : out) text += (text.empty() ? "" : "|") + each;
  return text;
}

KeyTerm term_of(ColumnType type, std::size_t count, Value::Source source) {
  KeyTerm term{type, {}, {}};
  for (std::size_t i = 0; i < count; ++i)
    term.values.push_back({.source = source, .index = static_cast<std::uint32_t>(i)});
  return term;
}

std::string literals_of(const std::vector<std::string>& tokens) {
  std::string literals;
  for (const std::string& token : tokens) {
    for (unsigned shift = 0; shift < 32; shift += 8) literals += static_cast<char>((token.size() >> shift) & 0xffU);
    literals += token;
  }
  return literals;
}

std::string literal(const std::vector<std::string>& tokens, ColumnType type, const catalog::Assignable& assignable = {},
                    bool negative = false) {
  const std::string literals = literals_of(tokens);
  KeyTerm term = term_of(type, tokens.size(), Value::Source::literal);
  term.assignable = assignable;
  for (Value& value : term.values) value.negative = negative;
  return shown({.literals = literals, .ascii = true}, term);
}

std::string number(std::uint64_t magnitude, char sign = '+') {
  std::string out(1, sign);
  for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>((magnitude >> shift) & 0xffU);
  return out;
}

std::string parameter(Type type, const std::string& bytes, ColumnType column, bool is_unsigned = false) {
  std::string block("\0\1", 2);
  block += static_cast<char>(type);
  block += is_unsigned ? '\x80' : '\0';
  block += bytes;
  wire::mysql::Reader reader(block);
  const auto parameters = wire::mysql::ParameterBlock::take(reader, 1, false, {});
  EXPECT_FALSE(reader.failed());
  return shown({.literals = {}, .parameters = &parameters, .ascii = true},
               term_of(column, 1, Value::Source::parameter));
}

template <typename Number>
std::string raw(Number value) {
  std::string out(sizeof value, '\0');
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}

TEST(MysqlKeyValues, IntegersAreKnownInPlainDigits) {
  const auto integer = [](const std::string& token) { return literal({token}, ColumnType::integer); };
  EXPECT_EQ(integer("5"), number(5));
  EXPECT_EQ(integer("005"), number(5));
  EXPECT_EQ(integer("'5'"), number(5));
  EXPECT_EQ(integer("\"5\""), number(5));
  EXPECT_EQ(integer("18446744073709551615"), number(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_EQ(literal({"5"}, ColumnType::integer, {}, true), number(5, '-'));
  EXPECT_EQ(literal({"0"}, ColumnType::integer, {}, true), number(0));
  for (const char* token : {"5.0", "5e0", "0x5", "x'05'", "b'101'", "'5 pears'", "' 5'", "'5 '", "'+5'", "'-5'", "''",
                            "'5\\0'", "N'5'", "18446744073709551616", "'9007199254740992'"}) {
    EXPECT_EQ(integer(token), "?") << token;
  }
  EXPECT_EQ(literal({"'5'"}, ColumnType::integer, {}, true), "?");
}

TEST(MysqlKeyValues, ALargeIntegerBesideAStringMayBeComparedAsADouble) {
  EXPECT_EQ(literal({"9007199254740993", "5"}, ColumnType::integer), number(9007199254740993) + "|" + number(5));
  EXPECT_EQ(literal({"9007199254740993", "'5'"}, ColumnType::integer), "?");
  EXPECT_EQ(literal({"7", "'5'"}, ColumnType::integer), number(7) + "|" + number(5));
}

TEST(MysqlKeyValues, WhatMayBeStoredAsAnotherNumberIsNotKnown) {
  const catalog::Assignable tiny{.max_length = 0, .range = {.least = -128, .greatest = 127}, .null_replaced = true};
  EXPECT_EQ(literal({"127"}, ColumnType::integer, tiny), number(127));
  EXPECT_EQ(literal({"128"}, ColumnType::integer, tiny), "?");
  EXPECT_EQ(literal({"128"}, ColumnType::integer, tiny, true), number(128, '-'));
  EXPECT_EQ(literal({"129"}, ColumnType::integer, tiny, true), "?");
  const catalog::Assignable numbers_itself{
      .max_length = 0, .range = {.least = 1, .greatest = 127}, .null_replaced = true};
  EXPECT_EQ(literal({"0"}, ColumnType::integer, numbers_itself), "?");
  EXPECT_EQ(literal({"1"}, ColumnType::integer, numbers_itself), number(1));
  EXPECT_EQ(literal({"1"}, ColumnType::integer, numbers_itself, true), "?");
  KeyTerm term = term_of(ColumnType::integer, 1, Value::Source::null);
  EXPECT_EQ(shown({}, term), "null");
  term.assignable.null_replaced = true;
  EXPECT_EQ(shown({}, term), "?");
}

TEST(MysqlKeyValues, TextsAreKnownOfPrintableAsciiWithoutCaseAndSpacesAtTheEnd) {
  const auto text = [](const std::string& token) { return literal({token}, ColumnType::text); };
  EXPECT_EQ(text("'It''s me  '"), "it's me");
  EXPECT_EQ(text("\"It's me\""), "it's me");
  EXPECT_EQ(text("' a'"), " a");
  EXPECT_EQ(text("'  '"), "");
  EXPECT_EQ(text("''"), "");
  for (const char* token : {"5", "0x41", "x'41'", "N'a'", "'a\\nb'", "'\\\\'", "'\xc3\xa9'", "'a\tb'", "'a\x7f'"}) {
    EXPECT_EQ(text(token), "?") << token;
  }
  EXPECT_EQ(literal({"'a'"}, ColumnType::text, {}, true), "?");
  const catalog::Assignable three{.max_length = 3, .range = {}, .null_replaced = false};
  EXPECT_EQ(literal({"'abc'"}, ColumnType::text, three), "abc");
  EXPECT_EQ(literal({"'abcd'"}, ColumnType::text, three), "?");
}

TEST(MysqlKeyValues, OfOtherCharacterSetsNoTextIsKnown) {
  const std::string literals = literals_of({"'5'", "5"});
  const ExecutionValues values{.literals = literals, .parameters = nullptr, .ascii = false};
  EXPECT_EQ(shown(values, term_of(ColumnType::text, 1, Value::Source::literal)), "?");
  EXPECT_EQ(shown(values, term_of(ColumnType::integer, 1, Value::Source::literal)), "?");
  KeyTerm plain = term_of(ColumnType::integer, 2, Value::Source::literal);
  plain.values.erase(plain.values.begin());
  EXPECT_EQ(shown(values, plain), number(5));
}

TEST(MysqlKeyValues, BinaryIntegersOfAnySizeAreTheSameNumber) {
  const auto integer = [](Type type, const std::string& bytes, bool is_unsigned = false) {
    return parameter(type, bytes, ColumnType::integer, is_unsigned);
  };
  EXPECT_EQ(integer(Type::tiny, "\5"), number(5));
  EXPECT_EQ(integer(Type::short_, raw<std::int16_t>(5)), number(5));
  EXPECT_EQ(integer(Type::long_, raw<std::int32_t>(-5)), number(5, '-'));
  EXPECT_EQ(integer(Type::longlong, raw<std::int64_t>(5)), number(5));
  EXPECT_EQ(integer(Type::tiny, "\xff"), number(1, '-'));
  EXPECT_EQ(integer(Type::tiny, "\xff", true), number(255));
  const auto least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(integer(Type::longlong, raw(least)), number(std::uint64_t{1} << 63U, '-'));
  EXPECT_EQ(integer(Type::longlong, raw(least), true), number(std::uint64_t{1} << 63U));
}

TEST(MysqlKeyValues, NumbersAndStringsWhereTheyAreTheSameInteger) {
  const auto integer = [](Type type, const std::string& bytes) { return parameter(type, bytes, ColumnType::integer); };
  EXPECT_EQ(integer(Type::double_, raw(5.0)), number(5));
  EXPECT_EQ(integer(Type::double_, raw(-5.0)), number(5, '-'));
  EXPECT_EQ(integer(Type::double_, raw(-0.0)), number(0));
  EXPECT_EQ(integer(Type::float_, raw(5.0F)), number(5));
  EXPECT_EQ(integer(Type::double_, raw(5.5)), "?");
  EXPECT_EQ(integer(Type::double_, raw(1e300)), "?");
  EXPECT_EQ(integer(Type::double_, raw(std::numeric_limits<double>::quiet_NaN())), "?");
  EXPECT_EQ(integer(Type::double_, raw(std::numeric_limits<double>::infinity())), "?");
  EXPECT_EQ(integer(Type::var_string, "\1"s + "5"), number(5));
  EXPECT_EQ(integer(Type::var_string, "\2"s + "5x"), "?");
  EXPECT_EQ(integer(Type::newdecimal, "\1"s + "5"), "?");
  EXPECT_EQ(parameter(Type::var_string, "\2"s + "A ", ColumnType::text), "a");
  EXPECT_EQ(parameter(Type::blob, "\1"s + "A", ColumnType::text), "a");
  EXPECT_EQ(parameter(Type::var_string, "\1\\"s, ColumnType::text), "\\") << "no escape";
  EXPECT_EQ(parameter(Type::tiny, "\5", ColumnType::text), "?");
  EXPECT_EQ(parameter(Type::tiny, "\5", ColumnType::other), "?");
}

std::string bytes(const std::string& token, bool introduced = false, bool escapes = true, bool ascii = true,
                  const catalog::Assignable& assignable = {}) {
  const std::string literals = literals_of({token});
  KeyTerm term = term_of(ColumnType::binary, 1, Value::Source::literal);
  term.assignable = assignable;
  if (introduced) term.values.front().cast = "binary";
  return shown({.literals = literals, .ascii = ascii, .backslash_escapes = escapes}, term);
}

TEST(MysqlKeyValues, OfBytesEveryOneCounts) {
  EXPECT_EQ(bytes("x'4100Ff'"), "A\0\xff"s);
  EXPECT_EQ(bytes("X'41'"), "A");
  EXPECT_EQ(bytes("0x4120"), "A ");
  EXPECT_EQ(bytes("'A '"), "A ");
  EXPECT_EQ(bytes("'It''s'"), "It's");
  EXPECT_EQ(bytes(R"('\0\'\n\\\Z\%\q')"), "\0'\n\\\x1a\\%q"s);
  EXPECT_EQ(bytes("'\xe9'", true), "\xe9");
  EXPECT_EQ(bytes("x'e9'", false, true, false), "\xe9") << "in any character set";
  for (const char* token : {"5", "x'4'", "0x4", "0x", "b'1'", "N'a'", "'\xe9'"}) EXPECT_EQ(bytes(token), "?") << token;
  EXPECT_EQ(bytes("'\\n'", true, false), "?") << "two bytes, or one";
  EXPECT_EQ(bytes("'a'", true, true, false), "?");
}

TEST(MysqlKeyValues, BytesThatMayBeStoredAsOthersAreNotKnown) {
  const catalog::Assignable two{.max_length = 2};
  EXPECT_EQ(bytes("'ab'", false, true, true, two), "ab");
  EXPECT_EQ(bytes("'a'", false, true, true, two), "a");
  EXPECT_EQ(bytes("'abc'", false, true, true, two), "?");
  const catalog::Assignable filled{.max_length = 2, .filled_up = true};
  EXPECT_EQ(bytes("'ab'", false, true, true, filled), "ab");
  EXPECT_EQ(bytes("'a'", false, true, true, filled), "?");
  EXPECT_EQ(bytes("'abc'", false, true, true, filled), "?");
}

TEST(MysqlKeyValues, ParametersOfBytesAreAsTheyWereSent) {
  const auto sent = [](Type type, const std::string& value) { return parameter(type, value, ColumnType::binary); };
  EXPECT_EQ(sent(Type::blob, "\3A\0\xff"s), "A\0\xff"s);
  EXPECT_EQ(sent(Type::var_string, "\2A "), "A ");
  EXPECT_EQ(sent(Type::var_string, "\1\xe9"), "?") << "may be converted";
  EXPECT_EQ(sent(Type::tiny, "\5"), "?");
}

TEST(MysqlKeyValues, OfWhatIsNotThereNothingIsKnown) {
  for (const auto source : {Value::Source::unknown, Value::Source::literal, Value::Source::parameter}) {
    EXPECT_EQ(shown({.literals = {}, .ascii = true}, term_of(ColumnType::integer, 1, source)), "?");
    EXPECT_EQ(shown({.literals = {}, .ascii = true}, term_of(ColumnType::text, 1, source)), "?");
  }
}

}  // namespace
}  // namespace tapri::session::mysql
