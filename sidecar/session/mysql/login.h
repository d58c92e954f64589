// The login of one client, from the server's greeting to the OK that lets the client in, as a pure state machine.
//
// The server speaks first, so it is connected to before the client has said anything. Its greeting is passed on with
// those capabilities taken out that Tapri does not speak (compression) and TLS as Tapri itself offers it; what the
// client answers goes to the server likewise. The authentication is the database's (auth_relay.h).
//
// Source: MySQL Internals, "Connection Phase". Thread-safety: none. Never throws, never blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "session/actions.h"
#include "session/mysql/auth_relay.h"
#include "session/mysql/identity.h"

namespace tapri::session::mysql {

enum class Tls : std::uint8_t { never, offered, required };

class Login {
 public:
  static constexpr std::size_t kMaxMessage = AuthRelay::kMaxMessage;

  struct Legs {
    Tls client = Tls::never;
    Tls upstream = Tls::never;
    bool client_tls_passes = false;  // a client that asks for TLS has it with the server, and is not seen any more
    bool client_is_local = false;    // by a Unix socket
    bool upstream_is_local = false;
    std::shared_ptr<const wire::mysql::RsaKey> key;  // see AuthRelay::Legs
  };
  // What the driver has to do before it hands in more.
  enum class Need : std::uint8_t {
    nothing,
    client_tls,    // what the client sent behind what was taken belongs to the handshake; then call client_encrypted()
    upstream_tls,  // write what there is, start TLS as a client, then call upstream_encrypted()
    relay,         // bytes pass untouched from here on, what was not taken included
  };

  explicit Login(Legs legs);
  ~Login();

  // Both return how many bytes at the front of `data` are done with.
  [[nodiscard]] std::size_t on_client_data(ByteView data, Actions& actions);
  [[nodiscard]] std::size_t on_upstream_data(ByteView data, Actions& actions);
  [[nodiscard]] Need need() const { return need_; }
  void client_encrypted();
  void upstream_encrypted(Actions& actions);

  // The server has said all there is for it to say until the client has answered its greeting.
  [[nodiscard]] bool awaits_response() const { return state_ == State::response || state_ == State::upstream_tls; }
  [[nodiscard]] bool done() const { return state_ == State::done; }
  [[nodiscard]] Identity take_identity() { return std::move(identity_); }

 private:
  enum class State : std::uint8_t { greeting, response, upstream_tls, exchange, done, refused };
  void greeting(ByteView payload, Actions& actions);
  void client_response(ByteView payload, Actions& actions);
  void ssl_request(Actions& actions, ByteView payload);
  void send_response(Actions& actions);
  void exchange_over(AuthRelay::Outcome outcome, ByteView payload);
  void refuse_client(Actions& actions, std::uint16_t code, std::string_view sqlstate, std::string_view message);

  Legs legs_;
  State state_ = State::greeting;
  Need need_ = Need::nothing;
  Sequences sequences_;
  std::string joined_;  // of a message in several packets
  bool client_encrypted_ = false;
  bool upstream_encrypted_ = false;
  wire::mysql::Capabilities offered_ = 0;
  wire::mysql::Capabilities server_ = 0;
  std::string response_;  // secret: the client's payload, until it can be sent on
  std::optional<AuthRelay> auth_;
  Identity identity_;
};

}  // namespace tapri::session::mysql
