// What forwarded statements do to the session: writes, settings, prepared statements.
#include <algorithm>
#include <utility>

#include "session/pg/session.h"

namespace tapri::session::pg {
namespace {

using sql::Verb;

// More custom settings than this are not followed by name.
constexpr std::size_t kMaxCustomSettings = 64;

// ROLLBACK TO, and what ends a transaction.
bool may_undo_settings(Verb verb) {
  return verb == Verb::commit || verb == Verb::rollback || verb == Verb::rollback_to ||
         verb == Verb::prepare_transaction;
}

// What EXECUTE of such a statement does is what the statement does; any other is taken for anything.
bool followed_when_executed(Verb verb) {
  return verb == Verb::select || verb == Verb::insert || verb == Verb::update || verb == Verb::delete_rows ||
         verb == Verb::merge;
}

void append_parse_of(const Statement& statement, std::string& out) {
  if (statement.accepted) return append_accepted(out, statement.name, *statement.accepted);
  out += wire::pg::frontend::kParse;
  wire::append_u32(out, static_cast<std::uint32_t>(4 + statement.name.size() + 1 + statement.text.size() + 1 +
                                                   statement.types.size()));
  out.append(statement.name).append(1, '\0').append(statement.text).append(1, '\0').append(statement.types);
}

// DISCARD ALL resets all settings as well; PLANS, SEQUENCES and TEMP leave both alone.
bool removes_all_prepared(const sql::StatementFacts& facts) {
  return facts.name.empty() &&
         (facts.verb == Verb::deallocate || (facts.verb == Verb::discard && !facts.settings.empty()));
}

}  // namespace

Slot Session::note_forwarded(const AnalysisRef& analysis, const coherence::Footprint& write) {
  const AnalysisRef executed = executed_statement(*analysis);
  const Analysis& effective = executed ? *executed : *analysis;
  const TransactionIsolation isolation =
      context_known() ? isolation_of(context_->default_isolation) : TransactionIsolation::unknown;
  tracker_.forwarding(*analysis, effective, executed ? bind_write(*executed) : write, isolation);
  note_listening(*analysis->shape);
  if (!effective.harmless || !analysis->harmless) snapshot_lease_.reset();
  Slot slot;
  slot.started = services_.shared.clock.now();
  for (const auto& facts : analysis->shape->facts().statements) {
    if (facts.verb == Verb::prepare) slot.statement = note_prepared(facts, *analysis->shape);
    note_removed(facts, slot);
    if (facts.verb == Verb::copy_in) slot.copies_in = true;
    if (facts.verb == Verb::declare_cursor && analysis->changes_session) fetches_may_set_ = true;
    if (facts.verb == Verb::fetch) note_fetched();
    // What the transaction set may end with it: what comes behind this is to be read under what is then in force.
    if (may_undo_settings(facts.verb) && transaction_changed_session_) {
      forget_context();
      texts_unsettled_ = texts_unsettled_ || texts_changed_;
    }
    if (facts.database_level && services_.shared.release_connections) {
      services_.shared.release_connections(identity_.database);
    }
  }
  if (!analysis->shape->facts().single()) {
    slot.statement = nullptr;  // only PREPARE alone is known to have succeeded when its tag comes
    slot.removed = nullptr;    // what removed them may have succeeded, whatever failed
  } else {
    slot.removes_all = removes_all_prepared(analysis->shape->facts().statements.front());
  }
  note_settings(effective);
  return slot;
}

// A cursor's query, and any portal of the protocol, runs as it is fetched from.
void Session::note_fetched() {
  if (fetches_may_set_) {
    forget_context();
    texts_unsettled_ = texts_unsettled_ || texts_changed_;
  }
  if (fetches_may_write_) {
    tracker_.forwarding_unknown();
    settings_unknown();
    transaction_changed_session_ = true;
  }
}

// DEALLOCATE and DISCARD ALL.
void Session::note_removed(const sql::StatementFacts& facts, Slot& slot) {
  const bool all = removes_all_prepared(facts);
  if (!all && facts.verb != Verb::deallocate) return;
  if (!slot.removed) slot.removed = std::make_shared<TextMap<StatementRef>>();
  if (all) {
    slot.removed->merge(statements_);
    statements_.clear();
  } else if (auto node = statements_.extract(facts.name)) {
    slot.removed->insert(std::move(node));
  }
}

// The server has no statements but those that came behind that.
void Session::all_removed() {
  const bool more = std::any_of(slots_.begin() + 1, slots_.end(), [](const Slot& slot) {
    return slot.kind != SlotKind::sync && slot.kind != SlotKind::local;
  });
  if (!more) parses_.names_unseen = false;
}

bool Session::removal_pending(ByteView name) const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [&](const Slot& slot) { return slot.removed && slot.removed->contains(name); });
}

void Session::take_back_removed(const Slot& slot) {
  if (!slot.removed) return;
  for (const auto& [name, statement] : *slot.removed) statements_.emplace(name, statement);
}

void Session::note_settings(const Analysis& analysis) {
  if (!analysis.changes_session) return;
  forget_context();
  probe_failed_ = false;
  transaction_changed_session_ = true;
  // Portals were bound under what was in force then.
  named_portals_.clear();
  if (!portal_.held && !portal_.finished_local) portal_.statement = nullptr;
  for (const auto& facts : analysis.shape->facts().statements) {
    for (const auto& name : facts.settings) note_setting(name, analysis);
  }
  if (analysis.changes_unknown_setting) settings_unknown();
}

void Session::note_setting(const std::string& name, const Analysis& analysis) {
  if (name.empty() || name == "standard_conforming_strings" || name == "client_encoding") {
    texts_unsettled_ = texts_changed_ = true;
  }
  if (name.empty()) {
    // RESET ALL, and DISCARD ALL likewise: whatever was unknown is gone, if nothing can roll it back.
    if (!tracker_.outside() || !analysis.shape->facts().single()) return;
    parses_.names_unseen = parses_.names_unseen || private_serial_ != 0;
    private_serial_ = 0;
    return;
  }
  if (name.find('.') == std::string::npos) return;
  auto& custom = identity_.custom_settings;
  if (std::find(custom.begin(), custom.end(), name) != custom.end()) return;
  if (custom.size() >= kMaxCustomSettings) {
    settings_unknown();
    return;
  }
  custom.push_back(name);
}

StatementRef Session::note_prepared(const sql::StatementFacts& facts, const Shape& shape) {
  // Until the server has said that it took the name, what EXECUTE would run is not known.
  const bool taken = statements_.erase(facts.name) > 0;
  parses_.names_unseen = true;
  if (taken || facts.inner.size() != 1) return nullptr;
  auto statement = std::make_shared<Statement>();
  statement->name = facts.name;
  statement->upstream = true;
  statement->types_known = false;
  sql::Facts inner;
  inner.statements.push_back(facts.inner.front());
  statement->shape = services_.shared.shapes.intern("executed: " + shape.text(), std::move(inner));
  note_parsed(*statement);
  if (context_known())
    note_meaning(*statement, services_.analyzer.analyse(statement->shape, context_, asker(), *catalog_));
  return statement;
}

bool Session::arguments_have_effects(const Shape& shape) {
  sql::Facts arguments;
  arguments.statements = shape.facts().statements.front().inner;
  if (arguments.statements.empty()) return false;
  const ShapeRef inner = services_.shared.shapes.intern("arguments: " + shape.text(), std::move(arguments));
  return !services_.analyzer.analyse(inner, context_known() ? context_ : nullptr, asker(), *catalog_)->harmless;
}

AnalysisRef Session::executed_statement(const Analysis& analysis) {
  const auto& facts = analysis.shape->facts();
  if (!facts.single() || facts.statements.front().verb != Verb::execute) return nullptr;
  const StatementRef statement = find_statement(facts.statements.front().name);
  if (!statement || !statement->shape || statement->name.empty()) return nullptr;
  const auto& inner = statement->shape->facts();
  if (!inner.single() || !followed_when_executed(inner.statements.front().verb)) return nullptr;
  if (arguments_have_effects(*analysis.shape)) return nullptr;
  AnalysisRef executed =
      services_.analyzer.analyse(statement->shape, context_known() ? context_ : nullptr, asker(), *catalog_);
  note_meaning(*statement, executed);
  return statement->moved ? nullptr : executed;
}

void Session::materialise(const StatementRef& statement, Actions& actions) {
  // One that was sent in an earlier round, and could not be waited for, may have been skipped.
  const bool doubtful =
      statement->accepted && statement->parse_round != 0 && statement->parse_round != tracker_.round();
  if (statement->upstream && !doubtful) return;
  send_begin(actions);
  batch_open_ = true;
  tracker_.forwarding_harmless();
  std::string message;
  if (doubtful) {
    wire::pg::append_close(message, 'S', statement->name);
    Slot& slot = slots_.emplace_back();
    slot.kind = SlotKind::close;
    slot.swallowed = true;
  }
  append_parse_of(*statement, message);
  actions.to_upstream.add_copy(std::move(message));
  if (statement->accepted) {
    // For the client it was parsed when it said so.
    statement->upstream = true;
    statement->parse_round = tracker_.round();
    services_.metrics.prepared(telemetry::PrepareResult::sent);
  } else {
    note_parse_sent(*statement);
  }
  Slot& slot = slots_.emplace_back();
  slot.kind = SlotKind::parse;
  slot.swallowed = true;
  slot.statement = statement;
}

}  // namespace tapri::session::pg
