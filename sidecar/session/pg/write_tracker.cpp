#include "session/pg/write_tracker.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace tapri::session::pg {

using sql::Verb;
using wire::pg::kIdle;
using wire::pg::kInFailedTransaction;

namespace {

#ifdef TAPRI_BREAK_ACK
// Broken on purpose: what each session has committed and the log has not heard of.
thread_local std::unordered_map<const WriteTracker*, coherence::Footprint> late;
#endif

bool runs_unknown_statement(const Analysis& analysis) {
  const auto& statements = analysis.shape->facts().statements;
  return std::any_of(statements.begin(), statements.end(),
                     [](const sql::StatementFacts& facts) { return facts.verb == Verb::execute; });
}

}  // namespace

TransactionIsolation isolation_of(sql::Isolation isolation) {
  switch (isolation) {
    case sql::Isolation::read_committed:
      return TransactionIsolation::read_committed;
    case sql::Isolation::repeatable_read:
      return TransactionIsolation::repeatable_read;
    case sql::Isolation::serializable:
      return TransactionIsolation::serializable;
    case sql::Isolation::unchanged:
      break;
  }
  return TransactionIsolation::unknown;
}

WriteTracker::WriteTracker(Shared& shared, CatalogSource& catalog, std::string database)
    : shared_(shared), catalog_(catalog), database_(std::move(database)) {}

WriteTracker::~WriteTracker() {
  for (Unit& unit : units_) (void)end_generation(unit);
}

void WriteTracker::note_generation(std::uint64_t generation, Unit& unit) {
  if (generation == 0 || unit.generation != 0) return;
  unit.generation = generation;
  catalog_.write_began(generation);
  // The schema changed before the write was counted: then nobody waits for its end.
  if (catalog_.generation() != generation) unit.mark.extend(everything());
}

bool WriteTracker::end_generation(Unit& unit) {
  if (unit.generation == 0) return false;
  const std::uint64_t generation = std::exchange(unit.generation, 0);
  const bool changed = catalog_.generation() != generation;
  catalog_.write_ended(generation);
  return changed;
}

bool WriteTracker::met_another_schema(std::optional<std::uint64_t> resolved) const {
  return resolved && catalog_.hides_more_than(*resolved);
}

coherence::Footprint WriteTracker::everything() const {
  coherence::Footprint footprint;
  footprint.add(coherence::all_of(database_));
  return footprint;
}

Unit& WriteTracker::sending() {
#ifdef TAPRI_BREAK_ACK
  // Broken on purpose: the log hears of a write only after its client has been answered and has gone on.
  if (!late[this].empty()) shared_.log.append(std::exchange(late[this], {}));
#endif
  if (!open_) {
    units_.emplace_back();
    units_.back().mark = coherence::DirtyMark(shared_.log, {});
    open_ = true;
  }
  return units_.back();
}

void WriteTracker::forwarding(const Analysis& analysis, const Analysis& effective,
                              const coherence::Footprint& footprint, TransactionIsolation default_isolation) {
  Unit& unit = sending();
  const SchemaChange schema = schema_change_of(effective);
  unit.harmless = unit.harmless && analysis.harmless && footprint.empty();
  if (effective.rests_on_schema && !unit.resolved) unit.resolved = effective.catalog_generation;
  for (const auto& facts : analysis.shape->facts().statements) {
    ++unit.statements;
    note_control(facts, default_isolation, unit);
  }
  if (footprint.empty() && schema == SchemaChange::none) return;
  note_generation(analysis.catalog_generation, unit);
  // What an EXECUTE runs that is not followed may be a COMMIT.
  if (&effective == &analysis && runs_unknown_statement(analysis)) {
    unit.controls = unit.may_commit = true;
    extend_by_transaction(unit);
  }
  const bool surely_in_transaction = status_ != kIdle && in_flight() == 0 && !unit.controls;
  if (surely_in_transaction) {
    add_to_transaction(footprint, effective.catalog_generation);
    raise(transaction_schema_, schema);
    return;
  }
  unit.mark.extend(footprint);
  raise(unit.schema, schema);
}

void WriteTracker::forwarding_unknown() {
  Unit& unit = sending();
  unit.harmless = false;
  ++unit.statements;
  unit.controls = unit.may_commit = true;  // who knows
  raise(unit.schema, SchemaChange::perhaps);
  unit.mark.extend(everything());
}

void WriteTracker::note_control(const sql::StatementFacts& facts, TransactionIsolation default_isolation, Unit& unit) {
  switch (facts.verb) {
    case Verb::begin:
      unit.controls = true;
      ++unit.begins;
      unit.begin_isolation =
          facts.isolation == sql::Isolation::unchanged ? default_isolation : isolation_of(facts.isolation);
      break;
    case Verb::commit:
      unit.controls = unit.commits = true;
      unit.chains |= facts.chain;
      raise(unit.schema, transaction_schema_);
      extend_by_transaction(unit);
      break;
    case Verb::rollback:
      unit.controls = unit.rolls_back = true;
      unit.chains |= facts.chain;
      break;
    case Verb::prepare_transaction:
      unit.controls = true;
      unit.prepares = facts.name;
      // What was remembered under that name is another transaction's.
      shared_.prepared_transactions.forget(database_, facts.name);
      break;
    case Verb::commit_prepared:
    case Verb::rollback_prepared:
      end_prepared(facts, unit);
      break;
    case Verb::set_transaction:
      // At once, and again when the unit has ended: a BEGIN whose answer is still to come would undo it.
      set_transaction(facts.isolation);
      unit.set_isolation = facts.isolation;
      unit.controls = true;
      break;
    case Verb::define:
      unit.defines = true;
      break;
    case Verb::call:
    case Verb::not_understood:
      unit.controls = unit.may_commit = true;  // a procedure may commit, and fail after that
      break;
    default:
      break;
  }
}

void WriteTracker::end_prepared(const sql::StatementFacts& facts, Unit& unit) {
  unit.ends_prepared = facts.name;
  if (facts.verb == Verb::rollback_prepared) return;
  auto remembered = shared_.prepared_transactions.find(database_, facts.name);
  // It may have changed the schema: nobody remembers, so the catalog is read again in any case.
  unit.schema = SchemaChange::surely;
  unit.harmless = false;
  unit.may_commit = true;
  const bool known = remembered && remembered->generation == catalog_.generation();
  unit.mark.extend(known ? remembered->footprint : everything());
}

void WriteTracker::set_transaction(sql::Isolation isolation) {
  if (isolation == sql::Isolation::unchanged) return;
  // Only ever taken as stricter: a SET TRANSACTION that fails and is rolled back leaves the level as it was.
  if (isolation == sql::Isolation::read_committed && isolation_ != TransactionIsolation::read_committed) {
    isolation_ = TransactionIsolation::unknown;
  } else {
    isolation_ = isolation_of(isolation);
  }
}

void WriteTracker::add_to_transaction(const coherence::Footprint& footprint, std::uint64_t generation) {
  if (footprint.empty()) return;
  if (transaction_.empty()) transaction_generation_ = generation;
  transaction_.add(footprint);
  if (transaction_generation_ != generation) transaction_.add(everything());
}

bool WriteTracker::transaction_outdated() const {
  return !transaction_.empty() && transaction_generation_ != catalog_.generation();
}

void WriteTracker::extend_by_transaction(Unit& unit) {
  if (transaction_outdated() || met_another_schema(transaction_resolved_)) {
    unit.mark.extend(everything());
  } else if (!transaction_.empty()) {
    note_generation(transaction_generation_, unit);
  }
  unit.mark.extend(transaction_);
}

void WriteTracker::forget_transaction() {
  transaction_.clear();
  transaction_generation_ = 0;
  transaction_schema_ = SchemaChange::none;
  transaction_resolved_.reset();
}

void WriteTracker::end_unit() {
  open_ = false;
  ++round_;
}

void WriteTracker::end_skipped() {
  if (in_flight() == 0) return;
  if (units_.size() == 1) {
    open_ = true;
    return;
  }
  Unit first = std::move(units_.front());
  units_.pop_front();
  Unit& next = units_.front();
  next.mark.extend(first.mark.footprint());
  next.error |= first.error;
  next.ran |= first.ran;
  next.harmless = next.harmless && first.harmless;
  raise(next.schema, first.schema);
  next.defines |= first.defines;
  if (first.resolved) next.resolved = first.resolved;
  next.commits |= first.commits;
  next.may_commit |= first.may_commit;
  next.rolls_back |= first.rolls_back;
  next.begins += first.begins;
  next.controls = true;
  next.statements += first.statements + 1;  // never taken for a statement alone
  if (end_generation(first)) next.mark.extend(everything());
  first.mark.lower();
}

void WriteTracker::saw_error(bool unread) {
  if (units_.empty()) return;
  Unit& unit = units_.front();
  unit.refused = unread && !unit.ran && !unit.error;
  unit.error = true;
}

void WriteTracker::saw_execution() {
  if (!units_.empty()) units_.front().ran = true;
}

void WriteTracker::saw_tag(ByteView tag) {
  saw_execution();
  if (!units_.empty() && tag == "ROLLBACK") units_.front().rolled_back_tag = true;
}

coherence::Announcer::Ticket WriteTracker::intended() const {
  coherence::Announcer::Ticket last = 0;
  for (const Unit& unit : units_) last = std::max(last, unit.mark.intent());
  return last;
}

bool WriteTracker::in_flight_harmless() const {
  return std::all_of(units_.begin(), units_.end(), [](const Unit& unit) { return unit.harmless; });
}

void WriteTracker::schema_changed(SchemaChange schema) {
  if (schema == SchemaChange::surely) catalog_.invalidate();
  if (schema == SchemaChange::reload) catalog_.reload_asked();
  if (schema == SchemaChange::perhaps) catalog_.suspect();
}

void WriteTracker::commit(Unit& unit) {
  schema_changed(unit.schema);
  if (is_told_as_change(unit.schema, unit.mark.footprint(), coherence::all_of(database_))) {
    unit.mark.may_change_schema();
  }
#ifdef TAPRI_BREAK_ACK
  late[this].add(unit.mark.footprint());
  unit.mark.lower();
#else
  announced_ = std::max(announced_, unit.mark.commit());
#endif
}

void WriteTracker::ready(char status) {
  const char before = std::exchange(status_, status);
  refused_ = false;
  if (units_.empty()) return;
  if (open_ && units_.size() == 1) open_ = false;
  Unit unit = std::move(units_.front());
  units_.pop_front();
  if (!transaction_resolved_) transaction_resolved_ = unit.resolved;
  // Resolved under one schema, carried out under another: it may have done more than was known.
  if (end_generation(unit)) unit.mark.extend(everything());
  if (status == kIdle && met_another_schema(transaction_resolved_)) unit.mark.extend(everything());
  refused_ = unit.refused && (before == kIdle || status == kInFailedTransaction);
  if (refused_) {
    unit.mark.lower();
  } else if (status == kIdle) {
    unit_ended_idle(unit, before);
  } else {
    unit_ended_in_transaction(unit, before);
  }
}

void WriteTracker::unit_ended_idle(Unit& unit, char before) {
  const bool failed_alone =
      unit.error && !unit.controls && !unit.defines && before == kIdle && (unit.statements == 1 || !unit.may_commit);
  const bool only_rolled_back = unit.statements == 1 && unit.rolls_back;
  const bool commit_refused = unit.statements == 1 && unit.commits && unit.rolled_back_tag;
  if (!unit.prepares.empty() && unit.statements == 1) {
    if (!unit.error && !unit.rolled_back_tag) {
      add_to_transaction(unit.mark.footprint(), catalog_.generation());
      shared_.prepared_transactions.remember(database_, unit.prepares, {transaction_, transaction_generation_});
    }
    unit.mark.lower();
  } else if (failed_alone || only_rolled_back || commit_refused) {
    unit.mark.lower();
  } else {
    // Committed, or nobody can tell: a transaction that ended in a way not followed here counts as committed.
    if (before != kIdle && !unit.commits) {
      extend_by_transaction(unit);
      (void)end_generation(unit);
      raise(unit.schema, transaction_schema_);
    }
    if (!unit.mark.empty() || unit.schema != SchemaChange::none) commit(unit);
    if (!unit.ends_prepared.empty() && !unit.error) {
      shared_.prepared_transactions.forget(database_, unit.ends_prepared);
    }
  }
  forget_transaction();
  isolation_ = TransactionIsolation::unknown;
}

void WriteTracker::unit_ended_in_transaction(Unit& unit, char before) {
  if (before == kIdle) {
    isolation_ = unit.begins == 1 && unit.statements == 1 ? unit.begin_isolation : TransactionIsolation::unknown;
  } else if (!(unit.chains && unit.statements == 1) && (unit.begins > 0 || unit.commits || unit.rolls_back)) {
    isolation_ = TransactionIsolation::unknown;
  }
  set_transaction(unit.set_isolation);
  const coherence::Footprint written = unit.mark.footprint();
  const SchemaChange schema = unit.schema;
  // DDL commits by itself only outside of a transaction.
  const bool defined = unit.defines && (before == kIdle || unit.statements > 1);
  if (unit.commits || unit.may_commit || defined) {
    // COMMIT AND CHAIN, or a COMMIT followed by more: what is in the mark may be committed, and may be open still.
    if (!unit.mark.empty() || schema != SchemaChange::none) commit(unit);
    // With an error the COMMIT was perhaps skipped.
    if (unit.commits && unit.statements == 1 && !unit.error) return forget_transaction();
  }
  add_to_transaction(written, catalog_.generation());
  raise(transaction_schema_, schema);
  // A COMMIT sent before this answer came could not know of these writes: it, or whatever is next, carries them on.
  if (!units_.empty()) {
    units_.front().mark.extend(written);
    raise(units_.front().schema, schema);
  }
  unit.mark.lower();
}

coherence::DirtyMark WriteTracker::upstream_lost(SchemaChange& schema) {
  coherence::DirtyMark orphan(shared_.log, {});
  schema = SchemaChange::none;
  for (Unit& unit : units_) {
    orphan.extend(unit.mark.footprint());
    raise(schema, unit.schema);
    if (end_generation(unit) || met_another_schema(unit.resolved)) orphan.extend(everything());
    unit.mark.lower();
  }
  units_.clear();
  open_ = false;
  forget_transaction();
  return orphan;
}

}  // namespace tapri::session::pg
