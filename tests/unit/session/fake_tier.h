// A tier behind the store, by hand.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cache/remote_tier.h"

namespace tapri::session::test {

// The locks of a tier, one instance's view of them.
class FakeLocks final : public cache::RemoteLocks {
 public:
  struct Asked {
    std::string key;
    Duration time;
    Done done;
    bool given_up = false;
  };
  [[nodiscard]] std::unique_ptr<cache::LockAttempt> take(const cache::remote::GlobalKey& key, Duration time,
                                                         Done done) override {
    if (!takes) return nullptr;
    asked.push_back(std::make_shared<Asked>(Asked{key.bytes, time, std::move(done)}));
    return std::make_unique<Attempt>(asked.back());
  }
  // The attempt ends so: the oldest, if none is named.
  void end(End end, std::size_t at = 0) {
    const auto attempt = asked.at(at);
    asked.erase(asked.begin() + static_cast<std::ptrdiff_t>(at));
    attempt->done(end, end == End::taken ? std::make_unique<Lock>(held) : nullptr);
  }

  std::vector<std::shared_ptr<Asked>> asked;
  int held = 0;
  bool takes = true;

 private:
  struct Attempt final : cache::LockAttempt {
    explicit Attempt(std::shared_ptr<Asked> its) : asked(std::move(its)) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;
    ~Attempt() override { asked->given_up = true; }
    std::shared_ptr<Asked> asked;
  };
  struct Lock final : cache::RemoteLock {
    explicit Lock(int& count) : held(count) { ++held; }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() override { --held; }
    int& held;
  };
};

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
  [[nodiscard]] std::size_t stores_under_way() const override { return under_way; }
  [[nodiscard]] cache::RemoteLocks* locks() override { return &its_locks; }
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
  FakeLocks its_locks;
  std::size_t under_way = 0;
  bool good = true;
  bool takes = true;
};

}  // namespace tapri::session::test
