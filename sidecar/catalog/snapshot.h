// What one database's schema says, as far as facts need it: one immutable snapshot, made by dbclient/. A MySQL server
// has one for all its databases, since statements name tables of any.
//
// Thread-safety: immutable after build(); shared by shared_ptr.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/columns.h"
#include "sql/facts.h"

namespace tapri::catalog {

// Whose rules names are found by, and what statements do of themselves.
enum class Dialect : std::uint8_t { postgresql, mysql };  // mysql: MariaDB, too

// pg_class.relkind: https://www.postgresql.org/docs/15/catalog-pg-class.html
enum class RelationKind : char {
  table = 'r',
  partitioned = 'p',
  view = 'v',
  materialised = 'm',
  foreign = 'f',
  sequence = 'S',
  other = '?',
};

struct Relation {
  ObjectId oid = 0;    // of MySQL: made of its name by the loader, the same in every process
  std::string schema;  // of MySQL: the database
  std::string name;
  RelationKind kind = RelationKind::other;
  bool temporary = false;
  bool row_security = false;
  // Something besides the rows themselves happens on a write: rules, triggers, or defaults and constraints that call a
  // volatile user function. What that touches is not known.
  bool write_side_effects = false;
  // Functions of triggers whose bodies are known, which a write may run. On every member of a family: all of them.
  std::vector<sql::QualifiedName> triggers;
  // Writes take effect at once and survive a ROLLBACK: a table of a MySQL engine without transactions.
  bool writes_survive_rollback = false;
  // The columns of the only unique key, of whatever kind; empty: there is none, or there are several. Of MySQL alone,
  // where INSERT ... ON DUPLICATE KEY UPDATE does not say which key it means.
  std::vector<std::string> only_unique_key;
  // A BEFORE trigger may store another row than the statement says, or none. On every member of a family.
  bool rewrites_rows = false;
  // For views (also through other views) and tables with policies: a user-defined volatile function is called on
  // reading.
  bool read_side_effects = false;
  // The smallest object id among the relations joined to this one by inheritance or partitioning; itself when alone.
  // A write to a partition changes its parent's answers and the other way round: dependencies use the family.
  ObjectId family = 0;
  // Families that foreign-key actions (CASCADE, SET NULL, SET DEFAULT) of this family's rows may change, transitively:
  // itself among them where they come round to it.
  std::vector<ObjectId> cascades;
  // A cascade reaches a relation with write_side_effects.
  bool cascade_side_effects = false;
  // A column is of type `time with time zone`, whose conversions depend on today's date where a time zone has summer
  // time.
  bool has_timetz = false;
  bool has_time = false;        // a column is of type `time`; AT TIME ZONE makes a `time with time zone` of it
  std::vector<Column> columns;  // in their order, dropped ones left out
  // Views: what the definition says, with every name but those of pg_catalog written with its schema; null: not known.
  // Where it is known no more than in part, it has an obstacle: it names every relation and function all the same.
  std::shared_ptr<const sql::StatementFacts> definition;
  // The first member of the family whose reads cannot be followed (not a plain local table, row security, has_timetz);
  // 0: none. Temporary members do not count: no other session sees them.
  ObjectId family_obstacle = 0;
};

// Null where it has none of that name, or where its columns are not known.
[[nodiscard]] const Column* find_column(const Relation& relation, std::string_view name);

enum class Volatility : char { immutable = 'i', stable = 's', is_volatile = 'v' };

// What a volatile routine may do besides returning a value. Of MySQL, whose routines say nothing that the server
// holds them to, any routine.
enum class Effects : std::uint8_t {
  by_schema,  // none in pg_catalog, unknown elsewhere
  none,       // known to change no row of a table and no setting, although volatile (uuid_generate_v4)
  by_body,    // what its body says, and no more
  unknown,
};

// What the bodies of a routine's overloads do, all of them. An immutable overload may be missing.
struct RoutineBody {
  std::vector<sql::StatementFacts> statements;  // names and obstacles alone, see sql/body_summary.h
  // Its own SET search_path, or the caller's. Where the session has temporary tables they are found all the same.
  std::optional<std::vector<std::string>> search_path;
  // Names stand with their schema, but for those of pg_catalog.
  bool qualified = false;
};

// All functions (operators) of one name in one schema; the worst of their overloads.
struct Routine {
  std::string schema;
  std::string name;
  Volatility volatility = Volatility::is_volatile;
  Effects effects = Effects::by_schema;
  // Functions: some overload may be called with one row as its only argument, which `t.name` may mean.
  bool takes_row = true;
  std::shared_ptr<const RoutineBody> body;  // null: not known
};
// May change anything: volatile, and nothing says that it is harmless.
[[nodiscard]] bool has_unknown_effects(const Routine& routine);

struct Type {
  std::string schema;
  std::string name;
  char kind = 'b';          // pg_type.typtype: b base, c composite, d domain, e enum, r range, m multirange, p pseudo
  bool safe_input = false;  // its input function is immutable, or it is an enum
  // Making a value of it runs a user-defined volatile function: a domain's check, its own input function.
  bool volatile_input = false;
};

struct InheritanceEdge {
  ObjectId parent = 0;
  ObjectId child = 0;
};

// What neither a statement's text nor the names in it show. Of what was last known of a database: for when names cannot
// be looked up.
struct HiddenEffects {
  bool reads = false;        // a view, an operator, a cast or `t.name` may run a user-defined volatile function
  bool definitions = false;  // event triggers run on definitions, also of what is temporary
  friend bool operator==(const HiddenEffects&, const HiddenEffects&) = default;
};

// What a MySQL server says of itself, for people and for sessions.
struct ServerFacts {
  std::string version;  // "10.11.6-MariaDB", "9.7.0"
  bool mariadb = false;
  bool read_only = false;
  std::string sql_mode;          // that new sessions begin with
  bool event_scheduler = false;  // runs
  std::size_t events = 0;        // that are enabled: what they write is not seen
  // What the control user's privileges keep from being known: every write counts as one to everything.
  bool limited = false;
};

class Snapshot {
 public:
  // What dbclient/ read. build() computes `family`, `family_obstacle`, `cascades` and `cascade_side_effects` of
  // relations, and spreads `write_side_effects` and `read_side_effects` over each family.
  struct Source {
    Dialect dialect = Dialect::postgresql;
    // Names of relations, databases and aliases are the same in lower case (lower_case_table_names); the names here
    // are in lower case then.
    bool folds_names = false;
    std::string database;     // upstream and database; the namespace of its dependencies
    std::string fingerprint;  // equal fingerprints: equal schemas
    std::vector<Relation> relations;
    std::vector<Routine> functions;
    std::vector<Routine> operators;
    std::vector<Type> types;
    std::vector<ForeignKey> foreign_keys;
    std::vector<UniqueKey> unique_keys;
    std::vector<IndexedColumn> indexed_columns;
    std::vector<InheritanceEdge> inheritance;
    bool volatile_casts = false;       // a user-defined cast runs a function that is not immutable
    bool event_triggers = false;       // that are not disabled
    bool own_equality = false;         // somebody has defined an operator = over types that keys are made of
    std::uint32_t server_version = 0;  // 150004; 101106 of MariaDB 10.11.6, 90700 of MySQL 9.7.0
    ServerFacts server;
  };
  [[nodiscard]] static std::shared_ptr<const Snapshot> build(Source source);

  [[nodiscard]] Dialect dialect() const { return source_.dialect; }
  [[nodiscard]] bool folds_names() const { return source_.folds_names; }
  [[nodiscard]] const ServerFacts& server() const { return source_.server; }
  // Some relation has writes_survive_rollback.
  [[nodiscard]] bool any_write_survives_rollback() const;
  [[nodiscard]] const std::string& database() const { return source_.database; }
  [[nodiscard]] const std::string& fingerprint() const { return source_.fingerprint; }
  [[nodiscard]] bool volatile_casts() const { return source_.volatile_casts; }
  [[nodiscard]] std::size_t relation_count() const { return source_.relations.size(); }
  // Every relation; valid as long as the snapshot.
  [[nodiscard]] std::span<const Relation> relations() const { return source_.relations; }
  [[nodiscard]] std::uint32_t server_version() const { return source_.server_version; }
  // Some routine outside pg_catalog may change anything when called: a temporary table, of which a snapshot knows
  // nothing for sure, may call it from a default or a trigger.
  [[nodiscard]] bool has_routines_with_effects() const;
  [[nodiscard]] HiddenEffects hidden_effects() const;
  // Some view or some routine whose body is known calls FOUND_ROWS().
  [[nodiscard]] bool asks_found_rows() const;

  // Null where unknown. Valid as long as the snapshot.
  [[nodiscard]] const Relation* find_relation(std::string_view schema, std::string_view name) const;
  [[nodiscard]] const Relation* find_relation(ObjectId oid) const;
  // Keys of a family; empty where it has none. Valid as long as the snapshot.
  [[nodiscard]] std::span<const Key> keys(ObjectId family) const;
  // Foreign keys that refer to a member of the family.
  [[nodiscard]] std::span<const ForeignKey* const> referring_to(ObjectId family) const;
  // Whether the family has one member, temporary ones aside.
  [[nodiscard]] bool stands_alone(ObjectId family) const;
  // Every schema's routines / types of that name.
  [[nodiscard]] std::span<const Routine* const> functions(std::string_view name) const;
  [[nodiscard]] std::span<const Routine* const> operators(std::string_view name) const;
  [[nodiscard]] std::span<const Type* const> types(std::string_view name) const;

 private:
  explicit Snapshot(Source source);
  struct Index;
  Source source_;
  std::shared_ptr<const Index> index_;
};

}  // namespace tapri::catalog
