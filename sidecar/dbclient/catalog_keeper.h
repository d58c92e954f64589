// Keeps one database's handle up to date: connects, looks, loads, publishes, and backs off when it cannot.
//
// It is connected only as long as somebody uses the handle. What it knows outlives the connection: when it comes back,
// what was changed meanwhile is found as any change from outside is, and the handle is not usable in between. A
// connection that is lost rather than closed may mean that the server has crashed: its rows may be others then
// (unlogged tables, and what synchronous_commit = off had not written yet), while the schema shows nothing. That is
// reported as a change.
//
// Thread-safety: none; lives on the service's thread. run() blocks, see ControlConnection.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "dbclient/catalog_handle.h"
#include "dbclient/control_config.h"
#include "dbclient/control_connection.h"
#include "telemetry/log.h"

namespace tapri::dbclient {

// From the end of a look that took so long to the next: `interval`, or more where that would keep the database busy for
// more than a fiftieth of the time.
[[nodiscard]] constexpr Duration rest_after_look(Duration took, Duration interval) {
  return std::max(interval, 49 * took);
}

// Whether the server was started anew between two looks: tables that it keeps in memory are empty then.
[[nodiscard]] bool restarted(const Check& before, const Check& now);

class CatalogKeeper {
 public:
  // Connections to one server that were lost; shared by its keepers. One that is not connected learns from it of a
  // crash.
  using Losses = std::uint64_t;
  // `changed` is called, while the handle is not usable, when the schema or the server's configuration was found to be
  // another than before, or when the server may have crashed; `interrupted`, which may be null, when statements were
  // told to end since the last look. `losses` outlives the keeper.
  CatalogKeeper(const ControlConfig& config, const Clock& clock, std::shared_ptr<CatalogHandle> handle,
                std::function<void(const std::string&)> changed, std::function<void()> interrupted, Losses& losses);

  // When run() has something to do next. Where that is to forget, the service does it.
  [[nodiscard]] TimePoint due() const;
  void run();
  // See CatalogService::release_connections(); `own`: it was a session of this database that asked.
  void release(bool own);
  // Null while there is none.
  [[nodiscard]] ControlConnection* connection() { return connection_.get(); }
  // The server said something unasked, or has closed the connection: looks at once.
  void disturbed();
  // The connection turned out to be broken.
  void drop_connection();
  // Whether nobody has held the handle for the idle time.
  [[nodiscard]] bool forgotten() const;

 private:
  [[nodiscard]] bool used() const { return handle_->holders().users.load(std::memory_order_acquire) > 0; }
  [[nodiscard]] bool kept() const { return handle_->holders().keepers.load(std::memory_order_acquire) > 0; }
  // Whether there is to be a connection.
  [[nodiscard]] bool wanted() const { return used() || (kept() && clock_.now() >= released_until_); }
  [[nodiscard]] TimePoint look_due() const;
  [[nodiscard]] TimePoint connect_due() const;
  [[nodiscard]] TimePoint close_due() const;
  void note_holders();
  void disconnect();
  [[nodiscard]] Result<void> refresh();
  [[nodiscard]] Result<void> connect();
  // Whether a reload of the configuration that was asked for may still be to come; `seen`: another one is in force.
  [[nodiscard]] bool awaits_reload(bool seen);
  // Whether rows may be gone that nothing else shows.
  [[nodiscard]] bool may_have_crashed() const { return losses_ != losses_seen_; }
  void report_change(std::string_view what, bool announced);
  void worked();
  void failed(const std::string& message);

  const ControlConfig& config_;
  const Clock& clock_;
  std::shared_ptr<CatalogHandle> handle_;
  std::function<void(const std::string&)> changed_;
  std::function<void()> interrupted_;
  std::unique_ptr<ControlConnection> connection_;
  telemetry::StateLog state_{"catalog"};

  std::uint64_t definitions_served_ = 0;
  CatalogHandle::Mark served_ = 0;  // invalidations that the last look took into account
  Check known_;                     // what was last seen; empty before the first load
  Losses& losses_;
  Losses losses_seen_;                         // while it is connected, of the last look
  TimePoint reload_until_ = TimePoint::min();  // a reload that was asked for shows by then
  TimePoint next_check_{};
  TimePoint looked_at_{};  // when the last look began, whatever became of it
  Duration look_took_{};   // the last good one, what it had to read because of it left out
  TimePoint retry_at_{};
  Duration backoff_{};

  bool was_held_ = false;
  TimePoint unheld_since_{};
  std::uint64_t arrivals_seen_ = 0;

  TimePoint released_until_{};             // while only kept
  TimePoint reopen_at_{};                  // while used
  CatalogHandle::Mark released_mark_ = 0;  // an invalidation after it ends the wait for reopen_at_
};

}  // namespace tapri::dbclient
