#include <sys/un.h>

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <cstring>
#include <utility>
#include <vector>

#include "io/detail/connection.h"
#include "io/detail/socket_calls.h"

namespace tapri::io::detail {
namespace {

// How soon to knock again at a Unix socket whose backlog is full: the kernel tells no one when it has room.
constexpr auto kUnixRetry = std::chrono::milliseconds(5);

// One call of Loop::connect(), kept alive by its handlers until `done` was called.
class ConnectAttempt : public std::enable_shared_from_this<ConnectAttempt> {
 public:
  using Done = std::function<void(Result<std::unique_ptr<Stream>>)>;
  using Resolver = asio::ip::tcp::resolver;

  ConnectAttempt(AsioLoop& loop, Address address, Duration timeout, Done done)
      : loop_(loop),
        address_(std::move(address)),
        done_(std::move(done)),
        deadline_(loop.context()),
        timer_(loop.context()),
        resolver_(loop.context()),
        socket_(loop.context()) {
    deadline_.expires_after(timeout);
  }

  void start() {
    deadline_.async_wait([self = shared_from_this()](const std::error_code& error) {
      if (!error) self->finish(std::make_error_code(std::errc::timed_out));
    });
    if (!address_.unix_path.empty()) return connect_unix();
    std::error_code not_literal;
    const auto literal = asio::ip::make_address(address_.host, not_literal);
    if (!not_literal) {
      endpoints_.emplace_back(literal, address_.port);
      return connect_tcp();
    }
    resolver_.async_resolve(address_.host, std::to_string(address_.port), Resolver::numeric_service,
                            [self = shared_from_this()](const std::error_code& error, const auto& results) {
                              if (error) return self->finish(error);
                              for (const auto& entry : results) self->endpoints_.push_back(entry.endpoint());
                              self->connect_tcp();
                            });
  }

 private:
  // Tries endpoints_[index_]. One that does not answer gets its share of the time only, so that the others have theirs.
  void connect_tcp() {
    if (!done_) return;
    const auto left = deadline_.expiry() - asio::steady_timer::clock_type::now();
    share_over_ = false;
    if (const std::error_code error = open_tcp(endpoints_[index_].protocol().family())) {
      asio::post(loop_.context(), [self = shared_from_this(), error] { self->on_connected(error); });
      return;
    }
    socket_.async_connect(endpoints_[index_],
                          [self = shared_from_this()](const std::error_code& error) { self->on_connected(error); });
    timer_.expires_after(left / static_cast<int>(endpoints_.size() - index_));
    timer_.async_wait([self = shared_from_this(), index = index_](const std::error_code& error) {
      if (error || self->index_ != index || index + 1 == self->endpoints_.size()) return;
      self->share_over_ = true;
      std::error_code ignored;
      self->socket_.close(ignored);
    });
  }

  // Not by Asio, whose sockets would be inherited by child processes.
  std::error_code open_tcp(int family) {
    FileDescriptor made(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!made.is_open()) return system_error(errno);
    socket_ = Connection::Socket(loop_.context());
    std::error_code error;
    socket_.assign(asio::generic::stream_protocol(family, IPPROTO_TCP), made.get(), error);
    if (!error) (void)made.release();
    return error;
  }

  void on_connected(const std::error_code& error) {
    if (!done_) return;
    if (!error && !share_over_) {
      set_tcp_options(socket_.native_handle());
      const auto& remote = endpoints_[index_];
      return deliver(
          make_stream(loop_, std::move(socket_), address_text(remote.data(), static_cast<socklen_t>(remote.size()))));
    }
    if (++index_ == endpoints_.size()) return finish(error);
    connect_tcp();
  }

  void connect_unix() {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (address_.unix_path.size() >= sizeof name.sun_path)
      return finish_later(std::make_error_code(std::errc::filename_too_long));
    std::memcpy(name.sun_path, address_.unix_path.data(), address_.unix_path.size());
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return finish_later(system_error(errno));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0) {
      unix_ = std::move(socket);
      return finish_later({});
    }
    if (!would_block(errno)) return finish_later(system_error(errno));
    timer_.expires_after(kUnixRetry);
    timer_.async_wait([self = shared_from_this()](const std::error_code& error) {
      if (!error && self->done_) self->connect_unix();
    });
  }

  void finish_later(std::error_code error) {
    asio::post(loop_.context(), [self = shared_from_this(), error] {
      if (error) return self->finish(error);
      self->deliver(make_stream(self->loop_, std::move(self->unix_), AF_UNIX, self->address_.text()));
    });
  }

  void deliver(std::unique_ptr<Stream> stream) {
    if (!stream) return finish(std::make_error_code(std::errc::not_enough_memory));
    end(std::move(stream));
  }

  void finish(const std::error_code& error) {
    end(fail("cannot connect to " + address_.text() + ": " + error.message()));
  }

  void end(Result<std::unique_ptr<Stream>> result) {
    if (!done_) return;
    std::error_code ignored;
    socket_.close(ignored);
    resolver_.cancel();
    deadline_.cancel();
    timer_.cancel();
    const AsioLoop::Turn turn(loop_);
    std::exchange(done_, nullptr)(std::move(result));
  }

  AsioLoop& loop_;
  Address address_;
  Done done_;  // empty once called
  asio::steady_timer deadline_;
  asio::steady_timer timer_;  // an address's share of the time, or a Unix socket's next try
  Resolver resolver_;
  std::vector<asio::ip::tcp::endpoint> endpoints_;
  std::size_t index_ = 0;
  bool share_over_ = false;
  Connection::Socket socket_;
  FileDescriptor unix_;
};

}  // namespace

void AsioLoop::connect(const Address& address, Duration timeout,
                       std::function<void(Result<std::unique_ptr<Stream>>)> done) {
  std::make_shared<ConnectAttempt>(*this, address, timeout, std::move(done))->start();
}

}  // namespace tapri::io::detail
