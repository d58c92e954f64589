#include "session/mysql/key_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>

#include "sql/mysql/scanner.h"
#include "sql/mysql/shape.h"

namespace tapri::session::mysql {
namespace {

using catalog::ColumnType;
using sql::Value;
using wire::mysql::Parameter;
using wire::mysql::Type;

// Doubles tell all integers below it apart.
constexpr std::uint64_t kExact = std::uint64_t{1} << 53U;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// What a string literal stands for; nullopt: it is none, has a prefix, or a backslash where that is no escape or may
// be.
std::optional<std::string> unquoted(ByteView token, bool escapes = false) {
  const bool quoted =
      token.size() >= 2 && (token.front() == '\'' || token.front() == '"') && token.back() == token.front();
  if (!quoted || (!escapes && token.find('\\') != ByteView::npos)) return std::nullopt;
  return sql::mysql::unquoted(token, {});
}

// x'00ff' and 0x00ff; nullopt: it is neither, or half a byte is missing.
std::optional<std::string> unhexed(ByteView token) {
  const bool quoted = token.size() >= 3 && lower(token[0]) == 'x' && token[1] == '\'';
  if (!quoted && !token.starts_with("0x")) return std::nullopt;
  const ByteView digits = token.substr(2, token.size() - (quoted ? 3 : 2));
  if (digits.size() % 2 != 0 || (!quoted && digits.empty())) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned char byte = 0;
    const auto [end, error] = std::from_chars(&digits[i], &digits[i] + 2, byte, 16);
    if (error != std::errc() || end != &digits[i] + 2) return std::nullopt;
    out += static_cast<char>(byte);
  }
  return out;
}

bool is_blob(Type type) {
  switch (type) {
    case Type::tiny_blob:
    case Type::medium_blob:
    case Type::long_blob:
    case Type::blob:
      return true;
    default:
      return false;
  }
}

bool is_string(Type type) {
  switch (type) {
    case Type::varchar:
    case Type::var_string:
    case Type::string:
      return true;
    default:
      return is_blob(type);
  }
}

bool is_printable(ByteView text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::optional<std::uint64_t> magnitude(ByteView digits) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

// Little-endian, of 1 to 8 bytes.
std::uint64_t bits_of(ByteView bytes, bool is_unsigned) {
  std::uint64_t bits = !is_unsigned && static_cast<signed char>(bytes.back()) < 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = bytes.size(); i-- > 0;) bits = bits << 8U | static_cast<unsigned char>(bytes[i]);
  return bits;
}

template <typename Number>
double floating(ByteView bytes) {
  Number number = 0;
  if (bytes.size() == sizeof number) std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

bool is_in(const catalog::IntegerRange& range, bool negative, std::uint64_t magnitude) {
  if (!negative)
    return magnitude <= range.greatest && (range.least <= 0 || magnitude >= static_cast<std::uint64_t>(range.least));
  return range.least < 0 && magnitude <= ~static_cast<std::uint64_t>(range.least) + 1;
}

}  // namespace

KeyValues::KeyValues(const ExecutionValues& values, std::pmr::memory_resource* memory)
    : literals_(sql::mysql::literal_tokens(values.literals)),
      parameters_(memory),
      ascii_(values.ascii),
      backslash_escapes_(values.backslash_escapes) {
  if (values.parameters == nullptr) return;
  parameters_.reserve(values.parameters->count());
  values.parameters->for_each([this](const Parameter& parameter) { parameters_.push_back(parameter); });
}

const Parameter* KeyValues::parameter(const Value& value) const {
  if (value.source != Value::Source::parameter || value.index >= parameters_.size()) return nullptr;
  return &parameters_[value.index];
}

bool KeyValues::is_null(const Value& value) const {
  const Parameter* sent = parameter(value);
  return value.source == Value::Source::null || (sent != nullptr && sent->is_null);
}

bool KeyValues::append(const catalog::KeyTerm& term, CanonicalValues& out, bool& null) const {
  if (std::ranges::any_of(term.values, [this](const Value& value) { return is_null(value); })) {
    null = true;
    // It may be the next number of a sequence, or what a column has instead.
    if (term.assignable.null_replaced) return false;
  }
  if (term.type == ColumnType::integer) return append_integers(term, out);
  if (term.type == ColumnType::binary) {
    return std::ranges::all_of(
        term.values, [&](const Value& value) { return is_null(value) || append_bytes(value, term.assignable, out); });
  }
  if (term.type != ColumnType::text) return false;
  return std::ranges::all_of(term.values, [&](const Value& value) {
    return is_null(value) || append_text(value, term.assignable.max_length, out);
  });
}

std::optional<KeyValues::Integer> KeyValues::integer(const Value& value) const {
  Integer out;
  if (const Parameter* sent = parameter(value)) {
    if (sent->is_long_data) return std::nullopt;
    switch (sent->type) {
      case Type::tiny:
      case Type::short_:
      case Type::int24:
      case Type::long_:
      case Type::longlong: {
        if (sent->value.empty() || sent->value.size() > 8) return std::nullopt;
        const std::uint64_t bits = bits_of(sent->value, sent->is_unsigned);
        out.negative = !sent->is_unsigned && (bits >> 63U) != 0;
        out.magnitude = out.negative ? ~bits + 1 : bits;
        return out;
      }
      case Type::float_:
      case Type::double_: {
        const double number = sent->type == Type::float_ ? floating<float>(sent->value) : floating<double>(sent->value);
        const bool known = std::abs(number) < static_cast<double>(kExact) && std::trunc(number) == number;
        if (!known) return std::nullopt;
        return Integer{number < 0, static_cast<std::uint64_t>(std::abs(number)), true};
      }
      default:
        break;
    }
    const auto number = is_string(sent->type) ? magnitude(sent->value) : std::nullopt;
    if (!ascii_ || !number || *number >= kExact) return std::nullopt;
    return Integer{false, *number, true};
  }
  if (value.source != Value::Source::literal || value.index >= literals_.size()) return std::nullopt;
  const ByteView token = literals_[value.index];
  const std::optional<std::string> text = unquoted(token);
  const auto number = magnitude(text ? *text : token);
  if (!number || (text && (!ascii_ || value.negative || *number >= kExact))) return std::nullopt;
  return Integer{value.negative && *number != 0, *number, text.has_value()};
}

bool KeyValues::append_integers(const catalog::KeyTerm& term, CanonicalValues& out) const {
  bool doubles = false;
  bool large = false;
  for (const Value& value : term.values) {
    if (is_null(value)) continue;
    const std::optional<Integer> number = integer(value);
    if (!number || !is_in(term.assignable.range, number->negative, number->magnitude)) return false;
    doubles |= number->as_double;
    large |= number->magnitude >= kExact;
    std::string& bytes = out.emplace_back(1, number->negative ? '-' : '+');
    for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>((number->magnitude >> shift) & 0xffU);
  }
  // One that is compared as a double may make doubles of those beside it.
  return !doubles || !large;
}

bool KeyValues::append_text(const Value& value, std::uint32_t max_length, CanonicalValues& out) const {
  std::string text;
  if (const Parameter* sent = parameter(value)) {
    if (sent->is_long_data || !is_string(sent->type)) return false;
    text = sent->value;
  } else {
    const bool literal = value.source == Value::Source::literal && value.index < literals_.size() && !value.negative;
    auto quoted = literal ? unquoted(literals_[value.index]) : std::nullopt;
    if (!quoted) return false;
    text = *std::move(quoted);
  }
  // What is longer may be cut when it is stored.
  if (!ascii_ || !is_printable(text) || (max_length != 0 && text.size() > max_length)) return false;
  text.erase(text.find_last_not_of(' ') + 1);
  std::ranges::transform(text, text.begin(), lower);
  out.push_back(std::move(text));
  return true;
}

std::optional<std::string> KeyValues::bytes(const Value& value) const {
  if (const Parameter* sent = parameter(value)) {
    if (sent->is_long_data || !is_string(sent->type)) return std::nullopt;
    if (!is_blob(sent->type) && (!ascii_ || !is_ascii(sent->value))) return std::nullopt;
    return std::string(sent->value);
  }
  if (value.source != Value::Source::literal || value.index >= literals_.size() || value.negative) return std::nullopt;
  const ByteView token = literals_[value.index];
  if (auto known = unhexed(token)) return known;
  auto text = unquoted(token, backslash_escapes_);
  if (!text || !ascii_ || (value.cast.empty() && !is_ascii(*text))) return std::nullopt;
  return text;
}

bool KeyValues::append_bytes(const Value& value, const catalog::Assignable& assignable, CanonicalValues& out) const {
  auto known = bytes(value);
  if (!known) return false;
  const std::size_t most = assignable.max_length;
  if (most != 0 && (assignable.filled_up ? known->size() != most : known->size() > most)) return false;
  out.push_back(*std::move(known));
  return true;
}

BoundRead bind_read(const Analysis& analysis, const ExecutionValues& values) {
  if (analysis.key_reads.empty()) return {.dependencies = analysis.dependencies, .unless_present = {}};
  Scratch scratch;
  const KeyValues key_values(values, scratch.memory());
  return session::bind_read(analysis, key_values, scratch);
}

coherence::Footprint bind_write(const Analysis& analysis, const ExecutionValues& values) {
  if (analysis.key_writes.empty()) return analysis.footprint;
  Scratch scratch;
  const KeyValues key_values(values, scratch.memory());
  return session::bind_write(analysis, key_values, scratch);
}

}  // namespace tapri::session::mysql
