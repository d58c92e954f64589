#include "session/mysql/found_rows.h"

#include <algorithm>
#include <string_view>

#include "session/mysql/probe.h"
#include "session/mysql/session.h"
#include "sql/calls.h"
#include "wire/mysql/commands.h"

namespace tapri::session::mysql {
namespace {

using sql::StatementFacts;
using sql::Verb;

// Up to here each row is written out: that leaves warnings as they were. Beyond, rows are made of products.
constexpr std::uint64_t kMostWritten = 2000;
constexpr std::string_view kEight =
    "(SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 UNION "
    "ALL SELECT 1 UNION ALL SELECT 1) ";

bool calls(const sql::Facts& facts, std::string_view name) {
  return std::ranges::any_of(facts.statements, [&](const StatementFacts& one) { return sql::calls(one, name); });
}

// Neither a subquery nor the rows of another relation, which MariaDB counts.
bool plain_change(const StatementFacts& facts) {
  const bool own_rows = facts.reads.empty() || (facts.reads == facts.writes && facts.reads.size() == 1);
  return own_rows && !facts.keys_unknown && facts.levels.size() <= 1;
}

FoundRowsAfter after_change(const StatementFacts& facts, sql::mysql::Server server) {
  if (!plain_change(facts)) return FoundRowsAfter::unsure;
  // MySQL counts the rows that it has found to change.
  const bool counts = facts.verb == Verb::update && server == sql::mysql::Server::mysql;
  return counts ? FoundRowsAfter::own : FoundRowsAfter::same;
}

// Of SHOW the conditions alone leave the number as it is for sure.
bool shows_conditions(ByteView sql) { return mentions(sql, "warnings") || mentions(sql, "errors"); }

FoundRowsAfter after(const StatementFacts& facts, ByteView sql, sql::mysql::Server server) {
  switch (facts.verb) {
    case Verb::select:
      return facts.found_rows == sql::FoundRows::may_stay ? FoundRowsAfter::unsure : FoundRowsAfter::own;
    case Verb::insert:
      return facts.reads.empty() ? after_change(facts, server) : FoundRowsAfter::unsure;
    case Verb::update:
    case Verb::delete_rows:
      return after_change(facts, server);
    case Verb::set:
    case Verb::define:
      return facts.reads.empty() ? FoundRowsAfter::same : FoundRowsAfter::unsure;
    case Verb::show:
      return shows_conditions(sql) && !mentions(sql, "count") ? FoundRowsAfter::same : FoundRowsAfter::unsure;
    case Verb::empty:
    case Verb::truncate:
    case Verb::begin:
    case Verb::commit:
    case Verb::rollback:
    case Verb::savepoint:
    case Verb::rollback_to:
    case Verb::set_transaction:
    case Verb::prepare:
    case Verb::deallocate:
    case Verb::lock:
      return FoundRowsAfter::same;
    default:
      return FoundRowsAfter::unsure;
  }
}

}  // namespace

FoundRowsAfter found_rows_after(const Analysis& analysis, sql::mysql::Server server) {
  const auto& statements = analysis.shape->facts().statements;
  if (statements.size() != 1) return FoundRowsAfter::unsure;
  return after(statements.front(), analysis.shape->text(), server);
}

void append_rows(std::string& out, wire::mysql::Capabilities capabilities, std::uint64_t count) {
  std::string sql = "SELECT 1";
  if (count > kMostWritten) {
    // The rows that an offset skips count.
    sql += " FROM ";
    char name = 'a';
    for (std::uint64_t rows = 1; rows < count; rows *= 8) {
      if (name != 'a') sql += ", ";
      sql.append(kEight) += name++;
    }
    sql.append(" LIMIT ").append(std::to_string(count - 1)).append(", 1");
  } else {
    for (std::uint64_t rows = 1; rows < count; ++rows) sql += " UNION ALL SELECT 1";
    // Else as many as sql_select_limit says.
    sql.append(" LIMIT ").append(std::to_string(count));
  }
  wire::mysql::append_query(out, capabilities, sql);
}

bool calls_found_rows(const sql::Facts& facts) { return calls(facts, "found_rows"); }
bool calls_row_count(const sql::Facts& facts) { return calls(facts, "row_count"); }

bool hides_found_rows(const sql::Facts& facts, ByteView sql) {
  const bool plain = std::ranges::all_of(facts.statements, [](const StatementFacts& one) {
    return one.verb == Verb::select || one.verb == Verb::insert || one.verb == Verb::update ||
           one.verb == Verb::delete_rows || one.verb == Verb::begin || one.verb == Verb::commit ||
           one.verb == Verb::rollback;
  });
  return !plain && mentions(sql, "found_rows");
}

// Somebody asks for FOUND_ROWS(): from here on the server is told before each statement.
bool Session::found_rows_matter() {
  auto& asked = services_.shared.asks_found_rows;
  if (asked.load(std::memory_order_relaxed)) return true;
  const std::uint64_t generation = catalog_->generation();
  if (generation == 0 || generation == bodies_generation_) return false;
  const auto snapshot = catalog_->snapshot();
  if (!snapshot) return false;
  bodies_generation_ = generation;
  if (snapshot->asks_found_rows()) asked.store(true, std::memory_order_relaxed);
  return asked.load(std::memory_order_relaxed);
}

void Session::note_found_rows_asked() {
  auto& asked = services_.shared.asks_found_rows;
  if (!asked.load(std::memory_order_relaxed)) asked.store(true, std::memory_order_relaxed);
}

bool Session::tells_found_rows_first(Actions& actions) {
  const bool hit = !last_hit_.empty();
  if (owed_.count && !(hit && owed_.kind == sql::FoundRows::of_server)) {
    std::string question;
    append_rows(question, identity_.capabilities, *owed_.count);
    actions.to_upstream.add_copy(std::move(question));
    owed_.count.reset();
    if (owed_.kind == sql::FoundRows::counted) forget_last_hit(actions);
    begin_answer(wire::mysql::Command::query);
    asked_by_ = Asker::replay;
    wait();
    return true;
  }
  return hit && replays_first(actions);
}

bool Session::tells_first(Actions& actions) {
  const bool pending = owed_.count || !last_hit_.empty();
  return pending && found_rows_matter() && tells_found_rows_first(actions);
}

bool Session::tells_first(const Analysis& analysis, Actions& actions) {
  const sql::Facts& facts = analysis.shape->facts();
  const bool asks = calls_found_rows(facts);
  const bool pending = owed_.count || !last_hit_.empty();
  const bool mattered = pending && found_rows_matter();
  if (asks) note_found_rows_asked();
  if (!pending) return false;
  // To tell now would end what ROW_COUNT() says.
  if (asks && !mattered && last_hit_.empty() && calls_row_count(facts)) return false;
  if (asks || mattered) return tells_found_rows_first(actions);
  return goes_by_last_answer(analysis) && replays_first(actions);
}

// A statement is sent.
void Session::note_found_rows(const Analysis& analysis) {
  owed_.ends_with_success = false;
  if (!owed_.count) return;
  const bool told_late = !last_hit_.empty() && owed_.kind != sql::FoundRows::counted;
  const FoundRowsAfter after = found_rows_after(analysis, dialect_.server);
  if (told_late || after == FoundRowsAfter::unsure) return owed_.count.reset();
  owed_.ends_with_success = after == FoundRowsAfter::own;
}

}  // namespace tapri::session::mysql
