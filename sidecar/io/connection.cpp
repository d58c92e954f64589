#include "io/detail/connection.h"

#include <algorithm>
#include <array>
#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <cassert>
#include <cerrno>
#include <climits>
#include <utility>

#include "io/detail/socket_calls.h"

namespace tapri::io::detail {
namespace {

// More views than this at once are written by a second call.
constexpr std::size_t kViewsPerCall = std::min<std::size_t>(IOV_MAX, 256);
// A list that grew beyond this is given back: a session that is idle keeps little.
constexpr std::size_t kKeptViews = 64;

// Asio has a category of its own for errno; callers compare with the standard's.
std::error_code standard(const std::error_code& error) {
  return error.category() == asio::error::get_system_category() ? system_error(error.value()) : error;
}

}  // namespace

Connection::Connection(AsioLoop& loop, Socket socket, std::string peer)
    : LoopMember(loop), loop_(loop), socket_(std::move(socket)), peer_(std::move(peer)) {}

void Connection::begin(Operation& operation, std::shared_ptr<StreamListener> listener, int tag) {
  assert(!operation.outstanding);
  operation.listener = std::move(listener);
  operation.tag = tag;
  operation.outstanding = true;
}

void Connection::decide(Operation& operation, std::error_code error, std::size_t size) {
  if (!operation.open()) return;
  operation.decided = true;
  operation.error = error;
  operation.size = size;
  defer_self();
}

void Connection::defer_self() {
  if (!std::exchange(deferred_, true)) loop_.defer(shared_from_this());
}

void Connection::run_deferred() {
  deferred_ = false;
  // An operation is over before its listener hears of it, so that the listener may begin the next one.
  if (ready_.decided) {
    const Operation over = std::exchange(ready_, {});
    over.listener->on_ready(over.tag, over.error);
  }
  if (write_.decided) {
    const Operation over = std::exchange(write_, {});
    over.listener->on_written(over.tag, over.error);
  }
  if (read_.decided) {
    const Operation over = std::exchange(read_, {});
    over.listener->on_read(over.tag, over.error, over.size);
  }
}

void Connection::read_some(std::span<char> buffer, std::shared_ptr<StreamListener> listener, int tag) {
  if (!socket_) return;
  begin(read_, std::move(listener), tag);
  if (closed_) return decide(read_, std::make_error_code(std::errc::operation_canceled));
  // Asio would report no bytes at once, which here means the end.
  if (buffer.empty()) return decide(read_, std::make_error_code(std::errc::invalid_argument));
  read_buffer_ = buffer;
  if (tls_) return advance_tls();
  receive(buffer);
}

void Connection::receive(std::span<char> buffer) {
  socket_->async_read_some(
      asio::buffer(buffer.data(), buffer.size()),
      [self = shared_from_this()](const std::error_code& error, std::size_t size) { self->on_received(error, size); });
}

void Connection::on_received(std::error_code error, std::size_t size) {
  if (closed_) return;
  const AsioLoop::Turn turn(loop_);
  if (error == asio::error::eof) error.clear();
  if (tls_) return on_ciphertext(standard(error), size);
  const Operation over = std::exchange(read_, {});
  over.listener->on_read(over.tag, standard(error), size);
}

std::size_t Connection::try_write(std::span<const std::string_view> buffers) {
  if (closed_ || tls_ || write_.outstanding || half_close_wanted_) return 0;
  std::array<iovec, kViewsPerCall> views;  // NOLINT(*-member-init): only what is filled is used
  const std::size_t count = std::min(buffers.size(), views.size());
  for (std::size_t i = 0; i < count; ++i) views[i] = to_iovec(buffers[i]);
  const ssize_t sent = send_views(socket_->native_handle(), std::span(views).first(count));
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

void Connection::write(std::span<const std::string_view> buffers, std::shared_ptr<StreamListener> listener, int tag) {
  if (!socket_) return;
  begin(write_, std::move(listener), tag);
  if (closed_) return decide(write_, std::make_error_code(std::errc::operation_canceled));
  if (half_close_wanted_) return decide(write_, std::make_error_code(std::errc::broken_pipe));
  for (const std::string_view view : buffers) {
    if (!view.empty()) unwritten_.push_back(to_iovec(view));
  }
  if (tls_) return advance_tls();
  flush_plain();
}

void Connection::flush_plain() {
  while (unwritten_start_ < unwritten_.size()) {
    const std::span<iovec> rest = std::span(unwritten_).subspan(unwritten_start_);
    const ssize_t sent = send_views(socket_->native_handle(), rest.first(std::min(rest.size(), kViewsPerCall)));
    if (sent < 0) {
      if (would_block(errno)) return await_writable();
      return end_write(system_error(errno));
    }
    drop_written(static_cast<std::size_t>(sent));
  }
  end_write({});
}

void Connection::drop_written(std::size_t size) {
  while (size > 0) {
    iovec& view = unwritten_[unwritten_start_];
    const std::size_t taken = std::min(size, view.iov_len);
    view.iov_base = static_cast<char*>(view.iov_base) + taken;
    view.iov_len -= taken;
    size -= taken;
    if (view.iov_len == 0) ++unwritten_start_;
  }
}

void Connection::end_write(std::error_code error) {
  unwritten_start_ = 0;
  unwritten_.clear();
  if (unwritten_.capacity() > kKeptViews) unwritten_.shrink_to_fit();
  decide(write_, error);
  if (half_close_wanted_) half_close();
}

void Connection::await_writable() {
  if (std::exchange(awaiting_writable_, true)) return;
  socket_->async_wait(Socket::wait_write,
                      [self = shared_from_this()](const std::error_code& error) { self->on_writable(error); });
}

void Connection::on_writable(std::error_code error) {
  awaiting_writable_ = false;
  if (closed_) return;
  const AsioLoop::Turn turn(loop_);
  if (tls_) return error ? fail_tls(standard(error)) : advance_tls();
  if (error) return end_write(standard(error));
  flush_plain();
}

void Connection::shutdown_write() {
  if (closed_ || std::exchange(half_close_wanted_, true)) return;
  if (!write_.open()) half_close();
}

void Connection::half_close() {
  if (half_closed_ || closed_) return;
  if (tls_) {
    if (!std::exchange(tls_->ended, true)) tls_->engine.shutdown();
    if (!send_ciphertext()) return;  // advance_tls() comes back here
  }
  half_closed_ = true;
  ::shutdown(socket_->native_handle(), SHUT_WR);
}

void Connection::abandon() {
  const auto self = shared_from_this();
  closed_ = true;
  socket_.reset();
  for (Operation* operation : {&ready_, &write_, &read_}) {
    const Operation dropped = std::exchange(*operation, {});
  }
}

// Also what had come to a good end that its listener does not know of yet.
void Connection::cancel(Operation& operation) {
  if (!operation.outstanding) return;
  operation.decided = false;
  decide(operation, std::make_error_code(std::errc::operation_canceled));
}

void Connection::close() {
  if (closed_) return;
  if (tls_ && !tls_->handshaking && tls_->engine.output().empty()) {
    // Best effort: what the kernel does not take at once is dropped. In the middle of a record it would only garble.
    tls_->engine.shutdown();
    (void)send_ciphertext();
  }
  closed_ = true;
  std::error_code ignored;
  socket_->close(ignored);
  unwritten_.clear();
  unwritten_start_ = 0;
  for (Operation* operation : {&ready_, &write_, &read_}) cancel(*operation);
}

}  // namespace tapri::io::detail
