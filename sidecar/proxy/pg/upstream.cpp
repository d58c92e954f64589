#include "proxy/pg/upstream.h"

#include <utility>

#include "wire/pg/startup.h"

namespace tapri::proxy::pg {
namespace {

enum Tag : int { kRead, kWrite, kTls };

bool wants_tls(const UpstreamTarget& target, Attempt attempt) {
  if (!target.address.unix_path.empty() || !target.tls) return false;
  switch (target.mode) {
    case io::SslMode::disable:
      return false;
    case io::SslMode::allow:
      return attempt == Attempt::second;
    case io::SslMode::prefer:
      return attempt == Attempt::first;
    default:
      return true;
  }
}

bool insists_on_tls(io::SslMode mode) { return mode >= io::SslMode::require; }

// Asks for TLS on a connected stream: SSLRequest, one byte of answer, handshake.
class TlsRequest final : public io::StreamListener, public std::enable_shared_from_this<TlsRequest> {
 public:
  using Done = std::function<void(Result<std::unique_ptr<io::Stream>>)>;
  TlsRequest(io::Loop& loop, UpstreamTarget target, std::unique_ptr<io::Stream> stream, Done done)
      : loop_(loop),
        target_(std::move(target)),
        stream_(std::move(stream)),
        done_(std::move(done)),
        timer_(loop.make_timer()) {
    wire::pg::append_ssl_request(request_);
  }

  void start() {
    timer_->set(target_.connect_timeout, [self = shared_from_this()] {
      self->timed_out_ = true;
      if (self->stream_) self->stream_->close();
    });
    const std::string_view view = request_;
    stream_->write({&view, 1}, shared_from_this(), kWrite);
  }

  void on_written(int, std::error_code error) override {
    if (error) return finish(error);
    stream_->read_some(std::span<char>(&answer_, 1), shared_from_this(), kRead);
  }

  void on_read(int, std::error_code error, std::size_t size) override {
    if (error || size == 0) return finish(error ? error : std::make_error_code(std::errc::connection_reset));
    if (answer_ == 'S') {
      stream_->start_tls(*target_.tls, target_.host, {}, shared_from_this(), kTls);
    } else if (answer_ == 'N' && !insists_on_tls(target_.mode)) {
      finish({});
    } else {
      fail_with("the server does not offer TLS, and sslmode asks for it");
    }
  }

  // prefer goes on without TLS, by a new connection: libpq 15, PQconnectPoll(), CONNECTION_SSL_STARTUP.
  void on_ready(int, std::error_code error) override {
    if (!error || timed_out_ || target_.mode != io::SslMode::prefer) return finish(error);
    timer_->cancel();
    stream_->close();
    if (auto done = std::exchange(done_, nullptr)) connect_upstream(loop_, target_, Attempt::second, std::move(done));
  }

 private:
  void finish(std::error_code error) {
    if (error) return fail_with("TLS with the server failed: " + error.message());
    timer_->cancel();
    auto done = std::exchange(done_, nullptr);
    if (done) done(std::move(stream_));
  }

  void fail_with(std::string message) {
    timer_->cancel();
    stream_->close();
    auto done = std::exchange(done_, nullptr);
    if (done) done(fail(std::move(message)));
  }

  io::Loop& loop_;
  UpstreamTarget target_;
  std::unique_ptr<io::Stream> stream_;
  Done done_;
  std::unique_ptr<io::Timer> timer_;
  std::string request_;
  char answer_ = 0;
  bool timed_out_ = false;
};

}  // namespace

bool may_try_again(const UpstreamTarget& target, bool had_tls) {
  if (!target.address.unix_path.empty() || !target.tls) return false;
  return (target.mode == io::SslMode::allow && !had_tls) || (target.mode == io::SslMode::prefer && had_tls);
}

void connect_upstream(io::Loop& loop, const UpstreamTarget& target, Attempt attempt,
                      std::function<void(Result<std::unique_ptr<io::Stream>>)> done) {
  loop.connect(target.address, target.connect_timeout,
               [&loop, target, attempt, done = std::move(done)](Result<std::unique_ptr<io::Stream>> stream) mutable {
                 if (!stream || !wants_tls(target, attempt)) {
                   done(std::move(stream));
                   return;
                 }
                 std::make_shared<TlsRequest>(loop, target, std::move(*stream), std::move(done))->start();
               });
}

}  // namespace tapri::proxy::pg
