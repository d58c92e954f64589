// How transactions end, and how it is found out.
#include <algorithm>
#include <stdexcept>

#include "writer.h"

namespace history {

// After an error a statement has done nothing where there are transactions and the error says that it did not wait any
// longer; a KILL may have come before it was done or after.
Outcome Writer::outcome_of(const Answer& answer, bool transactions) {
  constexpr unsigned kInterrupted = 1317;
  if (answer.good()) {
    return Outcome::committed;
  }
  const bool sure = transactions && answer.end == Answer::End::refused && answer.code != kInterrupted;
  return sure ? Outcome::undone : Outcome::unknown;
}

// MariaDB's DELETE that is told to end while it is planned says that it has found no row, and nothing else. (Of a
// string of statements the count is the last one's, so there it is not known.)
bool Writer::killed_unsaid(const std::optional<Disturbance>& fault, const Answer& answer, const Change& change) {
  return fault && fault->fault == Fault::cancel && answer.good() && answer.changed == 0 && change.changed > 0 &&
         change.statement.text.find("delete ") != std::string::npos;
}

void Writer::next_list(Object list, Version length) {
  if (length < kLongest) {
    return;
  }
  const int table = table_of(list);
  const int slot = key_of(list) % kSlots;
  shared_.claims.at(object_of(table, slot)) = Living{};
  shared_.lists.at(static_cast<std::size_t>(table)).at(static_cast<std::size_t>(slot)) += kSlots;
  shared_.journal.tell([&](Checker& checker) { checker.forget(list - Object{8} * kSlots); });
}

void Writer::release(Work& work) {
  for (const int claim : work.claims) {
    shared_.claims.release(claim);
  }
  work.claims.clear();
}

void Writer::finish(Work& work, Outcome outcome, const Answer& answer, Operation operation, const std::string& kind) {
  conclude(shared_.journal, work, outcome, std::move(operation), kind, std::to_string(answer.code));
  if (outcome != Outcome::committed) {
    return;
  }
  keep_claimed(shared_.claims, work);
  for (const auto& write : work.writes) {
    const int table = table_of(write.object);
    if (table == kNumbered && write.state.present && kind != "numbered_again") {
      mine_.emplace_back(key_of(write.object), 1);
    } else if (is_list(table) &&
               key_of(write.object) == shared_.lists.at(static_cast<std::size_t>(table))
                                           .at(static_cast<std::size_t>(key_of(write.object) % kSlots))) {
      next_list(write.object, work.rows.at(object_of(table, key_of(write.object) % kSlots)).version);
    }
  }
}

void Writer::wait_for_end_of(unsigned long process) {
  const auto text = "select 1 from information_schema.processlist where id = " + std::to_string(process);
  wait_for_end([&] {
    const auto answer = administrator_->run(text);
    if (!answer.good()) {
      throw std::runtime_error("the administrator: " + answer.message);
    }
    return !answer.rows.empty();
  });
}

std::pair<std::optional<bool>, Version> Writer::look_past(const Work& work, const Work::Write& write) {
  const int table = table_of(write.object);
  const auto asked = question({Way::one, table, key_of(write.object), 0, Form::text, 0}, 0);
  const auto answer = administrator_->run(asked.statement);
  if (!answer.good()) {
    throw std::runtime_error("the administrator: " + answer.message);
  }
  if (is_list(table)) {
    const auto all = elements(answer.rows);
    const auto at = std::find(all.begin(), all.end(), write.value);
    return {at != all.end(), at - all.begin() + 1};
  }
  const auto row = taken(asked, answer.rows);
  if (table == kContended) {
    const bool shows = row.at(0).value == write.value;
    return {shows ? std::optional(true) : std::nullopt, row[0].version};
  }
  if (table == kNumbered) {  // it was there before, if it is gone now
    return {write.state.present ? std::optional(!row.empty() && row[0].value == write.value) : row.empty(),
            write.state.present && !row.empty() ? row[0].version : 2};
  }
  const Version version = work.rows.at(write.object).version;
  if (write.state.present) {
    return {!row.empty() && row[0].value == write.value, version};
  }
  // What the transaction itself had made is gone either way.
  const bool was_there = shared_.claims.at(write.object).present;
  return {row.empty() && !was_there ? std::nullopt : std::optional(row.empty()), version};
}

// Its statement or COMMIT was under way when its session was lost, or was told to end.
void Writer::settle(Work& work, const Answer& answer, unsigned long process) {
  if (answer.over) {
    wait_for_end_of(process);
  }
  history::settle(shared_.journal, shared_.claims, work,
                  [&](const Work::Write& write) { return look_past(work, write); });
}

// A KILL QUERY that comes late may meet it.
Answer Writer::insist(Link& link, const std::string& text) {
  auto answer = link.session->run(text);
  for (int again = 0; again < 5 && !answer.good() && !answer.over; ++again) {
    answer = link.session->run(text);
  }
  if (answer.over) {
    link.open();
  }
  return answer;
}

// COMMIT, or something that commits by the way.
Statement Writer::ending(Work& work) {
  // That would leave the level for the next one.
  if (work.without_autocommit && !work.own_level && pick(random_, 2) == 0) {
    return {"set autocommit = 1", {}};
  }
  if (pick(random_, 60) == 0) {
    shared_.journal.count("commits_by_definitions");
    const auto aside = "aside_" + std::to_string(pick(random_, kSlots));
    return {pick(random_, 2) == 0 ? "drop table if exists " + aside
                                  : "create table if not exists " + aside + " (id int primary key)",
            {}};
  }
  if (pick(random_, 10) == 0) {
    shared_.journal.count("commits_by_begin");
    return {"start transaction", {}};
  }
  return {"commit", {}};
}

void Writer::end(Work& work) {
  if (pick(random_, 5) == 0) {
    return abandon(work);
  }
  shared_.journal.tell([&](Checker& checker) { checker.committing(work.id); });
  const auto statement = ending(work);
  auto operation = begun(work.link.number, work.id, statement.text);
  const auto fault = pick(random_, 20) == 0 ? disturbance() : std::nullopt;
  const auto process = work.link.session->process();
  const auto answer = work.link.session->run(statement, Form::text, fault, administrator_.get());
  const auto outcome = answer.good() ? Outcome::committed : Outcome::unknown;
  finish(work, outcome, answer, std::move(operation), "transactions");
  take_note(work.link, answer, statement.text, fault.has_value());
  if (!answer.over && (!answer.good() || statement.text == "start transaction")) {
    insist(work.link, "rollback");
  }
  if (outcome == Outcome::unknown) {
    settle(work, answer, process);
  }
  if (work.without_autocommit && !answer.over) {
    insist(work.link, "set autocommit = 1");
  }
  judge_snapshot(work);
  release(work);
}

// Whatever has happened, it has not committed.
void Writer::abandon(Work& work) {
  auto operation = begun(work.link.number, work.id, "rollback");
  insist(work.link, "rollback");
  if (work.without_autocommit) {
    insist(work.link, "set autocommit = 1");
  }
  finish(work, Outcome::undone, {}, std::move(operation), "");
  judge_snapshot(work);
  release(work);
}

// All that the transaction saw of others is of one moment.
void Writer::judge_snapshot(Work& work) {
  if (!work.snapshot || work.snapshot->seen.empty()) {
    return;
  }
  Reading all{work.link.number, kNone, {}, {}, work.snapshot->until};
  std::vector<Row> rows;
  for (const auto& [object, row] : work.snapshot->seen) {
    all.scope.objects.push_back(object);
    all.floors.push_back(work.snapshot->floors[object]);
    if (row) {
      rows.push_back(*row);
    }
  }
  auto operation = begun(work.link.number, kNone, "at one snapshot");
  operation.objects = all.scope.objects;
  operation.rows = rows;
  shared_.journal.count("snapshots");
  shared_.journal.ended(std::move(operation), [&](Checker& checker) { checker.read(all, rows); });
}

}  // namespace history
