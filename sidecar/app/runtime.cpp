#include "app/runtime.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "app/admin_backend.h"
#include "app/store_config.h"
#include "app/workers.h"
#include "session/demotions.h"
#include "telemetry/log.h"

namespace tapri::app {
namespace {

// At the end: what an instance that is started in place of this one is to find.
constexpr std::size_t kMostDemoted = 20'000;
constexpr std::size_t kMostDemotedBytes = std::size_t{64} << 20U;
constexpr Duration kLongestDemotion = std::chrono::seconds(2);

std::size_t worker_count(const config::Config& config) {
  if (config.workers > 0) return config.workers;
  return default_workers();
}

double unix_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

coherence::Freshness freshness_of(const config::Config& config) {
  if (!config.redis_server) return {};
  const bool strict = config.coherence.mode == config::FleetMode::strict;
  return {strict ? coherence::FleetMode::strict : coherence::FleetMode::bounded, config.coherence.max_staleness};
}

proxy::ClientTls client_tls(config::ClientTlsMode mode) {
  switch (mode) {
    case config::ClientTlsMode::disable:
      return proxy::ClientTls::disable;
    case config::ClientTlsMode::allow:
      return proxy::ClientTls::allow;
    case config::ClientTlsMode::require:
      return proxy::ClientTls::require;
    case config::ClientTlsMode::passthrough:
      return proxy::ClientTls::passthrough;
  }
  return proxy::ClientTls::disable;
}

}  // namespace

Runtime::Runtime(config::Config config)
    : config_(std::move(config)),
      workers_(worker_count(config_)),
      flights_({.max_waiters = config_.flight.max_waiters}),
      log_(config_.coherence.slots),
      freshness_(freshness_of(config_)),
      shapes_({.workers = workers_}),
      rules_(config_.rules, clock_),
      watched_rules_(rules_),
      start_time_(unix_seconds()) {}

Runtime::~Runtime() { stop(); }

Result<void> Runtime::prepare() {
  if (auto loaded = rules_.load(); !loaded) return loaded;
  last_reload_time_ = std::time(nullptr);
  if (!config_.auth.users_file.empty()) {
    auto users = config::load_users(config_.auth.users_file);
    if (!users) return tl::unexpected<Error>(users.error());
    users_ = std::move(*users);
    for (const auto& warning : users_.warnings) telemetry::log(telemetry::Level::warn, "config", warning);
  }
  if (auto made = make_store(); !made) return made;
  common_.reset(new Common{*store_, flights_, log_, freshness_, shapes_, contexts_, prepared_transactions_,
                           watched_rules_, clock_});
  if (config_.redis_server) {
    auto fleet = Fleet::make(config_, clock_, log_, freshness_, [this](const coherence::SchemaHint& hint) {
      for (const auto& upstream : upstreams_) upstream->schema_changed_elsewhere(hint);
    });
    if (!fleet) return tl::unexpected<Error>(fleet.error());
    fleet_ = std::move(*fleet);
  }
  for (std::size_t i = 0; i < config_.upstreams.size(); ++i) {
    upstreams_.push_back(std::make_unique<UpstreamRuntime>(config_, i, *common_));
  }
  return make_server();
}

Result<void> Runtime::start() {
  if (fleet_) fleet_->start();
  for (const auto& upstream : upstreams_) {
    if (auto started = upstream->start(); !started) return started;
  }
  if (auto listening = listen(); !listening) return listening;
  return start_admin();
}

Result<void> Runtime::make_store() {
  const cache::memory::MemoryStore::Config config = store_config(config_.cache);
  const std::uint64_t largest = config_.cache.max_result;
  auto store = cache::memory::MemoryStore::make(config);
  if (!store) return tl::unexpected<Error>(store.error());
  store_ = std::move(*store);
  if (config.budget_bytes / 2 < largest) {
    telemetry::log(telemetry::Level::warn, "cache", "cache.memory is less than twice cache.max_result",
                   {{"largest", store_->max_entry_bytes()}});
  }
  return {};
}

Result<void> Runtime::make_server() {
  proxy::Server::Config config;
  config.workers = workers_;
  config.busy_poll = config_.busy_poll;
  config.max_connections = config_.limits.max_connections;
  config.buffer_size = config_.limits.session_buffer;
  config.client_tls = client_tls(config_.client_tls.mode);
  config.find_secret = [this](const std::string& user) -> std::optional<std::string> {
    const auto found = users_.secrets.find(user);
    if (found == users_.secrets.end()) return std::nullopt;
    return found->second;
  };
  if (config.client_tls == proxy::ClientTls::allow || config.client_tls == proxy::ClientTls::require) {
    auto context = io::make_tls_server(config_.client_tls.files);
    if (!context) return tl::unexpected<Error>(context.error());
    config.client_tls_context = std::move(*context);
  }
  if (auto key = make_password_key(); !key) {
    return tl::unexpected<Error>(key.error());
  } else {
    config.password_key = std::move(*key);
  }
  if (fleet_) {
    config.fleet = fleet_->services();
    config.make_remote = [this](io::Loop& loop) { return fleet_->make_remote(loop); };
  }
  std::vector<proxy::UpstreamServices> upstreams;
  for (const auto& upstream : upstreams_) {
    auto services = upstream->services();
    if (!services) return tl::unexpected<Error>(services.error());
    upstreams.push_back(std::move(*services));
  }
  server_ = std::make_unique<proxy::Server>(std::move(config), std::move(upstreams), clock_);
  return {};
}

// For clients of MySQL that send a password in clear text to a server that is reached by TLS or a Unix socket.
Result<std::shared_ptr<const wire::mysql::RsaKey>> Runtime::make_password_key() const {
  const bool needed = std::any_of(config_.upstreams.begin(), config_.upstreams.end(), [](const auto& upstream) {
    const bool safe = upstream.tls.mode != io::SslMode::disable || !upstream.address.unix_path.empty();
    return upstream.protocol == Protocol::mysql && safe;
  });
  if (!needed) return nullptr;
  auto key = wire::mysql::RsaKey::generate();
  if (!key) return fail("no RSA key can be made for MySQL's caching_sha2_password");
  return std::make_shared<const wire::mysql::RsaKey>(std::move(*key));
}

Result<void> Runtime::listen() {
  std::vector<proxy::Server::Listen> listens;
  for (const auto& listen : config_.listens) listens.push_back({listen.address, listen.upstream});
  auto addresses = server_->start(listens);
  if (!addresses) return tl::unexpected<Error>(addresses.error());
  addresses_ = std::move(*addresses);
  return {};
}

Result<void> Runtime::start_admin() {
  backend_ = std::make_unique<AdminBackend>(*this);
  if (config_.admin.listen == "off") return {};
  auto address = io::parse_address(config_.admin.listen);
  if (!address) return tl::unexpected<Error>(address.error());
  admin_loop_ = io::make_loop();
  admin::Server::Config config;
  config.router.token = config_.admin.token;
  config.router.now_unix_seconds = unix_seconds;
  auto server = admin::start_server(*admin_loop_, *address, *backend_, std::move(config));
  if (!server) return tl::unexpected<Error>(server.error());
  admin_server_ = std::move(*server);
  admin_address_ = admin_server_->address().text();
  admin_thread_ = std::thread([this] { admin_loop_->run(); });
  return {};
}

std::string Runtime::ready_line() const {
  std::string line = "tapri ready";
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    const auto protocol = config_.upstreams[config_.listens[i].upstream].protocol;
    line += (protocol == Protocol::mysql ? " mysql=" : " postgres=") + addresses_[i].text();
  }
  if (!admin_address_.empty()) line += " admin=" + admin_address_;
  return line;
}

void Runtime::poll() {
  const std::lock_guard lock(reloading_);
  switch (rules_.poll()) {
    case policy::RuleSource::Outcome::unchanged:
      return;
    case policy::RuleSource::Outcome::loaded:
      rules_changed();
      return;
    case policy::RuleSource::Outcome::refused:
      last_reload_good_ = false;
      telemetry::log(telemetry::Level::error, "rules",
                     "the changed rules are refused; the last good ones stay in force",
                     {{"error", rules_.status().error.value_or("")}});
      return;
  }
}

Result<void> Runtime::reload() {
  const std::lock_guard lock(reloading_);
  const auto rules = reload_rules();
  const auto keys = fleet_ ? fleet_->reload_seal_keys() : Result<void>();
  return rules ? keys : rules;
}

Result<void> Runtime::reload_rules() {
  const auto reloaded = rules_.reload();
  if (!reloaded) {
    last_reload_good_ = false;
    telemetry::log(telemetry::Level::error, "rules", "the rules are refused; the last good ones stay in force",
                   {{"error", reloaded.error().message}});
    return tl::unexpected<Error>(reloaded.error());
  }
  if (*reloaded == policy::RuleSource::Outcome::loaded) {
    rules_changed();
  } else {
    last_reload_good_ = true;
    telemetry::log(telemetry::Level::info, "rules", "nothing has changed; the rules stay in force",
                   {{"rules", rules_.current()->size()}});
  }
  return {};
}

// What was kept under other rules may rest on other dependencies, or live longer than it now should.
void Runtime::rules_changed() {
  last_reload_good_ = true;
  last_reload_time_ = std::time(nullptr);
  for (const auto& upstream : upstreams_) upstream->rules_changed();
  store_->refuse_before(log_.append({}));
  const std::size_t dropped = store_->flush([](const cache::Entry&) { return true; });
  telemetry::log(telemetry::Level::info, "rules", "new rules are in force",
                 {{"rules", rules_.current()->size()}, {"dropped", dropped}});
}

std::size_t Runtime::flush(const FlushTarget& target) {
  log_.flush(target.what);
  return store_->flush(target.matches);
}

void Runtime::drain() {
  if (draining_.exchange(true)) return;
  telemetry::log(telemetry::Level::info, "app", "draining: connections close as they fall idle",
                 {{"connections", server_->connections()}});
  server_->drain();
}

void Runtime::demote() {
  if (!fleet_) return;
  const auto best = session::best_to_demote(*store_, kMostDemoted, kMostDemotedBytes);
  if (best.empty()) return;
  telemetry::log(telemetry::Level::info, "l2", "sending what is kept here alone", {{"entries", best.size()}});
  server_->demote(best, kLongestDemotion);
}

void Runtime::stop() {
  if (std::exchange(stopped_, true)) return;
  if (server_) server_->stop();
  if (fleet_) fleet_->stop();
  for (const auto& upstream : upstreams_) upstream->stop();
  if (admin_thread_.joinable()) {
    admin_loop_->post([this] {
      admin_server_.reset();
      admin_loop_->post([this] { admin_loop_->stop(); });
    });
    admin_thread_.join();
  }
}

}  // namespace tapri::app
