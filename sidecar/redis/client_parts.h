// What the client of one server and that of a Cluster are made of alike.
//
// Thread-safety: the loop's thread only.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "io/loop.h"
#include "redis/client.h"

namespace tapri::redis {

// The client of a core, which outlives it for as long as a call-back of its own runs.
template <typename Core>
class ClientOf final : public Client {
 public:
  explicit ClientOf(std::shared_ptr<Core> core) : core_(std::move(core)) { core_->start(); }
  ClientOf(const ClientOf&) = delete;
  ClientOf& operator=(const ClientOf&) = delete;
  ~ClientOf() override { core_->drop(); }

  void send(std::span<const std::string_view> arguments, Duration deadline, ReplyHandler done) override {
    core_->send(arguments, deadline, std::move(done));
  }
  [[nodiscard]] bool connected() const override { return core_->connected(); }
  void watch(Watcher watcher) override { core_->watch(std::move(watcher)); }
  void close() override { core_->close(); }

 private:
  std::shared_ptr<Core> core_;
};

// Handlers of what is not sent: called soon, never from inside send().
class Refusals {
 public:
  explicit Refusals(io::Loop& loop) : loop_(loop) {}
  // `why` is a literal.
  void add(const char* why, ReplyHandler done) {
    waiting_->push_back({why, std::move(done)});
    if (waiting_->size() > 1) return;
    loop_.post([weak = std::weak_ptr(waiting_)] {
      auto waiting = weak.lock();
      if (!waiting) return;
      auto refused = std::exchange(*waiting, {});
      waiting.reset();
      for (auto& refusal : refused) {
        // A handler may drop the rest, by destroying the client.
        if (!weak.expired()) refusal.second(fail(refusal.first));
      }
    });
  }
  // Nobody is called any more.
  void drop() { waiting_ = std::make_shared<Waiting>(); }

 private:
  using Waiting = std::vector<std::pair<const char*, ReplyHandler>>;
  io::Loop& loop_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
};

// Those who are told of each change of connected(). A watcher may add another, and destroy the client: whoever tells
// keeps itself alive meanwhile.
class Watchers {
 public:
  void add(Client::Watcher watcher) { all_.push_back(std::move(watcher)); }
  // Whether it is a change.
  [[nodiscard]] bool changes(bool connected) { return std::exchange(told_, connected) != connected; }
  void tell(bool connected) {
    const auto all = all_;
    for (const auto& watcher : all) {
      if (!dropped_) watcher(connected);
    }
  }
  void drop() {
    dropped_ = true;
    all_.clear();
  }

 private:
  std::vector<Client::Watcher> all_;
  bool told_ = false;
  bool dropped_ = false;
};

}  // namespace tapri::redis
