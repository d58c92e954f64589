#include "app/conninfo.h"

#include <string_view>

namespace tapri::app {
namespace {

// https://www.postgresql.org/docs/15/libpq-connect.html, 34.1.1.1. What is empty is left to libpq's defaults.
void append_keyword(std::string& out, std::string_view keyword, std::string_view value) {
  if (value.empty()) return;
  out.append(keyword).append("='");
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  out += "' ";
}

std::string_view ssl_mode_text(io::SslMode mode) {
  switch (mode) {
    case io::SslMode::disable:
      return "disable";
    case io::SslMode::allow:
      return "allow";
    case io::SslMode::prefer:
      return "prefer";
    case io::SslMode::require:
      return "require";
    case io::SslMode::verify_ca:
      return "verify-ca";
    case io::SslMode::verify_full:
      break;
  }
  return "verify-full";
}

// libpq's default is a file in the user's home, and it connects to nobody where there is none.
std::string authorities_of(const io::TlsClientConfig& tls) {
  return tls.ca_file.empty() && tls.mode >= io::SslMode::verify_ca ? io::system_authorities_file() : tls.ca_file;
}

dbclient::mysql::Tls mysql_tls(io::SslMode mode) {
  switch (mode) {
    case io::SslMode::disable:
      return dbclient::mysql::Tls::disabled;
    case io::SslMode::allow:
    case io::SslMode::prefer:
      return dbclient::mysql::Tls::preferred;
    case io::SslMode::require:
      return dbclient::mysql::Tls::required;
    case io::SslMode::verify_ca:
    case io::SslMode::verify_full:
      break;
  }
  return dbclient::mysql::Tls::verified;
}

}  // namespace

dbclient::mysql::Server mysql_server(const config::Upstream& upstream) {
  dbclient::mysql::Server server;
  server.host = upstream.address.host;
  server.port = upstream.address.port;
  server.socket = upstream.address.unix_path;
  server.user = upstream.user;
  server.password = upstream.password;
  server.tls = server.socket.empty() ? mysql_tls(upstream.tls.mode) : dbclient::mysql::Tls::disabled;
  server.ca_file = authorities_of(upstream.tls);
  server.certificate_file = upstream.tls.certificate_file;
  server.key_file = upstream.tls.key_file;
  return server;
}

std::string libpq_conninfo(const config::Upstream& upstream) {
  std::string out;
  const std::string& path = upstream.address.unix_path;
  // libpq wants the socket's folder.
  append_keyword(out, "host", path.empty() ? upstream.address.host : path.substr(0, path.rfind('/')));
  append_keyword(out, "port", std::to_string(upstream.address.port));
  append_keyword(out, "user", upstream.user);
  append_keyword(out, "password", upstream.password);
  append_keyword(out, "dbname", upstream.database);
  append_keyword(out, "sslmode", ssl_mode_text(upstream.tls.mode));
  append_keyword(out, "sslrootcert", authorities_of(upstream.tls));
  append_keyword(out, "sslcert", upstream.tls.certificate_file);
  append_keyword(out, "sslkey", upstream.tls.key_file);
  return out;
}

}  // namespace tapri::app
