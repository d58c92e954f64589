// The fleet's log as a Redis Stream: the commands, and what their replies mean. Redis 7.0 or newer.
//
//   tapri:{NS}:log    the stream. Its ids are `EPOCH-SEQUENCE`; records are appended with `EPOCH-*`, so that Redis
//   counts
//                     the sequence, and refuses whoever has missed that the epoch is over. Each has one field, `r`.
//   tapri:{NS}:epoch  a hash: the number and the id of the epoch, and the replication id of the server that it was
//   begun
//                     on. A restart and a fail-over make another of it, and so another epoch.
//
// What a server sends is taken for input: a reply that is none of these is nullopt, or none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/fleet_follower.h"
#include "redis/reply.h"

namespace tapri::redis {

struct LogKeys {
  explicit LogKeys(std::string_view name_space);
  std::string log;
  std::string epoch;
};

[[nodiscard]] std::string id_text(coherence::Position position);
[[nodiscard]] std::optional<coherence::Position> parse_id(std::string_view text);

// Of INFO replication: the field master_replid. Empty: there is none.
[[nodiscard]] std::string_view replication_id(const Reply& reply);

// The script that finds the epoch or begins one. KEYS: epoch, log. ARGV: the newest epoch's number and id that are
// known, the replication id, the id of the epoch should one begin, and its first record. Replies number and id.
[[nodiscard]] std::string_view epoch_script();
[[nodiscard]] std::optional<coherence::Epoch> parse_epoch(const Reply& reply);

// Of XINFO STREAM.
[[nodiscard]] std::optional<coherence::Position> parse_tail(const Reply& reply);
// Of XREAD: the views live as long as the reply. Nil is none; nullopt: it is no such reply.
[[nodiscard]] std::optional<std::vector<coherence::LogEntry>> parse_entries(const Reply& reply);

// Of XADD.
enum class AppendFault : std::uint8_t {
  none,
  fenced,  // another epoch has begun, or the stream is gone
  failed,
};
struct Appended {
  AppendFault fault = AppendFault::failed;
  coherence::Position position = 0;
};
[[nodiscard]] Appended parse_appended(const Reply& reply);

}  // namespace tapri::redis
