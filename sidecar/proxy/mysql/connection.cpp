#include "proxy/mysql/connection.h"

#include <utility>

#include "wire/mysql/response.h"

namespace tapri::proxy::mysql {
namespace {

using session::mysql::Login;
using session::mysql::Tls;

constexpr std::uint16_t kTooMany = 1040;         // ER_CON_COUNT_ERROR
constexpr std::uint16_t kUnknownOutcome = 1180;  // ER_ERROR_DURING_COMMIT
constexpr std::uint16_t kShutdown = 1053;        // ER_SERVER_SHUTDOWN
constexpr std::uint16_t kCannotConnect = 2003;   // CR_CONN_HOST_ERROR
constexpr std::string_view kConnectionState = "08S01";

Tls tls_with_client(ClientTls mode) {
  if (mode == ClientTls::require) return Tls::required;
  return mode == ClientTls::allow ? Tls::offered : Tls::never;
}

// There is no second attempt here as with libpq: `allow` takes what is offered, as `prefer` does.
Tls tls_with_server(const UpstreamTarget& target) {
  if (!target.tls || target.mode == io::SslMode::disable) return Tls::never;
  return target.mode >= io::SslMode::require ? Tls::required : Tls::offered;
}

}  // namespace

Connection::Connection(const ConnectionServices& services, std::unique_ptr<io::Stream> client, bool refused,
                       std::function<void(proxy::Connection&)> closed)
    : proxy::Connection(services, std::move(client), std::move(closed)), refused_(refused) {}

Connection::~Connection() = default;

void Connection::begin() {
  if (refused_) return say_error_and_close(kTooMany, "08004", "Too many connections (limits.max_connections)");
  Login::Legs legs;
  legs.client = tls_with_client(services_.client_tls);
  legs.upstream = tls_with_server(services_.target);
  legs.client_tls_passes = services_.client_tls == ClientTls::passthrough;
  legs.client_is_local = client_->peer().starts_with("unix:");
  legs.upstream_is_local = !services_.target.address.unix_path.empty();
  legs.key = services_.password_key;
  login_ = std::make_unique<Login>(std::move(legs));
  services_.loop.connect(services_.target.address, services_.target.connect_timeout, when_connected());
}

void Connection::upstream_unreachable(const std::string& why) {
  say_error_and_close(kCannotConnect, "HY000",
                      "tapri: cannot reach the database at " + services_.target.address.text() + ": " + why);
}

bool Connection::takes_client_bytes() const {
  if (phase_ == Phase::login) return client_in_.data().size() < Login::kMaxMessage;
  return !session_ || !session_->blocked();
}

std::size_t Connection::client_bytes_wanted() const { return session_ ? session_->client_bytes_wanted() : 0; }

void Connection::process_client() {
  const ByteView data = client_in_.data();
  switch (phase_) {
    case Phase::login:
      client_in_.consume(login_->on_client_data(data, actions_));
      return login_progress();
    case Phase::session:
      client_in_.consume(session_->on_client_data(data, actions_));
      break;
    case Phase::relay:
      actions_.to_upstream.add(data);
      client_in_.consume(data.size());
      break;
  }
  carry_out();
}

void Connection::process_upstream() {
  const ByteView data = upstream_in_.data();
  switch (phase_) {
    case Phase::login:
      upstream_in_.consume(login_->on_upstream_data(data, actions_));
      return login_progress();
    case Phase::session:
      upstream_in_.consume(session_->on_upstream_data(data, actions_));
      carry_out();
      if (session_->resumable()) resume_client();
      return;
    case Phase::relay:
      actions_.to_client.add(data);
      upstream_in_.consume(data.size());
      break;
  }
  carry_out();
}

void Connection::login_progress() {
  const bool done = login_->done();
  carry_out();
  switch (login_->need()) {
    case Login::Need::nothing:
      break;
    case Login::Need::client_tls:
      return begin_client_tls(false);
    case Login::Need::upstream_tls:
      return begin_upstream_tls();
    case Login::Need::relay:
      return begin_relay();
  }
  if (done) start_session();
}

void Connection::client_encrypted() {
  login_->client_encrypted();
  process_client();
}

void Connection::upstream_encrypted() {
  login_->upstream_encrypted(actions_);
  login_progress();
}

void Connection::start_session() {
  cancel_timer();
  session_ =
      std::make_unique<session::mysql::Session>(services_.session, login_->take_identity(), from_anywhere([this] {
                                                  cancel_timer();
                                                  session_->flight_landed();
                                                  if (session_->resumable()) resume_client();
                                                }));
  process_id_ = session_->connection_id();
  login_.reset();
  phase_ = Phase::session;
  process_upstream();
  process_client();
}

void Connection::begin_relay() {
  cancel_timer();
  login_.reset();
  phase_ = Phase::relay;
  process_client();
  process_upstream();
}

void Connection::flight_timed_out() {
  if (session_) session_->flight_timed_out();
}

coherence::DirtyMark Connection::unfinished_writes() {
  return session_ ? session_->upstream_lost() : coherence::DirtyMark{};
}

bool Connection::at_rest() const { return phase_ == Phase::session && session_->idle() && client_in_.data().empty(); }

void Connection::say_error_and_close(std::uint16_t code, std::string_view sqlstate, std::string_view message,
                                     std::uint8_t sequence) {
  std::string error;
  wire::mysql::append_err(error, sequence, code, sqlstate, message);
  actions_.to_client.add_copy(std::move(error));
  say_and_close();
}

void Connection::say_unannounced(bool sent) {
  say_error_and_close(kUnknownOutcome, sent ? "08007" : "08006", sent ? kNotAnnounced : kNotSent, 1);
}

void Connection::say_shutdown() { say_error_and_close(kShutdown, kConnectionState, "Server shutdown in progress"); }

}  // namespace tapri::proxy::mysql
