// Several tiers in order, the nearest first: an entry is looked for in one after another, and what a farther one has is
// stored in those before it that take it (promotion), for as long as each of them keeps things. What is new is stored
// in all.
//
// Thread-safety: as RemoteTier.
#pragma once

#include <memory>
#include <vector>

#include "cache/remote_tier.h"

namespace tapri::cache::remote {

// At least one tier. One alone is given back as it is: it costs nothing more.
[[nodiscard]] std::unique_ptr<RemoteTier> stack(std::vector<std::unique_ptr<RemoteTier>> tiers);

}  // namespace tapri::cache::remote
