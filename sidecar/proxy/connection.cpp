#include "proxy/connection.h"

#include <utility>

#include "telemetry/log.h"

namespace tapri::proxy {

Connection::Connection(const ConnectionServices& services, std::unique_ptr<io::Stream> client,
                       std::function<void(Connection&)> closed)
    : services_(services),
      client_(std::move(client)),
      client_in_(services.buffer_size),
      upstream_in_(services.buffer_size),
      closed_(std::move(closed)),
      timer_(services.loop.make_timer()) {
  actions_.driver = this;
}

Connection::~Connection() = default;

void Connection::start() {
  timer_->set(services_.login_timeout, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->close_now();
  });
  begin();
  pump();
}

void Connection::on_read(int tag, std::error_code error, std::size_t size) {
  const bool from_client = tag == kClientRead;
  (from_client ? client_reading_ : upstream_reading_) = false;
  if (closed()) return;
  if (error || size == 0) {
    if (!from_client) {
      upstream_ended();
    } else if (error) {
      client_lost();
    } else {
      client_ended_ = true;
      client_ended();
    }
    return;
  }
  (from_client ? metrics().client_bytes_in : metrics().upstream_bytes_in).add(size);
  if (from_client) {
    client_in_.filled(size);
    const bool synced_first = services_.fleet.sync && in_session();
    if (state_ == State::open) synced_first ? begin_sync() : process_client();
  } else {
    upstream_in_.filled(size);
    if (state_ == State::open) process_upstream();
  }
  pump();
}

void Connection::on_written(int tag, std::error_code error) {
  if (tag == kClientWrite) {
    client_out_.written();
    if (error) return client_lost();
  } else {
    upstream_out_.written();
    if (error) return upstream_ended();
  }
  pump();
}

void Connection::on_ready(int tag, std::error_code error) {
  if (closed()) return;
  state_ = State::open;
  if (tag == kUpstreamTls) {
    if (error) return upstream_unreachable("TLS with the server failed: " + error.message());
    upstream_encrypted();
  } else if (error) {
    telemetry::log(telemetry::Level::info, "proxy", "a client's TLS handshake failed", {{"error", error.message()}});
    return close_now();
  } else {
    client_encrypted();
  }
  pump();
}

// Writes what waits, and reads where there is room. The one place that decides about back-pressure.
void Connection::pump() {
  if (closed()) return;
  const std::shared_ptr<io::StreamListener> self = shared_from_this();
  write(self);
  if (state_ == State::closing && client_out_.empty()) return close_now();
  if (draining_ && state_ != State::closing && at_rest()) {
    draining_ = false;
    say_shutdown();
    return;
  }
  if (client_ended_ && upstream_ && upstream_out_.empty() && !std::exchange(half_closed_, client_ended_)) {
    upstream_->shutdown_write();
  }
  if (state_ != State::open) return;
  read_client(self);
  read_upstream(self);
}

void Connection::write(const std::shared_ptr<io::StreamListener>& self) {
  if (client_lost_) client_out_.clear();
  if (!client_lost_ && client_hold_.awaited == 0)
    metrics().client_bytes_out.add(client_out_.flush(*client_, self, kClientWrite));
  if (upstream_ && upstream_hold_.awaited == 0)
    metrics().upstream_bytes_out.add(upstream_out_.flush(*upstream_, self, kUpstreamWrite));
}

void Connection::carry_out_now() {
  carry_out();
  write(shared_from_this());
}

void Connection::read_client(const std::shared_ptr<io::StreamListener>& self) {
  if (client_reading_ || syncing_ || client_ended_ || client_lost_) return;
  if (!client_out_.empty() || !upstream_out_.empty() || !takes_client_bytes()) return;
  client_reading_ = true;
  client_->read_some(client_in_.space(client_bytes_wanted()), self, kClientRead);
}

void Connection::read_upstream(const std::shared_ptr<io::StreamListener>& self) {
  if (upstream_reading_ || !upstream_ || !client_out_.empty() || !takes_upstream_bytes()) return;
  upstream_reading_ = true;
  upstream_->read_some(upstream_in_.space(0), self, kUpstreamRead);
}

void Connection::carry_out() {
  if (!client_lost_) client_out_.add(actions_.to_client);
  upstream_out_.add(actions_.to_upstream);
  const bool wait = actions_.wait_for_flight;
  const bool close = actions_.close;
  actions_.clear();
  if (services_.fleet.announcer != nullptr) {
    hold(client_hold_, announced());
    if (services_.fleet.await_intents) hold(upstream_hold_, intended());
  }
  if (wait) wait_for_flight();
  if (close) state_ = State::closing;
}

void Connection::say_and_close() {
  draining_ = false;
  actions_.close = true;
  carry_out();
  pump();
}

void Connection::wait_for_flight() {
  timer_->set(services_.session.shared.limits.flight_wait, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->state_ != State::open) return;
    self->flight_timed_out();
    self->resume_client();
    self->pump();
  });
}

void Connection::begin_client_tls(bool direct) {
  // What was answered to the request for it goes out before, in clear text.
  metrics().client_bytes_out.add(client_out_.flush(*client_, shared_from_this(), kClientWrite));
  state_ = State::waiting;
  const std::string handshake(client_in_.data());
  client_in_.consume(handshake.size());
  client_->start_tls(*services_.client_tls_context, {}, {.bytes = handshake, .direct = direct}, shared_from_this(),
                     kClientTls);
}

void Connection::begin_upstream_tls() {
  // What came behind the greeting came in clear text: taken for encrypted it would be an injection.
  if (!upstream_in_.data().empty()) return close_now();
  metrics().upstream_bytes_out.add(upstream_out_.flush(*upstream_, shared_from_this(), kUpstreamWrite));
  state_ = State::waiting;
  upstream_->start_tls(*services_.target.tls, services_.target.host, {}, shared_from_this(), kUpstreamTls);
}

std::function<void(Result<std::unique_ptr<io::Stream>>)> Connection::when_connected() {
  state_ = State::waiting;
  return
      [self = shared_from_this()](Result<std::unique_ptr<io::Stream>> stream) { self->connected(std::move(stream)); };
}

void Connection::connected(Result<std::unique_ptr<io::Stream>> stream) {
  if (state_ != State::waiting) {
    if (stream) (*stream)->close();
    return;
  }
  state_ = State::open;
  if (!stream) return upstream_unreachable(stream.error().message);
  upstream_ = std::move(*stream);
  upstream_connected();
  carry_out();
  pump();
}

std::function<void()> Connection::from_anywhere(std::function<void()> call) {
  return [weak = weak_from_this(), loop = &services_.loop, call = std::move(call)] {
    loop->post([weak, call] {
      const auto self = weak.lock();
      if (!self || self->state_ != State::open) return;
      call();
      self->pump();
    });
  };
}

void Connection::client_lost() {
  client_lost_ = true;
  client_out_.clear();
  // A write that was sent will be carried out whether or not anybody waits: its end must be seen, or what it changes
  // would be cached as it was before.
  if (!write_in_flight()) return close_now();
  client_->close();
  if (client_ended_) return pump();
  client_ended_ = true;
  client_ended();
}

void Connection::upstream_ended() {
  if (closed()) return;
  abandon_writes();
  state_ = State::closing;
  if (client_lost_) return close_now();
  pump();
}

// In whatever state: the server may still carry out what it was sent.
void Connection::abandon_writes() {
  coherence::DirtyMark orphan = unfinished_writes();
  if (!orphan.empty()) services_.orphans->add(std::move(orphan), process_id_);
}

void Connection::drain() {
  draining_ = true;
  pump();
}

void Connection::close_now() {
  if (closed()) return;
  abandon_writes();
  state_ = State::closed;
  const auto self = shared_from_this();
  timer_->cancel();
  client_->close();
  if (upstream_) upstream_->close();
  forget();
  if (auto ended = std::exchange(closed_, nullptr)) ended(*this);
}

}  // namespace tapri::proxy
