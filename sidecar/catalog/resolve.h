// Facts + catalog -> what a statement depends on and what it changes.
//
// Pure. When in doubt: an obstacle for reads, all(D) for writes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/reason.h"
#include "catalog/snapshot.h"
#include "coherence/dependency.h"
#include "sql/facts.h"

namespace tapri::catalog {

// What a DBA's rules add (rules.md, "dependencies"); filled from policy/ by the caller. Names may be globs or
// schema.name; matching is the caller's business.
struct DeclaredEffects {
  std::vector<sql::QualifiedName> also_reads;
  std::vector<sql::QualifiedName> also_changes;
  // Functions whose effects are fully declared: they neither write anything else nor forbid caching.
  std::vector<sql::QualifiedName> known_functions;          // their writes are known
  std::vector<sql::QualifiedName> deterministic_functions;  // also: their result may be cached
  // Follows a write to any table that `matches`: asked of the names as written, and of every table, by schema and name,
  // that the write is known to change.
  struct OnWrite {
    std::function<bool(const sql::QualifiedName&)> matches;
    std::vector<sql::QualifiedName> also_changes;
  };
  std::vector<OnWrite> on_write;
};

// A column of a key, and what values it may have.
struct KeyTerm {
  ColumnType type = ColumnType::other;
  Assignable assignable;  // of a value that is assigned; lengths count in bytes here
  std::vector<sql::Value> values;
  friend bool operator==(const KeyTerm&, const KeyTerm&) = default;
};

// Rows by key, of a read or a write: complete once the statement's values are known. They then are dependencies on (or
// changes of) key_of(base, values), for every combination of the terms' values, along with `with`; or else `otherwise`
// is.
struct KeyUse {
  coherence::KeyBase base;
  std::vector<KeyTerm> terms;  // one for each column of the key
  std::vector<coherence::Dependency> with;
  std::vector<coherence::Dependency> otherwise;
  std::string name;  // "public.orders.id", for people
};

struct Resolution {
  Reason obstacle = Reason::none;  // why it cannot be cached with full coherence
  std::string detail;              // the name that `obstacle` is about: "random", "public.v_orders"; may be empty
  // The same where a rule gives coherence up for a TTL: the first obstacle that stands even then. What the catalog
  // cannot tell may be met first, and must not hide what makes a statement no plain read or its answer another each
  // time.
  Reason ttl_obstacle = Reason::none;
  std::string ttl_detail;
  std::vector<sql::QualifiedName> tables;  // every relation read or written, resolved to schema and name where known
  std::vector<coherence::Dependency> dependencies;  // of a read; all(D) is always the first
  std::vector<KeyUse> key_reads;                    // besides the dependencies
  // Of key_reads the only one, by a unique key, of a query whose result has one row for each row of the relation: where
  // it has as many rows as were asked for, no row that is added later can be one of them.
  bool rows_show_presence = false;
  bool reads_view = false;
  // Why a relation that is read is not read by key: its name, and what is missing.
  std::string unkeyed_reads;
  coherence::Footprint footprint;  // of a write; empty where nothing that a query can see is changed
  std::vector<KeyUse> key_writes;  // besides the footprint
  // For each parameter: the type of the columns that all its uses are compared with or assigned to; other: not so.
  std::vector<ColumnType> parameter_types;
  bool writes = false;  // footprint is not empty
  // What it changes, or a part of that, was changed once the statement ended, whatever becomes of its transaction.
  bool survives_rollback = false;
  // The catalog must be read again once it is committed (DDL, unknown effects). Without a snapshot it is set only by
  // what surely defines something: a function that is unknown for want of a catalog sets changes_unknown_setting alone.
  bool changes_catalog = false;
  // It may change settings in ways that cannot be followed (an unknown volatile function, DO, CALL).
  bool changes_unknown_setting = false;
  // MySQL's CALL and DO: all that they run is known, which makes no temporary table and changes no setting; what facts
  // say of any CALL does not hold.
  bool call_followed = false;
  // Names could not be looked up, and one of them may stand for something that writes: a view, an operator. It is taken
  // to write everything; that it also changed settings is not taken for more than a reason to ask for them again.
  bool hidden_effects = false;
};

// Whether it uses names that a schema other than the known one may give effects to, as HiddenEffects has them.
[[nodiscard]] bool rests_on_schema(const sql::StatementFacts& facts);

// Whether a rule that gives coherence up for a TTL may cache in spite of it: what the catalog cannot tell, or follow,
// does not matter then.
[[nodiscard]] bool yields_to_ttl(Reason obstacle);

// Whether to tell rows apart, or whole relations only.
enum class Precision : std::uint8_t { relations, rows };

// What a write to rows of the family changes that says nothing of which rows.
[[nodiscard]] coherence::Footprint footprint_of_family(const Snapshot& snapshot, ObjectId family);

// `search_path` is the session's effective one (current_schemas(true)), in order; of MySQL its current database, if it
// has one, with "pg_temp" besides where it has temporary tables. `database` is the namespace used when
// `snapshot` is null: then every read has the obstacle catalog_unavailable and every write is all(D), as is a read
// where `hidden` says that it may write; nullopt: nothing was ever known. `dialect` is the snapshot's where there is
// one.
[[nodiscard]] Resolution resolve(const sql::StatementFacts& facts, const Snapshot* snapshot, std::string_view database,
                                 std::span<const std::string> search_path, const DeclaredEffects& declared = {},
                                 std::optional<HiddenEffects> hidden = std::nullopt,
                                 Precision precision = Precision::rows, Dialect dialect = Dialect::postgresql);

}  // namespace tapri::catalog
