#include "support/mysql_server.h"

#include <mysql.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

namespace tapri::test {
namespace {

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error("MySQL for tests: " + what); }

struct Closer {
  void operator()(MYSQL* mysql) const { mysql_close(mysql); }
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using Connection = std::unique_ptr<MYSQL, Closer>;

// Null where it does not answer.
Connection connect(const std::string& socket, const std::string& database) {
  Connection connection(mysql_init(nullptr));
  mysql_optionsv(connection.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  const bool works = mysql_real_connect(connection.get(), "localhost", "root", "", database.c_str(), 0, socket.c_str(),
                                        CLIENT_MULTI_STATEMENTS) != nullptr;
  return works ? std::move(connection) : nullptr;
}

Rows rows_of(MYSQL_RES* result) {
  Rows rows;
  while (MYSQL_ROW row = result == nullptr ? nullptr : mysql_fetch_row(result)) {
    auto& out = rows.emplace_back();
    for (unsigned i = 0; i < mysql_num_fields(result); ++i) out.emplace_back(row[i] == nullptr ? "" : row[i]);
  }
  return rows;
}

std::string tree_from_environment() {
  const char* tree = std::getenv("TAPRI_TEST_MYSQL");
  return tree == nullptr ? "" : tree;
}

constexpr const char* kMariadb = "/usr/sbin/mariadbd";

}  // namespace

MysqlServer::MysqlServer(std::vector<std::string> settings)
    : settings_(std::move(settings)),
      tree_(tree_from_environment()),
      mariadb_(std::filesystem::exists(tree_ + kMariadb)) {
  std::string name = (std::filesystem::temp_directory_path() / "tapri-my-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) give_up("no temporary folder");
  folder_ = name;
  make_data();
  start();
}

MysqlServer::~MysqlServer() {
  end(process_, SIGKILL);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Surroundings MysqlServer::surroundings(const std::string& log) const {
  return {.user = getuid(), .group = getgid(), .folder = folder_, .log = log, .signal_at_end = SIGKILL};
}

std::vector<std::string> MysqlServer::places() const {
  std::vector<std::string> words = {"--no-defaults", "--datadir=" + folder_ + "/data", "--tmpdir=" + folder_};
  if (getuid() == 0) words.emplace_back("--user=root");
  if (!tree_.empty()) {
    words.insert(words.end(), {"--basedir=" + tree_ + "/usr", "--lc-messages-dir=" + tree_ + "/usr/share/mysql",
                               "--character-sets-dir=" + tree_ + "/usr/share/mysql/charsets",
                               "--plugin-dir=" + tree_ + "/usr/lib/mysql/plugin"});
  }
  return words;
}

std::vector<std::string> MysqlServer::command(const std::vector<std::string>& more) const {
  std::vector<std::string> words = places();
  words.insert(words.begin(), tree_ + (mariadb_ ? kMariadb : "/usr/sbin/mysqld"));
  words.emplace_back("--innodb-flush-log-at-trx-commit=0");
  if (!mariadb_) words.insert(words.end(), {"--mysqlx=OFF", "--secure-file-priv=NULL"});
  words.insert(words.end(), settings_.begin(), settings_.end());
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void MysqlServer::make_data() {
  const std::string log = folder_ + "/install.log";
  std::vector<std::string> words = command({"--initialize-insecure"});
  if (mariadb_) {
    words = places();
    words.insert(words.begin(), tree_ + "/usr/bin/mariadb-install-db");
    words.insert(words.end(), {"--skip-test-db", "--auth-root-authentication-method=normal"});
  }
  const pid_t process = spawn(words, surroundings(log));
  int status = 0;
  if (waitpid(process, &status, 0) != process || status != 0) give_up("no data: " + tail_of(log));
}

void MysqlServer::start() {
  if (process_ != 0) return;
  // The port is kept over a restart, so that clients find the server again.
  if (port_ == 0) port_ = free_port();
  const std::string log = folder_ + "/server.log";
  process_ = spawn(command({"--port=" + std::to_string(port_), "--bind-address=127.0.0.1", "--socket=" + socket(),
                            "--pid-file=" + folder_ + "/pid", "--skip-name-resolve"}),
                   surroundings(log));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!answers()) {
    int status = 0;
    const bool gone = waitpid(process_, &status, WNOHANG) == process_;
    if (gone) process_ = 0;
    if (gone || std::chrono::steady_clock::now() > deadline) give_up("does not start: " + tail_of(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

bool MysqlServer::answers() const { return connect(socket(), "") != nullptr; }

void MysqlServer::kill() { end(process_, SIGKILL); }

Rows MysqlServer::run(const std::string& sql, const std::string& database) const {
  const Connection connection = connect(socket(), database);
  if (connection == nullptr) give_up("no connection");
  MYSQL* mysql = connection.get();
  Rows rows;
  int status = mysql_real_query(mysql, sql.data(), sql.size());
  for (; status == 0; status = mysql_next_result(mysql)) {
    const std::unique_ptr<MYSQL_RES, Closer> result(mysql_store_result(mysql));
    rows = rows_of(result.get());
  }
  if (status > 0) give_up(std::string(mysql_error(mysql)) + " in: " + sql);
  return rows;
}

std::string MysqlServer::value(const std::string& sql, const std::string& database) const {
  const Rows rows = run(sql, database);
  if (rows.empty() || rows.front().empty()) give_up("no row from: " + sql);
  return rows.front().front();
}

}  // namespace tapri::test
