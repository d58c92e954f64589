#include "session/remote_admission.h"

#include <algorithm>
#include <chrono>

namespace tapri::session {

using telemetry::Withheld;

std::optional<Withheld> RemoteAdmission::refuse_ever(const policy::RemoteSettings& settings, const Answer& answer) {
  if (!settings.enabled) return Withheld::disabled;
  if (settings.max_size && answer.size > *settings.max_size) return Withheld::too_large;
  if (settings.min_cost && answer.cost < *settings.min_cost) return Withheld::too_cheap;
  return std::nullopt;
}

std::optional<Withheld> RemoteAdmission::refuse(const policy::RemoteSettings& settings, const Answer& answer,
                                                TimePoint now) {
  if (const auto reason = refuse_ever(settings, answer)) return reason;
  if (!settings.max_rate && !settings.max_bytes_per_second) return std::nullopt;
  auto buckets = buckets_.lock();
  if (buckets->size() <= answer.rule) buckets->resize(std::size_t{answer.rule} + 1);
  return take((*buckets)[answer.rule], settings, answer.size, now);
}

std::optional<Withheld> RemoteAdmission::take(Buckets& buckets, const policy::RemoteSettings& settings,
                                              std::size_t size, TimePoint now) {
  const double most_stores = std::max(1.0, settings.max_rate.value_or(1.0));
  const auto most_bytes = static_cast<double>(settings.max_bytes_per_second.value_or(0));
  if (buckets.filled == TimePoint::min()) {
    buckets.stores = most_stores;
    buckets.bytes = most_bytes;
  } else {
    const double seconds = std::max(0.0, std::chrono::duration<double>(now - buckets.filled).count());
    buckets.stores = std::min(most_stores, buckets.stores + seconds * settings.max_rate.value_or(0));
    buckets.bytes = std::min(most_bytes, buckets.bytes + seconds * most_bytes);
  }
  buckets.filled = now;
  if (settings.max_rate && buckets.stores < 1) return Withheld::rate;
  if (settings.max_bytes_per_second && buckets.bytes <= 0) return Withheld::bytes;
  buckets.stores -= 1;
  buckets.bytes -= static_cast<double>(size);
  return std::nullopt;
}

}  // namespace tapri::session
