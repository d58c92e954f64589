#include "app/upstream_runtime.h"

#include <utility>

#include "app/conninfo.h"
#include "app/precision.h"
#include "session/no_catalog.h"

namespace tapri::app {
namespace {

// A session's share in its database's catalog.
struct Visit {
  std::shared_ptr<session::CatalogSource> catalog;
  std::shared_ptr<dbclient::CatalogHandle> use;
};

}  // namespace

UpstreamRuntime::UpstreamRuntime(const config::Config& config, std::size_t index, Common& common)
    : upstream_(config.upstreams[index]), name_(upstream_.address.text()), common_(common) {
  const bool mysql = upstream_.protocol == Protocol::mysql;
  // All databases of a MySQL server have one catalog, of no name.
  if (!mysql) database_ = upstream_.database.empty() ? upstream_.user : upstream_.database;
  if (config.control.enabled) {
    dbclient::ControlConfig control;
    if (mysql) {
      control.mysql = mysql_server(upstream_);
    } else {
      control.conninfo = libpq_conninfo(upstream_);
    }
    control.upstream = name_;
    control.check_interval = config.control.interval;
    service_ = std::make_unique<dbclient::CatalogService>(
        std::move(control), [this](const std::string& database) { changed(database); }, [this] { interrupted(); });
  }
  std::function<void(const std::string&)> release;
  if (service_) release = [this](const std::string& database) { service_->release_connections(database); };
  const bool passthrough = config.client_tls.mode == config::ClientTlsMode::passthrough;
  shared_.reset(new session::Shared{
      .upstream = name_,
      .store = common.store,
      .flights = common.flights,
      .log = common.log,
      .freshness = common.freshness,
      .shapes = common.shapes,
      .contexts = common.contexts,
      .prepared_transactions = common.prepared_transactions,
      .rules = common.rules,
      .clock = common.clock,
      .limits = {.max_statement = config.limits.max_statement,
                 .max_message = config.limits.max_message,
                 .max_key = config.limits.max_key,
                 .max_result = config.cache.max_result,
                 .flight_wait = config.flight.max_wait,
                 .lock_above = config.l2.lock_above,
                 .lock_ttl = config.l2.lock_ttl,
                 .max_remote_result = config.l2.max_result,
                 .lazy_begin = config.session.lazy_begin,
                 .lazy_prepare = config.session.lazy_prepare},
      .precision = precision_of(config),
      .dialect = mysql ? catalog::Dialect::mysql : catalog::Dialect::postgresql,
      .catalog = [this, mysql](const std::string& database) { return catalog(mysql ? std::string() : database); },
      .release_connections = std::move(release),
      // What passes encrypted cannot be seen, so nothing could be kept right beside it.
      .caching = config.cache.enabled && config.probe.enabled && !passthrough});
}

Result<void> UpstreamRuntime::start() {
  if (!service_) return {};
  if (const auto problem = service_->validate()) return fail(*problem);
  service_->start();
  if (!database_.empty() || upstream_.protocol == Protocol::mysql) default_catalog_ = shared_catalog(database_);
  return {};
}

void UpstreamRuntime::stop() {
  if (service_) service_->stop();
}

Result<proxy::UpstreamServices> UpstreamRuntime::services() {
  proxy::UpstreamServices services;
  services.target.protocol = upstream_.protocol;
  services.target.address = upstream_.address;
  services.target.host = upstream_.host;
  services.target.mode = upstream_.tls.mode;
  services.target.connect_timeout = upstream_.connect_timeout;
  if (upstream_.tls.mode != io::SslMode::disable && upstream_.address.unix_path.empty()) {
    auto tls = io::make_tls_client(upstream_.tls);
    if (!tls) return tl::unexpected<Error>(tls.error());
    services.target.tls = *tls;
  }
  services.shared = shared_.get();
  services.backend_alive = [this](int process_id, std::function<void(std::optional<bool>)> answer) {
    if (service_) {
      service_->backend_alive(process_id, std::move(answer));
    } else {
      answer(std::nullopt);
    }
  };
  return services;
}

std::shared_ptr<session::CatalogSource> UpstreamRuntime::catalog(const std::string& database) {
  auto catalog = shared_catalog(database);
  if (!service_) return catalog;
  const auto visit = std::make_shared<Visit>(Visit{std::move(catalog), service_->handle(database)});
  return {visit, visit->catalog.get()};
}

std::shared_ptr<session::CatalogSource> UpstreamRuntime::shared_catalog(const std::string& database) {
  auto catalogs = catalogs_.lock();
  const auto [found, first] = catalogs->try_emplace(database);
  auto& place = found->second;
  if (auto catalog = place.lock()) return catalog;
  std::shared_ptr<session::CatalogSource> catalog;
  bool watched = false;
  if (service_) {
    auto handle = service_->keep(database);
    watched = handle->known();
    catalog = std::make_shared<HandleCatalog>(std::move(handle));
  } else {
    catalog = std::make_shared<session::NoCatalog>(name_ + "/" + database);
  }
  // Where the service remembers the schema it reports what has changed since. Else nobody has watched it since the last
  // session went; before the first came nothing was kept here.
  if (!first && !watched) invalidate(catalog->name_space());
  place = catalog;
  return catalog;
}

std::shared_ptr<session::CatalogSource> UpstreamRuntime::known_catalog(const std::string& database) {
  auto catalogs = catalogs_.lock();
  const auto found = catalogs->find(database);
  return found == catalogs->end() ? nullptr : found->second.lock();
}

void UpstreamRuntime::invalidate(std::string_view name_space) {
  coherence::Footprint everything;
  everything.add(coherence::all_of(name_space));
  common_.log.append_here(everything);
}

// Every instance of a fleet looks for itself; what another has kept meanwhile is older than the flush here.
void UpstreamRuntime::interrupted() {
  coherence::Footprint cut_short;
  cut_short.add(coherence::cut_short_scope(name_));
  common_.log.flush_here(cut_short);
}

void UpstreamRuntime::changed(const std::string& database) { invalidate(name_ + "/" + database); }

std::vector<std::shared_ptr<session::CatalogSource>> UpstreamRuntime::catalogs_in_use() {
  std::vector<std::shared_ptr<session::CatalogSource>> in_use;
  auto catalogs = catalogs_.lock();
  for (const auto& [database, catalog] : *catalogs) {
    if (auto held = catalog.lock()) in_use.push_back(std::move(held));
  }
  return in_use;
}

void UpstreamRuntime::rules_changed() {
  for (const auto& catalog : catalogs_in_use()) invalidate(catalog->name_space());
}

void UpstreamRuntime::schema_changed_elsewhere(const coherence::SchemaHint& hint) {
  for (const auto& catalog : catalogs_in_use()) {
    if (!hint.everything && !hint.footprint.contains(coherence::all_of(catalog->name_space()))) continue;
    if (hint.surely) {
      catalog->invalidate();
    } else {
      catalog->doubt();
    }
  }
}

coherence::Footprint UpstreamRuntime::footprint_of(std::string_view pattern) {
  coherence::Footprint footprint;
  auto catalogs = catalogs_.lock();
  for (const auto& [database, place] : *catalogs) {
    const auto catalog = place.lock();
    const auto snapshot = catalog ? catalog->snapshot() : nullptr;
    if (!snapshot) {
      footprint.add(coherence::all_of(name_ + "/" + database));
      continue;
    }
    for (const auto& relation : snapshot->relations()) {
      if (relation.schema == "pg_catalog" || !policy::matches_table(pattern, {relation.schema, relation.name}))
        continue;
      footprint.add(catalog::footprint_of_family(*snapshot, relation.family));
    }
  }
  return footprint;
}

bool UpstreamRuntime::catalog_degraded() const { return !service_ || service_->degraded(); }

std::vector<dbclient::CatalogService::Known> UpstreamRuntime::known_catalogs() const {
  if (!service_) return {};
  return service_->known();
}

}  // namespace tapri::app
