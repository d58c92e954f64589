#include "session/pg/bind_keys.h"

namespace tapri::session::pg {

BoundRead bind_read(const Analysis& analysis, const ExecutionValues& values) {
  if (analysis.key_reads.empty()) return {.dependencies = analysis.dependencies, .unless_present = {}};
  Scratch scratch;
  const KeyValues key_values(values, analysis.parameter_types, scratch.memory());
  return session::bind_read(analysis, key_values, scratch);
}

coherence::Footprint bind_write(const Analysis& analysis, const ExecutionValues& values) {
  if (analysis.key_writes.empty()) return analysis.footprint;
  Scratch scratch;
  const KeyValues key_values(values, analysis.parameter_types, scratch.memory());
  return session::bind_write(analysis, key_values, scratch);
}

}  // namespace tapri::session::pg
