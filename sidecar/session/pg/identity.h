// Who a session is, and what of that decides how its texts are read.
#pragma once

#include <string>
#include <vector>

namespace tapri::session::pg {

// What the login established.
struct Identity {
  std::string user;
  std::string database;  // empty: none, of a session for physical replication
  std::string application;
  std::string settings;  // start-up parameters that no probe shows, unambiguous; part of the context
  bool replication = false;
  std::vector<std::string> custom_settings;  // names with a dot given at start-up
  bool standard_strings = true;              // ParameterStatus standard_conforming_strings
  std::string client_encoding;               // ParameterStatus client_encoding
  std::string server_encoding;               // ParameterStatus server_encoding
};

// How the server reads what such a session sends.
struct TextRules {
  bool safe = false;     // no byte of a character can be taken for a quote or a backslash
  bool unicode = false;  // as UTF8, and keeps it so
};
[[nodiscard]] TextRules text_rules(const Identity& identity);

}  // namespace tapri::session::pg
