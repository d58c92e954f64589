#include "writer.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace history {
namespace {

// What concurrent transactions may get: deadlocks, locks that are waited for in vain or not at all, rows that have
// changed since the snapshot (MariaDB's innodb_snapshot_isolation); and a KILL QUERY that comes late.
bool expected(unsigned code) {
  static const std::set<unsigned> kCodes = {1020, 1205, 1213, 1317, 3572};
  return kCodes.count(code) > 0;
}

// The claim knows a list by its slot.
Object claimed(Object object) {
  const int table = table_of(object);
  return is_list(table) ? object_of(table, key_of(object) % kSlots) : object;
}

}  // namespace

void Link::open() {
  session = std::make_unique<Session>(address);
  set();
}

void Link::begin_anew() {
  if (session->reset()) {
    set();
  } else {
    open();
  }
}

void Link::set() {
  lenient = number % 4 == 0;  // at each of three Tapris
  repeatable = number % 2 == 0;
  if (lenient) {
    session->run("set sql_mode = ''");
  }
  if (!repeatable) {
    session->run("set session transaction isolation level read committed");
  }
}

bool Work::wrote(Object object) const {
  return std::any_of(writes.begin(), writes.end(), [&](const Write& write) { return write.object == object; });
}

void Work::before_read(const Checker& checker) {
  joined = true;
  if (repeatable && !snapshot) {
    snapshot.emplace();
    snapshot->floors = checker.floors();
  }
}

void Work::after_read(const Checker& checker) {
  if (snapshot && snapshot->until == kNever) {
    snapshot->until = checker.place();
  }
}

int Writer::busy_table() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto tick = std::chrono::duration_cast<std::chrono::milliseconds>(now).count() / 150;
  return static_cast<int>((tick * 7 + pick(random_, 3) * 5) % static_cast<int>(kTables.size()));
}

int Writer::key_for(int) { return pick(random_, 3) == 0 ? pick(random_, kKeys) : pick(random_, 4); }

int Writer::list_of(int table) {
  return shared_.lists.at(static_cast<std::size_t>(table)).at(static_cast<std::size_t>(pick(random_, kSlots)));
}

void Writer::take_note(Link& link, const Answer& answer, const std::string& text, bool disturbed) {
  if (answer.code == kUnannounced) {
    shared_.journal.count("unannounced");
  } else if (answer.end == Answer::End::lost && !disturbed) {
    shared_.journal.error("lost: " + text + ": " + answer.message);
  } else if (answer.end == Answer::End::refused) {
    shared_.journal.count("refused_" + std::to_string(answer.code));
    if (!expected(answer.code)) {
      shared_.journal.error(text + ": " + std::to_string(answer.code) + " " + answer.message);
    }
  }
  if (answer.over) {
    link.open();
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

// One that is written under a claim.
int Writer::claimed_table(bool transactions) {
  for (;;) {
    const int table = pick(random_, 10) == 0 ? pick(random_, static_cast<int>(kTables.size())) : busy_table();
    if (table != kContended && table != kNumbered && (!transactions || has_transactions(table))) {
      return table;
    }
  }
}

std::optional<Change> Writer::choose(Work& work, int table) {
  if (is_list(table)) {
    const int slot = pick(random_, kSlots);
    if (!claim(work, object_of(table, slot))) {
      return std::nullopt;
    }
    const int list = shared_.lists.at(static_cast<std::size_t>(table)).at(static_cast<std::size_t>(slot));
    return append_to(random_, table, list, work.rows.at(object_of(table, slot)).version);
  }
  auto object = object_of(table, key_for(table));
  if (!claim(work, object)) {
    return std::nullopt;
  }
  if (pick(random_, 3) == 0 && work.claims.size() > 1) {  // once more what it has written: gone and come again
    const auto members = Claims::members(work.claims.front());
    const auto other = members.at(static_cast<std::size_t>(pick(random_, static_cast<int>(members.size()))));
    object = is_list(table_of(other)) ? object : other;
  }
  std::map<Object, Living> rows;
  for (const auto member : Claims::members(Claims::of(object))) {
    rows[member] = work.rows.at(member);
  }
  return living_change(random_, object, rows, work.link.lenient);
}

Value Writer::intend(Work& work, const Intended& objects, bool commits) {
  const auto value = shared_.journal.tell([&](Checker& checker) {
    const auto out = checker.write(work.id, objects);
    if (commits) {
      checker.committing(work.id);
    }
    return out;
  });
  for (const auto& [object, state] : objects) {
    work.writes.push_back({object, value, state});
    work.joined = work.joined || has_transactions(table_of(object));
  }
  return value;
}

Value Writer::intend(Work& work, Change& change, bool commits) {
  Intended objects;
  for (const auto& [object, living] : change.leaves) {
    objects.push_back({object, {living.present, living.group}});
    work.rows[claimed(object)] = living;
  }
  const auto value = intend(work, objects, commits);
  change.statement.fill_in(value);
  return value;
}

void Writer::tell_written(Work& work, const Change& change, Value value) {
  shared_.journal.tell([&](Checker& checker) {
    for (const auto& [object, living] : change.leaves) {
      checker.written(work.id, value, object, living.version, {living.present, living.group});
    }
  });
}

// Who has the claim knows what a statement does.
void Writer::check_count(const Answer& answer, const Change& change) {
  if (answer.changed != change.changed) {
    throw std::runtime_error(
        "nobody else writes these rows, but they are not as they were left: " + std::to_string(answer.changed) +
        " instead of " + std::to_string(change.changed) + " by " + written_out(change.statement));
  }
}

void Writer::single(Link& link) {
  const int table = pick(random_, 8);
  if (table == 0) {
    contended_alone(link);
  } else if (table == 1 && !mine_.empty()) {
    change_numbered(link);
  } else {
    alone(link, claimed_table(false));
  }
}

// A statement that is a transaction; or, to a table without, one within a transaction that is not of it.
void Writer::alone(Link& link, int table) {
  Work work(link);
  auto change = choose(work, table);
  if (!change) {
    return release(work);
  }
  const bool transactions = has_transactions(table);
  work.id = shared_.journal.tell([&](Checker& checker) { return checker.begin(link.number); });
  const auto value = intend(work, *change, true);
  auto operation = begun(link.number, work.id, written_out(change->statement));
  // Without transactions a statement that writes many rows may be killed between two of them.
  const auto fault = transactions || change->leaves.size() == 1 ? seldom(50) : std::nullopt;
  const auto process = link.session->process();
  const auto answer = link.session->run(change->statement, form(), fault, administrator_.get());
  const bool unsaid = killed_unsaid(fault, answer, *change);
  if (answer.good() && !unsaid) {
    tell_written(work, *change, value);
  }
  const auto outcome = unsaid ? Outcome::unknown : outcome_of(answer, transactions);
  finish(work, outcome, answer, std::move(operation), change->kind);
  take_note(link, answer, written_out(change->statement), fault.has_value());
  if (outcome == Outcome::unknown) {
    settle(work, answer, process);
  }
  release(work);
  if (answer.good() && !unsaid) {
    check_count(answer, *change);
  }
}

void Writer::string(Link& link) {
  Work work(link);
  auto change = choose(work, claimed_table(true));
  if (!change) {
    return release(work);
  }
  work.id = shared_.journal.tell([&](Checker& checker) { return checker.begin(link.number); });
  const auto value = intend(work, *change, true);
  change->statement.text = "begin; " + change->statement.text + "; commit; do sleep(0.003)";
  auto operation = begun(link.number, work.id, written_out(change->statement));
  const auto fault = seldom(50);
  const auto process = link.session->process();
  const auto answer = link.session->run(change->statement, Form::text, fault, administrator_.get());
  const bool unsaid = killed_unsaid(fault, answer, *change);
  const auto outcome = unsaid ? Outcome::unknown : answer.results >= 3 ? Outcome::committed : outcome_of(answer, true);
  if (outcome == Outcome::committed) {
    tell_written(work, *change, value);
  }
  finish(work, outcome, answer, std::move(operation), "string");
  take_note(link, answer, written_out(change->statement), fault.has_value());
  if (outcome != Outcome::committed) {
    insist(link, "rollback");
  }
  if (outcome == Outcome::unknown) {
    settle(work, answer, process);
  }
  release(work);
  link.begin_anew();
}

}  // namespace history
