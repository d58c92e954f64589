// Whether what is kept here is kept in the tiers behind the store as well, as its rule says, and no more often than
// that.
//
// Rates are token buckets, one pair a rule, that hold what a second allows; one store may overdraw that of bytes, so
// that a large answer is not kept out for good. Shared by an upstream's workers.
//
// Thread-safety: any thread; a lock is held for a few instructions, and only where a rule has a rate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "policy/rules.h"
#include "telemetry/metrics.h"

namespace tapri::session {

class RemoteAdmission {
 public:
  struct Answer {
    std::uint32_t rule = 0;
    std::size_t size = 0;  // bytes of the result
    Duration cost{};       // of the database's time
  };
  // Why it is never to be stored; nullopt: it may be, as far as rates allow.
  [[nodiscard]] static std::optional<telemetry::Withheld> refuse_ever(const policy::RemoteSettings& settings,
                                                                      const Answer& answer);
  // Why it is not to be stored; nullopt: it may be, and has been counted against the rates. Rules' numbers may mean
  // others from one call to the next.
  [[nodiscard]] std::optional<telemetry::Withheld> refuse(const policy::RemoteSettings& settings, const Answer& answer,
                                                          TimePoint now);

 private:
  struct Buckets {
    double stores = 0;
    double bytes = 0;
    TimePoint filled = TimePoint::min();  // never
  };
  [[nodiscard]] static std::optional<telemetry::Withheld> take(Buckets& buckets, const policy::RemoteSettings& settings,
                                                               std::size_t size, TimePoint now);

  Guarded<std::vector<Buckets>> buckets_;  // by rule
};

}  // namespace tapri::session
