// From the first byte to the first ReadyForQuery.
#include <utility>

#include "proxy/pg/connection.h"
#include "wire/pg/backend.h"

namespace tapri::proxy::pg {

using wire::pg::StartupKind;

void Connection::preface_data() {
  const ByteView data = client_in_.data();
  wire::pg::StartupPacket packet;
  switch (wire::pg::take_startup(data, packet)) {
    case StartupKind::incomplete:
      return;
    case StartupKind::invalid:
      return say_error_and_close("08P01", "invalid start-up packet");
    case StartupKind::ssl_request:
      return encryption_requested(true, data, packet.size);
    case StartupKind::gss_request:
      return encryption_requested(false, data, packet.size);
    case StartupKind::direct_tls:
      // Whoever begins with TLS itself can be told nothing in clear text.
      if (services_.client_tls == ClientTls::passthrough) return refused_ ? close_now() : begin_relay(data);
      if (services_.client_tls == ClientTls::disable || client_->is_tls()) return close_now();
      return begin_client_tls(true);
    case StartupKind::cancel_request:
      return cancel_request(packet.cancel, data.substr(0, packet.size));
    case StartupKind::startup:
      return startup(packet.startup, data.substr(0, packet.size));
  }
}

void Connection::encryption_requested(bool tls, ByteView data, std::uint32_t size) {
  // Bytes behind the request came in clear text: taken for encrypted ones they would be an injection (CVE-2021-3935).
  if (data.size() > size) return say_error_and_close("08P01", "received unencrypted data after an encryption request");
  if (client_->is_tls()) return say_error_and_close("08P01", "the connection is encrypted already");
  if (tls && services_.client_tls == ClientTls::passthrough) {
    return refused_ ? say_error_and_close("53300", kTooManyClients) : begin_relay(data);
  }
  client_in_.consume(size);
  const bool accept = tls && services_.client_tls != ClientTls::disable;
  actions_.to_client.add(accept ? ByteView("S") : ByteView("N"));
  carry_out();
  if (accept) begin_client_tls(false);
}

void Connection::startup(const wire::pg::StartupMessage& message, ByteView packet) {
  if (message.major_version() != 3) {
    // For the server to refuse, in the words and the form that it has for that protocol.
    startup_packet_ = packet;
    client_in_.consume(packet.size());
    return connect(Attempt::first, Phase::refusal);
  }
  if (refused_) return say_error_and_close("53300", kTooManyClients);
  if (services_.client_tls == ClientTls::require && !client_->is_tls()) {
    return say_error_and_close("28000", "this server accepts TLS connections only (client_tls.mode=require)");
  }
  startup_packet_ = packet;
  client_in_.consume(packet.size());
  connect(Attempt::first, Phase::login);
}

void Connection::cancel_request(const wire::pg::CancelRequest& request, ByteView packet) {
  services_.cancels.cancel(request.process_id, request.secret);
  startup_packet_ = packet;
  client_in_.consume(packet.size());
  connect(Attempt::first, Phase::cancelling);
}

void Connection::begin_relay(ByteView first) {
  startup_packet_ = first;
  client_in_.consume(first.size());
  phase_ = Phase::relay;
  services_.loop.connect(services_.target.address, services_.target.connect_timeout, when_connected());
}

void Connection::connect(Attempt attempt, Phase after) {
  phase_ = after;
  attempt_ = attempt;
  connect_upstream(services_.loop, services_.target, attempt, when_connected());
}

void Connection::upstream_unreachable(const std::string& why) {
  if (phase_ != Phase::login) return close_now();
  say_error_and_close("08006", "tapri: cannot reach the database at " + services_.target.address.text() + ": " + why);
}

void Connection::upstream_connected() {
  actions_.to_upstream.add_copy(startup_packet_);
  if (phase_ == Phase::login) start_login();
  if (phase_ == Phase::relay) cancel_timer();
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
      return connect(Attempt::second, Phase::login);
    }
    actions_.to_client.add(login_->refusal());
    actions_.close = true;
    return carry_out();
  }
  if (login_->done()) start_session();
}

void Connection::start_session() {
  cancel_timer();
  process_id_ = login_->process_id();
  cancel_secret_ = login_->cancel_secret();
  session_ = std::make_unique<session::pg::Session>(services_.session, login_->take_identity(), from_anywhere([this] {
                                                      cancel_timer();
                                                      session_->flight_landed();
                                                      if (session_->resumable()) resume_client();
                                                    }));
  session_->started(login_->status());
  services_.cancels.add(process_id_, cancel_secret_, from_anywhere([this] {
                          session_->cancelled();
                          if (session_->resumable()) resume_client();
                        }));
  login_.reset();
  startup_packet_.clear();
  startup_packet_.shrink_to_fit();
  phase_ = Phase::session;
  process_upstream();
  process_client();
}

}  // namespace tapri::proxy::pg
