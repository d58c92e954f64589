// In whose language a text is written, and what of the language is asked for outside of any session.
//
// Thread-safety: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/protocol.h"
#include "catalog/snapshot.h"
#include "sql/facts.h"
#include "sql/mysql/dialect.h"

namespace tapri::app {

struct Language {
  Protocol protocol = Protocol::postgres;
  sql::mysql::Dialect dialect = {};  // of MySQL: what the text is read by

  [[nodiscard]] bool is_mysql() const { return protocol == Protocol::mysql; }
};

// As new sessions of that server begin: its version and sql_mode, and a client that speaks UTF-8. Where nothing is
// known of it, as servers are set up by default.
[[nodiscard]] Language language_of(Protocol protocol, const catalog::Snapshot* snapshot);

// Where names without a schema are looked up: PostgreSQL's default search path; of MySQL the current database, if there
// is one.
[[nodiscard]] std::vector<std::string> default_path(Protocol protocol, const std::string& database);

// Views of `sql`.
[[nodiscard]] std::vector<std::string_view> split_statements(std::string_view sql, const Language& language);
// As sql::pg::lift_literals() and sql::mysql::lift_literals().
bool lift_literals(std::string_view sql, const Language& language, std::string& shape, std::string& literals);
// Views of `literals`, which that left.
[[nodiscard]] std::vector<std::string_view> literal_tokens(std::string_view literals, const Language& language);
[[nodiscard]] sql::Facts extract_facts(std::string_view sql, const Language& language, std::size_t max_length);

}  // namespace tapri::app
