// The tables of the history on MySQL and MariaDB, and what is read of them.
//
// A register table has kKeys keys, and rows that come and go: each with a number (its key, whatever it is written as),
// a group (a column that reads go by: unique in one table, the parent in another), version and value. Rows of a family
// may only be written by one who has the claim on it. Lists have no end of keys: a slot's list is left for a new one
// when it is long.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "actors.h"
#include "session.h"

namespace history {

inline constexpr int kKeys = 12;
inline constexpr int kEach = 3;  // keys of a family
inline constexpr int kFamilies = kKeys / kEach;
inline constexpr int kGroups = 4;
inline constexpr int kNullGroup = -2;  // the column is NULL
inline constexpr int kSlots = 4;       // lists of a table that are written at a time
inline constexpr int kLongest = 40;    // elements of a list

enum class Kind : std::uint8_t {
  plain,     // two tables of one family, joined in writes
  coded,     // the group is unique, or NULL
  texts,     // the key is a text; case, accents and spaces at the end make no difference
  bytes,     // likewise; only spaces at the end make none
  unpadded,  // likewise; everything makes one
  small,     // the key is a tinyint, up to both ends of it
  composite,
  partitioned,
  parent,  // those of child whose group it is go with it
  child,
  origin,  // mirror has its key, version and value, by a foreign key
  mirror,
  untransacted,
  contended,  // rows are there for ever, and anyone writes them at any time
  numbered,   // AUTO_INCREMENT without end
  list,       // a row for each element
  notes,      // likewise, without transactions; the server counts the elements
};

struct Table {
  Kind kind;
  const char* name;
  const char* number;  // an expression
  const char* group;   // a column
  int set;             // tables with the same are claimed together
};

inline constexpr std::array<Table, 20> kTables = {{{Kind::plain, "plain_0", "id", "grp", 0},
                                                   {Kind::plain, "plain_1", "id", "grp", 0},
                                                   {Kind::coded, "coded_0", "id", "code", 1},
                                                   {Kind::coded, "coded_1", "id", "code", 2},
                                                   {Kind::texts, "texts", "k", "grp", 3},
                                                   {Kind::bytes, "bytes", "k", "grp", 4},
                                                   {Kind::unpadded, "unpadded", "k", "grp", 5},
                                                   {Kind::small, "small", "k", "grp", 6},
                                                   {Kind::composite, "composite", "a * 3 + b", "grp", 7},
                                                   {Kind::partitioned, "partitioned", "id", "grp", 8},
                                                   {Kind::parent, "parent", "id", "grp", 9},
                                                   {Kind::child, "child", "id", "parent", 9},
                                                   {Kind::origin, "origin", "id", "grp", 10},
                                                   {Kind::mirror, "mirror", "id", "grp", 10},
                                                   {Kind::untransacted, "untransacted_0", "id", "grp", 11},
                                                   {Kind::untransacted, "untransacted_1", "id", "grp", 12},
                                                   {Kind::list, "list_rows", "", "", 13},
                                                   {Kind::notes, "list_notes", "", "", 14},
                                                   {Kind::contended, "contended", "id", "grp", -1},
                                                   {Kind::numbered, "numbered", "id", "grp", -1}}};
inline constexpr int kSets = 15;
inline constexpr int kPlain = 0;  // the first of two
inline constexpr int kChild = 11;
inline constexpr int kMirror = 13;
inline constexpr int kContended = 18;
inline constexpr int kNumbered = 19;

inline const Table& table_at(int number) { return kTables.at(static_cast<std::size_t>(number)); }
inline bool is_list(int table) { return table_at(table).kind >= Kind::list; }
inline bool has_transactions(int table) {
  return table_at(table).kind != Kind::untransacted && table_at(table).kind != Kind::notes;
}
// The key is the column id.
inline bool has_id(int table) { return std::string_view(table_at(table).number) == "id" && table != kNumbered; }
inline Object object_of(int table, std::int64_t key) { return (static_cast<Object>(table) << 32U) | key; }
inline int table_of(Object object) { return static_cast<int>(object >> 32U); }
inline int key_of(Object object) { return static_cast<int>(object & 0xffffffff); }

std::vector<std::string> definitions(bool mariadb);
bool there_at_start(int table, int key);
int group_at_start(int table, int key);

// Number, group, version and value, as all reads have them; `of`: an alias and a dot.
std::string columns(int table, const std::string& of = "");
// Key columns, group, version and value, as they are written.
std::string written_columns(int table);
// A way to write a key that is equal to it; one to be stored, too, where `lenient`: that the server makes it of.
Parameter equal_to(int table, int key, Random& random);
Parameter stored_as(int table, int key, Random& random, bool lenient);
// "id = ?", and its like.
void add_key_is(Statement& statement, int table, int key, Random& random, const std::string& of = "");
void add_key_in(Statement& statement, int table, const std::vector<int>& keys, Random& random);
Parameter group_value(int group);

}  // namespace history
