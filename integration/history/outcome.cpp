// How transactions end, and how it is found out.
#include <algorithm>

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
  const auto outcome = committed                         ? Outcome::committed
                       : answer.end == Answer::End::lost ? Outcome::unknown
                                                         : Outcome::undone;
  conclude(shared_.journal, work, outcome, std::move(operation), kind, answer.state);
  if (committed) {
    keep_claimed(shared_.claims, work);
    for (const auto& write : work.writes) {
      if (is_list(table_of(write.object))) {
        next_list(write.object, shared_.journal.tell([&](const Checker& one) { return one.floor(write.object); }));
      }
    }
  }
}

void Writer::wait_for_end_of(int process) {
  const auto text = "select 1 from pg_stat_activity where pid = " + std::to_string(process);
  wait_for_end([&] {
    const auto answer = administrator_->run(text);
    if (!answer.good()) {
      throw std::runtime_error("the administrator: " + answer.message);
    }
    return !answer.results.at(0).empty();
  });
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
  history::settle(shared_.journal, shared_.claims, work,
                  [&](const Work::Write& write) { return look_past(work, write); });
}

}  // namespace history
