// What one execution depends on, and what it changes: an analysis' dependencies and footprint, with the keys that its
// values make.
//
// Thread-safety: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "coherence/dependency.h"
#include "session/analysis.h"
#include "session/pg/key_values.h"

namespace tapri::session::pg {

struct BoundRead {
  std::vector<coherence::Dependency> dependencies;
  // Among the dependencies the one that need not be kept where the result has `rows_if_present` rows: all rows asked
  // for by a unique key are there, so that none can be added.
  std::optional<coherence::Dependency> unless_present;
  std::size_t rows_if_present = 0;
};

[[nodiscard]] BoundRead bind_read(const Analysis& analysis, const ExecutionValues& values);
// Without values nothing is known of them: all keys that depend on them count as not known.
[[nodiscard]] coherence::Footprint bind_write(const Analysis& analysis, const ExecutionValues& values = {});

}  // namespace tapri::session::pg
