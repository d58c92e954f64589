// How transactions end, and how it is found out: what the sides have in common, each with its own sessions and tables.
//
// Work is a side's transaction under way: its id, its writes with their objects, and the rows that it has the claim on.
#pragma once

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "actors.h"

namespace history {

enum class Outcome : std::uint8_t { committed, undone, unknown };

// kind: what it is counted as if it is committed. refusal: the server's word for why not.
template <typename Work>
void conclude(Journal& journal, const Work& work, Outcome outcome, Operation operation, const std::string& kind,
              const std::string& refusal) {
  const bool committed = outcome == Outcome::committed;
  const bool lost = outcome == Outcome::unknown;
  operation.outcome = committed ? "committed" : lost ? "outcome unknown" : "rolled back: " + refusal;
  for (const auto& write : work.writes) {
    operation.objects.push_back(write.object);
  }
  journal.count(committed ? kind : lost ? "unknown" : "rolled_back");
  journal.ended(std::move(operation), [&](Checker& checker) {
    if (committed) {
      checker.committed(work.id);
    } else if (lost) {
      checker.unknown(work.id);
    } else {
      checker.aborted(work.id);
    }
  });
}

// Until the server knows the session no more; goes_on asks it that.
template <typename GoesOn>
void wait_for_end(GoesOn goes_on) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (goes_on()) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("a session of the server does not end");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// What the rows are that the transaction had the claim on, now that it is committed.
template <typename Work, typename Claims>
void keep_claimed(Claims& claims, const Work& work) {
  for (const auto& [object, living] : work.rows) {
    claims.at(object) = living;
  }
}

// Of one whose outcome is unknown, and which has ended. look_past says of a write, past Tapri, whether it happened
// (none: cannot be said) and the version for the checker; claims take what is living now.
template <typename Work, typename Claims, typename LookPast>
void settle(Journal& journal, Claims& claims, const Work& work, LookPast look_past) {
  bool done = false;
  bool undone = false;
  for (auto write = work.writes.rbegin(); write != work.writes.rend(); ++write) {
    const bool again =
        std::any_of(work.writes.rbegin(), write, [&](const auto& one) { return one.object == write->object; });
    if (again) {
      continue;
    }
    const std::pair<std::optional<bool>, Version> past = look_past(*write);
    done = done || past.first == true;
    undone = undone || past.first == false;
    journal.tell([&](Checker& checker) { checker.settled(work.id, write->object, past.second, past.first); });
  }
  if (done && undone) {
    journal.report(Anomaly::lost, work.writes.front().object, "one half of a transaction");
  }
  journal.count(done ? "unknown_done" : undone ? "unknown_undone" : "unknown_for_ever");
  if (done) {
    keep_claimed(claims, work);
  }
}

// A thread of a side, until the journal stops.
template <typename Worker, typename Shared>
void run_worker(Shared& shared, int number) {
  try {
    Worker(shared, number).run();
  } catch (const std::exception& error) {
    shared.journal.error(std::string("a thread ended: ") + error.what());
  }
}

// Everything once more, through each Tapri and past them. read_table(session, number, table) does it with a session
// that has this number in the history, and goes there.
template <typename Session, typename Shared, typename ReadTable>
void read_everywhere(const Shared& shared, int tables, ReadTable read_table) {
  const auto& tapris = shared.addresses.all();
  for (std::size_t place = 0; place <= tapris.size(); ++place) {
    const bool past = place == tapris.size();
    Session session(past ? shared.administrator : tapris[place]);
    for (int table = 0; table < tables; ++table) {
      read_table(session, past ? -1 : static_cast<int>(place), table);
    }
  }
}

}  // namespace history
