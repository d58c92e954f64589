#include "admin/connection.h"

#include <utility>

namespace tapri::admin {
namespace {

constexpr std::size_t kMostDiscarded = 4UL * 1024 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(io::Loop& loop, std::unique_ptr<io::Stream> stream, std::shared_ptr<ServerState> state)
    : loop_(loop),
      stream_(std::move(stream)),
      state_(std::move(state)),
      timer_(loop.make_timer()),
      parser_(state_->limits) {}

void Connection::start() {
  arm_timer();
  read();
}

void Connection::close() { stream_->close(); }

void Connection::arm_timer() {
  timer_->set(state_->idle_timeout, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->close();
  });
}

void Connection::read() { stream_->read_some(input_, shared_from_this(), 0); }

void Connection::write(std::string bytes) {
  output_ = std::move(bytes);
  const std::array<std::string_view, 1> buffers = {output_};
  stream_->write(buffers, shared_from_this(), 0);
}

void Connection::on_read(int /*tag*/, std::error_code error, std::size_t size) {
  if (error || size == 0) return finish();
  if (phase_ == Phase::discarding) {
    discarded_ += size;
    return discarded_ > kMostDiscarded ? finish() : read();
  }
  parser_.feed(std::string_view(input_.data(), size));
  serve();
}

void Connection::on_written(int /*tag*/, std::error_code error) {
  if (error) return finish();
  if (phase_ == Phase::serving) return serve();
  stream_->shutdown_write();
  phase_ = Phase::discarding;
  arm_timer();
  read();
}

void Connection::serve() {
  auto next = parser_.next();
  if (!next) {
    phase_ = Phase::ending;
    arm_timer();
    return write(serialize(problem(next.error().status, next.error().detail), false, false));
  }
  if (!next->has_value()) {
    return parser_.take_continue() ? write(std::string(kContinue)) : read();
  }
  arm_timer();
  const HttpRequest& request = **next;
  trusted_ = trusted_ || state_->router.trusts(request);
  if (!request.keep_alive) phase_ = Phase::ending;
  write(serialize(state_->router.handle(request), request.keep_alive, request.method == "HEAD"));
}

void Connection::finish() {
  timer_->cancel();
  stream_->close();
  loop_.post([self = shared_from_this()] { static_cast<void>(self); });
}

}  // namespace tapri::admin
