// What a login established.
#pragma once

#include <cstdint>
#include <string>

#include "session/mysql/auth_relay.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/handshake.h"

namespace tapri::session::mysql {

struct Identity {
  std::string user;
  std::string database;     // the default one; empty: none
  std::string application;  // the connection attribute program_name
  std::string server_version;
  wire::mysql::ServerVersion version;
  wire::mysql::Capabilities capabilities = 0;  // agreed on by all three
  std::uint32_t connection_id = 0;             // the server's
  std::uint8_t collation = 0;                  // asked for by the client; the lower byte of its number
  std::uint16_t status = 0;                    // flags of the OK that let the client in
  AuthRelay::Legs legs;                        // for authentications within the session
  std::string nonce;                           // of the greeting, which they may begin with
};

}  // namespace tapri::session::mysql
