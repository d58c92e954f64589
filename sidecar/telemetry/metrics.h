// The data plane's counters: one WorkerMetrics a worker thread, written by that thread alone and read by any.
//
// Thread-safety: the counting methods only on the owning thread (plain relaxed stores, no locked instruction); the
// reading methods from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/protocol.h"
#include "base/reason.h"

namespace tapri::telemetry {

enum class Outcome : std::uint8_t { hit_l1, hit_l2, hit_stale, miss, coalesced, bypass, write };
inline constexpr std::size_t kOutcomeCount = 7;
[[nodiscard]] std::string_view outcome_name(Outcome outcome);

enum class FillResult : std::uint8_t {
  stored,
  refused_lease,
  refused_size,
  refused_notice,
  refused_error,
  refused_setting,
  refused_expired,
  refused_kill,
  refused_aborted
};
inline constexpr std::size_t kFillResultCount = 9;
[[nodiscard]] std::string_view fill_result_name(FillResult result);

// What a write said of the rows it changed, by which a kept answer ended: rows of a key that the answer rests on, rows
// of a table without saying which (of an answer that rests on a key), any row of a table (of one that does not), or
// anything of the whole database.
enum class InvalidationCause : std::uint8_t { key, unkeyed, any, all };
inline constexpr std::size_t kInvalidationCauseCount = 4;
[[nodiscard]] std::string_view invalidation_cause_name(InvalidationCause cause);

// Of a BEGIN that was answered before it was sent.
enum class BeginResult : std::uint8_t { sent, avoided };
inline constexpr std::size_t kBeginResultCount = 2;
[[nodiscard]] std::string_view begin_result_name(BeginResult result);

// What became of named statements whose Parse Tapri has answered by itself.
enum class PrepareResult : std::uint8_t { sent, avoided };
inline constexpr std::size_t kPrepareResultCount = 2;
[[nodiscard]] std::string_view prepare_result_name(PrepareResult result);

// What became of the lock by which instances of a fleet agree on who asks the database.
enum class LockResult : std::uint8_t {
  taken,
  answered,    // another had it, and its answer came
  unanswered,  // another had it and gave it back, and there is no answer
  timed_out,   // another had it for too long
  failed,      // nobody could be asked: not waited for
};
inline constexpr std::size_t kLockResultCount = 5;
[[nodiscard]] std::string_view lock_result_name(LockResult result);
// What became of an answer that the store had no more room for, and that was to go to the tiers behind it.
enum class Demotion : std::uint8_t {
  sent,
  expired,
  invalid,   // written to since or just now, flushed, or nobody can say
  withheld,  // the rule's rates were used up
  unusable,  // the tier was
  dropped,   // too many were on their way
};
inline constexpr std::size_t kDemotionCount = 6;
[[nodiscard]] std::string_view demotion_name(Demotion result);
// Why an answer that was kept was not stored in the tiers behind the store, as its rule says.
enum class Withheld : std::uint8_t { disabled, too_large, too_cheap, rate, bytes };
inline constexpr std::size_t kWithheldCount = 5;
[[nodiscard]] std::string_view withheld_name(Withheld reason);

// Written by one thread, read by any.
class Counter {
 public:
  void add(std::uint64_t by = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Fixed buckets, upper bounds in seconds; the last is +Inf.
class Histogram {
 public:
  static constexpr std::array<double, 18> kBounds = {0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005,
                                                     0.001,   0.0025,   0.005,   0.01,   0.025,   0.05,
                                                     0.1,     0.25,     0.5,     1,      5,       30};
  void observe(Duration value);
  [[nodiscard]] std::uint64_t bucket(std::size_t index) const { return buckets_[index].value(); }
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] double sum_seconds() const { return static_cast<double>(sum_nanoseconds_.value()) / 1e9; }

 private:
  std::array<Counter, kBounds.size() + 1> buckets_;
  Counter sum_nanoseconds_;
};

// Of one worker and one protocol.
struct WorkerMetrics {
  explicit WorkerMetrics(Protocol of = Protocol::postgres) : protocol(of) {}

  const Protocol protocol;
  std::array<Counter, kOutcomeCount> statements;               // tapri_statements_total
  std::array<Counter, kReasonCount> bypass;                    // tapri_bypass_total
  std::array<Counter, kFillResultCount> fills;                 // tapri_fills_total
  std::array<Counter, kInvalidationCauseCount> invalidations;  // tapri_invalidations_total
  std::array<Histogram, kOutcomeCount> statement_duration;
  Histogram upstream_duration;
  Histogram hit_age;
  Counter saved_nanoseconds;  // tapri_saved_upstream_seconds_total
  Counter connections_opened, connections_closed, connections_refused;
  Counter probes;                                              // session probes sent
  std::array<Counter, kBeginResultCount> deferred_begins;      // tapri_deferred_begins_total
  std::array<Counter, kPrepareResultCount> deferred_prepares;  // tapri_deferred_prepares_total
  std::array<Counter, kLockResultCount> locks;                 // tapri_remote_locks_total
  std::array<Counter, kWithheldCount> withheld;                // tapri_remote_withheld_total
  Counter remote_looks_skipped;                                // tapri_remote_looks_skipped_total
  std::array<Counter, kDemotionCount> demotions;               // tapri_remote_demotions_total
  Counter client_bytes_in, client_bytes_out, upstream_bytes_in, upstream_bytes_out;

  void statement(Outcome outcome, Duration took) {
    statements[static_cast<std::size_t>(outcome)].add();
    statement_duration[static_cast<std::size_t>(outcome)].observe(took);
  }
  void bypassed(Reason reason) { bypass[static_cast<std::size_t>(reason)].add(); }
  void prepared(PrepareResult result) { deferred_prepares[static_cast<std::size_t>(result)].add(); }
  void began(BeginResult result) { deferred_begins[static_cast<std::size_t>(result)].add(); }
  void invalidated(InvalidationCause cause) { invalidations[static_cast<std::size_t>(cause)].add(); }
  void lock(LockResult result) { locks[static_cast<std::size_t>(result)].add(); }
  void withhold(Withheld reason) { withheld[static_cast<std::size_t>(reason)].add(); }
  void demoted(Demotion result) { demotions[static_cast<std::size_t>(result)].add(); }
  void filled(FillResult result) { fills[static_cast<std::size_t>(result)].add(); }
};

}  // namespace tapri::telemetry
