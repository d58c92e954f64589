// What follows from the edges between relations: families, and what foreign-key actions reach.
#pragma once

#include <span>
#include <vector>

#include "catalog/snapshot.h"

namespace tapri::catalog {

// A family whose cascades reach more families than this is said to have cascade_side_effects instead of listing them.
inline constexpr std::size_t kMaxCascades = 256;

// Fills `family` and `family_obstacle`, and spreads the side-effect marks over each family. Edges that name a relation
// which is not in `relations` (indexes have inheritance too) are ignored.
void join_families(std::span<Relation> relations, std::span<const InheritanceEdge> edges);

// Fills `cascades` and `cascade_side_effects`; after join_families(). Linear in the edges but for what is listed.
void follow_cascades(std::span<Relation> relations, std::span<const ForeignKey> edges);

}  // namespace tapri::catalog
