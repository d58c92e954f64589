#include "dbclient/mysql/client.h"

#include <errmsg.h>
#include <mysql.h>

#include <charconv>
#include <chrono>
#include <mutex>
#include <utility>

#include "dbclient/secret.h"

namespace tapri::dbclient::mysql {
namespace {

unsigned seconds(Duration duration) {
  return static_cast<unsigned>(std::max<long>(1, std::chrono::ceil<std::chrono::seconds>(duration).count()));
}

const char* given(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

// A server may ask for whatever plugin it likes: none of these sends the password as it is, but over TLS or encrypted.
constexpr const char* kPlugins = "mysql_native_password,caching_sha2_password,client_ed25519,parsec";

void set_tls(MYSQL* mysql, const Server& server) {
  const my_bool encrypt = server.tls != Tls::disabled && server.socket.empty() ? 1 : 0;
  const my_bool verify = server.tls == Tls::verified ? 1 : 0;
  mysql_optionsv(mysql, MYSQL_OPT_SSL_ENFORCE, &encrypt);
  mysql_optionsv(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  if (encrypt == 0) return;
  if (!server.ca_file.empty()) mysql_optionsv(mysql, MYSQL_OPT_SSL_CA, server.ca_file.c_str());
  if (!server.certificate_file.empty()) mysql_optionsv(mysql, MYSQL_OPT_SSL_CERT, server.certificate_file.c_str());
  if (!server.key_file.empty()) mysql_optionsv(mysql, MYSQL_OPT_SSL_KEY, server.key_file.c_str());
}

void set_options(MYSQL* mysql, const ControlConfig& config) {
  const unsigned connect = seconds(config.connect_timeout);
  // The server's own limit comes first, where it works.
  const unsigned answer = seconds(config.statement_timeout) + 1;
  const unsigned off = 0;
  mysql_optionsv(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect);
  mysql_optionsv(mysql, MYSQL_OPT_READ_TIMEOUT, &answer);
  mysql_optionsv(mysql, MYSQL_OPT_WRITE_TIMEOUT, &answer);
  mysql_optionsv(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
  mysql_optionsv(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_optionsv(mysql, MARIADB_OPT_RESTRICTED_AUTH, kPlugins);
  mysql_optionsv(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "tapri-control");
  set_tls(mysql, *config.mysql);
}

// The library's own errors are of the connection; the server says with some of its own that it closes it.
bool ends_connection(unsigned code) {
  constexpr unsigned kShutdown = 1053;
  constexpr unsigned kKilled = 1927;
  constexpr unsigned kIdle = 4031;
  return (code >= CR_MIN_ERROR && code <= CR_MAX_ERROR) || code == kShutdown || code == kKilled || code == kIdle;
}

struct Closer {
  void operator()(MYSQL* mysql) const { mysql_close(mysql); }
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};

}  // namespace

std::uint64_t Row::number(std::size_t field) const {
  const std::string_view digits = text(field);
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

struct Client::Impl {
  explicit Impl(const ControlConfig& config) : secret(config.mysql->password), mysql(make()) {
    if (mysql == nullptr) throw ClientError("out of memory");
    set_options(mysql.get(), config);
    const Server& server = *config.mysql;
    const char* host = server.socket.empty() ? given(server.host) : "localhost";
    if (mysql_real_connect(mysql.get(), host, given(server.user), given(server.password), nullptr, server.port,
                           given(server.socket), 0) == nullptr) {
      failed();
    }
    const bool encrypted = mysql_get_ssl_cipher(mysql.get()) != nullptr;
    // The library is content without where the server offers none.
    const bool needed = server.tls >= Tls::required && server.socket.empty();
    if (needed && !encrypted) throw ClientError("the server does not offer TLS, which is required");
    watched = std::make_unique<Interrupt::Watched>(config.interrupt.get(), socket());
  }

  // The library sets itself up the first time, which two threads must not have it do at once.
  static MYSQL* make() {
    static std::once_flag once;
    std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
    return mysql_init(nullptr);
  }

  [[nodiscard]] int socket() const { return static_cast<int>(mysql_get_socket(mysql.get())); }

  [[noreturn]] void failed() {
    const unsigned code = mysql_errno(mysql.get());
    broken = broken || ends_connection(code);
    const std::string lost = watched != nullptr && broken ? "the connection was lost: " : "";
    throw ClientError(lost + without_secret(mysql_error(mysql.get()), secret));
  }

  const std::string secret;
  std::shared_ptr<Interrupt> interrupt;
  std::unique_ptr<MYSQL, Closer> mysql;
  std::unique_ptr<Interrupt::Watched> watched;
  bool broken = false;
};

Client::Client(const ControlConfig& config) {
  if (config.interrupt != nullptr && config.interrupt->raised()) throw ClientError("no connection is made any more");
  impl_ = std::make_unique<Impl>(config);
  impl_->interrupt = config.interrupt;
  const std::string timeout = std::to_string(seconds(config.statement_timeout));
  run(is_mariadb() ? "SET SESSION max_statement_time = " + timeout
                   : "SET SESSION max_execution_time = " + timeout + "000");
  run("SET SESSION sql_mode = '', lock_wait_timeout = " + timeout);
  run("SET SESSION TRANSACTION READ ONLY");
}

Client::~Client() = default;

unsigned Client::run(const std::string& sql, const std::function<void(const Row&)>& each) {
  MYSQL* mysql = impl_->mysql.get();
  if (mysql_real_query(mysql, sql.data(), sql.size()) != 0) impl_->failed();
  const std::unique_ptr<MYSQL_RES, Closer> result(mysql_use_result(mysql));
  if (result == nullptr) {
    if (mysql_field_count(mysql) != 0) impl_->failed();
    return mysql_warning_count(mysql);
  }
  const std::size_t fields = mysql_num_fields(result.get());
  while (MYSQL_ROW row = mysql_fetch_row(result.get())) {
    if (each) each(Row(row, mysql_fetch_lengths(result.get()), fields));
  }
  if (mysql_errno(mysql) != 0) impl_->failed();
  return mysql_warning_count(mysql);
}

bool Client::stands() const { return !impl_->broken; }

int Client::descriptor() const { return impl_->socket(); }

std::string Client::version() const { return mysql_get_server_info(impl_->mysql.get()); }

bool Client::is_mariadb() const { return mariadb_connection(impl_->mysql.get()) != 0; }

std::uint32_t Client::version_number() const {
  return static_cast<std::uint32_t>(mysql_get_server_version(impl_->mysql.get()));
}

}  // namespace tapri::dbclient::mysql
