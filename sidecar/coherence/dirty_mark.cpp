#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>
#include <vector>

#include "coherence/log.h"

namespace tapri::coherence {

DirtyMark::DirtyMark(InvalidationLog& log, Footprint footprint) : log_(&log), footprint_(std::move(footprint)) {
  if (!footprint_.empty()) (void)raise(footprint_);
}

DirtyMark::DirtyMark(DirtyMark&& other) noexcept
    : log_(std::exchange(other.log_, nullptr)),
      footprint_(std::exchange(other.footprint_, {})),
      token_(other.token_),
      intent_(other.intent_),
      flags_(other.flags_) {
  other.forget();
}

DirtyMark& DirtyMark::operator=(DirtyMark&& other) noexcept {
  if (this == &other) return *this;
  commit();
  log_ = std::exchange(other.log_, nullptr);
  footprint_ = std::exchange(other.footprint_, {});
  token_ = other.token_;
  intent_ = other.intent_;
  flags_ = other.flags_;
  other.forget();
  return *this;
}

// Nobody said that the write did not happen, so it may have.
DirtyMark::~DirtyMark() { commit(); }

// The marks are up before the others hear of it: whoever waits for the ticket finds both.
DirtyMark::Ticket DirtyMark::raise(const Footprint& footprint) {
  log_->raise(footprint);
  if (log_->announcer_ == nullptr) return 0;
#ifdef TAPRI_BREAK_ANNOUNCE
  return 0;  // broken on purpose: the others hear of a write when it is committed
#endif
  intent_ = log_->announcer_->intend(token_, footprint, flags_);
  return intent_;
}

void DirtyMark::forget() {
  footprint_.clear();
  token_ = 0;
  intent_ = 0;
  flags_ = 0;
}

DirtyMark::Ticket DirtyMark::extend(const Footprint& more) {
  assert(log_ != nullptr || more.empty());
  if (more.empty()) return 0;
  if (log_->announcer_ == nullptr) {
    for (const Dependency dependency : more.dependencies()) {
      if (!footprint_.contains(dependency)) log_->raise(dependency);
    }
    footprint_.add(more);
    return 0;
  }
  std::vector<Dependency> missing;
  std::ranges::set_difference(more.dependencies(), footprint_.dependencies(), std::back_inserter(missing));
  if (missing.empty()) return 0;
  footprint_.add(more);
  return raise(Footprint(std::move(missing)));
}

void DirtyMark::lower() {
  if (footprint_.empty()) return forget();
  log_->lower(footprint_);
  if (log_->announcer_ != nullptr) log_->announcer_->cancel(token_);
  forget();
}

DirtyMark::Ticket DirtyMark::commit() {
  if (footprint_.empty() || log_->announcer_ == nullptr) {
    if (!footprint_.empty()) commit_with(*log_);
    forget();
    return 0;
  }
  (void)InvalidationLog::apply_early_with(*log_, footprint_);
  const Ticket ticket = log_->announcer_->announce(token_, std::move(footprint_), flags_);
  forget();
  return ticket;
}

}  // namespace tapri::coherence
