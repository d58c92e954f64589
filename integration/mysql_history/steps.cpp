// The steps of transactions.
#include <algorithm>

#include "writer.h"

namespace history {

bool Writer::begin(Work& work, bool writes) {
  static constexpr std::array kTexts = {"begin", "start transaction", "start transaction with consistent snapshot",
                                        "set autocommit = 0"};
  const auto form = static_cast<std::size_t>(pick(random_, 4));
  const std::string text = writes ? kTexts.at(form) : form == 3 ? "start transaction read only" : kTexts.at(form);
  work.repeatable = work.link.repeatable;
  work.id = shared_.journal.tell([&](Checker& checker) { return checker.begin(work.link.number); });
  if (pick(random_, 4) == 0) {  // for this one alone
    work.own_level = true;
    work.repeatable = pick(random_, 2) == 0;
    const auto set = work.link.session->run(std::string("set transaction isolation level ") +
                                            (work.repeatable ? "repeatable read" : "read committed"));
    take_note(work.link, set, "set transaction", false);
    if (!set.good()) {
      return false;
    }
  }
  if (form == 2) {
    shared_.journal.tell([&](const Checker& checker) { work.before_read(checker); });
  }
  auto operation = begun(work.link.number, kNone, text + (work.repeatable ? ", repeatable read" : ", read committed"));
  const auto answer = work.link.session->run(text);
  work.without_autocommit = writes && form == 3;
  take_note(work.link, answer, text, false);
  operation.transaction = work.id;
  shared_.journal.ended(std::move(operation), [&](const Checker& checker) { work.after_read(checker); });
  return answer.good();
}

bool Writer::change(Work& work) {
  const int table = pick(random_, 8);
  if (table <= 1) {
    return contended_change(work);
  }
  if (table == 2) {
    return add_numbered(work);
  }
  return claimed_change(work, claimed_table(false));
}

bool Writer::claimed_change(Work& work, int table) {
  if (!has_transactions(table)) {
    const auto* before = work.link.session.get();
    alone(work.link, table);
    return work.link.session.get() == before;
  }
  auto change = choose(work, table);
  if (!change) {
    return true;
  }
  const auto value = intend(work, *change, false);
  auto operation = begun(work.link.number, work.id, written_out(change->statement));
  for (const auto& [object, living] : change->leaves) {
    operation.objects.push_back(object);
  }
  const auto fault = seldom(200);
  const auto answer = work.link.session->run(change->statement, form(), fault, administrator_.get());
  take_note(work.link, answer, operation.text, fault.has_value());
  if (!answer.good() || killed_unsaid(fault, answer, *change)) {
    return false;
  }
  operation.outcome = "written, not committed";
  shared_.journal.count(change->kind);
  tell_written(work, *change, value);
  shared_.journal.ended(std::move(operation), [](Checker&) {});
  check_count(answer, *change);
  return !answer.over;
}

void Writer::contended_alone(Link& link) {
  Work work(link);
  work.id = shared_.journal.tell([&](Checker& checker) { return checker.begin(link.number); });
  const int key = key_for(kContended);
  const State state{true, key % kGroups};
  auto statement = history::contended_change(random_, {key}, true);
  const auto value = intend(work, {{object_of(kContended, key), state}}, true);
  statement.fill_in(value);
  auto operation = begun(link.number, work.id, written_out(statement));
  const auto fault = seldom(50);
  const auto process = link.session->process();
  const auto answer = link.session->run(statement, form(), fault, administrator_.get());
  if (answer.good()) {
    shared_.journal.tell(
        [&](Checker& checker) { checker.written(work.id, value, object_of(kContended, key), answer.made, state); });
  }
  const auto outcome = outcome_of(answer, true);
  finish(work, outcome, answer, std::move(operation), "contended");
  take_note(link, answer, written_out(statement), fault.has_value());
  if (outcome == Outcome::unknown) {
    settle(work, answer, process);
  }
}

bool Writer::contended_change(Work& work) {
  if (pick(random_, 4) == 0) {
    constexpr unsigned kChanged = 1020;
    const unsigned refused = lock_without_waiting(work);
    if (refused != 0) {
      return refused != kChanged;
    }
  }
  std::vector<int> keys = {key_for(kContended)};
  if (pick(random_, 2) == 0) {
    keys.push_back((keys[0] + 1 + pick(random_, kGroups)) % kKeys);
  }
  Intended objects;
  for (const int key : keys) {
    objects.push_back({object_of(kContended, key), {true, key % kGroups}});
  }
  auto statement = history::contended_change(random_, keys, false);
  const auto value = intend(work, objects, false);
  statement.fill_in(value);
  auto operation = begun(work.link.number, work.id, written_out(statement));
  auto answer = work.link.session->run(statement, form());
  take_note(work.link, answer, operation.text, false);
  if (!answer.good()) {
    return false;
  }
  // What came of it is seen by the transaction itself alone.
  Statement look;
  look.add("select " + columns(kContended) + " from contended where ");
  add_key_in(look, kContended, keys, random_);
  shared_.journal.tell([&](const Checker& checker) { work.before_read(checker); });
  answer = work.link.session->run(look, form());
  take_note(work.link, answer, written_out(look), false);
  if (!answer.good()) {
    return false;
  }
  const auto rows = taken({look, {}, Question::Shape::rows, kContended, 0}, answer.rows);
  for (const auto& row : rows) {
    operation.objects.push_back(row.object);
    if (row.value != value) {
      shared_.journal.report(Anomaly::own, row.object, "a transaction does not see its own write: " + operation.text);
      return false;
    }
  }
  operation.rows = rows;
  operation.outcome = "written, not committed";
  shared_.journal.count("contended");
  shared_.journal.ended(std::move(operation), [&](Checker& checker) {
    for (const auto& row : rows) {
      checker.written(work.id, value, row.object, row.version, {true, row.group});
    }
    work.after_read(checker);
  });
  return true;
}

// Refused at once where another has it; the transaction goes on. But it is rolled back where the row has changed since
// its snapshot (MariaDB's innodb_snapshot_isolation). The error's code, 0 if there is none.
unsigned Writer::lock_without_waiting(Work& work) {
  Statement lock;
  lock.add("select id from contended where id = ").add(key_for(kContended)).add(" for update nowait");
  work.joined = true;
  const auto answer = work.link.session->run(lock, form());
  take_note(work.link, answer, written_out(lock), false);
  shared_.journal.count("locks");
  return answer.good() ? 0 : answer.code;
}

bool Writer::meet(const Work& work, Link& other) {
  const auto locked = std::find_if(work.writes.begin(), work.writes.end(),
                                   [](const Work::Write& write) { return table_of(write.object) == kContended; });
  if (locked == work.writes.end()) {
    return false;
  }
  Statement lock;
  lock.add("select id from contended where id = ").add(key_of(locked->object)).add(" for update nowait");
  const auto answer = other.session->run(lock, form());
  take_note(other, answer, written_out(lock), false);
  shared_.journal.count(answer.good() ? "locks" : "locks_refused");
  return true;
}

bool Writer::add_numbered(Work& work) {
  const int count = 1 + pick(random_, 2);
  const int group = pick(random_, kGroups);
  static constexpr std::array kIds = {"", "null, ", "0, ", "default, "};
  const auto id = static_cast<std::size_t>(pick(random_, 4));
  Statement statement;
  const auto value = shared_.journal.tell([&](Checker& checker) { return checker.write(work.id, Intended()); });
  statement.add(std::string("insert into numbered (") + (id == 0 ? "" : "id, ") + "grp, version, value) values ");
  for (int row = 0; row < count; ++row) {
    statement.add(std::string(row == 0 ? "(" : ", (") + kIds.at(id)).add(group).add(", 1, ").add(kValue).add(")");
  }
  statement.fill_in(value);
  auto operation = begun(work.link.number, work.id, written_out(statement));
  const auto answer = work.link.session->run(statement, form());
  take_note(work.link, answer, operation.text, false);
  if (!answer.good()) {
    return false;
  }
  Intended objects;
  for (int row = 0; row < count; ++row) {
    objects.push_back({object_of(kNumbered, answer.made + row), {true, group}});
    operation.objects.push_back(objects.back().first);
  }
  shared_.journal.tell([&](Checker& checker) {
    for (const auto& [object, state] : objects) {
      if (!checker.knows(object)) {
        checker.start(object, {false, 0});
      }
      checker.forget(object - 400);
    }
  });
  intend(work, objects, false);
  operation.outcome = "written, not committed";
  shared_.journal.count("numbered");
  shared_.journal.ended(std::move(operation), [&](Checker& checker) {
    for (const auto& [object, state] : objects) {
      checker.written(work.id, value, object, 1, state);
    }
  });
  for (auto newest = shared_.numbered.load(); newest < answer.made + count - 1;) {
    if (shared_.numbered.compare_exchange_weak(newest, answer.made + count - 1)) {
      break;
    }
  }
  return true;
}

void Writer::change_numbered(Link& link) {
  const auto [id, version] = mine_.back();
  mine_.pop_back();
  const auto object = object_of(kNumbered, id);
  Work work(link);
  work.id = shared_.journal.tell([&](Checker& checker) { return checker.begin(link.number); });
  const State state{pick(random_, 2) == 0, pick(random_, kGroups)};
  const auto value = intend(work, {{object, state}}, true);
  Statement statement;
  if (state.present) {
    statement.add("update numbered set version = version + 1, grp = ").add(state.group).add(", value = ").add(value);
    statement.add(" where id = ").add(id);
  } else {
    statement.add("delete from numbered where id = ").add(id);
  }
  auto operation = begun(link.number, work.id, written_out(statement));
  const auto answer = link.session->run(statement, form());
  if (answer.good()) {
    shared_.journal.tell(
        [&, made = version + 1](Checker& checker) { checker.written(work.id, value, object, made, state); });
  }
  finish(work, outcome_of(answer, true), answer, std::move(operation), "numbered_again");
  take_note(link, answer, written_out(statement), false);
}

bool Writer::savepoint(Work& work) {
  const auto rows = work.rows;
  const auto writes = work.writes.size();
  const bool joined = work.joined;
  const auto mark = shared_.journal.tell([&](const Checker& checker) { return checker.mark(work.id); });
  const auto run = [&](const char* text) {
    const auto answer = work.link.session->run(text);
    take_note(work.link, answer, text, false);
    return answer.good();
  };
  if (!run("savepoint here") || !change(work)) {
    return false;
  }
  if (pick(random_, 3) == 0) {
    return run("release savepoint here");
  }
  if (!run("rollback to savepoint here")) {
    return false;
  }
  shared_.journal.count("rolled_back_to_savepoint");
  shared_.journal.tell([&](Checker& checker) { checker.undo(work.id, mark); });
  work.writes.resize(writes);
  if (!joined) {  // the engine's part began after the savepoint, and is rolled back with its snapshot
    work.joined = false;
    judge_snapshot(work);
    work.snapshot.reset();
  }
  for (auto& [object, living] : work.rows) {
    const auto before = rows.find(object);
    living = before == rows.end() ? shared_.claims.at(object) : before->second;
  }
  return true;
}

}  // namespace history
