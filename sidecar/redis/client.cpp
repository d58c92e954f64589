#include "redis/client.h"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "redis/asking.h"
#include "redis/client_parts.h"
#include "redis/cluster.h"
#include "redis/discovery.h"
#include "redis/link.h"
#include "redis/sentinel.h"

namespace tapri::redis {
namespace {

class Core final : public LinkOwner, public std::enable_shared_from_this<Core> {
 public:
  Core(io::Loop& loop, const Clock& clock, Config config)
      : loop_(loop),
        clock_(clock),
        config_(std::move(config)),
        backoff_(config_.reconnect, std::random_device{}()),
        breaker_(config_.breaker, std::random_device{}()),
        timer_(loop.make_timer()),
        probe_timer_(loop.make_timer()),
        refusals_(loop) {
    if (!config_.state) config_.state = std::make_shared<telemetry::StateLog>("redis");
    if (!config_.metrics) config_.metrics = std::make_shared<ClientMetrics>();
  }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() override = default;

  void start() {
    const bool finds_primary = config_.sentinel || !config_.cluster_key.empty();
    if (finds_primary) config_.link.must_be_primary = true;
    if (config_.sentinel) {
      discovery_ = make_asking(loop_, clock_, config_.sentinel->servers, ask_for_primary(config_.sentinel->primary),
                               [weak = weak_from_this()](const auto& address) {
                                 if (const auto self = weak.lock()) self->moved(address);
                               });
    } else if (finds_primary) {
      LinkConfig link = config_.link;
      link.must_be_primary = false;
      discovery_ = make_asking(loop_, clock_, {config_.addresses, std::move(link), config_.reconnect},
                               ask_for_owner(config_.cluster_key), {});
    } else {
      discovery_ = std::make_shared<ListedAddresses>(config_.addresses);
    }
    post([](Core& self) { self.connect(); });
  }

  void send(std::span<const std::string_view> arguments, Duration deadline, ReplyHandler done) {
    if (!logged_in()) return refuse("Redis is not connected", std::move(done));
    if (breaker_.state() != Breaker::State::closed) return refuse("Redis is left alone for now", std::move(done));
    if (!link_->send(arguments, deadline, done)) refuse("too much is in flight to Redis", std::move(done));
  }

  [[nodiscard]] bool connected() const { return logged_in() && breaker_.state() == Breaker::State::closed; }
  void watch(Client::Watcher watcher) { watchers_.add(std::move(watcher)); }

  void close() {
    if (std::exchange(closed_, true)) return;
    timer_->cancel();
    probe_timer_->cancel();
    discovery_->drop();
    if (link_) link_->give_up("the connection to Redis is closed");
  }

  // Nobody is called any more.
  void drop() {
    closed_ = true;
    timer_->cancel();
    probe_timer_->cancel();
    discovery_->drop();
    refusals_.drop();
    watchers_.drop();
    if (link_) std::exchange(link_, nullptr)->drop();
  }

  void answered(Duration latency, std::string_view code) override {
    if (!logged_in()) return;
    config_.metrics->answered.add();
    config_.metrics->latency.observe(latency);
    if (!code.empty()) config_.metrics->errors.add();
    const TimePoint now = clock_.now();
    const auto self = shared_from_this();  // a watcher may destroy the client
    if (is_server_trouble(code) ? breaker_.failed(now) : breaker_.succeeded(latency, now)) opened();
    // It was made a replica, holds the key no more, or is cut off from its Cluster: who does is found by connecting
    // anew.
    if (config_.link.must_be_primary && (code == "READONLY" || code == "MOVED" || code == "CLUSTERDOWN") && link_)
      link_->give_up("another Redis is to be asked now");
  }

  void expired(bool silence) override {
    if (!logged_in()) return;
    config_.metrics->expired.add();
    if (breaker_.failed(clock_.now(), silence)) opened();
  }

  void on_link_ready() override {
    ready_since_ = clock_.now();
    breaker_.reset();
    config_.metrics->connections.add();
    config_.state->recovered("Redis is connected", {{"address", link_->address().text()}});
    tell();
  }

  void on_link_lost(const Error& error) override {
    const auto lost = std::exchange(link_, nullptr);
    failed(error);
  }

 private:
  [[nodiscard]] bool logged_in() const { return !closed_ && link_ && link_->ready(); }

  template <typename Task>
  void post(Task task) {
    loop_.post([weak = weak_from_this(), task = std::move(task)] {
      if (const auto self = weak.lock()) task(*self);
    });
  }

  void connect_after(Duration delay) {
    timer_->set(delay, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->connect();
    });
  }

  void connect() {
    if (closed_) return;
    discovery_->find([weak = weak_from_this()](const Result<io::Address>& address) {
      const auto self = weak.lock();
      if (!self || self->closed_) return;
      if (!address) return self->failed(address.error());
      self->link_ = Link::open(self->loop_, self->clock_, *address, self->config_.link, *self);
    });
  }

  // There is no connection now.
  void failed(const Error& error) {
    const auto self = shared_from_this();
    probe_timer_->cancel();
    if (!closed_) config_.state->degraded("Redis is not connected", {{"error", error.message}});
    tell();
    if (closed_) return;
    // One that lets us in and breaks off at once is not asked more often than one that does not.
    if (ready_since_ && clock_.now() - *ready_since_ >= config_.reconnect.most) backoff_.reset();
    ready_since_.reset();
    connect_after(backoff_.next());
  }

  void moved(const io::Address& address) {
    if (link_ && link_->address().text() != address.text()) link_->give_up("another Redis is the primary now");
  }

  void refuse(const char* why, ReplyHandler done) {
    config_.metrics->refused.add();
    refusals_.add(why, std::move(done));
  }

  void opened() {
    config_.metrics->breaker_opened.add();
    const std::chrono::duration<double, std::milli> mean = breaker_.mean_latency();
    config_.state->degraded("Redis is left alone until it is well again",
                            {{"cause", breaker_cause_name(breaker_.cause())}, {"mean_latency_ms", mean.count()}});
    probe_later();
    // Not from inside a handler of the same connection.
    loop_.post([weak = weak_from_this(), link = std::weak_ptr(link_)] {
      const auto self = weak.lock();
      const auto opened_on = link.lock();
      if (self && opened_on) self->config_.metrics->ended.add(opened_on->end_waiting("Redis is left alone for now"));
    });
    tell();
  }

  void probe_later() {
    const auto due = breaker_.probe_due();
    if (!due) return;
    probe_timer_->set(std::max(*due - clock_.now(), Duration(0)), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->probe();
    });
  }

  void probe() {
    if (!logged_in()) return;
    const TimePoint sent = clock_.now();
    if (!breaker_.take_probe(sent)) return probe_later();
    config_.metrics->breaker = breaker_.state();
    const std::string_view ping[] = {"PING"};
    ReplyHandler done = [weak = weak_from_this(), sent](const Result<Reply>& reply) {
      if (const auto self = weak.lock()) self->probed(sent, reply && !is_server_trouble(error_code(*reply)));
    };
    if (!link_->send(ping, config_.probe_deadline, done)) probed(sent, false);
  }

  void probed(TimePoint sent, bool good) {
    const TimePoint now = clock_.now();
    if (good && breaker_.probe_succeeded(now - sent, now)) {
      config_.state->recovered("Redis is well again");
      return tell();
    }
    breaker_.probe_failed(now);
    config_.metrics->breaker = breaker_.state();
    if (logged_in()) probe_later();
  }

  // Tells of a change, if there is one.
  void tell() {
    const bool now = connected();
    config_.metrics->breaker = breaker_.state();
    if (!watchers_.changes(now)) return;
    // Of a Cluster's server: the Cluster, which watches, says what holds of all.
    config_.metrics->connected = now;
    const auto self = shared_from_this();
    watchers_.tell(now);
  }

  io::Loop& loop_;
  const Clock& clock_;
  Config config_;
  Backoff backoff_;
  Breaker breaker_;
  std::unique_ptr<io::Timer> timer_;        // of the next attempt
  std::unique_ptr<io::Timer> probe_timer_;  // of the breaker
  std::shared_ptr<Discovery> discovery_;
  std::shared_ptr<Link> link_;  // null: waiting for the next attempt, or for where to connect to
  std::optional<TimePoint> ready_since_;
  bool closed_ = false;
  Watchers watchers_;
  Refusals refusals_;
};

}  // namespace

std::unique_ptr<Client> make_client(io::Loop& loop, const Clock& clock, Config config) {
  if (config.cluster && config.cluster_key.empty()) return make_cluster_client(loop, clock, std::move(config));
  return std::make_unique<ClientOf<Core>>(std::make_shared<Core>(loop, clock, std::move(config)));
}

}  // namespace tapri::redis
