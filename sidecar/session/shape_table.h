// Every statement shape seen, with its facts and its counters.
//
// A shape's id stands for its text in its protocol's language exactly: the text is compared when it is interned, and an
// id is never used twice. So cache keys carry the id.
//
// Thread-safety: intern(), find() and all() from any thread. A Shape is immutable but for its cost and its counters;
// counters(worker) are written by that worker's thread alone and read by any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/protocol.h"
#include "base/reason.h"
#include "sql/facts.h"
#include "telemetry/metrics.h"

namespace tapri::session {

struct alignas(64) ShapeCounters {
  telemetry::Counter hits, misses, coalesced, bypassed, writes;
  std::array<telemetry::Counter, telemetry::kInvalidationCauseCount> invalidated;
  telemetry::Counter upstream_nanoseconds, saved_nanoseconds;
  std::atomic<Reason> last_reason{Reason::none};
  std::atomic<std::uint32_t> last_rule{0};
};

inline constexpr std::uint32_t kCostOfNoUse = 1;

class Shape {
 public:
  Shape(std::uint64_t id, Protocol protocol, std::string text, sql::Facts facts, std::size_t workers);

  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] Protocol protocol() const { return protocol_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  // Shown to people, as hex; a hash of the text. Never a key.
  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_; }
  [[nodiscard]] const sql::Facts& facts() const { return facts_; }
  [[nodiscard]] ShapeCounters& counters(std::size_t worker) const { return counters_[worker]; }
  [[nodiscard]] std::size_t workers() const { return workers_; }
  // Microseconds that the database took for it when it was last computed; 0: not known, kCostOfNoUse: other instances
  // could not be given what came of it. From any thread.
  [[nodiscard]] std::uint32_t cost_us() const { return cost_us_.load(std::memory_order_relaxed); }
  void computed(std::uint32_t cost_us) const { cost_us_.store(cost_us, std::memory_order_relaxed); }
  // Whether it is worth while to look for an answer of it behind the store: where the last kFruitless looks have found
  // none, only once in kSeldom times. From any thread.
  [[nodiscard]] bool worth_a_look() const {
    if (fruitless_.load(std::memory_order_relaxed) < kFruitless) return true;
    return passed_up_.fetch_add(1, std::memory_order_relaxed) % kSeldom == kSeldom - 1;
  }
  // What came of such a look.
  void looked(bool found) const {
    const std::uint32_t before = fruitless_.load(std::memory_order_relaxed);
    if (found ? before > 0 : before < kFruitless) fruitless_.store(found ? 0 : before + 1, std::memory_order_relaxed);
  }
  static constexpr std::uint32_t kFruitless = 64;
  static constexpr std::uint32_t kSeldom = 16;

 private:
  std::uint64_t id_;
  Protocol protocol_;
  std::string text_;
  std::uint64_t fingerprint_;
  sql::Facts facts_;
  std::size_t workers_;
  mutable std::atomic<std::uint32_t> cost_us_{0};
  mutable std::atomic<std::uint32_t> fruitless_{0}, passed_up_{0};
  std::unique_ptr<ShapeCounters[]> counters_;
};
using ShapeRef = std::shared_ptr<const Shape>;

// For look-ups by string_view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const;
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

class ShapeTable {
 public:
  struct Config {
    std::size_t max_shapes = 20'000;             // past either bound the table starts anew; ids go on counting
    std::size_t max_bytes = 64UL * 1024 * 1024;  // of texts
    std::size_t workers = 1;
  };
  explicit ShapeTable(Config config);

  // Null where it was not seen yet.
  [[nodiscard]] ShapeRef find(std::string_view text, Protocol protocol = Protocol::postgres);
  // The shape of that text, with these facts if it is new.
  [[nodiscard]] ShapeRef intern(std::string_view text, sql::Facts facts, Protocol protocol = Protocol::postgres);
  [[nodiscard]] std::vector<ShapeRef> all();

 private:
  using Shapes = TextMap<ShapeRef>;
  struct State {
    Shapes postgres;
    Shapes mysql;
    std::size_t bytes = 0;
    [[nodiscard]] Shapes& of(Protocol protocol) { return protocol == Protocol::mysql ? mysql : postgres; }
  };
  Config config_;
  std::atomic<std::uint64_t> next_id_{1};
  Guarded<State> state_;
};

}  // namespace tapri::session
