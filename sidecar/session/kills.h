// Statements that end other sessions' statements (KILL), while they are under way.
//
// MySQL and MariaDB may take a sub-query that is ended while it runs for one that has found nothing, go on, and send an
// answer that says nothing of it (of MariaDB 10.11 and MySQL 9 about one in two hundred that are killed there). The
// session that asked gets what the server says; nobody else must. So what was read while a KILL was under way is not
// kept. One that did not come through here is found by the server's counters (CatalogService::Interrupted).
//
// Thread-safety: any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <utility>

namespace tapri::session {

class Kills {
 public:
  // Of one, from before it is sent until its answer came, or its session ended. Movable; Kills outlives it.
  class UnderWay {
   public:
    explicit UnderWay(Kills& of) : of_(&of) { of.begun_.fetch_add(1); }
    UnderWay(UnderWay&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    UnderWay& operator=(UnderWay&&) = delete;
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;
    ~UnderWay() {
      if (of_ != nullptr) of_->ended_.fetch_add(1);
    }

   private:
    Kills* of_;
  };

  // For a read that is about to be sent.
  using Mark = std::uint64_t;
  [[nodiscard]] Mark mark() const {
    const std::uint64_t ended = ended_.load();
    const std::uint64_t begun = begun_.load();
    return begun == ended ? begun : kUnderWay;
  }
  // Whether none was under way since, now that its answer is here.
  [[nodiscard]] bool none_since(Mark mark) const { return begun_.load() == mark; }

 private:
  static constexpr Mark kUnderWay = std::numeric_limits<Mark>::max();
  std::atomic<std::uint64_t> begun_{0};
  std::atomic<std::uint64_t> ended_{0};
};

}  // namespace tapri::session
