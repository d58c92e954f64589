#include "proxy/server.h"

#include <algorithm>
#include <future>
#include <unordered_set>
#include <utility>

#include "proxy/mysql/connection.h"
#include "proxy/pg/connection.h"
#include "session/analyzer.h"
#include "telemetry/log.h"

namespace tapri::proxy {

// One thread with its loop, its counters, and the connections that live on it.
class Server::Worker {
 public:
  explicit Worker(const Config& config) : loop_(io::make_loop(config.busy_poll)) {
    if (config.make_remote) remote_ = config.make_remote(*loop_);
    if (remote_ == nullptr) return;
    turn_ = loop_->make_timer();
    demotions_ = std::make_unique<session::Demotions>(
        session::Demotions::Config{}, *remote_, metrics_,
        [this](Duration later, std::function<void()> take) { turn_->set(later, std::move(take)); });
  }

  // Before run(), once for each upstream in order.
  void add_upstream(const Config& config, const UpstreamServices& upstream, std::size_t index, CancelRegistry& cancels,
                    std::shared_ptr<Orphans> orphans) {
    analyzers_.push_back(std::make_unique<session::Analyzer>(*upstream.shared));
    services_.push_back(std::make_unique<ConnectionServices>(
        ConnectionServices{.loop = *loop_,
                           .session = {*upstream.shared, *analyzers_.back(), metrics_of(upstream.target), index,
                                       remote_.get(), demotions_.get()},
                           .target = upstream.target,
                           .cancels = cancels,
                           .orphans = std::move(orphans),
                           .client_tls = config.client_tls,
                           .client_tls_context = config.client_tls_context,
                           .find_secret = config.find_secret,
                           .password_key = config.password_key,
                           .fleet = config.fleet,
                           .buffer_size = config.buffer_size}));
  }

  void run() {
    thread_ = std::thread([this] { loop_->run(); });
  }

  // On the worker's thread.
  void adopt(std::size_t upstream, std::unique_ptr<io::Stream> stream, bool refused, std::function<void()> closed) {
    telemetry::WorkerMetrics& metrics = metrics_of(services_[upstream]->target);
    metrics.connections_opened.add();
    if (refused) metrics.connections_refused.add();
    auto connection = connect(*services_[upstream], std::move(stream), refused, std::move(closed));
    connections_.insert(connection);
    connection->start();
    if (draining_) connection->drain();
  }

  void drain() {
    loop_->post([this] {
      draining_ = true;
      const auto connections = connections_;
      for (const auto& connection : connections) connection->drain();
    });
  }

  void demote(std::vector<cache::EntryRef> entries, std::function<void()> done) {
    loop_->post([this, entries = std::move(entries), done = std::move(done)] { demotions_->finish(entries, done); });
  }

  void stop() {
    if (!thread_.joinable()) return;
    loop_->post([this] {
      const auto connections = connections_;
      for (const auto& connection : connections) connection->close_now();
      // Behind whatever the closing posted.
      loop_->post([this] { loop_->stop(); });
    });
    thread_.join();
  }

  [[nodiscard]] bool demotes() const { return demotions_ != nullptr; }
  [[nodiscard]] io::Loop& loop() { return *loop_; }
  [[nodiscard]] const telemetry::WorkerMetrics& metrics(Protocol protocol) const {
    return protocol == Protocol::mysql ? mysql_metrics_ : metrics_;
  }
  [[nodiscard]] std::size_t assigned() const { return assigned_.load(std::memory_order_relaxed); }
  void assign() { assigned_.fetch_add(1, std::memory_order_relaxed); }
  void unassign() { assigned_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  telemetry::WorkerMetrics& metrics_of(const UpstreamTarget& target) {
    return target.protocol == Protocol::mysql ? mysql_metrics_ : metrics_;
  }

  std::shared_ptr<Connection> connect(const ConnectionServices& services, std::unique_ptr<io::Stream> stream,
                                      bool refused, std::function<void()> closed) {
    auto ended = [this, &services, closed = std::move(closed)](Connection& connection) {
      services.session.metrics.connections_closed.add();
      connections_.erase(connection.shared_from_this());
      closed();
    };
    if (services.target.protocol == Protocol::mysql) {
      return std::make_shared<mysql::Connection>(services, std::move(stream), refused, std::move(ended));
    }
    return std::make_shared<pg::Connection>(services, std::move(stream), refused, std::move(ended));
  }

  std::unique_ptr<io::Loop> loop_;
  std::shared_ptr<cache::RemoteTier> remote_;  // null: there is none
  telemetry::WorkerMetrics metrics_{Protocol::postgres};
  telemetry::WorkerMetrics mysql_metrics_{Protocol::mysql};
  std::unique_ptr<io::Timer> turn_;                // of demotions_
  std::unique_ptr<session::Demotions> demotions_;  // null: there is no tier
  std::vector<std::unique_ptr<session::Analyzer>> analyzers_;
  std::vector<std::unique_ptr<ConnectionServices>> services_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  bool draining_ = false;
  std::atomic<std::size_t> assigned_{0};
  std::thread thread_;
};

Server::Server(Config config, std::vector<UpstreamServices> upstreams, const Clock& clock)
    : config_(std::move(config)), upstreams_(std::move(upstreams)), cancels_(upstreams_.size()) {
  for (std::size_t i = 0; i < std::max<std::size_t>(config_.workers, 1); ++i) {
    workers_.push_back(std::make_unique<Worker>(config_));
  }
  for (std::size_t i = 0; i < upstreams_.size(); ++i) {
    orphans_.push_back(
        std::make_shared<Orphans>(workers_.front()->loop(), clock, upstreams_[i].backend_alive, Orphans::Config{}));
    for (std::size_t worker = 0; worker < workers_.size(); ++worker) {
      workers_[worker]->add_upstream(config_, upstreams_[i], worker, cancels_[i], orphans_[i]);
    }
  }
}

Server::~Server() { stop(); }

Result<std::vector<io::Address>> Server::start(const std::vector<Listen>& listens) {
  std::vector<io::Address> addresses;
  for (const Listen& listen : listens) {
    auto listener = workers_.front()->loop().listen(
        listen.address, [this]() -> io::Loop& { return next_worker(); },
        [this, upstream = listen.upstream](io::Loop& loop, std::unique_ptr<io::Stream> stream) {
          accepted(loop, upstream, std::move(stream));
        });
    if (!listener) return fail("cannot listen on " + listen.address.text() + ": " + listener.error().message);
    addresses.push_back((*listener)->address());
    listeners_.push_back(std::move(*listener));
  }
  for (const auto& worker : workers_) worker->run();
  return addresses;
}

// The worker with the fewest connections.
io::Loop& Server::next_worker() {
  const auto least = std::min_element(workers_.begin(), workers_.end(), [](const auto& one, const auto& other) {
    return one->assigned() < other->assigned();
  });
  (*least)->assign();
  return (*least)->loop();
}

void Server::accepted(io::Loop& loop, std::size_t upstream, std::unique_ptr<io::Stream> stream) {
  for (const auto& worker : workers_) {
    if (&worker->loop() != &loop) continue;
    const bool refused = connections_.fetch_add(1) >= config_.max_connections;
    worker->adopt(upstream, std::move(stream), refused, [this, owner = worker.get()] {
      owner->unassign();
      connections_.fetch_sub(1);
    });
    return;
  }
}

void Server::drain() {
  // A listener belongs to its loop's thread.
  workers_.front()->loop().post([this] { listeners_.clear(); });
  for (const auto& worker : workers_) worker->drain();
}

void Server::demote(const std::vector<cache::EntryRef>& entries, Duration at_most) {
  if (entries.empty() || !workers_.front()->demotes()) return;
  // Who is not done in time says so to nobody.
  struct Waiting {
    std::atomic<std::size_t> workers;
    std::promise<void> all;
  };
  const auto waiting = std::make_shared<Waiting>();
  waiting->workers = workers_.size();
  std::vector<std::vector<cache::EntryRef>> shares(workers_.size());
  for (std::size_t i = 0; i < entries.size(); ++i) shares[i % shares.size()].push_back(entries[i]);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    workers_[i]->demote(std::move(shares[i]), [waiting] {
      if (waiting->workers.fetch_sub(1) == 1) waiting->all.set_value();
    });
  }
  (void)waiting->all.get_future().wait_for(at_most);
}

void Server::stop() {
  for (const auto& worker : workers_) worker->stop();
  listeners_.clear();
}

std::size_t Server::orphans() const {
  std::size_t count = 0;
  for (const auto& orphans : orphans_) count += orphans->count();
  return count;
}

std::vector<const telemetry::WorkerMetrics*> Server::metrics() const {
  std::vector<const telemetry::WorkerMetrics*> metrics;
  const auto speaks_mysql = [](const UpstreamServices& upstream) {
    return upstream.target.protocol == Protocol::mysql;
  };
  const bool mysql = std::any_of(upstreams_.begin(), upstreams_.end(), speaks_mysql);
  for (const auto& worker : workers_) {
    metrics.push_back(&worker->metrics(Protocol::postgres));
    if (mysql) metrics.push_back(&worker->metrics(Protocol::mysql));
  }
  return metrics;
}

}  // namespace tapri::proxy
