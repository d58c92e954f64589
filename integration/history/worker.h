// The threads of the history: each has two sessions, of which one at a time has a transaction.
#pragma once

#include <array>
#include <atomic>
#include <string>

#include "addresses.h"
#include "changes.h"
#include "journal.h"
#include "schema.h"

namespace history {

inline constexpr int kSlots = 4;  // lists of a table that are written at a time

struct Shared {
  Journal& journal;
  Addresses addresses;
  std::string administrator;  // past Tapri: it ends server processes, and looks what became of their transactions
  Claims claims;
  Pool<Look> pool;
  // Of the list that a slot has now, by table and slot.
  std::array<std::array<std::atomic<int>, kSlots>, kTables.size()> lists{};
};

// An exception of a session is counted as an error, and ends the thread.
void work_until_stopped(Shared& shared, int number);
// The last reads.
void last_reads(Shared& shared);

}  // namespace history
