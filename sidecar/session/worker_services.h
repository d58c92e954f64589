// What the sessions of one worker share.
//
// Thread-safety: none; it belongs to the worker's thread. The references outlive the sessions.
#pragma once

#include <cstddef>

#include "cache/remote_tier.h"
#include "session/analyzer.h"
#include "session/demotions.h"
#include "session/services.h"
#include "telemetry/metrics.h"

namespace tapri::session {

struct WorkerServices {
  Shared& shared;
  Analyzer& analyzer;
  telemetry::WorkerMetrics& metrics;
  std::size_t worker = 0;
  cache::RemoteTier* remote = nullptr;  // null: there is no tier behind the store
  Demotions* demotions = nullptr;       // into it; null: there are none
};

}  // namespace tapri::session
