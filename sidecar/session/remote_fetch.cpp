#include "session/remote_fetch.h"

#include <utility>

#include "session/kept_answer.h"

namespace tapri::session {

RemoteFetch::RemoteFetch(const WorkerServices& services, AnalysisRef analysis, const cache::KeyView& key,
                         cache::Flight lead, std::function<void()> wake)
    : services_(services),
      analysis_(std::move(analysis)),
      key_(key.bytes),
      lead_(std::move(lead)),
      wake_(std::move(wake)) {}

std::shared_ptr<RemoteFetch> RemoteFetch::begin(const WorkerServices& services, const AnalysisRef& analysis,
                                                const cache::KeyView& key, const cache::remote::GlobalKey& global_key,
                                                cache::Flight& lead, std::function<void()> wake) {
  std::shared_ptr<RemoteFetch> fetch(new RemoteFetch(services, analysis, key, {}, std::move(wake)));
  const bool begun = services.remote->fetch(global_key, [weak = std::weak_ptr(fetch)](auto answer) {
    if (const auto self = weak.lock()) self->answered(std::move(answer));
  });
  if (!begun) return nullptr;
  fetch->lead_ = std::move(lead);
  return fetch;
}

void RemoteFetch::answered(Result<cache::NewEntry, cache::remote::Miss> answer) {
  found_ = answer && keep(*answer);
  // Who waits finds it in the store. Otherwise they wait on, for the database's.
  if (found_) lead_.land();
  wake_();
}

bool RemoteFetch::keep(cache::NewEntry& entry) {
  if (!is_kept_answer(analysis_->shape->protocol(), key_, entry)) return false;
  Shared& shared = services_.shared;
  // Without dependencies it is good for its time, whatever was written.
  const auto lease = entry.dependencies.empty() ? std::optional(shared.log.lease())
                                                : shared.log.adopt(entry.dependencies, entry.as_of);
  if (!lease) return false;
  entry.as_of = lease->as_of();
  entry.shape = static_cast<std::uint32_t>(analysis_->shape->id());
  entry.rule = analysis_->verdict.rule;
  return shared.store.put(cache::make_key(key_), entry, *lease) == cache::PutResult::stored;
}

}  // namespace tapri::session
