// One database's catalog as sessions see it: the snapshot in force, or none.
//
// A session gets its handle once from CatalogService::handle() and asks generation() for every statement: one atomic
// load. What was resolved under a generation holds while that generation is in force: a read that is to be kept asks
// again after it has its lease, and a write that was resolved under one generation and is done under another may have
// done more than was known: its footprint is all(D). Thread-safety: everything, from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "catalog/snapshot.h"

namespace tapri::dbclient {

class CatalogHandle {
 public:
  using Generation = std::uint64_t;

  // A snapshot with its generation; {0, null} where there is none to go by.
  struct View {
    Generation generation = 0;
    std::shared_ptr<const catalog::Snapshot> snapshot;
  };
  struct Status {
    Generation generation = 0;  // as generation()
    std::size_t relations = 0;  // of the last snapshot, in force or not
    std::uint64_t loads = 0;    // schemas read since the start
    std::string last_error;     // empty while it works
    // When the last snapshot was last seen to be what the database is like; nullopt: there is none.
    std::optional<TimePoint> confirmed;
  };

  // `wake` is called, from any thread, when there is something to do for whoever keeps this handle up to date.
  // The first snapshot's generation is `before` + 1.
  CatalogHandle(std::string database, std::string name_space, std::function<void()> wake, Generation before = 0);

  [[nodiscard]] const std::string& database() const { return database_; }
  // What dependencies of this database are made with, also while there is no snapshot.
  [[nodiscard]] const std::string& name_space() const { return name_space_; }

  // 0: not usable, because the schema may have changed or could not be read. Otherwise it grows with every change.
  // In one order with what its callers count before they ask (app/catalog_adapter.h).
  [[nodiscard]] Generation generation() const { return in_force_.load(std::memory_order_seq_cst); }
  [[nodiscard]] bool usable() const { return generation() != 0; }
  // Whether there ever was a snapshot.
  [[nodiscard]] bool known() const;
  // Of the last snapshot, in force or not; nullopt: there never was one.
  [[nodiscard]] std::optional<catalog::HiddenEffects> hidden_effects() const;
  // Grows when settings that sessions rely on may have changed outside of them: with the server's configuration, and
  // with the schema (what search_path means).
  [[nodiscard]] std::uint64_t settings_generation() const { return settings_.load(std::memory_order_acquire); }
  [[nodiscard]] View view() const;
  [[nodiscard]] std::shared_ptr<const catalog::Snapshot> snapshot() const { return view().snapshot; }
  [[nodiscard]] Status status() const;

  // The schema may have changed: a statement that defines something, or whose effects are unknown, was committed. From
  // the return of this call usable() is false, until the schema was looked at anew.
  void invalidate();

  // A statement of unknown effects was committed, which only perhaps defined something: as invalidate() while a
  // snapshot is in force. While none is, what is being looked at may be from before it, so the look is made anew, but
  // not twice in a row: else a steady flow of such statements would keep the catalog from ever being usable. After the
  // second, the schema is looked at once more right away.
  void suspect();

  // The server was asked to read its configuration anew: as invalidate(), and whoever looks waits until that shows.
  void reload_asked();

  // Another instance has written it knows not what: as suspect(), but while a snapshot is in force that was published
  // in spite of a suspicion, or of this, it stays so, and the schema is looked at soon.
  void doubt();

  // Somebody named what the snapshot does not know: the schema is looked at soon, see ControlConfig::look_interval. It
  // stays usable meanwhile. Cheap where it was called before that look.
  void look_again();

  // For the service alone.
  // Users need the database watched; keepers have it watched only as long as that is in nobody's way.
  struct Holders {
    std::atomic<int> users{0};
    std::atomic<int> keepers{0};
    std::atomic<std::uint64_t> arrivals{0};  // of users, since the start
  };
  [[nodiscard]] Holders& holders() { return holders_; }
  [[nodiscard]] bool held() const { return holders_.users.load() + holders_.keepers.load() > 0; }
  // The generation of the last snapshot, in force or not.
  [[nodiscard]] Generation newest() const;
  using Mark = std::uint64_t;
  // Taken before looking at the database; grows with every invalidate().
  [[nodiscard]] Mark mark() const;
  // How often invalidate() was called: by a definition, or what else does more than to raise a suspicion.
  [[nodiscard]] std::uint64_t definitions() const;
  // Not usable until the next publish(); unlike invalidate() nobody is woken.
  void suspend();
  void settings_changed() { settings_.fetch_add(1, std::memory_order_acq_rel); }
  // Whether suspect() asked for another look since the last call.
  [[nodiscard]] bool take_suspicion();
  // Whether reload_asked() was called since the last call.
  [[nodiscard]] bool take_reload() { return reload_asked_.exchange(false, std::memory_order_acq_rel); }
  [[nodiscard]] bool look_wanted() const { return look_wanted_.load(std::memory_order_acquire); }
  // A look begins: it sees whatever was committed before.
  void looking();
  // The newest snapshot; not in force before publish(). Its generation is one more than the last one's.
  void store(std::shared_ptr<const catalog::Snapshot> snapshot);
  // Puts the newest snapshot in force, unless invalidate() was called since `mark`, or suspect() since looking() and
  // not in the look before: returns whether it did.
  bool publish(Mark mark);
  // A look that began `at` that moment found the newest snapshot to be what the database is like.
  void confirm(TimePoint at);
  void fail(std::string error);

 private:
  const std::string database_;
  const std::string name_space_;
  const std::function<void()> wake_;
  const Generation before_;
  Holders holders_;
  std::atomic<bool> look_wanted_{false};
  std::atomic<bool> reload_asked_{false};
  std::atomic<Generation> in_force_{0};  // written under mutex_
  std::atomic<std::uint64_t> settings_{0};
  std::atomic<std::uint8_t> hidden_{0};  // kKnown and the bits of HiddenEffects; written under mutex_

  mutable std::mutex mutex_;
  bool doubted_ = false;                               // published in spite of it; guarded by mutex_
  bool doubted_again_ = false;                         // since then; guarded by mutex_
  bool suspected_ = false;                             // since looking(); guarded by mutex_
  bool held_up_ = false;                               // by a suspicion, in the look before; guarded by mutex_
  Mark invalidations_ = 0;                             // guarded by mutex_
  std::uint64_t definitions_ = 0;                      // guarded by mutex_
  Generation newest_;                                  // guarded by mutex_
  std::shared_ptr<const catalog::Snapshot> snapshot_;  // guarded by mutex_; of generation newest_
  std::string last_error_;                             // guarded by mutex_
  std::optional<TimePoint> confirmed_;                 // guarded by mutex_
};

}  // namespace tapri::dbclient
