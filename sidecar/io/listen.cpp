#include <sys/socket.h>

#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <utility>

#include "io/detail/connection.h"
#include "io/detail/listen_socket.h"
#include "io/detail/socket_calls.h"
#include "telemetry/log.h"

namespace tapri::io::detail {
namespace {

// How long to wait for descriptors or memory to come free.
constexpr auto kPause = std::chrono::milliseconds(100);
// Accepted in one turn at most, so that a storm of connects does not starve the streams of this loop.
constexpr int kAcceptsPerTurn = 64;

using Accepted = std::function<void(Loop&, std::unique_ptr<Stream>)>;

// What streams on their way to another loop need of their listener.
struct Receiver {
  Accepted accepted;
  std::atomic<bool> ended{false};
};

// Kept alive by its outstanding wait; end() makes that the last one.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(AsioLoop& loop, ListenSocket socket, std::function<Loop&()> pick, Accepted accepted)
      : loop_(loop),
        family_(socket.family),
        address_(std::move(socket.address)),
        file_(std::move(socket.file)),
        descriptor_(loop.context(), socket.socket.release()),
        pause_(loop.context()),
        pick_(std::move(pick)),
        receiver_(std::make_shared<Receiver>()) {
    receiver_->accepted = std::move(accepted);
  }

  [[nodiscard]] const Address& address() const { return address_; }

  void await_connection() {
    if (ended()) return;
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this()](const std::error_code& error) {
                             const AsioLoop::Turn turn(self->loop_);
                             if (!error) self->accept_some();
                           });
  }

  void end() {
    receiver_->ended = true;
    file_.remove();
    std::error_code ignored;
    descriptor_.close(ignored);
    pause_.cancel();
  }

 private:
  [[nodiscard]] bool ended() const { return receiver_->ended; }

  void accept_some() {
    for (int i = 0; i < kAcceptsPerTurn && !ended(); ++i) {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      auto* name = reinterpret_cast<sockaddr*>(&peer);
      FileDescriptor socket(::accept4(descriptor_.native_handle(), name, &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!socket.is_open()) {
        if (would_block(errno)) break;
        if (!is_of_connection(errno)) return pause(errno);
        continue;
      }
      if (state_.is_degraded()) (void)state_.recovered("accepting again", {{"address", address_.text()}});
      if (family_ != AF_UNIX) set_tcp_options(socket.get());
      hand_over(std::move(socket), family_ == AF_UNIX ? address_.text() : address_text(name, size));
    }
    await_connection();
  }

  // One connection failed before it was accepted (accept(2) names these); there may be others. Any other error is a
  // shortage of descriptors or memory, or at least nothing that a try at once would mend.
  static bool is_of_connection(int number) {
    return number == EINTR || number == ECONNABORTED || number == EPROTO || number == EPERM || number == ENOPROTOOPT ||
           number == EHOSTDOWN || number == ENONET || number == EHOSTUNREACH || number == EOPNOTSUPP ||
           number == ENETUNREACH || number == ENETDOWN;
  }

  // The connection stays in the backlog.
  void pause(int number) {
    (void)state_.degraded("accepting paused",
                          {{"address", address_.text()}, {"error", system_error(number).message()}});
    pause_.expires_after(kPause);
    pause_.async_wait([self = shared_from_this()](const std::error_code& error) {
      if (!error) self->await_connection();
    });
  }

  void hand_over(FileDescriptor socket, std::string peer) {
    auto& target = static_cast<AsioLoop&>(pick_());
    if (&target == &loop_) return deliver(loop_, *receiver_, std::move(socket), family_, std::move(peer));
    asio::post(target.context(), [&target, receiver = receiver_, socket = std::move(socket), family = family_,
                                  peer = std::move(peer)]() mutable {
      const AsioLoop::Turn turn(target);
      if (!receiver->ended) deliver(target, *receiver, std::move(socket), family, std::move(peer));
    });
  }

  static void deliver(AsioLoop& loop, const Receiver& receiver, FileDescriptor socket, int family, std::string peer) {
    auto stream = make_stream(loop, std::move(socket), family, std::move(peer));
    if (!stream) return telemetry::log(telemetry::Level::warn, "listener", "connection dropped: no room to watch it");
    receiver.accepted(loop, std::move(stream));
  }

  AsioLoop& loop_;
  int family_;
  Address address_;
  SocketFile file_;
  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer pause_;
  std::function<Loop&()> pick_;
  std::shared_ptr<Receiver> receiver_;
  telemetry::StateLog state_{"listener"};
};

class AsioListener final : public Listener {
 public:
  explicit AsioListener(std::shared_ptr<Acceptor> acceptor) : acceptor_(std::move(acceptor)) {}
  AsioListener(const AsioListener&) = delete;
  AsioListener& operator=(const AsioListener&) = delete;
  ~AsioListener() override { acceptor_->end(); }
  [[nodiscard]] Address address() const override { return acceptor_->address(); }

 private:
  std::shared_ptr<Acceptor> acceptor_;
};

}  // namespace

Result<std::unique_ptr<Listener>> AsioLoop::listen(const Address& address, std::function<Loop&()> pick,
                                                   std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) {
  auto socket = make_listen_socket(address);
  if (!socket) return tl::unexpected(socket.error());
  auto acceptor = std::make_shared<Acceptor>(*this, std::move(*socket), std::move(pick), std::move(accepted));
  acceptor->await_connection();
  return std::make_unique<AsioListener>(std::move(acceptor));
}

}  // namespace tapri::io::detail
