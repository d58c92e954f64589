#include "session/mysql/write_tracker.h"

#include <algorithm>
#ifdef TAPRI_BREAK_ACK
#include <unordered_map>
#endif
#include <utility>

#include "catalog/natives.h"
#include "wire/mysql/constants.h"

namespace tapri::session::mysql {
namespace {

using sql::Verb;
namespace status = wire::mysql::status;

#ifdef TAPRI_BREAK_ACK
// Broken on purpose: what each session has committed and the log has not heard of.
thread_local std::unordered_map<const WriteTracker*, coherence::Footprint> late;
#endif

// Whether it leaves the transaction that it stands in open, whatever it does.
bool stays_inside(const sql::StatementFacts& facts) {
  if (facts.commits_implicitly) return false;
  switch (facts.verb) {
    case Verb::empty:
    case Verb::select:
    case Verb::insert:
    case Verb::update:
    case Verb::delete_rows:
    case Verb::copy_in:
    case Verb::savepoint:
    case Verb::rollback_to:
    case Verb::set:
    case Verb::set_transaction:
    case Verb::show:
    case Verb::explain:
    case Verb::prepare:
    case Verb::deallocate:
    case Verb::fetch:
    case Verb::declare_cursor:
    case Verb::close_cursor:
      return true;
    default:
      return false;
  }
}

// XA COMMIT, in one phase or of what was prepared: the only COMMIT with a name.
bool commits_xa(const sql::StatementFacts& facts) {
  return facts.verb == Verb::commit_prepared || (facts.verb == Verb::commit && !facts.name.empty());
}

}  // namespace

WriteTracker::WriteTracker(Shared& shared, CatalogSource& catalog, std::string name_space, std::uint16_t status)
    : shared_(shared), catalog_(catalog), name_space_(std::move(name_space)), status_(status), mark_(shared.log, {}) {}

WriteTracker::~WriteTracker() { (void)end_generation(); }

WriteTracker::Control WriteTracker::control_of(const std::vector<sql::StatementFacts>& statements) {
  if (statements.size() == 1) {
    const Verb verb = statements.front().verb;
    if (verb == Verb::rollback) return Control::rolls_back;
    if (verb == Verb::begin || verb == Verb::commit) return Control::begins;
  }
  return std::all_of(statements.begin(), statements.end(), stays_inside) ? Control::none : Control::may_commit;
}

bool WriteTracker::outside() const {
  return status_known_ && (status_ & status::kInTransaction) == 0 && (status_ & status::kAutocommit) != 0;
}

bool WriteTracker::inside() const { return status_known_ && (status_ & status::kInTransaction) != 0; }

bool WriteTracker::may_be_inside() const { return !status_known_ || inside(); }

coherence::Footprint WriteTracker::everything() const {
  coherence::Footprint footprint;
  footprint.add(coherence::all_of(name_space_));
  return footprint;
}

bool WriteTracker::transaction_outdated() const {
  return !transaction_.empty() && transaction_generation_ != catalog_.generation();
}

void WriteTracker::note_generation(std::uint64_t generation) {
  if (generation == 0 || generation_ != 0) return;
  generation_ = generation;
  catalog_.write_began(generation);
  // The schema changed before the write was counted: then nobody waits for its end.
  if (catalog_.generation() != generation) mark_.extend(everything());
}

bool WriteTracker::end_generation() {
  if (generation_ == 0) return false;
  const std::uint64_t generation = std::exchange(generation_, 0);
  const bool changed = catalog_.generation() != generation;
  catalog_.write_ended(generation);
  return changed;
}

void WriteTracker::sending(const Analysis& analysis, const coherence::Footprint& footprint) {
#ifdef TAPRI_BREAK_ACK
  // The log hears of a write only after its client has been answered and has gone on.
  if (!late[this].empty()) shared_.log.append(std::exchange(late[this], {}));
#endif
  const auto& statements = analysis.shape->facts().statements;
  control_ = control_of(statements);
  const bool commits = control_ == Control::may_commit || control_ == Control::begins;
  schema_ = schema_change_of(analysis);
  if (analysis.rests_on_schema) resolved_ = analysis.catalog_generation;
  // What a routine does may be another by the time that the server runs it.
  const bool calls = std::any_of(statements.begin(), statements.end(), catalog::calls_stored);
  if (!footprint.empty() || schema_ != SchemaChange::none || calls) {
    note_generation(analysis.catalog_generation);
    // Committed with the statement, unless a transaction holds it back.
    if (!inside() || commits || analysis.survives_rollback) mark_.extend(footprint);
    if (transaction_.empty()) transaction_generation_ = analysis.catalog_generation;
    transaction_.add(footprint);
    if (transaction_generation_ != analysis.catalog_generation) transaction_.add(everything());
  }
  if (!commits) return;
  // What another session, or this one before, has prepared is not followed.
  if (std::any_of(statements.begin(), statements.end(), commits_xa)) mark_.extend(everything());
  if (transaction_outdated() || (transaction_resolved_ && catalog_.hides_more_than(*transaction_resolved_))) {
    mark_.extend(everything());
  } else if (!transaction_.empty()) {
    note_generation(transaction_generation_);
  }
  mark_.extend(transaction_);
}

void WriteTracker::sending_unknown() {
  control_ = Control::may_commit;
  schema_ = SchemaChange::perhaps;
  mark_.extend(everything());
}

void WriteTracker::ended(std::optional<std::uint16_t> status) {
  // An error does not begin a transaction.
  status_known_ = status.has_value() || (outside() && control_ == Control::none);
  if (status) status_ = *status;
  if (!transaction_resolved_) transaction_resolved_ = resolved_;
  // Resolved under one schema, carried out under another: it may have done more than was known.
  bool met_another = end_generation();
  // Counts when it is committed.
  if (met_another) transaction_.add(everything());
  if (!inside()) met_another |= transaction_resolved_ && catalog_.hides_more_than(*transaction_resolved_);
  if (met_another) mark_.extend(everything());
  // A write that failed may have done a part of what it should, and a commit that failed all.
  commit();
  const bool another = control_ == Control::begins || control_ == Control::rolls_back;
  if (status && (another || !inside())) forget_transaction();
  control_ = Control::none;
  resolved_.reset();
}

void WriteTracker::commit() {
  const SchemaChange schema = std::exchange(schema_, SchemaChange::none);
  if (schema >= SchemaChange::surely) catalog_.invalidate();
  if (schema == SchemaChange::perhaps) catalog_.suspect();
  if (mark_.empty()) return;
  if (is_told_as_change(schema, mark_.footprint(), coherence::all_of(name_space_))) mark_.may_change_schema();
#ifdef TAPRI_BREAK_ACK
  late[this].add(mark_.footprint());
  mark_.lower();
#else
  announced_ = std::max(announced_, mark_.commit());
#endif
}

void WriteTracker::rolled_back(std::uint16_t status) {
  ended(status);
  forget_transaction();
}

void WriteTracker::forget_transaction() {
  transaction_.clear();
  transaction_generation_ = 0;
  transaction_resolved_.reset();
}

coherence::DirtyMark WriteTracker::upstream_lost() {
  const SchemaChange schema = std::exchange(schema_, SchemaChange::none);
  if (schema >= SchemaChange::surely) catalog_.invalidate();
  if (schema == SchemaChange::perhaps) catalog_.suspect();
  if (end_generation() || (resolved_ && catalog_.hides_more_than(*resolved_))) mark_.extend(everything());
  forget_transaction();
  return std::exchange(mark_, coherence::DirtyMark(shared_.log, {}));
}

}  // namespace tapri::session::mysql
