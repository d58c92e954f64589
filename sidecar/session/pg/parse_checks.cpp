// Deferred statements that the server has to know of after all: they are sent with a Describe, and only if its answer
// is what the client was told does anything that needs them follow.
#include <algorithm>
#include <utility>

#include "session/pg/deferred_parse.h"
#include "session/pg/flush.h"
#include "session/pg/session.h"
#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::session::pg {
namespace {

using sql::Verb;
using wire::pg::kIdle;
using wire::pg::kInTransaction;

constexpr std::string_view kNoPortal = "_tapri_refused";

bool may_hold_literals(const Statement& statement) {
  return pg::may_hold_literals(statement.shape->text(), statement.literals);
}

}  // namespace

bool Session::fits_still(const Statement& statement) const {
  if (!context_known()) return true;
  // Its literals were to be read under the settings of then.
  if (context_->settings != statement.accepted->settings && may_hold_literals(statement)) return false;
  const AnalysisRef now = services_.analyzer.analyse(statement.shape, context_, asker(), *catalog_);
  return now->catalog_generation == 0 || means_the_same(statement, *now);
}

bool Session::asks_settings_first(Actions& actions) {
  if (parses_.all.empty() || context_known()) return false;
  const auto in_doubt = [&](const StatementRef& statement) {
    return statement->deferred() && statement->parse_settings != settings_serial_ && may_hold_literals(*statement);
  };
  return std::ranges::any_of(parses_.all, in_doubt) && (wait_for_rounds(true) || start_probe(actions));
}

bool Session::parse_goes_first(const StatementRef& statement, Actions& actions, bool asked) {
  if (!statement || !statement->accepted || (statement->upstream && !statement->unchecked)) return false;
  // What the client has sent goes as it is; and in a failed transaction the server refuses whatever comes.
  if (statement == held_statement() || copying_in()) return false;
  if (wait_for_rounds(true)) return true;
  if (tracker_.surely_failed()) return false;
  send_begin(actions);
  if (fits_still(*statement)) {
    send_parse(statement, true, false, actions);
  } else {
    refuse_execution(statement, actions);
  }
  slots_.back().check->asked = asked && held_.empty();  // else what is held would fail before it
  flush_upstream(actions);
  waiting_ = Waiting::parse;
  return true;
}

bool Session::held_parse_goes_first(Actions& actions) {
  return portal_.held && parse_goes_first(portal_.statement, actions);
}

bool Session::all_parses_go_first(const Analysis* analysis, Actions& actions) {
  if (parses_.all.empty() || parses_.tried || copying_in()) return false;
  const StatementRef wanted = analysis != nullptr ? statement_named_by(*analysis) : nullptr;
  // Before such a transaction, as long as none is open.
  const bool outside = tracker_.status() == kIdle && !batch_open_ && !tracker_.unit_open();
  const bool last_chance = analysis != nullptr && outside && asks_for_one_snapshot(*analysis);
  if (analysis != nullptr && !wanted && !last_chance && leaves_parses_alone(*analysis)) return false;
  if (wait_for_rounds(true)) return true;
  if (tracker_.surely_failed()) return false;
  parses_.tried = true;
  parses_.error.clear();
  forget_settled_parses();
  const bool only_literals = analysis != nullptr && changes_only_how_literals_are_read(*analysis);
  const StatementRef held = held_statement();
  // There an error would be the client's: so only what can fail by no more than a race is sent, and that whose literals
  // would be read otherwise later.
  const bool in_batch = batch_open_ || tracker_.unit_open();
  const bool careful = in_batch || tracker_.status() != kIdle;
  bool sent = false;
  for (const StatementRef& statement : parses_.all) {
    if (statement == held || find_statement(statement->name) != statement) continue;
    // A Parse waits for locks: not more of them than must be.
    const bool literals = may_hold_literals(*statement);
    if (only_literals && !literals) continue;
    const bool safe = literals || catalog_->generation() == statement->accepted->generation;
    const bool suits = !statement->refused && (safe || !careful);
    if ((statement != wanted && !suits) || !fits_still(*statement)) continue;
    if (in_batch) send_begin(actions);
    send_parse(statement, in_batch, statement == wanted, actions);
    sent = true;
  }
  if (!sent) return false;
  if (in_batch) flush_upstream(actions);
  waiting_ = Waiting::parse;
  return true;
}

StatementRef Session::statement_named_by(const Analysis& analysis) const {
  const auto& facts = analysis.shape->facts();
  if (!facts.single()) return nullptr;
  const Verb verb = facts.statements.front().verb;
  if (verb != Verb::execute && verb != Verb::deallocate) return nullptr;
  StatementRef statement = find_statement(facts.statements.front().name);
  return statement && statement->deferred() ? statement : nullptr;
}

void Session::send_parse(const StatementRef& statement, bool in_batch, bool wanted, Actions& actions) {
  auto check = std::make_shared<ParseCheck>();
  check->statement = statement;
  check->wanted = wanted;
  std::string bytes;
  const auto add_slot = [&](SlotKind kind) -> Slot& {
    Slot& slot = slots_.emplace_back();
    slot.kind = kind;
    slot.swallowed = true;
    slot.alone = !in_batch;
    slot.check = check;
    return slot;
  };
  if (!statement->upstream) {
    append_accepted(bytes, statement->name, *statement->accepted);
    statement->upstream = true;
    statement->parse_round = tracker_.round();
    add_slot(SlotKind::parse).statement = statement;
    services_.metrics.prepared(telemetry::PrepareResult::sent);
  }
  wire::pg::append_describe(bytes, 'S', statement->name);
  add_slot(SlotKind::describe_statement);
  tracker_.forwarding_harmless();
  if (in_batch) {
    batch_open_ = true;
  } else {
    wire::pg::append_sync(bytes);
    add_slot(SlotKind::sync);
    tracker_.end_unit();
  }
  actions.to_upstream.add_copy(std::move(bytes));
}

// The batch fails as does an execution of a statement whose result type has changed.
void Session::refuse_execution(const StatementRef& statement, Actions& actions) {
  std::string bytes;
  wire::pg::append_execute(bytes, kNoPortal);
  actions.to_upstream.add_copy(std::move(bytes));
  batch_open_ = true;
  tracker_.forwarding_harmless();
  Slot& slot = slots_.emplace_back();
  slot.kind = SlotKind::execute;
  slot.check = std::make_shared<ParseCheck>();
  slot.check->statement = statement;
  slot.check->refuses = true;
}

void Session::statement_described(const ParseCheck& check, bool alone, Actions& actions) {
  if (check.learned) {
    const AcceptedParse& learned = *check.learned;
    if (check.failed || !check.described.starts_with(wire::pg::backend::kParameterDescription)) return;
    if (!still_accepted(learned)) return;
    check.learned->description = check.described;
    services_.analyzer.accepted_parses().add(check.learned);
    return;
  }
  Statement& statement = *check.statement;
  statement.unchecked = false;
  if (!check.failed && same_result(statement.accepted->description, check.described)) return;
  // It is as if the server had it from before, and refused to execute it: so what it has now is not the client's.
  catalog_->look_again();
  statement.upstream = false;
  statement.refused = true;
  if (std::ranges::find(parses_.all, check.statement) == parses_.all.end()) parses_.all.push_back(check.statement);
  std::string bytes;
  wire::pg::append_close(bytes, 'S', statement.name);
  if (alone) wire::pg::append_sync(bytes);
  actions.to_upstream.add_copy(std::move(bytes));
  tracker_.forwarding_harmless();
  for (const SlotKind kind : {SlotKind::close, SlotKind::sync}) {
    if (kind == SlotKind::sync && !alone) continue;
    Slot& slot = slots_.emplace_back();
    slot.kind = kind;
    slot.swallowed = true;
    slot.alone = alone;
    slot.check = std::make_shared<ParseCheck>();
    slot.check->statement = check.statement;
  }
  if (alone) {
    tracker_.end_unit();
    return;
  }
  refuse_execution(check.statement, actions);
  slots_.back().check->asked = check.asked;
  flush_upstream(actions);
}

void Session::parses_checked() {
  if (waiting_ != Waiting::parse) return;
  const bool open =
      std::ranges::any_of(slots_, [](const Slot& slot) { return slot.check && slot.check->waited_for(); });
  if (open) return;
  waiting_ = Waiting::nothing;
  resumable_ = true;
}

bool Session::fails_execute(const Analysis& analysis, Actions& actions) {
  const StatementRef statement = parses_.tried ? statement_named_by(analysis) : nullptr;
  if (!statement || analysis.shape->facts().statements.front().verb != Verb::execute) return false;
  std::string error = std::exchange(parses_.error, {});
  if (error.empty()) error = changed_result_error();
  probe_error_.clear();
  if (deferred_) {
    break_transaction(actions);
  } else if (tracker_.status() == kInTransaction) {
    fail_transaction(actions);
  }
  deliver({.ready = true, .error = std::make_shared<const std::string>(std::move(error))}, actions);
  return true;
}

std::shared_ptr<ParseCheck> Session::learns_parse(const StatementRef& statement, ByteView sql) const {
  if (sql.size() > AcceptedParses::kMaxText || !may_be_deferred(statement)) return nullptr;
  auto check = std::make_shared<ParseCheck>();
  check->learned = std::make_shared<AcceptedParse>();
  AcceptedParse& learned = *check->learned;
  // Before it is sent, and before the schema is looked at: what changes from here on is seen.
  learned.as_of = services_.shared.log.lease().as_of();
  learned.text = sql;
  learned.types = statement->types;
  learned.context = context_->id;
  learned.settings = context_->settings;
  learned.generation = catalog_->generation();
  learned.rests_on = {coherence::all_of(upstream_database_), coherence::roles_of(upstream_of(asker()))};
  return check;
}

void Session::send_learning(std::shared_ptr<ParseCheck> check, ByteView name, Actions& actions) {
  slots_.back().check = check;
  std::string bytes;
  wire::pg::append_describe(bytes, 'S', name);
  actions.to_upstream.add_copy(std::move(bytes));
  tracker_.forwarding_harmless();
  Slot& slot = slots_.emplace_back();
  slot.kind = SlotKind::describe_statement;
  slot.swallowed = true;
  slot.check = std::move(check);
}

}  // namespace tapri::session::pg
