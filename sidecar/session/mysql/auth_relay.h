// An authentication exchange, from where the client has said who it is to the server's verdict: at login and in
// COM_CHANGE_USER.
//
// The exchange is the database's and is relayed as it is, whatever the plug-in, with each leg's own sequence ids. The
// one exception is how caching_sha2_password and sha256_password send a password: as it is where the transport is safe,
// else encrypted to a key of the server's. Where one leg is safe and the other is not, the
// password is taken in the one way and passed on in the other, and forgotten.
//
// Source: MySQL's sha2_password_common.cc and "Caching SHA-2 pluggable authentication" in its manual.
// Thread-safety: none. Never throws, never blocks; taking an encrypted password costs a millisecond.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "session/actions.h"
#include "wire/mysql/auth_packets.h"
#include "wire/mysql/packet.h"
#include "wire/mysql/passwords.h"

namespace tapri::session::mysql {

// Of one exchange, the id that the next packet has on each leg, whichever side it comes from.
struct Sequences {
  std::uint8_t client = 0;
  std::uint8_t server = 0;
};

class AuthRelay {
 public:
  // A transport is safe by TLS; for caching_sha2_password also by being local, a Unix socket.
  struct Leg {
    bool encrypted = false;
    bool local = false;
  };
  struct Legs {
    Leg client;
    Leg server;
    std::shared_ptr<const wire::mysql::RsaKey> key;  // ours, for a client whose leg is the unsafe one; may be null
  };
  // No message of an exchange is longer, on either side: tokens of plug-ins have 64 KiB, connection attributes as many.
  static constexpr std::size_t kMaxMessage = 256UL * 1024;
  enum class Outcome : std::uint8_t { going_on, accepted, refused };

  // `plugin` and `nonce` are those of the client's first response; `nonce` may be empty: a plug-in without one.
  AuthRelay(Legs legs, wire::mysql::Capabilities capabilities, ByteView plugin, ByteView nonce);
  ~AuthRelay();
  AuthRelay(const AuthRelay&) = delete;
  AuthRelay& operator=(const AuthRelay&) = delete;

  // One message of either side, which `sequences` counts already. `refused`: the client has been told, and the
  // connection is to be closed.
  [[nodiscard]] Outcome from_server(ByteView payload, Sequences& sequences, Actions& actions);
  [[nodiscard]] Outcome from_client(ByteView payload, Sequences& sequences, Actions& actions);

 private:
  enum class Password : std::uint8_t {
    relayed,
    key_given,  // the client has our key, and sends the password encrypted to it
    key_asked,  // the client has sent the password; the server sends its key
  };
  void use_plugin(ByteView plugin, ByteView data);
  // What the client asks for the key with; empty: not in a plug-in, or at a place, where the password is sent.
  [[nodiscard]] ByteView key_request() const;
  [[nodiscard]] bool is_safe(const Leg& leg) const;
  [[nodiscard]] Outcome give_key(ByteView payload, Sequences& sequences, Actions& actions);
  [[nodiscard]] Outcome take_encrypted(ByteView payload, Sequences& sequences, Actions& actions);
  [[nodiscard]] Outcome send_encrypted(ByteView public_key, Sequences& sequences, Actions& actions);

  Legs legs_;
  wire::mysql::Capabilities capabilities_;
  std::string plugin_;
  wire::mysql::Nonce nonce_{};
  bool has_nonce_ = false;
  bool full_ = false;  // caching_sha2_password: the server wants the password itself
  Password state_ = Password::relayed;
  std::string password_;  // secret; while key_asked
};

// Of errors that have no SQLSTATE of their own.
inline constexpr std::string_view kGeneralState = "HY000";

// Tells the client so, and that it is the end.
void refuse(Sequences& sequences, Actions& actions, std::uint16_t code, std::string_view sqlstate,
            std::string_view message);

}  // namespace tapri::session::mysql
