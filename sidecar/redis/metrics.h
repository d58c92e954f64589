// What a client of Redis counts.
//
// Thread-safety: written on the client's loop; read from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "redis/breaker.h"
#include "telemetry/metrics.h"

namespace tapri::redis {

// Of a client of a Cluster: of all its connections together; the breaker's state is that of whichever changed last.
struct ClientMetrics {
  std::atomic<bool> connected{false};
  std::atomic<Breaker::State> breaker{Breaker::State::closed};
  telemetry::Counter breaker_opened;  // times
  telemetry::Counter connections;     // that were logged in
  telemetry::Counter answered;        // commands, in time; errors of the server's included
  telemetry::Counter errors;          // of these
  telemetry::Counter expired;         // commands past their deadline
  telemetry::Counter ended;           // commands that were in flight when the breaker opened
  telemetry::Counter refused;         // commands that were not sent
  telemetry::Histogram latency;       // of those answered
};

}  // namespace tapri::redis
