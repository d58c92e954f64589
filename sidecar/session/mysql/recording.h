// What a look-up in the cache came to: an answer, or the keeping of the one that the server will give.
//
// Thread-safety: none; they belong to their session.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "cache/entry.h"
#include "cache/flight.h"
#include "cache/remote/global_key.h"
#include "session/analysis.h"
#include "session/bind_keys.h"
#include "session/kills.h"
#include "telemetry/metrics.h"

namespace tapri::session::mysql {

// A result on its way from the server that is to be kept.
struct Recording {
  ByteString key;
  std::optional<cache::remote::GlobalKey> remote_key;
  AnalysisRef analysis;
  BoundRead read;  // what the result depends on
  coherence::FillLease lease;
  Kills::Mark kills = 0;
  cache::Flight flight;
  ByteString payload;
  TimePoint answered{};  // when it was complete

  explicit Recording(coherence::FillLease taken) : lease(taken) {}
};

enum class Lookup : std::uint8_t { hit, forward, blocked };
struct Found {
  Lookup outcome = Lookup::forward;
  cache::EntryRef entry;
  std::unique_ptr<Recording> recording;  // forward: keep the answer
  Reason reason = Reason::none;
  telemetry::Outcome came = telemetry::Outcome::hit_l1;  // hit: how
};

}  // namespace tapri::session::mysql
