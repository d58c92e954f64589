// What a flush is to end.
#pragma once

#include <functional>

#include "cache/entry.h"
#include "coherence/dependency.h"

namespace tapri::app {

struct FlushTarget {
  coherence::Footprint what;  // as InvalidationLog::flush takes it: ends it
  // Of an entry in this process's store: whether that is one of them, to be dropped at once.
  std::function<bool(const cache::Entry&)> matches;
};

}  // namespace tapri::app
