#include "session/mysql/login.h"

#include <utility>

#include "wire/mysql/attributes.h"
#include "wire/mysql/handshake_response.h"
#include "wire/mysql/response.h"

namespace tapri::session::mysql {
namespace {

using wire::mysql::Capabilities;
using wire::mysql::has;
namespace capability = wire::mysql::capability;

constexpr std::uint16_t kHandshakeError = 1043;  // ER_HANDSHAKE_ERROR
constexpr std::string_view kHandshakeState = "08S01";
constexpr std::uint16_t kTlsRequired = 3159;  // ER_SECURE_TRANSPORT_REQUIRED
constexpr std::uint16_t kNoTls = 2026;        // CR_SSL_CONNECTION_ERROR

// Not compression, MariaDB's COM_MULTI, nor flags that have no meaning yet. Not MariaDB's caching of metadata: an
// answer without the columns' definitions is of no use to another session. TLS is offered by each leg's own end.
constexpr Capabilities kSpoken =
    ((1ULL << 38) - 1) & ~(capability::kAnyCompression | capability::kSsl | capability::kCapabilityExtension |
                           capability::kMariaComMulti | capability::kMariaCacheMetadata);

std::string program_name(ByteView attributes) {
  std::string name;
  wire::mysql::for_each_attribute(attributes, [&](ByteView key, ByteView value) {
    if (key == "program_name") name = value;
  });
  return name;
}

}  // namespace

Login::Login(Legs legs) : legs_(std::move(legs)) {}

Login::~Login() { wire::mysql::wipe(response_); }

void Login::refuse_client(Actions& actions, std::uint16_t code, std::string_view sqlstate, std::string_view message) {
  refuse(sequences_, actions, code, sqlstate, message);
  state_ = State::refused;
}

std::size_t Login::on_upstream_data(ByteView data, Actions& actions) {
  std::size_t done = 0;
  while (need_ == Need::nothing && (state_ == State::greeting || state_ == State::exchange)) {
    wire::mysql::Message message;
    const auto status = wire::mysql::take_message(data.substr(done), kMaxMessage, joined_, message);
    if (status == wire::mysql::MessageStatus::incomplete) break;
    if (status == wire::mysql::MessageStatus::too_large) {
      refuse_client(actions, kHandshakeError, kHandshakeState, "tapri: the server's message is too large for a login");
      break;
    }
    done += message.whole.size();
    sequences_.server = static_cast<std::uint8_t>(message.last_sequence + 1);
    if (state_ == State::greeting) {
      greeting(message.payload, actions);
    } else {
      exchange_over(auth_->from_server(message.payload, sequences_, actions), message.payload);
    }
  }
  return done;
}

std::size_t Login::on_client_data(ByteView data, Actions& actions) {
  std::size_t done = 0;
  while (need_ == Need::nothing && (state_ == State::response || state_ == State::exchange)) {
    wire::mysql::Message message;
    const auto status = wire::mysql::take_message(data.substr(done), kMaxMessage, joined_, message);
    if (status == wire::mysql::MessageStatus::incomplete) break;
    if (status == wire::mysql::MessageStatus::too_large) {
      refuse_client(actions, kHandshakeError, kHandshakeState, "Bad handshake");
      break;
    }
    done += message.whole.size();
    sequences_.client = static_cast<std::uint8_t>(message.last_sequence + 1);
    if (state_ == State::response) {
      client_response(message.payload, actions);
    } else {
      exchange_over(auth_->from_client(message.payload, sequences_, actions), {});
    }
  }
  return done;
}

void Login::greeting(ByteView payload, Actions& actions) {
  wire::mysql::HandshakeV10 handshake;
  if (!wire::mysql::decode(payload, handshake)) {
    // An ERR: the server does not want this connection, and says why.
    std::string message;
    wire::mysql::append_message(message, sequences_.client, payload);
    actions.to_client.add_copy(std::move(message));
    actions.close = true;
    state_ = State::refused;
    return;
  }
  server_ = handshake.capabilities;
  identity_.connection_id = handshake.connection_id;
  identity_.server_version = handshake.server_version;
  identity_.version = wire::mysql::parse_version(handshake.server_version);
  wire::mysql::Nonce nonce;
  if (handshake.nonce(nonce)) identity_.nonce.assign(nonce.data(), nonce.size());
  if (legs_.upstream == Tls::required && !has(server_, capability::kSsl)) {
    return refuse_client(actions, kNoTls, kGeneralState,
                         "tapri: the server does not offer TLS, and sslmode asks for it");
  }
  offered_ = wire::mysql::mask_offer(server_, kSpoken);
  const bool tls = legs_.client_tls_passes ? has(server_, capability::kSsl) : legs_.client != Tls::never;
  if (tls) offered_ |= capability::kSsl;
  handshake.capabilities = offered_;
  std::string message;
  wire::mysql::append_handshake(message, sequences_.client, handshake);
  actions.to_client.add_copy(std::move(message));
  state_ = State::response;
}

void Login::client_response(ByteView payload, Actions& actions) {
  switch (wire::mysql::client_first(payload)) {
    case wire::mysql::ClientFirst::ssl_request:
      return ssl_request(actions, payload);
    case wire::mysql::ClientFirst::response:
      break;
    case wire::mysql::ClientFirst::old_response:
      return refuse_client(actions, kHandshakeError, kHandshakeState,
                           "tapri: clients from before MySQL 4.1 are not supported");
    case wire::mysql::ClientFirst::invalid:
      return refuse_client(actions, kHandshakeError, kHandshakeState, "Bad handshake");
  }
  if (legs_.client == Tls::required && !client_encrypted_ && !legs_.client_is_local) {
    return refuse_client(actions, kTlsRequired, kGeneralState,
                         "tapri: connections using insecure transport are prohibited (client_tls.mode=require)");
  }
  response_ = payload;
  const bool tls = !legs_.upstream_is_local && legs_.upstream != Tls::never && has(server_, capability::kSsl);
  if (!tls) return send_response(actions);
  wire::mysql::HandshakeResponse41 response;
  if (!wire::mysql::decode(response_, response)) return send_response(actions);
  std::string request;
  wire::mysql::append_ssl_request(request, sequences_.server,
                                  {.capabilities = (response.capabilities & offered_) | capability::kSsl,
                                   .max_packet = response.max_packet,
                                   .collation = response.collation});
  actions.to_upstream.add_copy(std::move(request));
  state_ = State::upstream_tls;
  need_ = Need::upstream_tls;
}

void Login::ssl_request(Actions& actions, ByteView payload) {
  if (client_encrypted_ || !has(offered_, capability::kSsl)) {
    return refuse_client(actions, kHandshakeError, kHandshakeState, "Bad handshake");
  }
  if (!legs_.client_tls_passes) {
    need_ = Need::client_tls;
    return;
  }
  std::string request;
  wire::mysql::append_message(request, sequences_.server, payload);
  actions.to_upstream.add_copy(std::move(request));
  state_ = State::done;
  need_ = Need::relay;
}

void Login::client_encrypted() {
  client_encrypted_ = true;
  need_ = Need::nothing;
}

void Login::upstream_encrypted(Actions& actions) {
  upstream_encrypted_ = true;
  need_ = Need::nothing;
  send_response(actions);
}

void Login::send_response(Actions& actions) {
  wire::mysql::HandshakeResponse41 response;
  if (!wire::mysql::decode(response_, response)) {
    return refuse_client(actions, kHandshakeError, kHandshakeState, "Bad handshake");
  }
  Capabilities agreed = response.capabilities & (offered_ | capability::kLongPassword) & ~capability::kSsl;
  identity_.user = response.user;
  identity_.database = response.database;
  identity_.application = program_name(response.attributes);
  identity_.capabilities = agreed;
  identity_.collation = response.collation;
  if (upstream_encrypted_) agreed |= capability::kSsl;
  response.capabilities = agreed;
  std::string message;
  wire::mysql::append_handshake_response(message, sequences_.server, response);
  actions.to_upstream.add_copy(std::move(message));
  identity_.legs = {.client = {.encrypted = client_encrypted_, .local = legs_.client_is_local},
                    .server = {.encrypted = upstream_encrypted_, .local = legs_.upstream_is_local},
                    .key = legs_.key};
  auth_.emplace(identity_.legs, agreed, response.auth_plugin, identity_.nonce);
  wire::mysql::wipe(response_);
  response_.clear();
  state_ = State::exchange;
}

void Login::exchange_over(AuthRelay::Outcome outcome, ByteView payload) {
  if (outcome == AuthRelay::Outcome::refused) state_ = State::refused;
  if (outcome != AuthRelay::Outcome::accepted) return;
  wire::mysql::Ok ok;
  if (wire::mysql::decode_head(payload, ok)) identity_.status = ok.status;
  state_ = State::done;
}

}  // namespace tapri::session::mysql
