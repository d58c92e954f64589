// Follows what a session writes: from the statement that is about to be forwarded, through the transaction it is in, to
// the moment the database has committed it (coherence.md, "Writes").
//
// The server ends each round of work with ReadyForQuery; a Unit is what is sent up to one of those. Footprints of
// autocommit statements and of commits are dirty from before they are forwarded until their ReadyForQuery has come and
// the log has them; footprints inside an open transaction wait, clean, for its commit.
//
// Thread-safety: none; belongs to its session.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "coherence/log.h"
#include "session/analysis.h"
#include "session/schema_change.h"
#include "session/services.h"
#include "wire/pg/message_type.h"

namespace tapri::session::pg {

enum class TransactionIsolation : std::uint8_t { unknown, read_committed, repeatable_read, serializable };
[[nodiscard]] TransactionIsolation isolation_of(sql::Isolation isolation);

// What one ReadyForQuery ends.
struct Unit {
  coherence::DirtyMark mark;
  bool harmless = true;     // nothing but reads
  bool error = false;       // the server reported one
  bool ran = false;         // something was carried out
  bool refused = false;     // the error came before anything was carried out, and the rest was skipped
  bool controls = false;    // transaction control of any kind
  bool commits = false;     // COMMIT: the open transaction's footprint is in the mark
  bool may_commit = false;  // something that commits by itself, or may
  bool rolls_back = false;
  bool rolled_back_tag = false;  // the server answered ROLLBACK to a COMMIT
  SchemaChange schema = SchemaChange::none;
  bool defines = false;  // DDL, which may commit a part of itself and fail after that
  bool chains = false;
  std::uint64_t generation = 0;  // of the catalog that a write in it was resolved with; 0: none
  // The same, first of those that what rests on the schema was resolved with; 0: without a catalog.
  std::optional<std::uint64_t> resolved;
  int statements = 0;
  int begins = 0;
  TransactionIsolation begin_isolation = TransactionIsolation::unknown;
  sql::Isolation set_isolation = sql::Isolation::unchanged;  // by SET TRANSACTION
  std::string prepares;                                      // PREPARE TRANSACTION gid
  std::string ends_prepared;                                 // COMMIT PREPARED or ROLLBACK PREPARED gid
};

class WriteTracker {
 public:
  WriteTracker(Shared& shared, CatalogSource& catalog, std::string database);
  ~WriteTracker();
  WriteTracker(const WriteTracker&) = delete;
  WriteTracker& operator=(const WriteTracker&) = delete;

  // The statement is about to be forwarded in the unit being sent. `effective` is its own analysis, or that of the
  // prepared statement it executes. `default_isolation` is what a plain BEGIN gives; unknown where the context is.
  // `footprint` is what the effective one writes.
  void forwarding(const Analysis& analysis, const Analysis& effective, const coherence::Footprint& footprint,
                  TransactionIsolation default_isolation);
  // Something is about to be forwarded whose effects cannot be known (function call, statement not tracked).
  void forwarding_unknown();
  // Something harmless is about to be forwarded.
  void forwarding_harmless() { (void)sending(); }
  // The message that makes the server end the unit is being forwarded.
  void end_unit();
  // The unit is a BEGIN that shares the server's round with what follows: ready() is called as if it had one of its
  // own.
  void end_begin() { open_ = false; }
  // Counts what ends units; from 1.
  [[nodiscard]] std::uint64_t round() const { return round_; }

  // A message that was to end the first unit in flight was skipped by the server: the unit goes on into the next.
  void end_skipped();

  // `unread`: what the server complains about it has not begun to carry out.
  void saw_error(bool unread);
  void saw_execution();  // one has come to an end, or to a row limit
  void saw_tag(ByteView tag);
  // ReadyForQuery came. The log has all that was committed when this returns.
  void ready(char status);
  // The upstream is gone. What may have been committed, still dirty; the caller sees to its end.
  [[nodiscard]] coherence::DirtyMark upstream_lost(SchemaChange& schema);
  // Tells the catalog.
  void schema_changed(SchemaChange schema);

  // The announcement of the last commit, and the last intent of what is on its way; 0: none.
  [[nodiscard]] coherence::Announcer::Ticket announced() const { return announced_; }
  [[nodiscard]] coherence::Announcer::Ticket intended() const;
  // Of the unit that ended last, nothing was carried out.
  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] char status() const { return status_; }
  [[nodiscard]] bool unit_open() const { return open_; }
  [[nodiscard]] bool open_unit_harmless() const { return !open_ || units_.back().harmless; }
  // Units whose end was sent and whose ReadyForQuery has not come.
  [[nodiscard]] std::size_t in_flight() const { return units_.size() - (open_ ? 1 : 0); }
  [[nodiscard]] bool in_flight_harmless() const;
  // In a failed transaction, and nothing was sent in the open unit that may have ended it.
  [[nodiscard]] bool surely_failed() const { return status_ == wire::pg::kInFailedTransaction && open_unit_harmless(); }
  // Outside of transactions, and nothing was sent that may begin one.
  [[nodiscard]] bool outside() const { return status_ == wire::pg::kIdle && in_flight() == 0; }
  [[nodiscard]] bool idle() const { return units_.empty(); }
  [[nodiscard]] TransactionIsolation isolation() const { return isolation_; }
  void set_isolation(TransactionIsolation isolation) { isolation_ = isolation; }
  [[nodiscard]] bool transaction_wrote() const { return !transaction_.empty(); }
  [[nodiscard]] const coherence::Footprint& transaction_footprint() const { return transaction_; }
  // The schema is another than the one that the footprint was resolved under: it may name too little.
  [[nodiscard]] bool transaction_outdated() const;
  [[nodiscard]] coherence::Footprint everything() const;

 private:
  Unit& sending();
  void note_control(const sql::StatementFacts& facts, TransactionIsolation default_isolation, Unit& unit);
  void end_prepared(const sql::StatementFacts& facts, Unit& unit);
  void unit_ended_idle(Unit& unit, char before);
  void unit_ended_in_transaction(Unit& unit, char before);
  void commit(Unit& unit);
  void add_to_transaction(const coherence::Footprint& footprint, std::uint64_t generation);
  void extend_by_transaction(Unit& unit);
  void set_transaction(sql::Isolation isolation);
  void forget_transaction();
  void note_generation(std::uint64_t generation, Unit& unit);
  // The unit has ended. True if the schema changed while a write in it was under way.
  [[nodiscard]] bool end_generation(Unit& unit);
  // Whether what was resolved under that generation, and seemed to change nothing, may have met another schema, in
  // which it writes.
  [[nodiscard]] bool met_another_schema(std::optional<std::uint64_t> resolved) const;

  Shared& shared_;
  CatalogSource& catalog_;
  std::string database_;  // namespace of dependencies
  std::deque<Unit> units_;
  std::uint64_t round_ = 1;
  bool open_ = false;  // the last unit's end has not been sent yet
  char status_ = wire::pg::kIdle;
  bool refused_ = false;
  coherence::Announcer::Ticket announced_ = 0;
  TransactionIsolation isolation_ = TransactionIsolation::unknown;
  coherence::Footprint transaction_;          // written in the open transaction, not committed
  std::uint64_t transaction_generation_ = 0;  // of the catalog that it was resolved with
  SchemaChange transaction_schema_ = SchemaChange::none;
  std::optional<std::uint64_t> transaction_resolved_;  // as Unit::resolved
};

}  // namespace tapri::session::pg
