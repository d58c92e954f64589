#include "cache/remote/tiers.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace tapri::cache::remote {
namespace {

using List = std::vector<std::unique_ptr<RemoteTier>>;

// One look for an entry. It keeps its key, and the tiers only as long as they are there.
struct Search {
  std::weak_ptr<List> tiers;
  GlobalKey key;
  RemoteTier::Done done;
};

// Asks the first tier from `at` on that can be asked; false: none can.
bool ask(const std::shared_ptr<Search>& search, std::size_t at);

void answered(const std::shared_ptr<Search>& search, std::size_t at, Result<NewEntry, Miss> found) {
  const std::shared_ptr<List> tiers = search->tiers.lock();
  if (tiers != nullptr && found) {
    for (std::size_t nearer = 0; nearer < at; ++nearer) {
      if ((*tiers)[nearer]->promotes()) (*tiers)[nearer]->store(search->key, *found);
    }
  }
  if (tiers != nullptr && !found && ask(search, at + 1)) return;
  // Moved out: it may destroy the tiers.
  const RemoteTier::Done done = std::move(search->done);
  done(std::move(found));
}

bool ask(const std::shared_ptr<Search>& search, std::size_t at) {
  const std::shared_ptr<List> tiers = search->tiers.lock();
  for (; at < tiers->size(); ++at) {
    const auto answer = [search, at](Result<NewEntry, Miss> found) { answered(search, at, std::move(found)); };
    if ((*tiers)[at]->usable() && (*tiers)[at]->fetch(search->key, answer)) return true;
  }
  return false;
}

class Stack final : public RemoteTier {
 public:
  explicit Stack(List tiers) : tiers_(std::make_shared<List>(std::move(tiers))) {}

  [[nodiscard]] bool usable() const override {
    return std::ranges::any_of(*tiers_, [](const auto& tier) { return tier->usable(); });
  }
  [[nodiscard]] bool fetch(const GlobalKey& key, Done done) override {
    return ask(std::make_shared<Search>(Search{tiers_, key, std::move(done)}), 0);
  }
  void store(const GlobalKey& key, const NewEntry& entry) override {
    for (const auto& tier : *tiers_) tier->store(key, entry);
  }
  [[nodiscard]] std::size_t stores_under_way() const override {
    std::size_t most = 0;
    for (const auto& tier : *tiers_) most = std::max(most, tier->stores_under_way());
    return most;
  }
  // The farthest is that of most instances.
  [[nodiscard]] RemoteLocks* locks() override { return tiers_->back()->locks(); }
  [[nodiscard]] std::vector<RemoteStats> stats() const override {
    std::vector<RemoteStats> all;
    for (const auto& tier : *tiers_) std::ranges::move(tier->stats(), std::back_inserter(all));
    return all;
  }

 private:
  std::shared_ptr<List> tiers_;
};

}  // namespace

std::unique_ptr<RemoteTier> stack(std::vector<std::unique_ptr<RemoteTier>> tiers) {
  if (tiers.size() == 1) return std::move(tiers.front());
  return std::make_unique<Stack>(std::move(tiers));
}

}  // namespace tapri::cache::remote
