// What may be written on MySQL and MariaDB: statements with what they leave in which rows.
//
// Who has the claim on a family knows its rows, so a statement's effects are known before it is sent: also those of
// conflicts by another unique key, of cascades, of values that the server clips.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "schema.h"

namespace history {

// Thread-safe.
class Claims {
 public:
  Claims();
  // The claim that an object belongs to (of a list: its slot's); all objects of it.
  static int of(Object object);
  static std::vector<Object> members(int claim);
  bool take(int claim);
  void release(int claim);
  // Only for who has the claim.
  Living& at(Object object) { return rows_.at(object); }

 private:
  std::mutex mutex_;
  std::vector<bool> taken_;
  std::map<Object, Living> rows_;  // never grows after the start
};

struct Change {
  const char* kind = "";
  Statement statement;
  std::map<Object, Living> leaves;
  std::int64_t changed = 0;  // how many rows the server says
};

// Of some row in a family. `rows`: all that belong to its claim, as the transaction sees them. `lenient`: without
// strict mode.
Change living_change(Random& random, Object object, const std::map<Object, Living>& rows, bool lenient);
// One more element of a list; `length`: how long it is.
Change append_to(Random& random, int table, int list, Version length);
// Of rows that are there for ever: one, or two. What it leaves is not known before.
Statement contended_change(Random& random, const std::vector<int>& keys, bool tells);

}  // namespace history
