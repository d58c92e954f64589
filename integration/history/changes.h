// What may be written: statements with what they leave in which objects.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "schema.h"

namespace history {

// Who may write rows that come and go: a row of a living table, or a parent with its children. Thread-safe.
class Claims {
 public:
  Claims();
  // The claim that a row belongs to; all rows of it.
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
  Statement statement;  // $1 is the value, which is filled in later
  std::vector<Object> objects;
  State state;
  bool removes = false;
  // For rows that come and go: the versions that the statement makes.
  std::map<Object, Version> versions;
};

// One of a register that is there for ever.
Change update_of(Random& random, int table, int key);
// One of a list; `length`: how long it is at least.
Change append_to(Random& random, int table, int list, Version length);
// One of a row that comes and goes. `rows`: all that belong to its claim, as the transaction sees them.
Change living_change(Random& random, Object object, const std::map<Object, Living>& rows);

}  // namespace history
