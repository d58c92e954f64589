#include "telemetry/metrics.h"

#include <algorithm>

namespace tapri::telemetry {

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::hit_l1:
      return "hit_l1";
    case Outcome::hit_l2:
      return "hit_l2";
    case Outcome::hit_stale:
      return "hit_stale";
    case Outcome::miss:
      return "miss";
    case Outcome::coalesced:
      return "coalesced";
    case Outcome::bypass:
      return "bypass";
    case Outcome::write:
      return "write";
  }
  return "bypass";
}

std::string_view lock_result_name(LockResult result) {
  switch (result) {
    case LockResult::taken:
      return "taken";
    case LockResult::answered:
      return "answered";
    case LockResult::unanswered:
      return "unanswered";
    case LockResult::timed_out:
      return "timed_out";
    case LockResult::failed:
      break;
  }
  return "failed";
}

std::string_view demotion_name(Demotion result) {
  switch (result) {
    case Demotion::sent:
      return "sent";
    case Demotion::expired:
      return "expired";
    case Demotion::invalid:
      return "invalid";
    case Demotion::withheld:
      return "withheld";
    case Demotion::unusable:
      return "unusable";
    case Demotion::dropped:
      break;
  }
  return "dropped";
}

std::string_view withheld_name(Withheld reason) {
  switch (reason) {
    case Withheld::disabled:
      return "disabled";
    case Withheld::too_large:
      return "too_large";
    case Withheld::too_cheap:
      return "too_cheap";
    case Withheld::rate:
      return "rate";
    case Withheld::bytes:
      break;
  }
  return "bytes";
}

std::string_view prepare_result_name(PrepareResult result) {
  return result == PrepareResult::sent ? "sent" : "avoided";
}
std::string_view begin_result_name(BeginResult result) { return result == BeginResult::sent ? "sent" : "avoided"; }

std::string_view invalidation_cause_name(InvalidationCause cause) {
  switch (cause) {
    case InvalidationCause::key:
      return "key";
    case InvalidationCause::unkeyed:
      return "unkeyed";
    case InvalidationCause::any:
      return "any";
    case InvalidationCause::all:
      return "all";
  }
  return "all";
}

std::string_view fill_result_name(FillResult result) {
  switch (result) {
    case FillResult::stored:
      return "stored";
    case FillResult::refused_lease:
      return "refused_lease";
    case FillResult::refused_size:
      return "refused_size";
    case FillResult::refused_notice:
      return "refused_notice";
    case FillResult::refused_error:
      return "refused_error";
    case FillResult::refused_setting:
      return "refused_setting";
    case FillResult::refused_expired:
      return "refused_expired";
    case FillResult::refused_kill:
      return "refused_kill";
    case FillResult::refused_aborted:
      return "refused_aborted";
  }
  return "refused_aborted";
}

void Histogram::observe(Duration value) {
  // A clock that went backwards counts as no time at all.
  const Duration::rep nanoseconds = std::max<Duration::rep>(value.count(), 0);
  const double seconds = static_cast<double>(nanoseconds) / 1e9;
  const auto* const bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  buckets_[static_cast<std::size_t>(bound - kBounds.begin())].add();
  sum_nanoseconds_.add(static_cast<std::uint64_t>(nanoseconds));
}

std::uint64_t Histogram::count() const {
  std::uint64_t total = 0;
  for (const Counter& bucket : buckets_) total += bucket.value();
  return total;
}

}  // namespace tapri::telemetry
