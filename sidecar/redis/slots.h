// Which server of a Redis Cluster holds a key.
//
// Keys are spread over 16,384 slots, slots over primaries: https://redis.io/docs/reference/cluster-spec/ (key
// distribution, hash tags, MOVED and ASK). Thread-safety: pure; a map of slots is immutable once parsed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "io/loop.h"
#include "redis/reply.h"

namespace tapri::redis {

inline constexpr std::uint16_t kSlotCount = 16384;

// CRC16 (XMODEM) of the key, or of what stands between its first braces if that is anything.
[[nodiscard]] std::uint16_t slot_of(ByteView key);
// The key of a command by which it is routed: its first argument, of EVAL and EVALSHA the first key, of XREAD the first
// stream. nullopt: it has none, any server will do. Only commands that Tapri sends are known.
[[nodiscard]] std::optional<std::string_view> key_of(std::span<const std::string_view> command);

class SlotMap {
 public:
  // From the answer to CLUSTER SLOTS of the server at `asked`, which stands in where a server's host is not given.
  // nullopt: it is no such answer. Slots that nobody holds are allowed.
  [[nodiscard]] static std::optional<SlotMap> parse(const Reply& answer, const io::Address& asked);

  [[nodiscard]] const std::vector<io::Address>& primaries() const { return primaries_; }
  // nullptr: nobody holds it.
  [[nodiscard]] const io::Address* primary_of(std::uint16_t slot) const;

 private:
  static constexpr std::uint16_t kNobody = 0xffff;
  SlotMap() { owners_.fill(kNobody); }
  [[nodiscard]] std::uint16_t add(const io::Address& primary);

  std::vector<io::Address> primaries_;
  std::array<std::uint16_t, kSlotCount> owners_{};  // indexes of primaries_
};

// All servers that an answer to CLUSTER SLOTS names, replicas among them, each once; no more than a few thousand.
[[nodiscard]] std::vector<io::Address> listed_servers(const Reply& answer, const io::Address& asked);

// "MOVED slot host:port": another server holds the slot for good. "ASK slot host:port": another may have the key
// already.
struct Redirect {
  bool moved = false;
  std::uint16_t slot = 0;
  io::Address to;
};
// nullopt: the error is none. `asked`: see SlotMap::parse().
[[nodiscard]] std::optional<Redirect> parse_redirect(const Reply& reply, const io::Address& asked);

}  // namespace tapri::redis
