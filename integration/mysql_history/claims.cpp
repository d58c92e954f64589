#include "changes.h"

namespace history {

Claims::Claims() : taken_(static_cast<std::size_t>(kSets) * kFamilies, false) {
  for (int claim = 0; claim < kSets * kFamilies; ++claim) {
    for (const auto object : members(claim)) {
      const int table = table_of(object);
      const int key = key_of(object);
      rows_[object] = is_list(table) ? Living{} : Living{there_at_start(table, key), 0, group_at_start(table, key)};
    }
  }
}

int Claims::of(Object object) {
  const int table = table_of(object);
  const int within = is_list(table) ? key_of(object) % kSlots : key_of(object) / kEach;
  return table_at(table).set * kFamilies + within;
}

std::vector<Object> Claims::members(int claim) {
  std::vector<Object> out;
  const int within = claim % kFamilies;
  for (int table = 0; table < static_cast<int>(kTables.size()); ++table) {
    if (table_at(table).set != claim / kFamilies) {
      continue;
    }
    if (is_list(table)) {
      out.push_back(object_of(table, within));
      continue;
    }
    for (int key = within * kEach; key < within * kEach + kEach; ++key) {
      out.push_back(object_of(table, key));
    }
  }
  return out;
}

bool Claims::take(int claim) {
  const std::lock_guard lock(mutex_);
  const auto at = static_cast<std::size_t>(claim);
  if (taken_.at(at)) {
    return false;
  }
  taken_[at] = true;
  return true;
}

void Claims::release(int claim) {
  const std::lock_guard lock(mutex_);
  taken_.at(static_cast<std::size_t>(claim)) = false;
}

}  // namespace history
