// One upstream while the program runs: its catalogs, what its sessions share, and how it is reached.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/catalog_adapter.h"
#include "base/guarded.h"
#include "coherence/fleet_follower.h"
#include "config/config.h"
#include "dbclient/catalog_service.h"
#include "proxy/server.h"
#include "session/services.h"

namespace tapri::app {

// What all upstreams share. Outlives them.
struct Common {
  cache::Store& store;
  cache::Flights& flights;
  coherence::InvalidationLog& log;
  const coherence::Freshness& freshness;
  session::ShapeTable& shapes;
  session::ContextTable& contexts;
  session::PreparedTransactions& prepared_transactions;
  session::RulesSource& rules;
  const Clock& clock;
};

// Thread-safety: start() and stop() from one thread; the rest from any.
class UpstreamRuntime {
 public:
  UpstreamRuntime(const config::Config& config, std::size_t index, Common& common);

  [[nodiscard]] Result<void> start();
  void stop();

  [[nodiscard]] session::Shared& shared() { return *shared_; }
  [[nodiscard]] Result<proxy::UpstreamServices> services();
  // For one session; its database is watched as long as it holds this.
  [[nodiscard]] std::shared_ptr<session::CatalogSource> catalog(const std::string& database);
  // Null where no session uses that database.
  [[nodiscard]] std::shared_ptr<session::CatalogSource> known_catalog(const std::string& database);
  [[nodiscard]] Protocol protocol() const { return upstream_.protocol; }
  // The database of the URL.
  [[nodiscard]] const std::string& default_database() const { return database_; }
  // What fills under way rest on may no longer be what the rules say: they are not to be kept.
  void rules_changed();
  // By another instance of the fleet, or perhaps.
  void schema_changed_elsewhere(const coherence::SchemaHint& hint);
  // Every known table that the glob matches; of a database whose schema is not known at the moment, everything.
  [[nodiscard]] coherence::Footprint footprint_of(std::string_view pattern);
  [[nodiscard]] bool catalog_degraded() const;
  // None without a control connection.
  [[nodiscard]] std::vector<dbclient::CatalogService::Known> known_catalogs() const;

 private:
  [[nodiscard]] std::shared_ptr<session::CatalogSource> shared_catalog(const std::string& database);
  [[nodiscard]] std::vector<std::shared_ptr<session::CatalogSource>> catalogs_in_use();
  // Everything cached of that database is out of date, or may be.
  void changed(const std::string& database);
  // What the server has answered may be cut short.
  void interrupted();
  void invalidate(std::string_view name_space);

  const config::Upstream upstream_;
  const std::string name_;
  std::string database_;
  Common& common_;
  std::unique_ptr<dbclient::CatalogService> service_;  // null: no control connection
  // Held by sessions; a database that nobody uses is let go of.
  Guarded<session::TextMap<std::weak_ptr<session::CatalogSource>>> catalogs_;
  std::shared_ptr<session::CatalogSource> default_catalog_;  // read ahead of the first session, and kept
  std::unique_ptr<session::Shared> shared_;
};

}  // namespace tapri::app
