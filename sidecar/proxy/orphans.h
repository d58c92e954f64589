// Writes whose connection to the database was lost before its answer: the server process may still carry them out.
//
// Their footprints stay dirty, so nothing that they may change is answered from the cache, until the server process is
// known to have ended (asked over the control connection) or, where that cannot be asked, a grace has passed. Then they
// are appended to the log once more. Of each at most one question is outstanding, however long its answer takes.
//
// Thread-safety: add() from any thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "coherence/log.h"
#include "io/loop.h"

namespace tapri::proxy {

class Orphans : public std::enable_shared_from_this<Orphans> {
 public:
  struct Config {
    Duration interval = std::chrono::milliseconds(200);
    Duration grace = std::chrono::seconds(30);  // where the control connection cannot tell any more
  };
  // Asks whether a server process still runs; the answer (nullopt: cannot be found out) may come on any thread, and
  // from inside the call.
  using AskAlive = std::function<void(int process_id, std::function<void(std::optional<bool>)>)>;

  // `loop` must outlive this.
  Orphans(io::Loop& loop, const Clock& clock, AskAlive ask, Config config);
  void add(coherence::DirtyMark mark, std::uint32_t process_id);
  [[nodiscard]] std::size_t count();

 private:
  struct Orphan {
    coherence::DirtyMark mark;
    std::uint32_t process_id = 0;
    TimePoint since{};   // of the loss, or when it was last known to run
    bool asked = false;  // and not answered yet
  };
  void arm();
  void ask_all();
  void answered(const std::shared_ptr<Orphan>& orphan, std::optional<bool> alive);

  io::Loop& loop_;
  const Clock& clock_;
  AskAlive ask_;
  Config config_;
  std::unique_ptr<io::Timer> timer_;
  bool armed_ = false;  // of the loop's thread
  Guarded<std::vector<std::shared_ptr<Orphan>>> orphans_;
};

}  // namespace tapri::proxy
