// The records of a fleet's invalidation log: what the instances tell each other of their writes.
//
// A record is one binary value; integers are little endian:
//   byte 0     version, 1
//   byte 1     kind
//   byte 2     flags
//   byte 3     0
//   8 bytes    writer: the random id of one run of an instance; of `epoch`, the random id of the epoch
//   8 bytes    token: the writer's own number for a write, increasing; 0: none
//   8 bytes each, up to the end: the dependencies of the footprint (of `alive`: the tokens that are open)
// A record that cannot be decoded may be one of a newer version, and may mean anything: whoever follows the log takes
// it for a write to everything. What there is of a flush's names (coherence/dependency.h, scopes) came later than the
// record: who does not know of them takes it for one of everything. So a new sort of name needs a new kind of record.
//
// Thread-safety: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "coherence/dependency.h"

namespace tapri::coherence {

using Writer = std::uint64_t;
using Token = std::uint64_t;

enum class RecordKind : std::uint8_t {
  write = 1,  // is committed: apply the footprint
  intent,     // is about to be forwarded: the footprint is dirty until done, cancel or lapsed
  done,       // is committed, or may be: apply the footprint; the token's intents are over
  cancel,     // did not happen: the token's intents are over
  epoch,      // the first of an epoch
  flush,      // of what was read before, what the footprint names ends; named nothing, everything
  alive,      // the writer lives; of its intents up to this token, all but those of the tokens named are over
  lapsed,     // told by others: the writer was silent for too long, so that its write counts as committed
};

namespace record_flags {
inline constexpr std::uint8_t kSchema = 1;      // the schema may have changed
inline constexpr std::uint8_t kEverything = 2;  // the footprint is everything there is, whatever it names
inline constexpr std::uint8_t kFinal = 4;       // of lapsed: the token's intents are over
inline constexpr std::uint8_t kPartial = 8;     // of alive: too many to name, none is over
}  // namespace record_flags

// Of one record; whoever has more to say sets kEverything (kPartial) instead.
inline constexpr std::size_t kMostRecordDependencies = 16'384;
inline constexpr std::size_t kRecordHeader = 20;
inline constexpr std::size_t kLongestRecord = kRecordHeader + kMostRecordDependencies * sizeof(Dependency);

struct Record {
  RecordKind kind = RecordKind::write;
  std::uint8_t flags = 0;
  Writer writer = 0;
  Token token = 0;
  Footprint footprint;
  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
  friend bool operator==(const Record&, const Record&) = default;
};

// With more dependencies than a record holds: one without any that says so in its flags.
[[nodiscard]] ByteString encode(const Record& record);

enum class RecordFault : std::uint8_t { length, version, kind, flags };
[[nodiscard]] Result<Record, RecordFault> decode(ByteView bytes);

}  // namespace tapri::coherence
