// The program while it runs: makes every part from the configuration, wires them, starts and stops them.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "admin/server.h"
#include "app/fleet.h"
#include "app/flush_target.h"
#include "app/upstream_runtime.h"
#include "base/result.h"
#include "cache/memory/memory_store.h"
#include "config/config.h"
#include "config/users_file.h"
#include "policy/watcher.h"
#include "proxy/server.h"

namespace tapri::app {

class AdminBackend;

// Rules as sessions see them.
class WatchedRules final : public session::RulesSource {
 public:
  explicit WatchedRules(policy::RuleSource& source) : source_(source) {}
  [[nodiscard]] std::uint64_t generation() const override { return source_.generation(); }
  [[nodiscard]] std::shared_ptr<const policy::RuleSet> current() const override { return source_.current(); }

 private:
  policy::RuleSource& source_;
};

// Thread-safety: one thread, but where said.
class Runtime {
 public:
  explicit Runtime(config::Config config);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Reads the files that the configuration names and makes every part; nothing is connected to yet. An error is one of
  // the configuration, and says what to do.
  [[nodiscard]] Result<void> prepare();
  // Once prepared: listens. An error is not the configuration's: an address in use, for one.
  [[nodiscard]] Result<void> start();
  // "tapri ready postgres=127.0.0.1:6432 admin=127.0.0.1:6480"
  [[nodiscard]] std::string ready_line() const;
  // Once a second: rule files that changed are read again.
  void poll();
  // The rules again, at once, where a file has changed or the last load was refused, and the keys to seal with; from
  // any thread. The error says why either was refused.
  Result<void> reload();
  // From any thread: asks for a drain, which wait_for_drain() carries out.
  void drain();
  [[nodiscard]] bool draining() const { return draining_.load(); }
  [[nodiscard]] bool drained() const { return server_->connections() == 0; }
  // Between a drain and stop(): sends the best of what is kept, and would go to the tier behind the store when it has
  // to go here, there. Takes a moment at most.
  void demote();
  void stop();

  [[nodiscard]] const config::Config& configuration() const { return config_; }
  [[nodiscard]] policy::RuleSource& rules() { return rules_; }
  [[nodiscard]] cache::Store& store() { return *store_; }
  // Ends what was kept until now, and what is being read just now, on this instance; returns how many entries that
  // were. From any thread.
  std::size_t flush(const FlushTarget& target);
  [[nodiscard]] cache::Flights& flights() { return flights_; }
  [[nodiscard]] coherence::InvalidationLog& log() { return log_; }
  [[nodiscard]] const coherence::Freshness& freshness() const { return freshness_; }
  // Null: this instance is alone.
  [[nodiscard]] Fleet* fleet() { return fleet_.get(); }
  [[nodiscard]] session::ShapeTable& shapes() { return shapes_; }
  [[nodiscard]] proxy::Server& server() { return *server_; }
  [[nodiscard]] std::vector<std::unique_ptr<UpstreamRuntime>>& upstreams() { return upstreams_; }
  [[nodiscard]] bool last_reload_good() const { return last_reload_good_.load(); }
  [[nodiscard]] std::int64_t last_reload_time() const { return last_reload_time_.load(); }
  [[nodiscard]] double start_time() const { return start_time_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
  Result<void> make_store();
  Result<void> make_server();
  [[nodiscard]] Result<std::shared_ptr<const wire::mysql::RsaKey>> make_password_key() const;
  Result<void> listen();
  Result<void> start_admin();
  Result<void> reload_rules();
  void rules_changed();

  const config::Config config_;
  const std::size_t workers_;
  SystemClock clock_;
  std::unique_ptr<cache::memory::MemoryStore> store_;
  cache::Flights flights_;
  coherence::InvalidationLog log_;
  coherence::Freshness freshness_;
  session::ShapeTable shapes_;
  session::ContextTable contexts_;
  session::PreparedTransactions prepared_transactions_;
  std::mutex reloading_;  // held while rules_ are loaded: by the clock, a signal or the admin API
  policy::RuleSource rules_;
  WatchedRules watched_rules_;
  config::Users users_;
  std::unique_ptr<Common> common_;
  std::unique_ptr<Fleet> fleet_;  // null: this instance is alone
  std::vector<std::unique_ptr<UpstreamRuntime>> upstreams_;
  std::unique_ptr<proxy::Server> server_;
  std::vector<io::Address> addresses_;

  std::unique_ptr<AdminBackend> backend_;
  std::unique_ptr<io::Loop> admin_loop_;
  std::unique_ptr<admin::Server> admin_server_;
  std::thread admin_thread_;
  std::string admin_address_;

  std::atomic<bool> draining_{false};
  std::atomic<bool> last_reload_good_{true};
  std::atomic<std::int64_t> last_reload_time_{0};
  double start_time_ = 0;
  bool stopped_ = false;
};

}  // namespace tapri::app
