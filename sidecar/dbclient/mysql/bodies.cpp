#include "dbclient/mysql/bodies.h"

#include <algorithm>

#include "catalog/natives.h"
#include "sql/mysql/dialect.h"
#include "sql/mysql/routine_body.h"

namespace tapri::dbclient::mysql {
namespace {

namespace mysql = sql::mysql;

mysql::Dialect dialect_of(const Schema& schema) {
  mysql::Dialect dialect;
  dialect.server = schema.server.mariadb ? mysql::Server::mariadb : mysql::Server::mysql;
  dialect.version = schema.version;
  dialect.folds_table_names = schema.folds_names;
  return dialect;
}

// Whether what came as utf8mb4 is what the server read. What is no Unicode is trusted as far as it is ASCII.
bool is_as_written(const StoredBody& body) {
  const mysql::Charset charset = mysql::charset_of(body.charset);
  if (charset == mysql::Charset::unicode) return true;
  const bool ascii = std::ranges::all_of(body.text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return charset == mysql::Charset::single_byte && ascii;
}

}  // namespace

std::optional<std::vector<sql::StatementFacts>> body_facts(const Schema& schema, const StoredBody& body) {
  if (body.text.empty() || !is_as_written(body)) return std::nullopt;
  mysql::Dialect dialect = dialect_of(schema);
  mysql::apply_sql_mode(dialect, body.sql_mode);
  return mysql::body_facts(body.text, dialect);
}

std::optional<sql::StatementFacts> view_facts(const Schema& schema, const ViewRow& view) {
  auto facts = mysql::view_facts(view.definition, dialect_of(schema));
  if (!facts) return std::nullopt;
  // Where the view was made with its database as the current one, servers leave the name of that out.
  for (QualifiedName& function : facts->functions) {
    const bool native = catalog::native_function(function.name) != catalog::Native::none;
    if (function.schema.empty() && !native) function.schema = view.name.schema;
  }
  return facts;
}

}  // namespace tapri::dbclient::mysql
