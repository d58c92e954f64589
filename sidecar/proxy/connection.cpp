#include "proxy/connection.h"

#include <algorithm>
#include <utility>

#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::proxy {

Connection::Connection(const ConnectionServices& services, std::unique_ptr<io::Stream> client, bool refused,
                       std::function<void(Connection&)> closed)
    : services_(services),
      client_(std::move(client)),
      refused_(refused),
      closed_(std::move(closed)),
      timer_(services.loop.make_timer()),
      client_in_(services.buffer_size),
      upstream_in_(services.buffer_size) {}

Connection::~Connection() = default;

void Connection::start() {
  timer_->set(services_.login_timeout, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->close_now();
  });
  pump();
}

void Connection::on_read(int tag, std::error_code error, std::size_t size) {
  const bool from_client = tag == kClientRead;
  (from_client ? client_reading_ : upstream_reading_) = false;
  if (phase_ == Phase::closed) return;
  if (error || size == 0) {
    if (!from_client) {
      upstream_ended();
    } else if (error) {
      client_lost();
    } else {
      client_ended();
    }
    return;
  }
  telemetry::WorkerMetrics& metrics = services_.session.metrics;
  (from_client ? metrics.client_bytes_in : metrics.upstream_bytes_in).add(size);
  if (from_client) {
    client_in_.filled(size);
    process_client();
  } else {
    upstream_in_.filled(size);
    process_upstream();
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

// Writes what waits, and reads where there is room. The one place that decides about back-pressure.
void Connection::pump() {
  if (phase_ == Phase::closed) return;
  const std::shared_ptr<io::StreamListener> self = shared_from_this();
  if (client_lost_) client_out_.clear();
  telemetry::WorkerMetrics& metrics = services_.session.metrics;
  if (!client_lost_) metrics.client_bytes_out.add(client_out_.flush(*client_, self, kClientWrite));
  if (upstream_) metrics.upstream_bytes_out.add(upstream_out_.flush(*upstream_, self, kUpstreamWrite));
  if (phase_ == Phase::closing && client_out_.empty()) return finish_closing();
  if (drained()) return say_and_close("57P01", "terminating connection due to administrator command");
  if (client_ended_ && upstream_ && upstream_out_.empty() && !std::exchange(half_closed_, client_ended_)) {
    upstream_->shutdown_write();
  }
  read_client(self);
  read_upstream(self);
}

void Connection::read_client(const std::shared_ptr<io::StreamListener>& self) {
  if (client_reading_ || client_ended_ || client_lost_ || phase_ == Phase::connecting || phase_ == Phase::closing)
    return;
  if (!client_out_.empty() || !upstream_out_.empty() || (session_ && session_->blocked())) return;
  if (phase_ == Phase::login && client_in_.data().size() >= login_room()) return;
  client_reading_ = true;
  client_->read_some(client_in_.space(session_ ? session_->client_bytes_wanted() : 0), self, kClientRead);
}

// Whoever is not let in yet may say no more than fits in here, which is any message of a login.
std::size_t Connection::login_room() const {
  return std::max<std::size_t>(services_.buffer_size, session::pg::Login::kMaxMessage);
}

void Connection::read_upstream(const std::shared_ptr<io::StreamListener>& self) {
  if (upstream_reading_ || !upstream_ || phase_ == Phase::connecting || phase_ == Phase::closing) return;
  if (!client_out_.empty()) return;
  upstream_reading_ = true;
  upstream_->read_some(upstream_in_.space(0), self, kUpstreamRead);
}

void Connection::process_client() {
  const ByteView data = client_in_.data();
  switch (phase_) {
    case Phase::preface:
      preface_data();
      return;
    case Phase::login:
      client_in_.consume(login_->on_client_data(data, actions_));
      break;
    case Phase::session:
      client_in_.consume(session_->on_client_data(data, actions_));
      break;
    case Phase::relay:
      actions_.to_upstream.add(data);
      client_in_.consume(data.size());
      break;
    case Phase::cancelling:
    case Phase::refusal:
      client_in_.consume(data.size());  // nothing that could follow means anything
      return;
    default:
      return;
  }
  carry_out();
}

void Connection::process_upstream() {
  const ByteView data = upstream_in_.data();
  switch (phase_) {
    case Phase::login:
      upstream_in_.consume(login_->on_upstream_data(data, actions_));
      carry_out();
      login_progress();
      return;
    case Phase::session:
      upstream_in_.consume(session_->on_upstream_data(data, actions_));
      carry_out();
      if (session_->resumable()) process_client();
      return;
    case Phase::refusal:
      // A server that accepts such a protocol would let writes pass unseen.
      if (!data.starts_with('E')) return close_now();
      [[fallthrough]];
    case Phase::relay:
      actions_.to_client.add(data);
      [[fallthrough]];
    default:
      upstream_in_.consume(data.size());
      break;
  }
  carry_out();
}

void Connection::carry_out() {
  if (!client_lost_) client_out_.add(actions_.to_client);
  upstream_out_.add(actions_.to_upstream);
  const bool wait = actions_.wait_for_flight;
  const bool close = actions_.close;
  actions_.clear();
  if (wait) wait_for_flight();
  if (close) phase_ = Phase::closing;
}

void Connection::wait_for_flight() {
  timer_->set(services_.session.shared.limits.flight_wait, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || self->phase_ != Phase::session) return;
    self->session_->flight_timed_out();
    self->process_client();
    self->pump();
  });
}

// The client has closed its side in good order; it may still read what it is owed.
void Connection::client_ended() {
  client_ended_ = true;
  if (phase_ == Phase::session) {
    if (!session_->mid_message()) add_terminate();
    carry_out();
    pump();
  } else if (phase_ == Phase::relay) {
    pump();
  } else {
    close_now();
  }
}

void Connection::client_lost() {
  client_lost_ = true;
  client_out_.clear();
  // A write that was sent will be carried out whether or not anybody waits: its end must be seen, or what it changes
  // would be cached as it was before.
  if (phase_ == Phase::session && session_->write_in_flight()) {
    client_->close();
    if (client_ended_) return pump();
    return client_ended();
  }
  close_now();
}

void Connection::upstream_ended() {
  if (phase_ == Phase::closed) return;
  if (phase_ == Phase::login && login_->refused_at_once()) {
    phase_ = Phase::closing;
    return pump();
  }
  abandon_writes();
  phase_ = Phase::closing;
  if (client_lost_) return finish_closing();
  pump();
}

// In whatever phase: the server may still carry out what it was sent.
void Connection::abandon_writes() {
  if (!session_) return;
  coherence::DirtyMark orphan = session_->upstream_lost();
  if (!orphan.empty()) services_.orphans->add(std::move(orphan), process_id_);
}

void Connection::finish_closing() { close_now(); }

void Connection::add_terminate() {
  std::string terminate;
  wire::pg::append_terminate(terminate);
  actions_.to_upstream.add_copy(std::move(terminate));
}

void Connection::say_and_close(std::string_view sqlstate, std::string_view message) {
  std::string error;
  wire::pg::append_error(error, "FATAL", sqlstate, message);
  actions_.to_client.add_copy(std::move(error));
  if (upstream_) add_terminate();
  draining_ = false;
  actions_.close = true;
  carry_out();
  pump();
}

bool Connection::drained() const {
  if (!draining_ || phase_ == Phase::closing) return false;
  return phase_ == Phase::session ? session_->idle() && client_in_.data().empty() : phase_ == Phase::preface;
}

void Connection::drain() {
  draining_ = true;
  pump();
}

void Connection::close_now() {
  if (phase_ == Phase::closed) return;
  abandon_writes();
  phase_ = Phase::closed;
  const auto self = shared_from_this();
  timer_->cancel();
  client_->close();
  if (upstream_) upstream_->close();
  if (session_) services_.cancels.remove(process_id_, cancel_secret_);
  if (auto closed = std::exchange(closed_, nullptr)) closed(*this);
}

}  // namespace tapri::proxy
