#include "proxy/pg/connection.h"

#include <algorithm>
#include <utility>

#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::proxy::pg {

Connection::Connection(const ConnectionServices& services, std::unique_ptr<io::Stream> client, bool refused,
                       std::function<void(proxy::Connection&)> closed)
    : proxy::Connection(services, std::move(client), std::move(closed)), refused_(refused) {}

Connection::~Connection() = default;

bool Connection::takes_client_bytes() const {
  if (session_ && session_->blocked()) return false;
  return phase_ != Phase::login || client_in_.data().size() < login_room();
}

std::size_t Connection::client_bytes_wanted() const { return session_ ? session_->client_bytes_wanted() : 0; }

// Whoever is not let in yet may say no more than fits in here, which is any message of a login.
std::size_t Connection::login_room() const {
  return std::max<std::size_t>(services_.buffer_size, session::pg::Login::kMaxMessage);
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
      if (session_->resumable()) resume_client();
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

void Connection::flight_timed_out() {
  if (session_) session_->flight_timed_out();
}

void Connection::client_ended() {
  if (state_ == State::open && phase_ == Phase::session) {
    if (!session_->mid_message()) add_terminate();
    carry_out();
    pump();
  } else if (state_ == State::open && phase_ == Phase::relay) {
    pump();
  } else {
    close_now();
  }
}

bool Connection::write_in_flight() const {
  return state_ == State::open && phase_ == Phase::session && session_->write_in_flight();
}

coherence::DirtyMark Connection::unfinished_writes() {
  return session_ ? session_->upstream_lost() : coherence::DirtyMark{};
}

void Connection::add_terminate() {
  std::string terminate;
  wire::pg::append_terminate(terminate);
  actions_.to_upstream.add_copy(std::move(terminate));
}

void Connection::say_error_and_close(std::string_view sqlstate, std::string_view message) {
  std::string error;
  wire::pg::append_error(error, "FATAL", sqlstate, message);
  actions_.to_client.add_copy(std::move(error));
  if (upstream_) add_terminate();
  say_and_close();
}

bool Connection::at_rest() const {
  if (phase_ == Phase::session) return session_->idle() && client_in_.data().empty();
  return phase_ == Phase::preface && state_ == State::open;
}

void Connection::say_shutdown() { say_error_and_close("57P01", "terminating connection due to administrator command"); }

void Connection::forget() {
  if (session_) services_.cancels.remove(process_id_, cancel_secret_);
}

}  // namespace tapri::proxy::pg
