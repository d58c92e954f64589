// A byte stream between this process and a peer: TCP or a Unix socket, with or without TLS.
//
// Thread-safety: a stream belongs to one Loop; all calls and callbacks happen on that loop's thread. At most one read
// and one write may be outstanding. Buffers handed in must stay valid and unmoved until the callback. After close() the
// outstanding callbacks still come, with an error.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "base/clock.h"
#include "base/result.h"

namespace tapri::io {

// What a stream calls. Streams keep the listener alive (shared_ptr) only while an operation is outstanding.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  // `size` bytes were read; 0 with no error: the peer closed its side in good order. `tag` is the caller's.
  virtual void on_read(int tag, std::error_code error, std::size_t size) = 0;
  // Everything given to write() is written, or `error`.
  virtual void on_written(int tag, std::error_code error) = 0;
  // A TLS handshake or a connect has ended.
  virtual void on_ready(int tag, std::error_code error) = 0;
};

class TlsContext;  // io/tls.h

class Stream {
 public:
  virtual ~Stream() = default;
  virtual void read_some(std::span<char> buffer, std::shared_ptr<StreamListener> listener, int tag) = 0;
  // Gathers; writes all of them. The views array itself is copied or consumed before return; the bytes are not.
  virtual void write(std::span<const std::string_view> buffers, std::shared_ptr<StreamListener> listener, int tag) = 0;
  // Writes what the kernel takes at once and returns how many bytes that were, without a callback: the fast path of a
  // small reply. 0: nothing was taken (no room, TLS, a write outstanding, an error, which the next write() reports).
  // The rest is the caller's, by write().
  [[nodiscard]] virtual std::size_t try_write(std::span<const std::string_view> buffers) = 0;
  // Bytes that were read off the socket already, and belong to the handshake.
  struct Buffered {
    std::string_view bytes = {};
    // The connection begins with TLS, without a word of a protocol before it: what protocol it is must be said by ALPN.
    bool direct = false;
  };
  // From here on bytes are TLS, as server or client; `buffered` may hold what came with the request for it (direct TLS:
  // the ClientHello). `host` is for SNI and verification (client). Ends with on_ready.
  virtual void start_tls(const TlsContext& context, std::string_view host, const Buffered& buffered,
                         std::shared_ptr<StreamListener> listener, int tag) = 0;
  [[nodiscard]] virtual bool is_tls() const = 0;
  // For SCRAM channel binding tls-server-end-point (RFC 5929): the hash of the certificate that this side shows
  // (server) or was shown (client). Empty without TLS.
  [[nodiscard]] virtual std::string certificate_hash() const = 0;
  // Half close: no more writes.
  virtual void shutdown_write() = 0;
  virtual void close() = 0;
  // "127.0.0.1:5432", "unix:/run/...": for logs.
  [[nodiscard]] virtual std::string peer() const = 0;
};

}  // namespace tapri::io
