// What a program of the history has for its kind of database: one side is linked with what all have.
#pragma once

#include <memory>
#include <string>

#include "addresses.h"
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

// Tells the checker of the rows that are there at the start.
void start(Checker& checker);

// A side whose threads share a Shared: worker.h of each has that, and what is done with it.
template <typename Shared>
class SideOf : public Side {
 public:
  SideOf(Journal& journal, const std::string& address, const std::string& administrator)
      : shared_{journal, Addresses(address), administrator, {}, {}} {
    journal.tell([](Checker& checker) { start(checker); });
    for (auto& slots : shared_.lists) {
      for (int slot = 0; auto& list : slots) {
        list = slot++;
      }
    }
  }
  void work(int number) override { work_until_stopped(shared_, number); }
  void read_all() override { last_reads(shared_); }

 private:
  Shared shared_;
};

// address: as Addresses has it. administrator: one past Tapri. The journal outlives the side.
std::unique_ptr<Side> make_side(Journal& journal, const std::string& address, const std::string& administrator);
// Makes the tables, as they are at the start.
void define(const std::string& address);
std::string shown(Object object);

}  // namespace history
