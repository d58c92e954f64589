// The checker's side of what may be old.
#include <algorithm>

#include "checker.h"

namespace history {

// For the first time: from now on it is known to be.
void Checker::see(Record& record, int session) {
  record.seen = true;
  if (bound_) {
    record.seen_at = bound_->now();
  }
  for (const auto& write : record.writes) {
    install(record, write, true);
  }
  raise_all(record, true, session);
}

void Checker::acknowledge(const Record& record) {
  if (!bound_) {
    return;
  }
  const auto now = bound_->now();
  const auto newer = [](Floor& floor, const Floor& other) { floor = other.version > floor.version ? other : floor; };
  for (const auto& write : record.writes) {
    if (!write.last || write.undone || write.version == 0) {
      continue;
    }
    auto& where = key(write.object);
    const Floor floor{write.version, false, record.session};
    newer(where.through[record.session % bound_->instances], floor);
    where.recent.push_back({record.seen ? std::min(record.seen_at, now) : now, floor});
    // Also the one just added, if it was seen so long ago.
    while (!where.recent.empty() && where.recent.front().at < now - bound_->most) {
      newer(where.settled, where.recent.front().floor);
      where.recent.pop_front();
    }
  }
}

Floor Checker::floor_of(const Key& key, int session) const {
  Floor out = key.settled;
  const auto newer = [&](const Floor& other) { out = other.version > out.version ? other : out; };
  const auto until = bound_->now() - bound_->most;
  for (const auto& one : key.recent) {
    if (one.at <= until) {
      newer(one.floor);
    }
  }
  if (const auto own = key.through.find(session % bound_->instances); own != key.through.end()) {
    newer(own->second);
  }
  return out;
}

}  // namespace history
