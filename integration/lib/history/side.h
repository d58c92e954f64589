// What a program of the history has for its kind of database: one side is linked with what all have.
#pragma once

#include <memory>
#include <string>

#include "journal.h"

namespace history {

class Side {
 public:
  virtual ~Side() = default;
  // A thread's work until the journal stops. An exception is counted as an error, and ends the thread.
  virtual void work(int number) = 0;
  // When all have ended: everything is read once more, through Tapri and past it.
  virtual void read_all() = 0;
};

// address: as Addresses has it. administrator: one past Tapri. The journal outlives the side.
std::unique_ptr<Side> make_side(Journal& journal, const std::string& address, const std::string& administrator);
// Makes the tables, as they are at the start.
void define(const std::string& address);
std::string shown(Object object);

}  // namespace history
