// The TLS half of Connection: moves bytes between the engine, the socket and the caller's operations.
#include <algorithm>
#include <array>
#include <cstring>

#include "io/detail/connection.h"
#include "io/detail/socket_calls.h"
#include "io/detail/tls_error.h"

namespace tapri::io::detail {
namespace {

// One TLS record's plaintext at most.
constexpr std::size_t kRecordSize = 16384;
// Ciphertext is sent before more is made.
constexpr std::size_t kOutputLimit = 4 * kRecordSize;

}  // namespace

void Connection::start_tls(const TlsContext& context, std::string_view host, const Stream::Buffered& buffered,
                           std::shared_ptr<StreamListener> listener, int tag) {
  if (!socket_) return;
  begin(ready_, std::move(listener), tag);
  if (closed_) return decide(ready_, std::make_error_code(std::errc::operation_canceled));
  const auto* openssl = dynamic_cast<const OpenSslContext*>(&context);
  if (openssl == nullptr || tls_ || read_.outstanding || write_.outstanding)
    return decide(ready_, std::make_error_code(std::errc::invalid_argument));
  tls_.emplace(*openssl, host, buffered.direct);
  tls_->engine.feed(buffered.bytes);
  advance_tls();
}

std::string Connection::certificate_hash() const { return tls_ ? tls_->engine.certificate_hash() : std::string(); }

// Does everything that can be done now; runs again when bytes have come or the socket takes more.
void Connection::advance_tls() {
  tls_->wants_input = false;
  if (tls_->handshaking) advance_handshake();
  if (!tls_->handshaking) {
    advance_read();
    advance_write();
  }
  if (closed_) return;
  if (half_close_wanted_ && !write_.open()) {
    half_close();
  } else {
    (void)send_ciphertext();
  }
  if (tls_->handshaking && tls_->send_error) decide(ready_, tls_->send_error);
  if (tls_->wants_input && !tls_->receiving && !closed_) {
    tls_->receiving = true;
    receive(tls_->engine.input_space());
  }
}

void Connection::advance_handshake() {
  switch (tls_->engine.handshake()) {
    case TlsEngine::Step::done:
      tls_->handshaking = false;
      // PostgreSQL 17 refuses a direct connection without ALPN, so that no other protocol's client can be lured to it.
      if (tls_->must_have_alpn && !tls_->engine.has_alpn()) return decide(ready_, tls_without_alpn());
      return decide(ready_, {});
    case TlsEngine::Step::wants_input:
      tls_->wants_input = ready_.open();
      return;
    case TlsEngine::Step::closed:
    case TlsEngine::Step::failed:
      return fail_tls(tls_->engine.error());
  }
}

void Connection::advance_read() {
  if (!read_.open()) return;
  std::size_t size = 0;
  switch (tls_->engine.read(read_buffer_, size)) {
    case TlsEngine::Step::done:
      return decide(read_, {}, size);
    case TlsEngine::Step::wants_input:
      tls_->wants_input = true;
      return;
    case TlsEngine::Step::closed:
      return decide(read_, {}, 0);
    case TlsEngine::Step::failed:
      return decide(read_, tls_->engine.error());
  }
}

void Connection::advance_write() {
  if (!write_.open()) return;
  while (unwritten_start_ < unwritten_.size()) {
    if (!encrypt_some()) return end_write(tls_->engine.error());
    if (tls_->engine.output().size() >= kOutputLimit && !send_ciphertext()) break;
  }
  if (tls_->send_error) return end_write(tls_->send_error);
  if (unwritten_start_ == unwritten_.size() && send_ciphertext()) return end_write({});
  if (tls_->send_error) end_write(tls_->send_error);
}

// One record's worth: small views share a record, as each record costs 29 bytes and a cipher run of its own.
bool Connection::encrypt_some() {
  const iovec& first = unwritten_[unwritten_start_];
  if (first.iov_len >= kRecordSize) {
    const std::string_view bytes(static_cast<const char*>(first.iov_base), kRecordSize);
    if (tls_->engine.write(bytes) != TlsEngine::Step::done) return false;
    drop_written(bytes.size());
    return true;
  }
  std::array<char, kRecordSize> record;  // NOLINT(*-member-init): only what is filled is used
  std::size_t size = 0;
  for (std::size_t i = unwritten_start_; i < unwritten_.size() && size < record.size(); ++i) {
    const std::size_t taken = std::min(unwritten_[i].iov_len, record.size() - size);
    std::memcpy(record.data() + size, unwritten_[i].iov_base, taken);
    size += taken;
  }
  if (tls_->engine.write({record.data(), size}) != TlsEngine::Step::done) return false;
  drop_written(size);
  return true;
}

// Whether all ciphertext is with the kernel. If not, advance_tls() runs again when there is room, or send_error is set.
bool Connection::send_ciphertext() {
  if (tls_->send_error) return false;
  while (!tls_->engine.output().empty()) {
    if (awaiting_writable_) return false;
    iovec view = to_iovec(tls_->engine.output());
    const ssize_t sent = send_views(socket_->native_handle(), {&view, 1});
    if (sent >= 0) {
      tls_->engine.output_sent(static_cast<std::size_t>(sent));
    } else if (would_block(errno)) {
      await_writable();
      return false;
    } else {
      // Reading goes on: the peer may have said why it left.
      tls_->send_error = system_error(errno);
      tls_->engine.output_sent(tls_->engine.output().size());
      return false;
    }
  }
  return true;
}

void Connection::on_ciphertext(std::error_code error, std::size_t size) {
  tls_->receiving = false;
  if (error) return fail_tls(error);
  if (size == 0) tls_->engine.input_ended();
  tls_->engine.input_filled(size);
  advance_tls();
}

void Connection::fail_tls(std::error_code error) {
  decide(ready_, error);
  decide(read_, error);
  if (write_.open()) end_write(error);
}

}  // namespace tapri::io::detail
