#include "dbclient/catalog_handle.h"

#include <utility>

namespace tapri::dbclient {

namespace {

constexpr std::uint8_t kKnown = 1;
constexpr std::uint8_t kReads = 2;
constexpr std::uint8_t kDefinitions = 4;

std::uint8_t encode(const catalog::HiddenEffects& hidden) {
  return static_cast<std::uint8_t>(kKnown | (hidden.reads ? kReads : 0) | (hidden.definitions ? kDefinitions : 0));
}

}  // namespace

CatalogHandle::CatalogHandle(std::string database, std::string name_space, std::function<void()> wake,
                             Generation before)
    : database_(std::move(database)),
      name_space_(std::move(name_space)),
      wake_(std::move(wake)),
      before_(before),
      newest_(before) {}

CatalogHandle::View CatalogHandle::view() const {
  const std::lock_guard lock(mutex_);
  if (in_force_.load(std::memory_order_relaxed) == 0) return {};
  return {newest_, snapshot_};
}

CatalogHandle::Status CatalogHandle::status() const {
  const std::lock_guard lock(mutex_);
  Status status;
  status.generation = in_force_.load(std::memory_order_relaxed);
  status.relations = snapshot_ == nullptr ? 0 : snapshot_->relation_count();
  status.loads = newest_ - before_;
  status.last_error = last_error_;
  status.confirmed = confirmed_;
  return status;
}

void CatalogHandle::invalidate() {
  {
    const std::lock_guard lock(mutex_);
    ++invalidations_;
    ++definitions_;
    in_force_.store(0, std::memory_order_release);
  }
  wake_();
}

void CatalogHandle::reload_asked() {
  reload_asked_.store(true, std::memory_order_release);
  invalidate();
}

void CatalogHandle::suspect() {
  {
    const std::lock_guard lock(mutex_);
    if (in_force_.load(std::memory_order_relaxed) == 0) {
      suspected_ = true;
      return;
    }
    ++invalidations_;
    in_force_.store(0, std::memory_order_release);
  }
  wake_();
}

void CatalogHandle::doubt() {
  bool stays = false;
  {
    const std::lock_guard lock(mutex_);
    stays = in_force_.load(std::memory_order_relaxed) != 0 && doubted_;
    doubted_again_ |= stays;
  }
  if (stays) return look_again();
  suspect();
}

void CatalogHandle::look_again() {
  if (look_wanted_.load(std::memory_order_relaxed) || look_wanted_.exchange(true, std::memory_order_acq_rel)) return;
  wake_();
}

void CatalogHandle::looking() {
  look_wanted_.store(false, std::memory_order_release);
  const std::lock_guard lock(mutex_);
  suspected_ = false;
}

bool CatalogHandle::take_suspicion() {
  const std::lock_guard lock(mutex_);
  return std::exchange(suspected_, false);
}

bool CatalogHandle::known() const {
  const std::lock_guard lock(mutex_);
  return snapshot_ != nullptr;
}

std::optional<catalog::HiddenEffects> CatalogHandle::hidden_effects() const {
  const std::uint8_t hidden = hidden_.load(std::memory_order_acquire);
  if (hidden == 0) return std::nullopt;
  return catalog::HiddenEffects{.reads = (hidden & kReads) != 0, .definitions = (hidden & kDefinitions) != 0};
}

CatalogHandle::Generation CatalogHandle::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

CatalogHandle::Mark CatalogHandle::mark() const {
  const std::lock_guard lock(mutex_);
  return invalidations_;
}

std::uint64_t CatalogHandle::definitions() const {
  const std::lock_guard lock(mutex_);
  return definitions_;
}

void CatalogHandle::suspend() {
  const std::lock_guard lock(mutex_);
  in_force_.store(0, std::memory_order_release);
}

void CatalogHandle::store(std::shared_ptr<const catalog::Snapshot> snapshot) {
  const std::lock_guard lock(mutex_);
  in_force_.store(0, std::memory_order_release);
  hidden_.store(encode(snapshot->hidden_effects()), std::memory_order_release);
  snapshot_ = std::move(snapshot);
  ++newest_;
}

bool CatalogHandle::publish(Mark mark) {
  const std::lock_guard lock(mutex_);
  last_error_.clear();
  if (mark != invalidations_ || snapshot_ == nullptr) return false;
  held_up_ = suspected_ && !held_up_;
  if (held_up_) return false;
  doubted_ = suspected_ || std::exchange(doubted_again_, false);
  in_force_.store(newest_, std::memory_order_release);
  return true;
}

void CatalogHandle::confirm(TimePoint at) {
  const std::lock_guard lock(mutex_);
  confirmed_ = at;
}

void CatalogHandle::fail(std::string error) {
  const std::lock_guard lock(mutex_);
  in_force_.store(0, std::memory_order_release);
  last_error_ = std::move(error);
}

}  // namespace tapri::dbclient
