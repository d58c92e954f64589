// Follows what a session writes: from the command that is about to be sent, through the transaction it is in, to the
// moment the server has committed it (coherence.md, "Writes").
//
// There is one command at a time on its way. What it may commit is dirty from before it is sent until its answer has
// come and the log has it; footprints inside an open transaction wait, clean, for its commit. Whether a transaction is
// open is what the status flags of the last OK say; after an error, which has none, it may be either.
//
// Thread-safety: none; belongs to its session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coherence/log.h"
#include "session/analysis.h"
#include "session/schema_change.h"
#include "session/services.h"

namespace tapri::session::mysql {

class WriteTracker {
 public:
  // `name_space`: of dependencies. `status`: flags of the OK that let the client in.
  WriteTracker(Shared& shared, CatalogSource& catalog, std::string name_space, std::uint16_t status);
  ~WriteTracker();
  WriteTracker(const WriteTracker&) = delete;
  WriteTracker& operator=(const WriteTracker&) = delete;

  // A command is about to be sent. `footprint` is what it writes.
  void sending(const Analysis& analysis, const coherence::Footprint& footprint);
  // One whose effects cannot be known.
  void sending_unknown();
  // Its answer is complete; `status` are the flags of its last OK, nullopt after an error. The log has all that was
  // committed when this returns, which is to be before the client hears of it.
  void ended(std::optional<std::uint16_t> status);
  // The session was reset or the user changed: the open transaction was rolled back.
  void rolled_back(std::uint16_t status);
  // The upstream is gone. What may have been committed, still dirty; the caller sees to its end.
  [[nodiscard]] coherence::DirtyMark upstream_lost();

  [[nodiscard]] bool write_in_flight() const { return !mark_.empty(); }
  // The announcement of the last commit, and the last intent of what is on its way; 0: none.
  [[nodiscard]] coherence::Announcer::Ticket announced() const { return announced_; }
  [[nodiscard]] coherence::Announcer::Ticket intended() const { return mark_.intent(); }
  // Surely not in a transaction, nor will the next statement begin one.
  [[nodiscard]] bool outside() const;
  // Surely in one that the server has begun.
  [[nodiscard]] bool inside() const;
  [[nodiscard]] bool may_be_inside() const;
  // Surely not in one, though without autocommit the next statement may begin it.
  [[nodiscard]] bool between() const { return !may_be_inside(); }
  [[nodiscard]] bool transaction_wrote() const { return !transaction_.empty(); }
  [[nodiscard]] const coherence::Footprint& transaction_footprint() const { return transaction_; }
  // The schema is another than the one that the footprint was resolved under: it may name too little.
  [[nodiscard]] bool transaction_outdated() const;
  [[nodiscard]] coherence::Footprint everything() const;

 private:
  enum class Control : std::uint8_t {
    none,        // goes on in whatever transaction there is
    may_commit,  // and then the transaction that was open may be open still
    begins,      // BEGIN or COMMIT alone: if one is open afterwards, it is another
    rolls_back,  // ROLLBACK alone
  };
  [[nodiscard]] static Control control_of(const std::vector<sql::StatementFacts>& statements);
  void note_generation(std::uint64_t generation);
  [[nodiscard]] bool end_generation();
  void commit();
  void forget_transaction();

  Shared& shared_;
  CatalogSource& catalog_;
  std::string name_space_;
  std::uint16_t status_;
  bool status_known_ = true;

  // Of the command on its way.
  coherence::DirtyMark mark_;
  coherence::Announcer::Ticket announced_ = 0;
  Control control_ = Control::none;
  SchemaChange schema_ = SchemaChange::none;
  std::uint64_t generation_ = 0;  // of the catalog that its write was resolved with; 0: none
  std::optional<std::uint64_t> resolved_;

  coherence::Footprint transaction_;          // written in the open transaction, not committed
  std::uint64_t transaction_generation_ = 0;  // of the catalog that it was resolved with
  std::optional<std::uint64_t> transaction_resolved_;
};

}  // namespace tapri::session::mysql
