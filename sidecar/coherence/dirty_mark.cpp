#include <cassert>
#include <utility>

#include "coherence/log.h"

namespace tapri::coherence {

DirtyMark::DirtyMark(InvalidationLog& log, Footprint footprint) : log_(&log), footprint_(std::move(footprint)) {
  for (const Dependency dependency : footprint_.dependencies()) log_->raise(dependency);
}

DirtyMark::DirtyMark(DirtyMark&& other) noexcept
    : log_(std::exchange(other.log_, nullptr)), footprint_(std::exchange(other.footprint_, {})) {}

DirtyMark& DirtyMark::operator=(DirtyMark&& other) noexcept {
  if (this == &other) return *this;
  commit();
  log_ = std::exchange(other.log_, nullptr);
  footprint_ = std::exchange(other.footprint_, {});
  return *this;
}

// Nobody said that the write did not happen, so it may have.
DirtyMark::~DirtyMark() { commit(); }

void DirtyMark::extend(const Footprint& more) {
  assert(log_ != nullptr || more.empty());
  for (const Dependency dependency : more.dependencies()) {
    if (!footprint_.contains(dependency)) log_->raise(dependency);
  }
  footprint_.add(more);
}

void DirtyMark::lower() {
  for (const Dependency dependency : footprint_.dependencies()) log_->lower(dependency);
  footprint_.clear();
}

void DirtyMark::commit() {
  if (!footprint_.empty()) commit_with(*log_);
}

}  // namespace tapri::coherence
