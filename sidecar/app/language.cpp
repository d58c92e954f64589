#include "app/language.h"

#include "sql/mysql/facts.h"
#include "sql/mysql/shape.h"
#include "sql/mysql/split.h"
#include "sql/pg/facts.h"
#include "sql/pg/shape.h"
#include "sql/pg/split.h"

namespace tapri::app {

Language language_of(Protocol protocol, const catalog::Snapshot* snapshot) {
  Language language{protocol};
  if (!language.is_mysql() || snapshot == nullptr) return language;
  const catalog::ServerFacts& server = snapshot->server();
  if (sql::mysql::apply_version(language.dialect, server.version)) {
    sql::mysql::apply_sql_mode(language.dialect, server.sql_mode);
  }
  return language;
}

std::vector<std::string> default_path(Protocol protocol, const std::string& database) {
  if (protocol == Protocol::postgres) return {"pg_catalog", "public"};
  return database.empty() ? std::vector<std::string>() : std::vector{database};
}

std::vector<std::string_view> split_statements(std::string_view sql, const Language& language) {
  return language.is_mysql() ? sql::mysql::split_statements(sql, language.dialect) : sql::pg::split_statements(sql);
}

bool lift_literals(std::string_view sql, const Language& language, std::string& shape, std::string& literals) {
  return language.is_mysql() ? sql::mysql::lift_literals(sql, language.dialect, shape, literals)
                             : sql::pg::lift_literals(sql, shape, literals);
}

std::vector<std::string_view> literal_tokens(std::string_view literals, const Language& language) {
  return language.is_mysql() ? sql::mysql::literal_tokens(literals) : sql::pg::literal_tokens(literals);
}

sql::Facts extract_facts(std::string_view sql, const Language& language, std::size_t max_length) {
  return language.is_mysql() ? sql::mysql::extract_facts(sql, language.dialect, {.max_length = max_length})
                             : sql::pg::extract_facts(sql, {.max_length = max_length});
}

}  // namespace tapri::app
