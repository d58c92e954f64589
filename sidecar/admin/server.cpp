#include "admin/server.h"

#include <utility>
#include <vector>

#include "admin/connection.h"
#include "telemetry/log.h"

namespace tapri::admin {
namespace {

class LoopServer final : public Server {
 public:
  LoopServer(Backend& backend, Server::Config config)
      : max_connections_(config.max_connections),
        state_(std::make_shared<ServerState>(backend, std::move(config.router))) {
    state_->limits = config.limits;
    state_->idle_timeout = config.idle_timeout;
  }
  LoopServer(const LoopServer&) = delete;
  LoopServer& operator=(const LoopServer&) = delete;

  ~LoopServer() override {
    listener_.reset();
    for (const auto& weak : connections_) {
      if (const auto connection = weak.lock()) connection->close();
    }
  }

  Result<void> listen(io::Loop& loop, const io::Address& address) {
    auto listener = loop.listen(
        address, [&loop]() -> io::Loop& { return loop; },
        [this](io::Loop& on, std::unique_ptr<io::Stream> stream) { accept(on, std::move(stream)); });
    if (!listener) return tl::unexpected(listener.error());
    listener_ = std::move(*listener);
    return {};
  }

  [[nodiscard]] io::Address address() const override { return listener_->address(); }

 private:
  void accept(io::Loop& loop, std::unique_ptr<io::Stream> stream) {
    std::erase_if(connections_, [](const auto& weak) { return weak.expired(); });
    if (connections_.size() >= max_connections_ && !make_room()) {
      capacity_.degraded("too many connections; new ones are closed",
                         {{"limit", max_connections_}, {"peer", stream->peer()}});
      stream->close();
      return;
    }
    capacity_.recovered("connections are accepted again");
    auto connection = std::make_shared<Connection>(loop, std::move(stream), state_);
    connections_.push_back(connection);
    connection->start();
  }

  // What is closed counts no more; it ends as soon as its loop comes to it.
  bool make_room() {
    for (auto it = connections_.begin(); it != connections_.end(); ++it) {
      const auto connection = it->lock();
      if (connection == nullptr || connection->trusted()) continue;
      connections_.erase(it);
      connection->close();
      return true;
    }
    return false;
  }

  std::size_t max_connections_;
  std::shared_ptr<ServerState> state_;
  std::vector<std::weak_ptr<Connection>> connections_;  // oldest first
  telemetry::StateLog capacity_{"admin"};
  std::unique_ptr<io::Listener> listener_;
};

}  // namespace

Result<std::unique_ptr<Server>> start_server(io::Loop& loop, const io::Address& address, Backend& backend,
                                             Server::Config config) {
  auto server = std::make_unique<LoopServer>(backend, std::move(config));
  if (auto listening = server->listen(loop, address); !listening) return tl::unexpected(listening.error());
  return server;
}

}  // namespace tapri::admin
