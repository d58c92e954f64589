// coherence.keys, as the catalog's resolution takes it.
#pragma once

#include "catalog/resolve.h"
#include "config/config.h"

namespace tapri::app {

[[nodiscard]] inline catalog::Precision precision_of(const config::Config& config) {
  const bool rows = config.coherence.keys == config::CoherenceKeys::row;
  return rows ? catalog::Precision::rows : catalog::Precision::relations;
}

}  // namespace tapri::app
