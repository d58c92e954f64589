#include "writer.h"

#include <algorithm>
#include <set>
#include <thread>

namespace history {
namespace {

constexpr std::array kForms = {Form::simple, Form::unnamed, Form::prepared};

// Of a fleet that was told to (fail_writes): committed, but the other instances do not know of it.
constexpr const char* kUnannounced = "08007";

// What concurrent transactions may get: deadlocks, a row moved to another partition, a place in a list already taken;
// and a cancel request that comes late.
bool expected(const std::string& state) {
  static const std::set<std::string> kStates = {"40P01", "40001", "23505", "57014"};
  return kStates.count(state) > 0;
}

}  // namespace

int Writer::busy_table() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto tick = std::chrono::duration_cast<std::chrono::milliseconds>(now).count() / 150;
  return static_cast<int>((tick * 7 + pick(random_, 3) * 5) % static_cast<int>(kTables.size()));
}

int Writer::key_for(int table) {
  const int keys = keys_of(table);
  return pick(random_, 3) == 0 ? pick(random_, keys) : pick(random_, 3);
}

int Writer::list_of(int table) {
  return shared_.lists.at(static_cast<std::size_t>(table)).at(static_cast<std::size_t>(pick(random_, kSlots)));
}

void Writer::take_note(Link& link, const Answer& answer, const std::string& text, bool disturbed) {
  if (answer.end == Answer::End::lost && answer.state == kUnannounced) {
    shared_.journal.count("unannounced");
  } else if (answer.end == Answer::End::lost && !disturbed) {
    shared_.journal.error("lost: " + text + ": " + answer.message);
  } else if (answer.end == Answer::End::refused) {
    shared_.journal.count("refused_" + answer.state);
    if (!expected(answer.state)) {
      shared_.journal.error(text + ": " + answer.message);
    }
  }
  if (answer.over) {
    link.session = std::make_unique<Session>(shared_.addresses.of(link.number));
  }
}

bool Writer::claim(Work& work, Object object) {
  const int wanted = Claims::of(object);
  if (std::find(work.claims.begin(), work.claims.end(), wanted) != work.claims.end()) {
    return true;
  }
  if (!shared_.claims.take(wanted)) {
    return false;
  }
  work.claims.push_back(wanted);
  for (const auto member : Claims::members(wanted)) {
    work.rows[member] = shared_.claims.at(member);
  }
  return true;
}

std::optional<Change> Writer::choose(Work& work) {
  const int table = pick(random_, 10) == 0 ? pick(random_, static_cast<int>(kTables.size())) : busy_table();
  if (is_list(table)) {
    const int list = list_of(table);
    const auto object = object_of(table, list);
    auto length = shared_.journal.tell([&](const Checker& checker) { return checker.floor(object); });
    for (const auto& write : work.writes) {
      length += write.object == object ? 1 : 0;
    }
    return append_to(random_, table, list, length);
  }
  auto object = object_of(table, key_for(table));
  if (!work.claims.empty() &&
      pick(random_, 2) == 0) {  // once more what it has written: gone and come again, or otherwise
    const auto members = Claims::members(work.claims.back());
    object = members.at(static_cast<std::size_t>(pick(random_, static_cast<int>(members.size()))));
  } else if (!is_claimed(table)) {
    return update_of(random_, table, key_of(object));
  }
  if (!claim(work, object)) {
    return std::nullopt;
  }
  std::map<Object, Living> rows;
  for (const auto member : Claims::members(Claims::of(object))) {
    rows[member] = work.rows.at(member);
  }
  return living_change(random_, object, rows);
}

Value Writer::intend(Work& work, Change& change, bool commits) {
  const auto value = shared_.journal.tell([&](Checker& checker) {
    const auto out = checker.write(work.id, change.objects, change.state);
    if (commits) {
      checker.committing(work.id);
    }
    return out;
  });
  change.statement.parameters.at(0).number = value;
  for (const auto object : change.objects) {
    work.writes.push_back({object, value, change.removes});
  }
  for (const auto& [object, version] : change.versions) {
    work.rows[object] = {change.state.present, version, change.state.group};
  }
  return value;
}

void Writer::tell_written(Checker& checker, Work& work, const Change& change, Value value, const Rows& rows) {
  if (!change.versions.empty()) {
    return tell_living(checker, work, change, value, rows);
  }
  for (const auto object : change.objects) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const std::vector<Field>& one) {
      return is_list(table_of(object)) || one.at(0).at(0) == key_of(object);
    });
    if (row == rows.end()) {
      checker.not_written(work.id, value, object);
    } else {
      checker.written(work.id, value, object, row->at(2).at(0), {true, static_cast<int>(row->at(1).at(0))});
    }
  }
}

// Who has the claim knows what a statement does.
void Writer::tell_living(Checker& checker, Work& work, const Change& change, Value value, const Rows& rows) {
  const auto version = change.versions.at(change.objects.front());
  if (rows.size() != 1 || rows[0].at(2).at(0) != (change.removes ? version - 1 : version)) {
    throw std::runtime_error("nobody else writes this row, but it is not as it was left: " + change.statement.text);
  }
  for (const auto object : change.objects) {
    checker.written(work.id, value, object, change.versions.at(object), change.state);
  }
}

void Writer::single(Link& link) {
  Work work(link);
  auto change = choose(work);
  if (!change) {
    return;
  }
  work.id = shared_.journal.tell([&](Checker& checker) { return checker.begin(link.number); });
  const auto value = intend(work, *change, true);
  auto operation = begun(link.number, work.id, written_out(change->statement));
  const auto fault = seldom();
  const auto form = kForms.at(static_cast<std::size_t>(pick(random_, 3)));
  const int process = link.session->process();
  const auto answer = link.session->run(change->statement, form, pick(random_, 3) == 0, fault, administrator_.get());
  if (answer.good()) {
    shared_.journal.tell([&](Checker& checker) { tell_written(checker, work, *change, value, answer.results.back()); });
  }
  finish(work, answer, answer.good(), std::move(operation), change->kind);
  take_note(link, answer, written_out(change->statement), fault.has_value());
  settle(work, answer, process);
  release(work);
}

void Writer::string(Link& link) {
  Work work(link);
  auto change = choose(work);
  if (!change) {
    return;
  }
  work.id = shared_.journal.tell([&](Checker& checker) { return checker.begin(link.number); });
  const auto value = intend(work, *change, true);
  change->statement.text = "begin; " + change->statement.text + "; commit; select pg_sleep(0.003)";
  auto operation = begun(link.number, work.id, written_out(change->statement));
  const auto fault = seldom();
  const int process = link.session->process();
  const auto answer = link.session->run(change->statement, Form::simple, false, fault, administrator_.get());
  const bool committed = answer.results.size() >= 3;
  if (committed) {
    shared_.journal.tell([&](Checker& checker) { tell_written(checker, work, *change, value, answer.results.at(1)); });
  }
  finish(work, answer, committed, std::move(operation), "string");
  take_note(link, answer, written_out(change->statement), fault.has_value());
  if (!committed) {
    roll_back(link);
    settle(work, answer, process);
  }
  release(work);
}

bool Writer::begin(Work& work) {
  static constexpr std::array kTexts = {"begin", "start transaction", "begin isolation level read committed"};
  const auto answer = work.link.session->run(kTexts.at(static_cast<std::size_t>(pick(random_, 3))));
  take_note(work.link, answer, "begin", false);
  if (!answer.good()) {
    return false;
  }
  work.id = shared_.journal.tell([&](Checker& checker) { return checker.begin(work.link.number); });
  return true;
}

bool Writer::change(Work& work) {
  auto change = choose(work);
  if (!change) {
    return true;
  }
  const auto value = intend(work, *change, false);
  auto operation = begun(work.link.number, work.id, written_out(change->statement));
  operation.objects = change->objects;
  const auto fault = pick(random_, 4) == 0 ? seldom() : std::nullopt;
  const auto form = kForms.at(static_cast<std::size_t>(pick(random_, 3)));
  const auto answer =
      work.link.session->run(change->statement, form, pick(random_, 3) == 0, fault, administrator_.get());
  take_note(work.link, answer, operation.text, fault.has_value());
  if (!answer.good()) {
    return false;
  }
  operation.outcome = "written, not committed";
  shared_.journal.count(change->kind);
  shared_.journal.ended(std::move(operation),
                        [&](Checker& checker) { tell_written(checker, work, *change, value, answer.results.back()); });
  return !answer.over;
}

bool Writer::savepoint(Work& work) {
  const auto rows = work.rows;
  const auto writes = work.writes.size();
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
  for (auto& [object, living] : work.rows) {
    const auto before = rows.find(object);
    living = before == rows.end() ? shared_.claims.at(object) : before->second;
  }
  return true;
}

void Writer::end(Work& work) {
  if (pick(random_, 5) == 0) {
    return abandon(work);
  }
  shared_.journal.tell([&](Checker& checker) { checker.committing(work.id); });
  auto operation = begun(work.link.number, work.id, "commit");
  const auto fault = pick(random_, 20) == 0 ? disturbance() : std::nullopt;
  const int process = work.link.session->process();
  const auto answer = work.link.session->run({"commit", {}}, Form::simple, false, fault, administrator_.get());
  if (answer.good() && answer.tag != "COMMIT") {
    shared_.journal.error("COMMIT says " + answer.tag);
  }
  finish(work, answer, answer.good(), std::move(operation), "transactions");
  take_note(work.link, answer, "commit", fault.has_value());
  settle(work, answer, process);
  release(work);
}

// A cancel that comes late may meet the ROLLBACK, which then leaves the transaction as it was.
Answer Writer::roll_back(Link& link) {
  auto answer = link.session->run("rollback");
  for (int again = 0; again < 5 && !answer.good() && !answer.over; ++again) answer = link.session->run("rollback");
  return answer;
}

// Whatever has happened, it has not committed.
void Writer::abandon(Work& work) {
  auto operation = begun(work.link.number, work.id, "rollback");
  const auto answer = roll_back(work.link);
  take_note(work.link, answer, "rollback", true);
  Answer refused;
  refused.end = Answer::End::refused;
  finish(work, refused, false, std::move(operation), "");
  release(work);
}

}  // namespace history
