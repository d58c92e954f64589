// What Tapri thinks of a statement: what `tapri explain` and POST /api/v1/explain show.
//
// Thread-safety: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/protocol.h"
#include "base/reason.h"
#include "catalog/resolve.h"
#include "catalog/snapshot.h"
#include "policy/rules.h"
#include "sql/facts.h"

namespace tapri::app {

// Lives on the caller's stack; everything it refers to must outlive the call.
struct ExplainInput {
  std::string_view sql;  // one or several statements
  const policy::RuleSet& rules;
  Protocol protocol = Protocol::postgres;
  // Null: no catalog. Then `without_catalog` is the reason, or, with `assume_plain_tables`, every relation is taken for
  // a plain table and only what the server itself brings is known besides.
  const catalog::Snapshot* snapshot = nullptr;
  bool assume_plain_tables = false;
  Reason without_catalog = Reason::catalog_unavailable;
  // Effective, as current_schemas(true) says; of MySQL the current database, if there is one.
  std::vector<std::string> search_path = {"pg_catalog", "public"};
  // Who asks: what rules match on; each may be empty.
  std::string user;
  std::string database;
  std::string application;
  std::size_t max_statement = std::size_t{1024} * 1024;  // bytes
  catalog::Precision precision = catalog::Precision::rows;
};

enum class KnownFrom : std::uint8_t { database, assumption, nothing };

struct ExplainedRelation {
  sql::QualifiedName written;
  std::optional<sql::QualifiedName> resolved;  // nullopt: not known
};

struct ExplainedStatement {
  std::string text;
  std::string shape;
  std::uint64_t fingerprint = 0;
  std::size_t literals = 0;
  sql::StatementFacts facts;
  std::vector<ExplainedRelation> reads;
  std::vector<ExplainedRelation> writes;

  bool cacheable = false;
  Reason reason = Reason::none;
  std::string detail;       // the name that the reason is about; may be empty
  std::string_view advice;  // what can be done about it; may be empty
  policy::Verdict verdict;
  std::string rule;  // "timetable (rules.json:12)" or "defaults"

  // "any(public.products)", "all(shop)". Of a cacheable read, and of a write.
  std::vector<std::string> dependencies;
  std::vector<std::string> footprint;
  std::string unkeyed;       // why a table that is read is depended on as a whole; empty: none is
  bool writes_rows = false;  // the footprint is not empty
  bool changes_catalog = false;
  bool changes_session = false;
  bool changes_unknown_setting = false;
};

struct Explanation {
  KnownFrom known_from = KnownFrom::nothing;
  Protocol protocol = Protocol::postgres;
  // Of MySQL, where the database was asked: what the texts were read by.
  std::string server_version;
  std::string sql_mode;
  std::string user;
  std::string database;
  std::string application;
  std::vector<std::string> search_path;
  // Each as if it were sent by itself. Several of them in one string are never cached.
  std::vector<ExplainedStatement> statements;
};

[[nodiscard]] Explanation explain(const ExplainInput& input);

// For people; ends with a line break. `colours`: ANSI escapes.
[[nodiscard]] std::string explanation_text(const Explanation& explanation, bool colours);
// One object on several lines, in UTF-8; format: docs/explain.md.
[[nodiscard]] std::string explanation_json(const Explanation& explanation);

}  // namespace tapri::app
