// The tables of the history, and what is read of them.
//
// Each register table has kKeys rows: (key, grp, version, value); a row's group moves, so reads by it find other rows.
// Lists have no end of keys: a slot's list is left for a new one when it is long.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "checker.h"
#include "session.h"

namespace history {

inline constexpr int kKeys = 12;
inline constexpr int kGroups = 4;
inline constexpr int kChildren = 3;  // of each parent
inline constexpr int kSecond = 4;    // values of a composite key's second column
inline constexpr int kLongest = 40;  // elements of a list

enum class Kind : std::uint8_t {
  plain,        // rows are there for ever
  composite,    // likewise; the key is two columns
  partitioned,  // likewise; by group, so rows move from one partition to another
  living,       // rows come and go
  parent,       // likewise; those of child that refer to one go with it
  child,
  list,       // an array
  list_rows,  // a row for each element
};

struct Table {
  Kind kind;
  const char* name;
};

inline constexpr std::array<Table, 16> kTables = {{{Kind::plain, "plain_0"},
                                                   {Kind::plain, "plain_1"},
                                                   {Kind::plain, "plain_2"},
                                                   {Kind::plain, "plain_3"},
                                                   {Kind::composite, "composite_0"},
                                                   {Kind::composite, "composite_1"},
                                                   {Kind::partitioned, "partitioned_0"},
                                                   {Kind::partitioned, "partitioned_1"},
                                                   {Kind::living, "living_0"},
                                                   {Kind::living, "living_1"},
                                                   {Kind::parent, "parent"},
                                                   {Kind::child, "child"},
                                                   {Kind::list, "list_0"},
                                                   {Kind::list, "list_1"},
                                                   {Kind::list_rows, "list_rows_0"},
                                                   {Kind::list_rows, "list_rows_1"}}};
inline constexpr int kPlain = 4;
inline constexpr int kParent = 10;  // its index; child comes next

inline const Table& table_at(int number) { return kTables.at(static_cast<std::size_t>(number)); }
inline int keys_of(int table) { return table == kParent ? kKeys / kChildren : kKeys; }
inline bool is_list(int table) { return table_at(table).kind >= Kind::list; }
// Rows come and go there: one transaction at a time writes a row, and those that go with it.
inline bool is_claimed(int table) { return table_at(table).kind >= Kind::living && !is_list(table); }
inline Object object_of(int table, int key) { return (static_cast<Object>(table) << 32U) | key; }
inline int table_of(Object object) { return static_cast<int>(object >> 32U); }
inline int key_of(Object object) { return static_cast<int>(object & 0xffffffff); }

// Makes the tables anew, as they are at the start.
std::string definitions();

// Key, group, version and value, as all reads and RETURNINGs have them; `of`: an alias and a dot.
std::string columns(int table, const std::string& of = "");
// "id = $N"; appends to the parameters.
std::string key_is(int table, int key, Statement& statement, const std::string& of = "");
// "$N"; appends to the parameters.
std::string given(Statement& statement, std::int64_t number, bool big = false);

enum class Way : std::uint8_t {
  one,
  in,
  any,
  group,
  key_and_group,
  range,
  whole,
  arrays,
  group_arrays,
  sum,
  join,
  slow,   // computes for some milliseconds with its snapshot taken
  never,  // a text that nobody has sent before: the database answers
  count
};

struct Look {
  Way way = Way::one;
  int table = 0;
  int key = 0;
  int group = 0;
  Form form = Form::simple;
  bool binary = false;
};

// A read that can be sent: what it looks at, and how its rows are to be taken.
struct Question {
  enum class Shape : std::uint8_t { rows, pairs, arrays, sum, list, list_rows };
  Statement statement;
  Scope scope;
  Shape shape = Shape::rows;
  int table = 0;
  int second = 0;  // the table of the second half of a pair
};

// salt: makes the text of Way::never new.
Question question(const Look& look, std::int64_t salt);
// Tells the checker what came back.
std::vector<Row> taken(const Question& question, const Rows& rows);
void judge(Checker& checker, const Question& question, const Reading& reading, const Rows& rows);

}  // namespace history
