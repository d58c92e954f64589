#include "dbclient/catalog_keeper.h"

#include <algorithm>
#include <utility>

namespace tapri::dbclient {

CatalogKeeper::CatalogKeeper(const ControlConfig& config, const Clock& clock, std::shared_ptr<CatalogHandle> handle,
                             std::function<void(const std::string&)> changed)
    : config_(config),
      clock_(clock),
      handle_(std::move(handle)),
      changed_(std::move(changed)),
      unused_since_(clock.now()) {}

TimePoint CatalogKeeper::due() const { return handle_->usable() ? next_check_ : retry_at_; }

void CatalogKeeper::run() {
  if (clock_.now() < due()) return;
  const Result<void> result = refresh();
  if (result) {
    worked();
  } else {
    failed(result.error().message);
  }
}

bool CatalogKeeper::forgotten(long own_references) {
  if (handle_.use_count() > own_references) {
    unused_since_ = clock_.now();
    return false;
  }
  return clock_.now() - unused_since_ >= config_.idle_timeout;
}

Result<void> CatalogKeeper::connect() {
  if (connection_ != nullptr) return {};
  auto opened = ControlConnection::open(config_, handle_->database());
  if (!opened) return tl::unexpected(opened.error());
  connection_ = std::move(*opened);
  return {};
}

// The mark is taken first: whatever is invalidated from here on may be missing from what is read, and publish() then
// refuses.
Result<void> CatalogKeeper::refresh() {
  const CatalogHandle::Mark mark = handle_->mark();
  if (auto connected = connect(); !connected) return connected;
  const Result<Check> check = connection_->check();
  if (!check) return tl::unexpected(check.error());
  const bool schema_changed = check->fingerprint != known_.fingerprint;
  const bool configuration_changed = check->configuration != known_.configuration;
  const bool first = known_.fingerprint.empty();
  if (!first && (schema_changed || configuration_changed)) report_change(configuration_changed, mark != served_);
  if (schema_changed) {
    Result<catalog::Snapshot::Source> source = connection_->load(handle_->name_space());
    if (!source) return tl::unexpected(source.error());
    known_.fingerprint = source->fingerprint;
    handle_->store(catalog::Snapshot::build(std::move(*source)));
  }
  known_.configuration = check->configuration;
  served_ = mark;
  handle_->publish(mark);
  return {};
}

// A change that was announced by invalidate() is reported all the same: that somebody else made another one at the same
// time cannot be ruled out.
void CatalogKeeper::report_change(bool configuration, bool announced) {
  handle_->suspend();
  handle_->settings_changed();
  if (configuration || !announced) {
    telemetry::log(telemetry::Level::info, "catalog", "the database was changed from outside",
                   {{"database", handle_->database()}, {"what", configuration ? "configuration" : "schema"}});
  }
  changed_(handle_->database());
}

void CatalogKeeper::worked() {
  backoff_ = Duration::zero();
  retry_at_ = TimePoint{};
  next_check_ = handle_->take_suspicion() ? TimePoint{} : clock_.now() + config_.check_interval;
  state_.recovered("the schema can be read again", {{"database", handle_->database()}});
}

void CatalogKeeper::failed(const std::string& message) {
  connection_.reset();
  handle_->fail(message);
  backoff_ = std::clamp(backoff_ * 2, config_.retry_min, config_.retry_max);
  retry_at_ = clock_.now() + backoff_;
  state_.degraded("the schema cannot be read; nothing of this database is cached but by TTL",
                  {{"database", handle_->database()}, {"error", message}});
}

}  // namespace tapri::dbclient
