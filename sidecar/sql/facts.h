// What a statement's text alone says about it: what it reads, writes, calls and changes.
//
// Facts know no catalog: names stand as written (unquoted ones folded to lower case). catalog/ resolves them.
// Facts are immutable once made and shared between threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/reason.h"
#include "sql/predicates.h"

namespace tapri::sql {

enum class Verb : std::uint8_t {
  not_understood,  // anything may happen
  empty,           // no statement: "", ";" or comments only
  select,          // also VALUES and TABLE; with writing CTEs `writes` is not empty
  insert,
  update,
  delete_rows,
  merge,
  truncate,
  copy_in,   // COPY ... FROM (STDIN, a file or a program)
  copy_out,  // COPY ... TO; of a query: that query's facts are merged in
  define,    // DDL, GRANT, REVOKE, COMMENT, REFRESH, CREATE TABLE AS, SELECT INTO, ALTER SYSTEM, ...
  maintain,  // VACUUM, ANALYZE, CHECKPOINT, CLUSTER, REINDEX: changes no row that a query can see
  begin,
  commit,     // also END
  rollback,   // also ABORT
  savepoint,  // SAVEPOINT and RELEASE
  rollback_to,
  prepare_transaction,
  commit_prepared,
  rollback_prepared,
  set_transaction,  // SET TRANSACTION ...
  set,              // SET, SET LOCAL, RESET, SET ROLE, SET SESSION AUTHORIZATION, SET SESSION CHARACTERISTICS
  show,
  discard,
  prepare,  // PREPARE name AS ...: facts of the inner statement are in `inner`
  execute,  // EXECUTE name
  deallocate,
  declare_cursor,  // facts of the query are merged in
  fetch,           // FETCH and MOVE
  close_cursor,
  listen,   // LISTEN, UNLISTEN, NOTIFY
  lock,     // LOCK TABLE, SET CONSTRAINTS
  explain,  // with ANALYZE the inner statement's facts are merged in
  call,     // CALL and DO
};
inline constexpr std::size_t kVerbCount = static_cast<std::size_t>(Verb::call) + 1;  // the last of them counts them all
[[nodiscard]] std::string_view verb_name(Verb verb);

enum class Isolation : std::uint8_t { unchanged, read_committed, repeatable_read, serializable };

// What MySQL's FOUND_ROWS() says after a read.
enum class FoundRows : std::uint8_t {
  counted,    // how many rows came
  of_server,  // more than came, maybe: with an offset, for instance
  may_stay,   // how many came, or what it said before
};

struct StatementFacts {
  Verb verb = Verb::not_understood;
  // Why the text alone forbids caching; `none` for a read that may be cached if the catalog agrees.
  Reason obstacle = Reason::not_understood;
  std::vector<QualifiedName> reads;      // every relation read, CTE names resolved away; no duplicates
  std::vector<QualifiedName> writes;     // target relations of writes, also inside CTEs
  std::vector<QualifiedName> functions;  // every function called by name
  std::vector<QualifiedName> operators;
  std::vector<QualifiedName> types;  // types cast to, typed literals included, written or implied by syntax
  // Names after a dot in column references (t.name, (row).name): PostgreSQL takes one that is no column for a call of
  // the function of that name with the row as its argument.
  std::vector<std::string> fields;
  // Which rows: every relation read is an item of some level, every target has its change.
  std::vector<QueryLevel> levels;
  std::vector<Change> changes;
  std::vector<std::uint32_t> parameter_uses;  // how often $1, $2, ... stand in the text
  bool keys_unknown = false;                  // the three above are not complete
  bool writes_unknown = false;                // it may write anything (DO, CALL, LOCK-free DDL, not understood, ...)
  bool drops_or_alters = false;               // the schema may change: the catalog must be read again
  bool temporary_only = false;                // DDL that creates a temporary relation only
  bool database_level = false;  // CREATE, ALTER or DROP DATABASE: may need that nobody is connected to one
  bool changes_roles = false;   // roles, which all databases of the server share, or what belongs to them, may change
  bool commits_implicitly = false;  // MySQL: it ends the transaction that it stands in, or may
  bool changes_session = false;     // settings, role, search_path, prepared statements... may change
  // Set when a setting whose name cannot be known may change (set_config with a computed name).
  bool changes_unknown_setting = false;
  bool parameter_sensitive = false;  // has $n placeholders

  std::string name;                   // prepared statement (prepare/execute/deallocate; empty: ALL), 2PC gid, or CALL's
  std::vector<std::string> settings;  // names set by SET/RESET/set_config(literal), folded; "" is ALL
  Isolation isolation = Isolation::unchanged;  // begin, set_transaction
  bool read_only = false;                      // begin: its own words say so
  bool chain = false;                          // COMMIT/ROLLBACK AND CHAIN
  FoundRows found_rows = FoundRows::counted;   // select, of MySQL
  bool sub_queries = false;                    // MySQL: among its values and conditions
  bool kills = false;                          // MySQL: it ends other sessions, or what they run
  // Verb prepare: exactly one, what is prepared. Verb execute: what its arguments call, if anything.
  std::vector<StatementFacts> inner;

  friend bool operator==(const StatementFacts&, const StatementFacts&) = default;
};

// The facts of one statement string.
struct Facts {
  // In the order of execution. Empty string or comments only: one of verb `empty`. Not parsed: one `not_understood`.
  std::vector<StatementFacts> statements;
  [[nodiscard]] bool single() const { return statements.size() == 1; }
};

}  // namespace tapri::sql
