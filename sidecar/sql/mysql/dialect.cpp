#include "sql/mysql/dialect.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "sql/mysql/dialect_tag.h"
#include "sql/mysql/words.h"

namespace tapri::sql::mysql {
namespace {

// One byte a character with ASCII as its lower half, or several bytes that are all above 127. Not here: big5, gbk,
// gb18030, sjis and cp932 (second bytes may be a backslash), swe7 (a backslash is a letter), utf16 and its kin.
constexpr std::array<std::string_view, 31> kSingleByte = {
    "armscii8", "ascii", "binary",   "cp1250",  "cp1251", "cp1256",    "cp1257",  "cp850",
    "cp852",    "cp866", "dec8",     "eucjpms", "euckr",  "gb2312",    "geostd8", "greek",
    "hebrew",   "hp8",   "keybcs2",  "koi8r",   "koi8u",  "latin1",    "latin2",  "latin5",
    "latin7",   "macce", "macroman", "tis620",  "ujis",   "iso8859_1", "us_ascii"};

// What tags say of it by a word.
struct Flag {
  bool Dialect::*field;
  bool value;
  std::string_view name;
};
constexpr std::array<Flag, 7> kFlags = {{{&Dialect::ansi_quotes, true, "ansi_quotes"},
                                         {&Dialect::pipes_as_concat, true, "pipes_as_concat"},
                                         {&Dialect::no_backslash_escapes, true, "no_backslash_escapes"},
                                         {&Dialect::ignore_space, true, "ignore_space"},
                                         {&Dialect::strict, false, "not_strict"},
                                         {&Dialect::foreign_syntax, true, "foreign_syntax"},
                                         {&Dialect::folds_table_names, true, "lower_case_table_names"}}};
constexpr std::string_view kSingleByteTag = "single_byte";
constexpr std::string_view kUnsafeTag = "unsafe_charset";

void apply_mode(Dialect& dialect, std::string_view mode) {
  if (same_word(mode, "ansi")) dialect.ansi_quotes = dialect.pipes_as_concat = dialect.ignore_space = true;
  if (same_word(mode, "ansi_quotes")) dialect.ansi_quotes = true;
  if (same_word(mode, "pipes_as_concat")) dialect.pipes_as_concat = true;
  if (same_word(mode, "no_backslash_escapes")) dialect.no_backslash_escapes = true;
  if (same_word(mode, "ignore_space")) dialect.ignore_space = true;
  // DB2, MAXDB and POSTGRESQL also hold ANSI's; they stand in the value beside these.
  if (same_word(mode, "oracle") || same_word(mode, "mssql")) dialect.foreign_syntax = true;
  const bool strict =
      same_word(mode, "strict_trans_tables") || same_word(mode, "strict_all_tables") || same_word(mode, "traditional");
  if (strict) dialect.strict = true;
}

bool number(std::string_view& text, std::uint32_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || out > 999) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool dot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

void apply_sql_mode(Dialect& dialect, std::string_view sql_mode) {
  dialect.ansi_quotes = dialect.pipes_as_concat = dialect.no_backslash_escapes = false;
  dialect.ignore_space = dialect.strict = dialect.foreign_syntax = false;
  while (!sql_mode.empty()) {
    const std::size_t comma = std::min(sql_mode.find(','), sql_mode.size());
    apply_mode(dialect, sql_mode.substr(0, comma));
    sql_mode.remove_prefix(std::min(comma + 1, sql_mode.size()));
  }
}

Charset charset_of(std::string_view name) {
  for (const std::string_view known : {"utf8mb4", "utf8mb3", "utf8"}) {
    if (same_word(name, known)) return Charset::unicode;
  }
  const bool single = std::any_of(kSingleByte.begin(), kSingleByte.end(),
                                  [name](std::string_view known) { return same_word(name, known); });
  return single ? Charset::single_byte : Charset::unsafe;
}

bool apply_version(Dialect& dialect, std::string_view version) {
  const bool mariadb = version.find("MariaDB") != std::string_view::npos;
  if (mariadb && version.starts_with("5.5.5-")) version.remove_prefix(6);
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t patch = 0;
  const bool whole =
      number(version, major) && dot(version) && number(version, minor) && dot(version) && number(version, patch);
  if (!whole || minor > 99 || patch > 99) return false;
  dialect.server = mariadb ? Server::mariadb : Server::mysql;
  dialect.version = major * 10'000 + minor * 100 + patch;
  return true;
}

std::string dialect_tag(const Dialect& dialect) {
  std::string modes;
  const auto add = [&](bool on, std::string_view name) {
    if (on) modes.append(" ").append(name);
  };
  for (const Flag& flag : kFlags) add(dialect.*flag.field == flag.value, flag.name);
  add(dialect.charset == Charset::single_byte, kSingleByteTag);
  add(dialect.charset == Charset::unsafe, kUnsafeTag);
  return modes.empty() ? modes : "/* mode:" + modes + " */";
}

void apply_tag(Dialect& dialect, std::string_view words) {
  while (!words.empty()) {
    const std::size_t blank = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, blank);
    words.remove_prefix(std::min(blank + 1, words.size()));
    for (const Flag& flag : kFlags) {
      if (word == flag.name) dialect.*flag.field = flag.value;
    }
    if (word == kSingleByteTag) dialect.charset = Charset::single_byte;
    if (word == kUnsafeTag) dialect.charset = Charset::unsafe;
  }
}

}  // namespace tapri::sql::mysql
