// Columns and the keys made of them: what row-precise dependencies rest on (docs/coherence.md, "Keys").
//
// Thread-safety: plain data.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace tapri::catalog {

using ObjectId = std::uint32_t;

// Types whose equality is exact: two values are equal where their canonical bytes are. Of PostgreSQL, domains, char(n),
// and text under a nondeterministic collation are `other`.
//
// Of MySQL and MariaDB: integers of any width; binary(n) and varbinary(n), of which every byte counts; and text under a
// collation by which two values of printable ASCII are equal only if they differ in nothing but case and spaces at the
// end. Which values beyond ASCII equal those is not known, so that a row of such a value is one whose key is not known.
// What is written as another kind of value is converted when it is compared ('5 pears' = 5).
enum class ColumnType : std::uint8_t {
  other,
  integer,  // smallint, integer, bigint
  text,     // text, varchar
  uuid,
  binary,  // binary(n), varbinary(n)
};

// Of integers.
struct IntegerRange {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();
  friend bool operator==(const IntegerRange&, const IntegerRange&) = default;
};

// When a value that is assigned may be stored as another, instead of being refused: it is not known then which. Only
// MySQL does more than to cut texts.
struct Assignable {
  std::uint32_t max_length = 0;  // of text in characters, of binary in bytes: longer ones may be cut; 0: any
  bool filled_up = false;        // shorter ones are, to max_length
  IntegerRange range;            // integers outside of it may be stored as its ends, or be generated
  bool null_replaced = false;    // NULL may become a value
  friend bool operator==(const Assignable&, const Assignable&) = default;
};

struct Column {
  std::string name;
  ColumnType type = ColumnType::other;
  Assignable assignable;
  bool generated = false;  // from other columns of the row: changes when they do
  // Of MySQL's texts, a number for each collation: what equals a value by one need not by another.
  std::uint32_t collation = 0;
};

// Columns no two rows of the relation agree in (nulls aside), by a constraint or index that is valid, not partial and
// not over expressions.
struct UniqueKey {
  ObjectId relation = 0;
  std::vector<std::string> columns;
  bool primary = false;
};

// The first column of an index, of any kind: queries are likely to ask for its values.
struct IndexedColumn {
  ObjectId relation = 0;
  std::string column;
};

enum class ForeignKeyAction : std::uint8_t { none, cascade, set_null, set_default };

// A child's rows refer to a parent's. Columns correspond by position.
struct ForeignKey {
  ObjectId parent = 0;
  ObjectId child = 0;
  std::vector<std::string> parent_columns;
  std::vector<std::string> child_columns;
  ForeignKeyAction on_delete = ForeignKeyAction::cascade;
  ForeignKeyAction on_update = ForeignKeyAction::cascade;
};

// "id", or "(a, b)" of several.
[[nodiscard]] std::string key_text(const std::vector<std::string>& columns);

// Whether a cast to this built-in type leaves values of columns of `type` what they are.
[[nodiscard]] bool keeps_value(std::string_view cast, ColumnType type);

// What dependencies of a family of relations may be keyed by: one column or several, all of them in every member of the
// family, with the same type.
struct Key {
  std::vector<std::string> columns;  // sorted
  std::vector<ColumnType> types;     // of each
  // No two rows of the whole family agree in it.
  bool unique = false;
  friend bool operator==(const Key&, const Key&) = default;
};

}  // namespace tapri::catalog
