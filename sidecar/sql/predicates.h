// What a statement's text says about which rows it reads and changes: the equalities of each query level and the values
// that writes give to columns. catalog/ makes key dependencies of them.
//
// Names stand as written; nothing here knows a catalog. Where in doubt an equality, a value or an output is left out:
// that costs precision, never correctness. Relations are never left out (StatementFacts::keys_unknown otherwise).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tapri::sql {

// A relation, function, operator or type as written; `schema` is empty where none was written.
struct QualifiedName {
  std::string schema;
  std::string name;
  friend bool operator==(const QualifiedName&, const QualifiedName&) = default;
};

// A value that is known when the statement is carried out.
struct Value {
  enum class Source : std::uint8_t {
    unknown,    // an expression, DEFAULT, ...
    null,       // NULL as written
    literal,    // the literal number `index` of the text, from 0, in the order of shapes (pg/shape.h)
    parameter,  // $n: index n - 1
  };
  Source source = Source::unknown;
  bool negative = false;    // a number with a minus sign before it
  bool is_array = false;    // parameter: an array, any element of which may be the value
  std::uint32_t index = 0;  // of literal, parameter
  std::string cast;         // name of the built-in type it is cast to (its elements, of an array); empty: not cast
  friend bool operator==(const Value&, const Value&) = default;
};

// A column as written.
struct ColumnName {
  std::string item;      // name or alias of the FROM item; empty: not written
  std::string name;      // empty: something else than a column
  bool as_text = false;  // cast to text
  friend bool operator==(const ColumnName&, const ColumnName&) = default;
};

// A condition that a row of the level must meet: `column = other`, or `column` equals one of `values`.
struct Equality {
  ColumnName column;
  ColumnName other;           // name empty: none
  std::vector<Value> values;  // where `other` is none
  std::uint32_t scope = 0;    // 0: of the whole level; else see FromItem::scopes
  // Which items its names may be of: an ON condition knows the sides of its join, and what is around the level.
  std::uint32_t first_item = 0;
  std::uint32_t end_item = static_cast<std::uint32_t>(-1);
  friend bool operator==(const Equality&, const Equality&) = default;
};

// One item of FROM, or the target of an UPDATE or DELETE.
struct FromItem {
  QualifiedName relation;   // name empty: something else
  std::string alias;        // what columns are written with; empty: cannot be written
  std::uint32_t level = 0;  // of a sub-query: its level's index + 1
  bool renames = false;     // its columns have been given other names
  // Sides of outer joins that may be missing from a row, and that the item is in. An equality of such a scope (an ON
  // condition) holds of the rows that matter on that side, and says nothing of the other side's.
  std::vector<std::uint32_t> scopes;
  friend bool operator==(const FromItem&, const FromItem&) = default;
};

// One column of a query's result.
struct Output {
  std::string name;   // "*": all columns of `column.item`, or of every item
  ColumnName column;  // name empty: an expression
  friend bool operator==(const Output&, const Output&) = default;
};

// One SELECT (each side of a UNION by itself), or the FROM of an UPDATE or DELETE, whose target is the first item.
struct QueryLevel {
  std::int32_t parent = -1;  // level whose rows a sub-query in an expression is evaluated for; -1: none, or in FROM
  std::vector<FromItem> items;
  std::vector<Equality> equalities;
  std::vector<Output> outputs;
  bool groups = false;         // result rows are not rows of the items: GROUP BY, DISTINCT, functions, set operations
  bool limits = false;         // LIMIT or OFFSET
  bool hides_columns = false;  // a join has an alias: column names cannot be told apart
  friend bool operator==(const QueryLevel&, const QueryLevel&) = default;
};

// More values of one equality than anyone writes: what has more is left out.
inline constexpr std::size_t kMaxEqualValues = 100;

// Of the last items of the level, from `first_item` on: an equality of the innermost of `scopes`, if there is one.
void add_equality(QueryLevel& level, Equality equality, const std::vector<std::uint32_t>& scopes,
                  std::size_t first_item);
// `c = 1 OR c = 2` is `c IN (1, 2)`: makes one of the equalities from `first` on, each of which is an alternative;
// none, where they are of several columns, or `complete` is false: some alternative is no equality.
void join_alternatives(QueryLevel& level, std::size_t first, bool complete);

struct Assignment {
  std::string column;
  Value value;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

// What a statement does to one target.
struct Change {
  enum class Kind : std::uint8_t { other, insert, update, remove };
  enum class OnConflict : std::uint8_t { fails, does_nothing, updates };
  Kind kind = Kind::other;
  QualifiedName relation;
  std::uint32_t level = 0;               // update, remove: its level's index + 1
  std::vector<std::string> columns;      // insert: as written; empty: all, in their order
  std::vector<std::vector<Value>> rows;  // insert: their values; empty: not known
  std::vector<Assignment> assignments;   // update; insert: by ON CONFLICT
  OnConflict on_conflict = OnConflict::fails;
  std::vector<std::string> conflict_columns;  // empty: not known
  friend bool operator==(const Change&, const Change&) = default;
};

}  // namespace tapri::sql
