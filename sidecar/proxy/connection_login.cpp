// From the first byte to the first ReadyForQuery.
#include <utility>

#include "proxy/connection.h"
#include "telemetry/log.h"
#include "wire/pg/backend.h"

namespace tapri::proxy {

using wire::pg::StartupKind;

namespace {

constexpr std::string_view kTooMany = "sorry, too many clients already (limits.max_connections)";

}  // namespace

void Connection::preface_data() {
  const ByteView data = client_in_.data();
  wire::pg::StartupPacket packet;
  switch (wire::pg::take_startup(data, packet)) {
    case StartupKind::incomplete:
      return;
    case StartupKind::invalid:
      return say_and_close("08P01", "invalid start-up packet");
    case StartupKind::ssl_request:
      return encryption_requested(true, data, packet.size);
    case StartupKind::gss_request:
      return encryption_requested(false, data, packet.size);
    case StartupKind::direct_tls:
      // Whoever begins with TLS itself can be told nothing in clear text.
      if (services_.client_tls == ClientTls::passthrough) return refused_ ? close_now() : begin_relay(data);
      if (services_.client_tls == ClientTls::disable || client_->is_tls()) return close_now();
      return begin_client_tls(data);
    case StartupKind::cancel_request:
      return cancel_request(packet.cancel, data.substr(0, packet.size));
    case StartupKind::startup:
      return startup(packet.startup, data.substr(0, packet.size));
  }
}

void Connection::encryption_requested(bool tls, ByteView data, std::uint32_t size) {
  // Bytes behind the request came in clear text: taken for encrypted ones they would be an injection (CVE-2021-3935).
  if (data.size() > size) return say_and_close("08P01", "received unencrypted data after an encryption request");
  if (client_->is_tls()) return say_and_close("08P01", "the connection is encrypted already");
  if (tls && services_.client_tls == ClientTls::passthrough) {
    return refused_ ? say_and_close("53300", kTooMany) : begin_relay(data);
  }
  client_in_.consume(size);
  const bool accept = tls && services_.client_tls != ClientTls::disable;
  actions_.to_client.add(accept ? ByteView("S") : ByteView("N"));
  carry_out();
  if (!accept) return;
  services_.session.metrics.client_bytes_out.add(client_out_.flush(*client_, shared_from_this(), kClientWrite));
  begin_client_tls({});
}

void Connection::begin_client_tls(ByteView buffered) {
  phase_ = Phase::connecting;  // nothing is read here while the handshake is
  const std::string first(buffered);
  client_in_.consume(buffered.size());
  client_->start_tls(*services_.client_tls_context, {}, first, shared_from_this(), kClientTls);
}

void Connection::on_ready(int, std::error_code error) {
  if (phase_ == Phase::closed) return;
  if (error) {
    telemetry::log(telemetry::Level::info, "proxy", "a client's TLS handshake failed", {{"error", error.message()}});
    return close_now();
  }
  phase_ = Phase::preface;
  pump();
}

void Connection::startup(const wire::pg::StartupMessage& message, ByteView packet) {
  if (message.major_version() != 3) {
    // For the server to refuse, in the words and the form that it has for that protocol.
    startup_packet_ = packet;
    client_in_.consume(packet.size());
    after_connect_ = Phase::refusal;
    return connect(Attempt::first);
  }
  if (refused_) return say_and_close("53300", kTooMany);
  if (services_.client_tls == ClientTls::require && !client_->is_tls()) {
    return say_and_close("28000", "this server accepts TLS connections only (client_tls.mode=require)");
  }
  startup_packet_ = packet;
  client_in_.consume(packet.size());
  connect(Attempt::first);
}

void Connection::cancel_request(const wire::pg::CancelRequest& request, ByteView packet) {
  services_.cancels.cancel(request.process_id, request.secret);
  startup_packet_ = packet;
  client_in_.consume(packet.size());
  after_connect_ = Phase::cancelling;
  connect(Attempt::first);
}

void Connection::begin_relay(ByteView first) {
  startup_packet_ = first;
  client_in_.consume(first.size());
  after_connect_ = Phase::relay;
  phase_ = Phase::connecting;
  services_.loop.connect(
      services_.target.address, services_.target.connect_timeout,
      [self = shared_from_this()](Result<std::unique_ptr<io::Stream>> stream) { self->connected(std::move(stream)); });
}

void Connection::connect(Attempt attempt) {
  phase_ = Phase::connecting;
  attempt_ = attempt;
  connect_upstream(
      services_.loop, services_.target, attempt,
      [self = shared_from_this()](Result<std::unique_ptr<io::Stream>> stream) { self->connected(std::move(stream)); });
}

void Connection::connected(Result<std::unique_ptr<io::Stream>> stream) {
  if (phase_ != Phase::connecting) {
    if (stream) (*stream)->close();
    return;
  }
  if (!stream) {
    if (after_connect_ != Phase::login) return close_now();
    phase_ = Phase::login;
    return say_and_close("08006", "tapri: cannot reach the database at " + services_.target.address.text() + ": " +
                                      stream.error().message);
  }
  upstream_ = std::move(*stream);
  phase_ = after_connect_;
  actions_.to_upstream.add_copy(startup_packet_);
  if (phase_ == Phase::login) start_login();
  if (phase_ == Phase::relay) timer_->cancel();
  carry_out();
  pump();
}

void Connection::start_login() {
  wire::pg::StartupPacket packet;
  (void)wire::pg::take_startup(startup_packet_, packet);
  session::pg::Login::Legs legs;
  legs.client_tls = client_->is_tls();
  legs.upstream_tls = upstream_->is_tls();
  if (legs.client_tls) legs.client_certificate_hash = client_->certificate_hash();
  if (legs.upstream_tls) legs.upstream_certificate_hash = upstream_->certificate_hash();
  login_ = std::make_unique<session::pg::Login>(packet.startup, std::move(legs), services_.find_secret);
}

void Connection::login_progress() {
  if (phase_ != Phase::login) return;
  if (login_->refused_at_once()) {
    const bool had_tls = upstream_->is_tls();
    if (attempt_ == Attempt::first && may_try_again(services_.target, had_tls)) {
      upstream_->close();
      upstream_in_.consume(upstream_in_.data().size());
      return connect(Attempt::second);
    }
    actions_.to_client.add(login_->refusal());
    actions_.close = true;
    return carry_out();
  }
  if (login_->done()) start_session();
}

void Connection::start_session() {
  timer_->cancel();
  process_id_ = login_->process_id();
  cancel_secret_ = login_->cancel_secret();
  session_ = std::make_unique<session::pg::Session>(services_.session, login_->take_identity(),
                                                    from_anywhere([](Connection& connection) {
                                                      connection.timer_->cancel();
                                                      connection.session_->flight_landed();
                                                    }));
  session_->started(login_->status());
  services_.cancels.add(process_id_, cancel_secret_,
                        from_anywhere([](Connection& connection) { connection.session_->cancelled(); }));
  login_.reset();
  startup_packet_.clear();
  startup_packet_.shrink_to_fit();
  phase_ = Phase::session;
  process_upstream();
  process_client();
}

// Makes a call on the session that may be made from any thread: it is handed over to this connection's own.
template <typename Call>
std::function<void()> Connection::from_anywhere(Call call) {
  return [weak = weak_from_this(), loop = &services_.loop, call] {
    loop->post([weak, call] {
      const auto self = weak.lock();
      if (!self || self->phase_ != Phase::session) return;
      call(*self);
      if (self->session_->resumable()) self->process_client();
      self->pump();
    });
  };
}

}  // namespace tapri::proxy
