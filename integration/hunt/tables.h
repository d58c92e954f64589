// The tables of the hunt, as integration/lib/hunting.py makes them: kRows rows each, (id int, version bigint).
#pragma once

#include <cstdint>
#include <string>

namespace hunt {

inline constexpr int kRows = 8;
inline constexpr int kHot = 6;     // the first are written all the time, the others now and then
inline constexpr int kPlain = 24;  // those that are nothing but a table; after them two of each other kind
inline constexpr int kTables = 30;

enum class Kind : std::uint8_t {
  plain,
  partitioned,  // rows may be read and written by the table's name and by the partition's
  cascading,    // written by a foreign key's action: versions follow those of the referenced table
  refilled,     // all its rows have one writer, which empties it now and then
};

inline Kind kind_of(int table) {
  return table < kPlain ? Kind::plain : static_cast<Kind>(static_cast<int>(Kind::partitioned) + (table - kPlain) / 2);
}

inline std::string table_name(int table) { return "hunt_" + std::to_string(table); }

// Where else this row is: the partition, the referenced table.
inline std::string other_name(int table, int row) {
  switch (kind_of(table)) {
    case Kind::partitioned:
      return table_name(table) + (row < kRows / 2 ? "_low" : "_high");
    case Kind::cascading:
      return table_name(table) + "_referenced";
    case Kind::plain:
    case Kind::refilled:
      break;
  }
  return table_name(table);
}

}  // namespace hunt
