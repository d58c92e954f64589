#include "redis/client.h"

#include <random>
#include <utility>
#include <vector>

#include "redis/link.h"

namespace tapri::redis {
namespace {

class Core final : public LinkOwner, public std::enable_shared_from_this<Core> {
 public:
  Core(io::Loop& loop, const Clock& clock, Config config)
      : loop_(loop),
        clock_(clock),
        config_(std::move(config)),
        backoff_(config_.reconnect, std::random_device{}()),
        timer_(loop.make_timer()) {}
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() override = default;

  void start() {
    post([](Core& self) { self.connect(); });
  }

  void send(std::span<const std::string_view> arguments, Duration deadline, ReplyHandler done) {
    if (!connected()) return refuse("Redis is not connected", std::move(done));
    if (!link_->send(arguments, deadline, done)) refuse("too much is in flight to Redis", std::move(done));
  }

  [[nodiscard]] bool connected() const { return connected_ && !closed_ && link_ && link_->ready(); }
  void watch(Client::Watcher watcher) { watchers_.push_back(std::move(watcher)); }

  void close() {
    if (std::exchange(closed_, true)) return;
    timer_->cancel();
    if (link_) link_->give_up("the connection to Redis is closed");
  }

  // Nobody is called any more.
  void drop() {
    closed_ = dropped_ = true;
    timer_->cancel();
    refused_.clear();
    watchers_.clear();
    if (link_) std::exchange(link_, nullptr)->drop();
  }

  void answered(Duration, std::string_view) override {}
  void expired() override {}

  void on_link_ready() override {
    backoff_.reset();
    state().recovered("Redis is connected", {{"address", link_->address().text()}});
    change(true);
  }

  void on_link_lost(const Error& error) override {
    const auto self = shared_from_this();
    const auto lost = std::exchange(link_, nullptr);
    if (!closed_) state().degraded("Redis is not connected", {{"error", error.message}});
    change(false);
    if (closed_) return;
    ++next_address_;
    connect_after(backoff_.next());
  }

 private:
  struct Refused {
    const char* why;
    ReplyHandler done;
  };

  telemetry::StateLog& state() { return config_.state ? *config_.state : own_state_; }

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
    if (closed_ || config_.addresses.empty()) return;
    link_ = Link::open(loop_, clock_, config_.addresses[next_address_ % config_.addresses.size()], config_.link, *this);
  }

  // Handlers are never called from inside send().
  void refuse(const char* why, ReplyHandler done) {
    refused_.push_back({why, std::move(done)});
    if (refused_.size() > 1) return;
    post([](Core& self) {
      for (const auto& refused : std::exchange(self.refused_, {})) {
        if (!self.dropped_) refused.done(fail(refused.why));
      }
    });
  }

  void change(bool connected) {
    if (std::exchange(connected_, connected) == connected) return;
    // A watcher may add another, and destroy the client.
    const auto self = shared_from_this();
    const auto watchers = watchers_;
    for (const auto& watcher : watchers) {
      if (!dropped_) watcher(connected);
    }
  }

  io::Loop& loop_;
  const Clock& clock_;
  const Config config_;
  Backoff backoff_;
  std::unique_ptr<io::Timer> timer_;
  std::shared_ptr<Link> link_;  // null: waiting for the next attempt
  std::size_t next_address_ = 0;
  bool connected_ = false;
  bool closed_ = false;
  bool dropped_ = false;
  std::vector<Client::Watcher> watchers_;
  std::vector<Refused> refused_;
  telemetry::StateLog own_state_{"redis"};
};

// Outlived by the core for as long as a call-back of it runs.
class ServerClient final : public Client {
 public:
  explicit ServerClient(std::shared_ptr<Core> core) : core_(std::move(core)) { core_->start(); }
  ServerClient(const ServerClient&) = delete;
  ServerClient& operator=(const ServerClient&) = delete;
  ~ServerClient() override { core_->drop(); }

  void send(std::span<const std::string_view> arguments, Duration deadline, ReplyHandler done) override {
    core_->send(arguments, deadline, std::move(done));
  }
  [[nodiscard]] bool connected() const override { return core_->connected(); }
  void watch(Watcher watcher) override { core_->watch(std::move(watcher)); }
  void close() override { core_->close(); }

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace

std::unique_ptr<Client> make_client(io::Loop& loop, const Clock& clock, Config config) {
  return std::make_unique<ServerClient>(std::make_shared<Core>(loop, clock, std::move(config)));
}

}  // namespace tapri::redis
