// What a Stream is made of: the socket, its outstanding operations and, after start_tls(), the TLS engine.
//
// Shared by the Stream and by Asio's handlers, so that a Stream may be destroyed at any time: that closes the socket,
// and what was outstanding ends with an error.
//
// Thread-safety: the loop's thread only.
#pragma once

#include <sys/uio.h>

#include <asio/generic/stream_protocol.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "io/detail/asio_loop.h"
#include "io/detail/file_descriptor.h"
#include "io/detail/tls_engine.h"
#include "io/stream.h"

namespace tapri::io::detail {

class Connection final : public LoopMember, public std::enable_shared_from_this<Connection> {
 public:
  using Socket = asio::generic::stream_protocol::socket;

  // `socket` is open, connected and of the loop's context.
  Connection(AsioLoop& loop, Socket socket, std::string peer);

  // The Stream interface.
  void read_some(std::span<char> buffer, std::shared_ptr<StreamListener> listener, int tag);
  void write(std::span<const std::string_view> buffers, std::shared_ptr<StreamListener> listener, int tag);
  [[nodiscard]] std::size_t try_write(std::span<const std::string_view> buffers);
  void start_tls(const TlsContext& context, std::string_view host, const Stream::Buffered& buffered,
                 std::shared_ptr<StreamListener> listener, int tag);
  [[nodiscard]] bool is_tls() const { return tls_.has_value(); }
  [[nodiscard]] std::string certificate_hash() const;
  void shutdown_write();
  void close();
  [[nodiscard]] const std::string& peer() const { return peer_; }

  void run_deferred() override;
  void abandon() override;

 private:
  // One operation of the caller's.
  struct Operation {
    std::shared_ptr<StreamListener> listener;
    int tag = 0;
    bool outstanding = false;
    bool decided = false;  // its outcome is known and waits for run_deferred()
    std::error_code error;
    std::size_t size = 0;

    [[nodiscard]] bool open() const { return outstanding && !decided; }
  };
  static void begin(Operation& operation, std::shared_ptr<StreamListener> listener, int tag);
  void decide(Operation& operation, std::error_code error, std::size_t size = 0);
  void cancel(Operation& operation);
  void defer_self();

  // connection.cpp: the socket.
  void receive(std::span<char> buffer);
  void on_received(std::error_code error, std::size_t size);
  void await_writable();
  void on_writable(std::error_code error);
  void flush_plain();
  void drop_written(std::size_t size);
  void end_write(std::error_code error);
  void half_close();

  // connection_tls.cpp
  void advance_tls();
  void advance_handshake();
  void advance_read();
  void advance_write();
  [[nodiscard]] bool encrypt_some();
  [[nodiscard]] bool send_ciphertext();
  void on_ciphertext(std::error_code error, std::size_t size);
  void fail_tls(std::error_code error);

  AsioLoop& loop_;
  std::optional<Socket> socket_;  // empty once the loop has ended
  std::string peer_;
  Operation read_;
  Operation write_;
  Operation ready_;
  std::span<char> read_buffer_;
  // What write() still has to write.
  std::vector<iovec> unwritten_;
  std::size_t unwritten_start_ = 0;

  struct Tls {
    Tls(const OpenSslContext& context, std::string_view host, bool direct)
        : engine(context, host), must_have_alpn(direct && context.is_server()) {}
    TlsEngine engine;
    bool must_have_alpn;
    bool handshaking = true;
    bool wants_input = false;
    bool receiving = false;
    bool ended = false;  // close_notify was made
    std::error_code send_error;
  };
  std::optional<Tls> tls_;

  bool closed_ = false;
  bool awaiting_writable_ = false;
  bool half_close_wanted_ = false;
  bool half_closed_ = false;
  bool deferred_ = false;
};

// Makes a stream of a connected non-blocking socket; null where the system has no room for it.
[[nodiscard]] std::unique_ptr<Stream> make_stream(AsioLoop& loop, FileDescriptor socket, int family, std::string peer);
[[nodiscard]] std::unique_ptr<Stream> make_stream(AsioLoop& loop, Connection::Socket socket, std::string peer);

}  // namespace tapri::io::detail
