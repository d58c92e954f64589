// What one execution depends on, and what it changes (session/bind_keys.h), by PostgreSQL's values.
//
// Thread-safety: pure.
#pragma once

#include "session/bind_keys.h"
#include "session/pg/key_values.h"

namespace tapri::session::pg {

[[nodiscard]] BoundRead bind_read(const Analysis& analysis, const ExecutionValues& values);
// Without values nothing is known of them: all keys that depend on them count as not known.
[[nodiscard]] coherence::Footprint bind_write(const Analysis& analysis, const ExecutionValues& values = {});

}  // namespace tapri::session::pg
