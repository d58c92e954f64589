// Keeps one database's handle up to date: connects, looks, loads, publishes, and backs off when it cannot.
//
// Thread-safety: none; lives on the service's thread. run() blocks, see ControlConnection.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "dbclient/catalog_handle.h"
#include "dbclient/control_config.h"
#include "dbclient/control_connection.h"
#include "telemetry/log.h"

namespace tapri::dbclient {

class CatalogKeeper {
 public:
  // `changed` is called, while the handle is not usable, when the schema or the server's configuration was found to be
  // another than before.
  CatalogKeeper(const ControlConfig& config, const Clock& clock, std::shared_ptr<CatalogHandle> handle,
                std::function<void(const std::string&)> changed);

  // When run() has something to do next.
  [[nodiscard]] TimePoint due() const;
  void run();
  // Null while there is none.
  [[nodiscard]] ControlConnection* connection() { return connection_.get(); }
  // The connection turned out to be broken.
  void drop_connection() { connection_.reset(); }
  // Whether nobody but its owners has held the handle for the idle time.
  [[nodiscard]] bool forgotten(long own_references);

 private:
  [[nodiscard]] Result<void> refresh();
  [[nodiscard]] Result<void> connect();
  void report_change(bool configuration, bool announced);
  void worked();
  void failed(const std::string& message);

  const ControlConfig& config_;
  const Clock& clock_;
  std::shared_ptr<CatalogHandle> handle_;
  std::function<void(const std::string&)> changed_;
  std::unique_ptr<ControlConnection> connection_;
  telemetry::StateLog state_{"catalog"};

  CatalogHandle::Mark served_ = 0;  // invalidations that the last look took into account
  Check known_;                     // what was last seen; empty before the first load
  TimePoint next_check_{};
  TimePoint retry_at_{};
  Duration backoff_{};
  TimePoint unused_since_{};
};

}  // namespace tapri::dbclient
