// What a session's settings make of SQL text: quotes, operators and comments mean other things under another sql_mode,
// character set or server version.
//
// Sources: MySQL reference manual, "Server SQL Modes", "Comments" and "Connection Character Sets"; MariaDB's
// documentation of the same; sql/sql_lex.cc of both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tapri::sql::mysql {

enum class Server : std::uint8_t { mysql, mariadb };

// How the bytes of a client's character set may be looked at.
enum class Charset : std::uint8_t {
  unicode,      // utf8 in all its forms: bytes above 127 are letters, and never part of anything ASCII
  single_byte,  // one byte a character, or several above 127: outside quotes only ASCII is understood
  unsafe,       // a character may end in a quote or a backslash, or it is not known: nothing is understood
};

struct Dialect {
  Server server = Server::mariadb;
  std::uint32_t version = 101100;  // as executable comments have it: 80036, 90700, 101119
  Charset charset = Charset::unicode;
  bool ansi_quotes = false;
  bool pipes_as_concat = false;
  bool no_backslash_escapes = false;
  bool ignore_space = false;       // a blank may stand between a function's name and its parenthesis
  bool strict = true;              // values that do not fit are refused, not made to fit
  bool foreign_syntax = false;     // sql_mode ORACLE or MSSQL of MariaDB: nothing is understood
  bool folds_table_names = false;  // lower_case_table_names is not 0
  friend bool operator==(const Dialect&, const Dialect&) = default;
};

// Takes the modes from the value of @@sql_mode, which names single modes and combinations of them.
void apply_sql_mode(Dialect& dialect, std::string_view sql_mode);
// By the name of a character set: the value of @@character_set_client.
[[nodiscard]] Charset charset_of(std::string_view name);
// "10.11.19-MariaDB-0+deb12u1" or "9.7.0" -> server and version; the replication prefix "5.5.5-" of MariaDB is known.
// False, and nothing changed: not a version.
bool apply_version(Dialect& dialect, std::string_view version);

// What facts of a text depend on besides the text, executable comments aside; empty for what servers have by default.
// Shapes start with it (shape.h).
[[nodiscard]] std::string dialect_tag(const Dialect& dialect);

}  // namespace tapri::sql::mysql
