#include "session/mysql/auth_relay.h"

#include <algorithm>
#include <utility>

#include "wire/mysql/response.h"

namespace tapri::session::mysql {
namespace {

using wire::mysql::AuthPacket;
namespace auth_plugin = wire::mysql::auth_plugin;

constexpr std::uint16_t kAccessDenied = 1045;  // ER_ACCESS_DENIED_ERROR
constexpr std::string_view kAccessDeniedState = "28000";
constexpr std::uint16_t kPluginNotUsable = 2061;  // CR_AUTH_PLUGIN_ERR

void send(ChunkList& out, std::uint8_t& sequence, ByteView payload) {
  std::string message;
  wire::mysql::append_message(message, sequence, payload);
  out.add_copy(std::move(message));
}

void pass_to_client(ByteView payload, Sequences& sequences, Actions& actions) {
  send(actions.to_client, sequences.client, payload);
}

void pass_to_server(ByteView payload, Sequences& sequences, Actions& actions) {
  send(actions.to_upstream, sequences.server, payload);
}

// An empty password is sent as its NUL alone, or as nothing, whatever the transport.
bool is_empty_password(ByteView payload) { return payload.empty() || payload == ByteView("\0", 1); }

// A client that sends the password as it is, safe or not: MariaDB's does where TLS was not offered.
bool in_clear(ByteView payload) { return payload.size() > 1 && payload.back() == '\0'; }

}  // namespace

void refuse(Sequences& sequences, Actions& actions, std::uint16_t code, std::string_view sqlstate,
            std::string_view message) {
  std::string error;
  wire::mysql::append_err(error, sequences.client, code, sqlstate, message);
  actions.to_client.add_copy(std::move(error));
  actions.close = true;
}

AuthRelay::AuthRelay(Legs legs, wire::mysql::Capabilities capabilities, ByteView plugin, ByteView nonce)
    : legs_(std::move(legs)), capabilities_(capabilities) {
  use_plugin(plugin, nonce);
}

AuthRelay::~AuthRelay() { wire::mysql::wipe(password_); }

void AuthRelay::use_plugin(ByteView plugin, ByteView data) {
  plugin_ = plugin;
  has_nonce_ = data.size() >= nonce_.size();
  if (has_nonce_) std::copy_n(data.data(), nonce_.size(), nonce_.data());
  full_ = false;
  state_ = Password::relayed;
}

ByteView AuthRelay::key_request() const {
  if (plugin_ == auth_plugin::kCachingSha2Password) return full_ ? wire::mysql::kRequestPublicKey : ByteView();
  return plugin_ == auth_plugin::kSha256Password ? wire::mysql::kSha256RequestPublicKey : ByteView();
}

bool AuthRelay::is_safe(const Leg& leg) const {
  return leg.encrypted || (leg.local && plugin_ == auth_plugin::kCachingSha2Password);
}

AuthRelay::Outcome AuthRelay::from_server(ByteView payload, Sequences& sequences, Actions& actions) {
  switch (wire::mysql::classify_auth_packet(payload, capabilities_)) {
    case AuthPacket::ok:
      pass_to_client(payload, sequences, actions);
      return Outcome::accepted;
    case AuthPacket::err:
      pass_to_client(payload, sequences, actions);
      actions.close = true;
      return Outcome::refused;
    case AuthPacket::old_switch:
      refuse(sequences, actions, kPluginNotUsable, kGeneralState,
             "tapri: the server asks for mysql_old_password, which cannot be done safely");
      return Outcome::refused;
    case AuthPacket::switch_plugin: {
      wire::mysql::AuthSwitchRequest request;
      if (wire::mysql::decode(payload, request)) use_plugin(request.plugin, request.data);
      break;
    }
    case AuthPacket::next_factor: {
      wire::mysql::AuthNextFactor factor;
      if (wire::mysql::decode(payload, factor)) use_plugin(factor.plugin, factor.data);
      break;
    }
    case AuthPacket::more_data: {
      wire::mysql::AuthMoreData more;
      if (!wire::mysql::decode(payload, more)) break;
      if (state_ == Password::key_asked) return send_encrypted(more.data, sequences, actions);
      if (more.data == ByteView(&wire::mysql::kPerformFullAuth, 1)) full_ = true;
      break;
    }
    case AuthPacket::plugin_data:
      break;
  }
  pass_to_client(payload, sequences, actions);
  return Outcome::going_on;
}

AuthRelay::Outcome AuthRelay::from_client(ByteView payload, Sequences& sequences, Actions& actions) {
  if (state_ == Password::key_given) return take_encrypted(payload, sequences, actions);
  if (!key_request().empty() && has_nonce_ && !is_empty_password(payload)) {
    const bool client_safe = is_safe(legs_.client);
    const bool server_safe = is_safe(legs_.server);
    if (server_safe && !client_safe && !in_clear(payload)) return give_key(payload, sequences, actions);
    if (client_safe && !server_safe) {
      password_ = payload;
      state_ = Password::key_asked;
      pass_to_server(key_request(), sequences, actions);
      return Outcome::going_on;
    }
  }
  pass_to_server(payload, sequences, actions);
  return Outcome::going_on;
}

// The server would take the request for the password.
AuthRelay::Outcome AuthRelay::give_key(ByteView payload, Sequences& sequences, Actions& actions) {
  if (payload != key_request() || !legs_.key) {
    refuse(sequences, actions, kAccessDenied, kAccessDeniedState,
           "tapri: the password is encrypted to another key than tapri's; let the client ask for the server's key "
           "(get-server-public-key), or connect to tapri by TLS");
    return Outcome::refused;
  }
  std::string message;
  wire::mysql::append_auth_more_data(message, sequences.client, legs_.key->public_key());
  actions.to_client.add_copy(std::move(message));
  state_ = Password::key_given;
  return Outcome::going_on;
}

AuthRelay::Outcome AuthRelay::take_encrypted(ByteView payload, Sequences& sequences, Actions& actions) {
  state_ = Password::relayed;
  auto password = legs_.key->password(payload, nonce_);
  if (!password) {
    refuse(sequences, actions, kAccessDenied, kAccessDeniedState, "tapri: the password cannot be decrypted");
    return Outcome::refused;
  }
  std::string response = wire::mysql::cleartext_response(*password);
  pass_to_server(response, sequences, actions);
  wire::mysql::wipe(*password);
  wire::mysql::wipe(response);
  return Outcome::going_on;
}

AuthRelay::Outcome AuthRelay::send_encrypted(ByteView public_key, Sequences& sequences, Actions& actions) {
  state_ = Password::relayed;
  const auto password = wire::mysql::cleartext_password(password_);
  const auto response = password ? wire::mysql::rsa_response(*password, nonce_, public_key) : std::nullopt;
  wire::mysql::wipe(password_);
  password_.clear();
  if (!response) {
    refuse(sequences, actions, kAccessDenied, kAccessDeniedState,
           "tapri: the password cannot be encrypted to the server's key");
    return Outcome::refused;
  }
  send(actions.to_upstream, sequences.server, *response);
  return Outcome::going_on;
}

}  // namespace tapri::session::mysql
