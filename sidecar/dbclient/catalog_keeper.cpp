#include "dbclient/catalog_keeper.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace tapri::dbclient {
namespace {

// How long a server takes at most to tell its processes of a new configuration; how long a second one, asked for just
// after, may come after the first; how often to look meanwhile.
constexpr Duration kReload = std::chrono::seconds(2);
constexpr Duration kNextReload = std::chrono::milliseconds(100);
constexpr Duration kReloadLook = std::chrono::milliseconds(20);

// What a server says unasked may be that it has closed the connection.
bool says_something(int descriptor) {
  pollfd source{descriptor, POLLIN, 0};
  return ::poll(&source, 1, 0) != 0;
}

}  // namespace

bool restarted(const Check& before, const Check& now) {
  constexpr std::chrono::seconds kRounding{3};
  return before.started && now.started && std::chrono::abs(*now.started - *before.started) > kRounding;
}

CatalogKeeper::CatalogKeeper(const ControlConfig& config, const Clock& clock, std::shared_ptr<CatalogHandle> handle,
                             std::function<void(const std::string&)> changed, std::function<void()> interrupted,
                             Losses& losses)
    : config_(config),
      clock_(clock),
      handle_(std::move(handle)),
      changed_(std::move(changed)),
      interrupted_(std::move(interrupted)),
      losses_(losses),
      losses_seen_(losses),
      unheld_since_(clock.now()) {}

TimePoint CatalogKeeper::due() const {
  if (wanted()) return handle_->usable() ? look_due() : connect_due();
  if (connection_ != nullptr || handle_->usable()) return close_due();
  return kept() ? released_until_ : unheld_since_ + config_.idle_timeout;
}

TimePoint CatalogKeeper::look_due() const {
  return handle_->look_wanted() ? std::min(next_check_, looked_at_ + config_.look_interval) : next_check_;
}

// A new user was let in by the server, so it is worth to try before the back-off is over.
TimePoint CatalogKeeper::connect_due() const {
  TimePoint due = retry_at_;
  if (handle_->holders().arrivals.load(std::memory_order_acquire) != arrivals_seen_) {
    due = std::min(due, looked_at_ + config_.look_interval);
  }
  return handle_->mark() == released_mark_ ? std::max(due, reopen_at_) : due;
}

TimePoint CatalogKeeper::close_due() const {
  return clock_.now() < released_until_ ? TimePoint{} : unheld_since_ + config_.linger;
}

void CatalogKeeper::run() {
  note_holders();
  if (clock_.now() < due()) return;
  if (!wanted()) {
    disconnect();
    return;
  }
  looked_at_ = clock_.now();
  arrivals_seen_ = handle_->holders().arrivals.load(std::memory_order_acquire);
  handle_->looking();
  const Result<void> result = refresh();
  if (result) {
    worked();
  } else {
    failed(result.error().message);
  }
}

void CatalogKeeper::note_holders() {
  const bool held = used() || kept();
  if (was_held_ && !held) unheld_since_ = clock_.now();
  was_held_ = held;
}

void CatalogKeeper::release(bool own) {
  released_until_ = clock_.now() + config_.release_time;
  if (used() && !own) return;
  disconnect();
  if (!used()) return;
  reopen_at_ = clock_.now() + config_.release_time_own;
  released_mark_ = handle_->mark();
}

void CatalogKeeper::disturbed() {
  handle_->suspend();
  retry_at_ = TimePoint{};
  if (!wanted()) disconnect();
}

// Not usable from before nobody watches until the next look.
void CatalogKeeper::disconnect() {
  handle_->suspend();
  if (connection_ != nullptr && says_something(connection_->descriptor())) ++losses_;
  connection_.reset();
}

bool CatalogKeeper::forgotten() const {
  return !used() && !kept() && !was_held_ && clock_.now() - unheld_since_ >= config_.idle_timeout;
}

void CatalogKeeper::drop_connection() {
  if (connection_ != nullptr && !connection_->stands()) ++losses_;
  connection_.reset();
}

Result<void> CatalogKeeper::connect() {
  if (connection_ != nullptr) return {};
  auto opened = open_control_connection(config_, handle_->database());
  if (!opened) return tl::unexpected(opened.error());
  connection_ = std::move(*opened);
  return {};
}

// PostgreSQL tells when it was the asking process that has read the configuration.
bool CatalogKeeper::awaits_reload(bool seen) {
  const TimePoint now = clock_.now();
  if (seen) reload_until_ = std::min(reload_until_, now + kNextReload);
  return now < reload_until_;
}

// The mark is taken first: whatever is invalidated from here on may be missing from what is read, and publish() then
// refuses.
Result<void> CatalogKeeper::refresh() {
  const CatalogHandle::Mark mark = handle_->mark();
  if (handle_->take_reload()) reload_until_ = clock_.now() + kReload;
  const std::uint64_t definitions = handle_->definitions();
  const Doubt unconfirmed = handle_->usable() ? Doubt::none : Doubt::suspicion;
  const Doubt doubt = definitions != definitions_served_ ? Doubt::definition : unconfirmed;
  const bool connected_before = connection_ != nullptr;
  if (auto connected = connect(); !connected) return connected;
  const TimePoint begin = clock_.now();
  const Result<Check> check = connection_->check(doubt);
  if (!check) return tl::unexpected(check.error());
  look_took_ = check->whole ? Duration::zero() : clock_.now() - begin;
  // A connection that stood all the time is none that a crash could have spared.
  if (connected_before) losses_seen_ = losses_;
  const bool schema_changed = check->fingerprint != known_.fingerprint;
  const bool configuration_changed = check->configuration != known_.configuration;
  const bool first = known_.fingerprint.empty();
  if (!first && configuration_changed) {
    report_change("configuration", false);
  } else if (!first && restarted(known_, *check)) {
    report_change("server restarted", false);
  } else if (!first && may_have_crashed()) {
    report_change("connection lost", false);
  } else if (!first && schema_changed) {
    report_change("schema", mark != served_);
  }
  losses_seen_ = losses_;
  if (interrupted_ && check->interruptions != known_.interruptions) interrupted_();
  if (schema_changed) {
    Result<catalog::Snapshot::Source> source = connection_->load(handle_->name_space());
    if (!source) return tl::unexpected(source.error());
    known_.fingerprint = source->fingerprint;
    handle_->store(catalog::Snapshot::build(std::move(*source)));
  }
  known_.configuration = check->configuration;
  known_.started = check->started;
  known_.interruptions = check->interruptions;
  served_ = mark;
  definitions_served_ = definitions;
  handle_->confirm(looked_at_);
  if (!awaits_reload(!first && configuration_changed)) handle_->publish(mark);
  return {};
}

// A change that was announced by invalidate() is reported all the same: that somebody else made another one at the same
// time cannot be ruled out.
void CatalogKeeper::report_change(std::string_view what, bool announced) {
  handle_->suspend();
  handle_->settings_changed();
  if (!announced) {
    telemetry::log(telemetry::Level::info, "catalog", "the database was changed from outside",
                   {{"database", handle_->database()}, {"what", std::string(what)}});
  }
  changed_(handle_->database());
}

void CatalogKeeper::worked() {
  backoff_ = Duration::zero();
  retry_at_ = clock_.now() < reload_until_ ? clock_.now() + kReloadLook : TimePoint{};
  next_check_ =
      handle_->take_suspicion() ? TimePoint{} : clock_.now() + rest_after_look(look_took_, config_.check_interval);
  state_.recovered("the schema can be read again", {{"database", handle_->database()}});
}

void CatalogKeeper::failed(const std::string& message) {
  drop_connection();
  handle_->fail(message);
  backoff_ = std::clamp(backoff_ * 2, config_.retry_min, config_.retry_max);
  retry_at_ = clock_.now() + backoff_;
  state_.degraded("the schema cannot be read; nothing of this database is cached but by TTL",
                  {{"database", handle_->database()}, {"error", message}});
}

}  // namespace tapri::dbclient
