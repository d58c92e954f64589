// A look into the tier behind the store, on behalf of everybody who waits for an answer.
//
// What is found is put into the store, if it may be served: whoever is woken looks there again. Where nothing is, and
// the database takes long for it, the lock that all instances share is taken before it is asked, or whoever has it is
// waited for; then the tier is looked into once more, and whatever is found there is held to the same. Nobody waits for
// a second holder: what the first could not store the next could not either.
//
// Thread-safety: none; it belongs to a session's worker. Dropped before its end, it leaves the flight and does nothing
// more.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "cache/flight.h"
#include "cache/remote/global_key.h"
#include "session/analysis.h"
#include "session/worker_services.h"

namespace tapri::session {

class RemoteFetch : public std::enable_shared_from_this<RemoteFetch> {
 public:
  // `lead` is taken over if a fetch began; others wait by it until the answer is found, or until whoever takes it back
  // has one. `wake` is called once, from nobody else's call. Null: there is nothing to wait for.
  [[nodiscard]] static std::shared_ptr<RemoteFetch> begin(const WorkerServices& services, const AnalysisRef& analysis,
                                                          const cache::KeyView& key,
                                                          const cache::remote::GlobalKey& global_key,
                                                          cache::Flight& lead, std::function<void()> wake);

  [[nodiscard]] bool found() const { return found_; }
  [[nodiscard]] cache::Flight take_lead();

 private:
  RemoteFetch(const WorkerServices& services, AnalysisRef analysis, const cache::KeyView& key,
              const cache::remote::GlobalKey& global_key, std::function<void()> wake);
  [[nodiscard]] bool look();
  void answered(Result<cache::NewEntry, cache::remote::Miss> answer);
  // Whether it will be told.
  [[nodiscard]] bool take_lock(Duration cost);
  void locked(cache::RemoteLocks::End end, std::unique_ptr<cache::RemoteLock> lock);
  void end();
  // Whether it is in the store now.
  [[nodiscard]] bool keep(cache::NewEntry& entry);

  WorkerServices services_;
  AnalysisRef analysis_;
  ByteString key_;
  cache::remote::GlobalKey global_key_;
  cache::Flight lead_;
  std::function<void()> wake_;
  std::unique_ptr<cache::LockAttempt> attempt_;        // null: not yet, or over
  std::optional<cache::RemoteLocks::End> how_locked_;  // once it is over
  bool found_ = false;
};

}  // namespace tapri::session
