// A tier behind the store, by hand.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cache/remote_tier.h"

namespace tapri::session::test {

// What instances share. Answers when told to.
class FakeTier final : public cache::RemoteTier {
 public:
  [[nodiscard]] bool usable() const override { return good; }
  [[nodiscard]] bool fetch(const cache::remote::GlobalKey& key, Done done) override {
    if (!takes) return false;
    asked.emplace_back(key.bytes, std::move(done));
    return true;
  }
  void store(const cache::remote::GlobalKey& key, const cache::NewEntry& entry) override { entries[key.bytes] = entry; }
  [[nodiscard]] std::vector<cache::RemoteStats> stats() const override { return {}; }
  void answer() {
    for (auto& [key, done] : std::exchange(asked, {})) {
      const auto found = entries.find(key);
      if (found == entries.end()) {
        done(tl::unexpected(cache::remote::Miss::absent));
      } else {
        done(found->second);
      }
    }
  }

  std::map<std::string, cache::NewEntry> entries;
  std::vector<std::pair<std::string, Done>> asked;
  bool good = true;
  bool takes = true;
};

}  // namespace tapri::session::test
