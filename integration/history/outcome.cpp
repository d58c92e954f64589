// How transactions end, and how it is found out.
#include <algorithm>
#include <thread>

#include "writer.h"

namespace history {

void Writer::next_list(Object list, Version length) {
  if (length < kLongest) {
    return;
  }
  auto& slots = shared_.lists.at(static_cast<std::size_t>(table_of(list)));
  for (auto& slot : slots) {
    int now = key_of(list);
    if (slot.compare_exchange_strong(now, now + kSlots)) {
      shared_.journal.tell([&](Checker& checker) { checker.forget(list - Object{8} * kSlots); });
    }
  }
}

void Writer::release(Work& work) {
  for (const int claim : work.claims) {
    shared_.claims.release(claim);
  }
  work.claims.clear();
}

void Writer::finish(Work& work, const Answer& answer, bool committed, Operation operation, const std::string& kind) {
  const bool lost = answer.end == Answer::End::lost && !committed;
  operation.outcome = committed ? "committed" : lost ? "outcome unknown" : "rolled back: " + answer.state;
  for (const auto& write : work.writes) {
    operation.objects.push_back(write.object);
  }
  shared_.journal.count(committed ? kind : lost ? "unknown" : "rolled_back");
  shared_.journal.ended(std::move(operation), [&](Checker& checker) {
    if (committed) {
      checker.committed(work.id);
    } else if (lost) {
      checker.unknown(work.id);
    } else {
      checker.aborted(work.id);
    }
  });
  if (committed) {
    for (const auto& [object, living] : work.rows) {
      shared_.claims.at(object) = living;
    }
    for (const auto& write : work.writes) {
      if (is_list(table_of(write.object))) {
        next_list(write.object, shared_.journal.tell([&](const Checker& one) { return one.floor(write.object); }));
      }
    }
  }
}

void Writer::wait_for_end_of(int process) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  const auto text = "select 1 from pg_stat_activity where pid = " + std::to_string(process);
  for (;;) {
    const auto answer = administrator_->run(text);
    if (!answer.good()) {
      throw std::runtime_error("the administrator: " + answer.message);
    }
    if (answer.results.at(0).empty()) {
      return;
    }
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("a server process does not end");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::pair<std::optional<bool>, Version> Writer::look_past(const Work& work, const Work::Write& write) {
  const int table = table_of(write.object);
  const auto asked = question({Way::one, table, key_of(write.object), 0, Form::simple, false}, 0);
  const auto answer = administrator_->run(asked.statement);
  if (!answer.good()) {
    throw std::runtime_error("the administrator: " + answer.message);
  }
  const auto& rows = answer.results.at(0);
  if (is_list(table)) {
    std::vector<Value> elements;
    for (const auto& row : rows) {
      const auto& field = asked.shape == Question::Shape::list ? row.at(0) : row.at(1);
      elements.insert(elements.end(), field.begin(), field.end());
    }
    const auto at = std::find(elements.begin(), elements.end(), write.value);
    return {at != elements.end(), at - elements.begin() + 1};
  }
  const auto row = taken(asked, rows);
  if (is_claimed(table)) {
    const Version version = work.rows.at(write.object).version;
    if (!write.removes) {
      return {!row.empty() && row[0].value == write.value, version};
    }
    // What the transaction itself had made is gone either way.
    const bool was_there = shared_.claims.at(write.object).present;
    return {row.empty() && !was_there ? std::nullopt : std::optional(row.empty()), version};
  }
  const bool shows = row.at(0).value == write.value;
  return {shows ? std::optional(true) : std::nullopt, row[0].version};
}

// Its statement or COMMIT was under way when its session was lost.
void Writer::settle(Work& work, const Answer& answer, int process) {
  if (answer.end != Answer::End::lost) {
    return;
  }
  wait_for_end_of(process);
  bool done = false;
  bool undone = false;
  for (auto write = work.writes.rbegin(); write != work.writes.rend(); ++write) {
    const bool again =
        std::any_of(work.writes.rbegin(), write, [&](const auto& one) { return one.object == write->object; });
    if (again) {
      continue;
    }
    const auto [happened, version] = look_past(work, *write);
    done = done || happened == true;
    undone = undone || happened == false;
    shared_.journal.tell([&, happened = happened, version = version](Checker& checker) {
      checker.settled(work.id, write->object, version, happened);
    });
  }
  if (done && undone) {
    shared_.journal.report(Anomaly::lost, work.writes.front().object, "one half of a transaction");
  }
  shared_.journal.count(done ? "unknown_done" : undone ? "unknown_undone" : "unknown_for_ever");
  for (const auto& [object, living] : work.rows) {
    if (done) {
      shared_.claims.at(object) = living;
    }
  }
}

}  // namespace history
