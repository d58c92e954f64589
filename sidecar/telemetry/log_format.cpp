#include "telemetry/log_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <type_traits>

namespace tapri::telemetry {
namespace {

// The length of the well-formed UTF-8 sequence at the start of `text` (RFC 3629), 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : (lead & 0xF0) == 0xE0       ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
  const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

// Appends the first character, or U+FFFD for a byte that begins none; returns how many bytes of `text` it took.
std::size_t append_character(std::string& out, std::string_view text) {
  const std::size_t length = utf8_length(text);
  out.append(length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, length));
  return std::max<std::size_t>(length, 1);
}

void append_control(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

// Escapes the first character; returns how many bytes of `text` it took.
std::size_t append_one(std::string& out, std::string_view text) {
  const char c = text.front();
  switch (c) {
    case '"':
      out += "\\\"";
      return 1;
    case '\\':
      out += "\\\\";
      return 1;
    case '\n':
      out += "\\n";
      return 1;
    case '\r':
      out += "\\r";
      return 1;
    case '\t':
      out += "\\t";
      return 1;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
    append_control(out, c);
    return 1;
  }
  return append_character(out, text);
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~' || c == '"' || c == '=' || c == '\\') return false;
  }
  return !text.empty();
}

template <typename T>
void append_number(std::string& out, T value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  if (error == std::errc()) out.append(buffer.data(), end);
}

void append_value(std::string& out, const Field::Value& value, bool always_quote) {
  std::visit(
      [&](const auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::string_view>) {
          const bool quote = always_quote || !is_plain(held);
          if (quote) out += '"';
          append_escaped(out, held);
          if (quote) out += '"';
        } else if constexpr (std::is_same_v<T, bool>) {
          out += held ? "true" : "false";
        } else if constexpr (std::is_same_v<T, double>) {
          if (std::isfinite(held)) {
            append_number(out, held);
          } else {
            out += "null";
          }
        } else {
          append_number(out, held);
        }
      },
      value);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) text.remove_prefix(append_character(out, text));
  return out;
}

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) text.remove_prefix(append_one(out, text));
}

std::string format_text(std::string_view component, std::string_view message, Fields fields) {
  std::string out;
  append_escaped(out, component);
  out += ": ";
  append_escaped(out, message);
  for (const Field& field : fields) {
    out += ' ';
    append_escaped(out, field.key());
    out += '=';
    append_value(out, field.value(), false);
  }
  return out;
}

std::string format_json(std::string_view component, std::string_view message, Fields fields) {
  std::string out = "\"component\":";
  append_quoted(out, component);
  out += ",\"message\":";
  append_quoted(out, message);
  for (const Field& field : fields) {
    out += ',';
    append_quoted(out, field.key());
    out += ':';
    append_value(out, field.value(), true);
  }
  out += '}';
  return out;
}

}  // namespace tapri::telemetry
