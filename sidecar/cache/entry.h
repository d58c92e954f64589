// A cached result and its key.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "coherence/log.h"

namespace tapri::cache {

// A key is bytes, compared whole. The hash only picks shard and bucket.
// Layout (session/ builds it): context id, shape id, protocol, then literals or parameters.
struct KeyView {
  ByteView bytes;
  std::uint64_t hash = 0;
};
[[nodiscard]] KeyView make_key(ByteView bytes);

// A result as the server sent it, kept whole and immutable; shared by the store and by the sessions that are writing
// it.
struct Entry {
  ByteString payload;                  // [description][rows and completion]
  std::uint32_t description_size = 0;  // bytes of payload that are the row description; may be 0
  std::uint32_t rows = 0;
  std::vector<coherence::Dependency> dependencies;
  coherence::Position as_of = 0;
  TimePoint stored_at{};
  TimePoint expires_at{};    // TimePoint::max(): never
  Duration upstream_time{};  // what the database took: saved by each hit
  std::uint64_t shape = 0;   // for counts and for flush by fingerprint
  std::uint64_t rule = 0;    // which rule stored it; 0: defaults
};
using EntryRef = std::shared_ptr<const Entry>;

}  // namespace tapri::cache
