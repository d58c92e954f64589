// A look into the tier behind the store, on behalf of everybody who waits for an answer.
//
// What is found is put into the store, if it may be served: whoever is woken looks there again.
//
// Thread-safety: none; it belongs to a session's worker. Dropped before its end, it leaves the flight and does nothing
// more.
#pragma once

#include <functional>
#include <memory>

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
  [[nodiscard]] cache::Flight take_lead() { return std::move(lead_); }

 private:
  RemoteFetch(const WorkerServices& services, AnalysisRef analysis, const cache::KeyView& key, cache::Flight lead,
              std::function<void()> wake);
  void answered(Result<cache::NewEntry, cache::remote::Miss> answer);
  // Whether it is in the store now.
  [[nodiscard]] bool keep(cache::NewEntry& entry);

  WorkerServices services_;
  AnalysisRef analysis_;
  ByteString key_;
  cache::Flight lead_;
  std::function<void()> wake_;
  bool found_ = false;
};

}  // namespace tapri::session
