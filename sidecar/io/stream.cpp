#include "io/stream.h"

#include <sys/socket.h>

#include <utility>

#include "io/detail/connection.h"

namespace tapri::io::detail {
namespace {

class SocketStream final : public Stream {
 public:
  explicit SocketStream(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;
  ~SocketStream() override { connection_->close(); }

  void read_some(std::span<char> buffer, std::shared_ptr<StreamListener> listener, int tag) override {
    connection_->read_some(buffer, std::move(listener), tag);
  }
  void write(std::span<const std::string_view> buffers, std::shared_ptr<StreamListener> listener, int tag) override {
    connection_->write(buffers, std::move(listener), tag);
  }
  std::size_t try_write(std::span<const std::string_view> buffers) override { return connection_->try_write(buffers); }
  void start_tls(const TlsContext& context, std::string_view host, const Buffered& buffered,
                 std::shared_ptr<StreamListener> listener, int tag) override {
    connection_->start_tls(context, host, buffered, std::move(listener), tag);
  }
  [[nodiscard]] bool is_tls() const override { return connection_->is_tls(); }
  [[nodiscard]] std::string certificate_hash() const override { return connection_->certificate_hash(); }
  void shutdown_write() override { connection_->shutdown_write(); }
  void close() override { connection_->close(); }
  [[nodiscard]] std::string peer() const override { return connection_->peer(); }

 private:
  std::shared_ptr<Connection> connection_;
};

}  // namespace

std::unique_ptr<Stream> make_stream(AsioLoop& loop, FileDescriptor socket, int family, std::string peer) {
  Connection::Socket owner(loop.context());
  std::error_code error;
  owner.assign(asio::generic::stream_protocol(family, 0), socket.get(), error);
  if (error) return nullptr;
  (void)socket.release();
  return make_stream(loop, std::move(owner), std::move(peer));
}

std::unique_ptr<Stream> make_stream(AsioLoop& loop, Connection::Socket socket, std::string peer) {
  // Asio keeps its own note of the mode: without this call it would make the socket non-blocking at the first read.
  std::error_code error;
  socket.native_non_blocking(true, error);
  if (error) return nullptr;
  return std::make_unique<SocketStream>(std::make_shared<Connection>(loop, std::move(socket), std::move(peer)));
}

}  // namespace tapri::io::detail
