// How a MySQL or MariaDB server is reached.
#pragma once

#include <cstdint>
#include <string>

namespace tapri::dbclient::mysql {

enum class Tls : std::uint8_t {
  disabled,
  preferred,  // where the server offers it
  required,   // whoever the server is
  verified,   // its certificate must be good, and name the host
};

struct Server {
  std::string host;  // not used where there is a socket
  std::uint16_t port = 3306;
  std::string socket;  // path of a Unix socket
  std::string user;
  std::string password;  // secret
  Tls tls = Tls::preferred;
  std::string ca_file;  // empty: the library's default
  std::string certificate_file;
  std::string key_file;
};

}  // namespace tapri::dbclient::mysql
