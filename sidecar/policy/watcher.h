// The rules in force, kept up to date with their file or folder.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "policy/rules.h"

namespace tapri::policy {

// No thread and no timer of its own: poll() is called about once a second. A change is seen by stat(): real path,
// inode, size and times of every file, so that a file replaced by rename and a swapped link (a ConfigMap's ..data) are
// seen alike. A load that fails leaves the last good rules in force, and is not tried again until something changes.
//
// Thread-safety: any thread; loads follow each other, so that none overwrites what a later one has read.
class RuleSource {
 public:
  enum class Outcome : std::uint8_t {
    unchanged,  // nothing moved
    loaded,     // new rules are in force
    refused,    // something changed but can't be loaded: status().error says why
  };
  struct Status {
    std::uint64_t generation = 0;        // 0: nothing was loaded yet
    std::optional<TimePoint> loaded_at;  // when the rules in force were loaded, by the clock handed in
    std::optional<std::string> error;    // why the files as they are now are not in force
  };

  // An empty path: default_rules(), which never change. `clock` must outlive it.
  RuleSource(std::string path, const Clock& clock);

  // Reads the files whether changed or not.
  Result<void> load();
  // As load(), but files that are in force as they are stay so: for SIGHUP and /api/v1/reload. Never `refused`: that is
  // the error.
  Result<Outcome> reload();
  Outcome poll();

  // Never null. Until load() succeeds for the first time these rules bypass everything.
  [[nodiscard]] std::shared_ptr<const RuleSet> current() const;
  // Counts successful loads. One atomic load: a user of the rules keeps its own pointer until this moves.
  [[nodiscard]] std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  // Whether the rules in force are meant, and not those that stand in until the first load. Default rules need none.
  [[nodiscard]] bool ready() const { return path_.empty() || generation() > 0; }
  [[nodiscard]] Status status() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct State {
    std::shared_ptr<const RuleSet> rules;
    Status status;
  };

  Result<void> load_locked();

  const std::string path_;
  const Clock& clock_;
  std::mutex loading_;
  std::string signature_;  // of the files at the last load, good or not; guarded by loading_
  mutable Guarded<State> state_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace tapri::policy
