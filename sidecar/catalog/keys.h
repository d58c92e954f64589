// Which keys dependencies of each family may be made with.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "catalog/snapshot.h"
#include "coherence/dependency.h"

namespace tapri::catalog {

// More are not followed: every write that cannot say what values of a key it touches costs one dependency for each.
inline constexpr std::size_t kMaxKeys = 16;
// Columns of one key.
inline constexpr std::size_t kMaxKeyColumns = 4;

// Unique keys first, then what indexes begin with, then other integers and uuids, which often refer to something. To be
// called once families are joined; a family without keys is not in it.
[[nodiscard]] std::unordered_map<ObjectId, std::vector<Key>> keys_by_family(const Snapshot::Source& source);

// Rows that were added with values of the key that the statement gives, without it being known which: among what
// inserted_of() stands for, where others' keys are new ones that the server makes.
[[nodiscard]] inline coherence::Dependency stated_of(coherence::KeyBase base) {
  return coherence::key_of(base, "stated");  // no values' bytes: those name their type first
}

}  // namespace tapri::catalog
