#include "support/postgres_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <postgresql/libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <thread>

namespace tapri::test {
namespace {

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error("PostgreSQL for tests: " + what); }

// Free at this moment, and below the range from which the kernel takes the ports of clients by itself.
int free_port() {
  constexpr int kLowest = 10000;
  int ephemeral = 32768;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> ephemeral;
  std::random_device random;
  if (ephemeral <= 12000) ephemeral = 32768;  // a range that leaves no room below it: then anywhere
  std::uniform_int_distribution<int> choose(kLowest, ephemeral - 1);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int port = choose(random);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool bound = handle >= 0 && bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    if (handle >= 0) close(handle);
    if (bound) return port;
  }
  give_up("no free port");
}

const passwd* unprivileged_user() {
  if (const passwd* user = getpwnam("postgres")) return user;
  if (const passwd* user = getpwnam("nobody")) return user;
  give_up("neither user postgres nor nobody exists");
}

std::string program_folder(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  const char* from_environment = std::getenv("TAPRI_TEST_PG_BIN");
  return from_environment != nullptr ? from_environment : "/usr/lib/postgresql/15/bin";
}

// In the child: becomes the server's user, dies with its parent, writes to the log.
void become(uid_t user, gid_t group, const std::string& folder, const std::string& log) {
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (output >= 0) {
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
  }
  if (getuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(user) != 0)) _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  setenv("HOME", folder.c_str(), 1);
  unsetenv("PGDATA");
  if (chdir(folder.c_str()) != 0) _exit(126);
}

}  // namespace

PostgresServer::PostgresServer(PostgresOptions options) : options_(std::move(options)) {
  options_.programs = program_folder(options_.programs);
  if (access((options_.programs + "/initdb").c_str(), X_OK) != 0) give_up("no initdb in " + options_.programs);
  std::string name = (std::filesystem::temp_directory_path() / "tapri-pg-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) give_up("no temporary folder");
  folder_ = name;
  user_ = getuid();
  group_ = getgid();
  if (user_ == 0) {
    const passwd* user = unprivileged_user();
    user_ = user->pw_uid;
    group_ = user->pw_gid;
    if (chown(folder_.c_str(), user_, group_) != 0) give_up("cannot give away " + folder_);
  }
  make_data();
  start();
}

PostgresServer::~PostgresServer() {
  end(SIGQUIT);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

pid_t PostgresServer::spawn(const std::vector<std::string>& command, const std::string& log) const {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t process = fork();
  if (process < 0) give_up("cannot fork");
  if (process == 0) {
    become(user_, group_, folder_, log);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  return process;
}

std::string PostgresServer::log_tail(const std::string& log) const {
  std::ifstream file(log);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

void PostgresServer::make_data() {
  const std::string log = folder_ + "/initdb.log";
  const pid_t process = spawn({options_.programs + "/initdb", "-D", folder_ + "/data", "-U", "postgres", "-A", "trust",
                               "--no-sync", "--locale=C", "--encoding=UTF8"},
                              log);
  int status = 0;
  if (waitpid(process, &status, 0) != process || status != 0) give_up("initdb failed: " + log_tail(log));
  std::ofstream settings(folder_ + "/data/postgresql.conf", std::ios::app);
  settings << "listen_addresses = '127.0.0.1'\nunix_socket_directories = '" << folder_
           << "'\nfsync = off\nfull_page_writes = off\nsynchronous_commit = off\n";
  for (const std::string& line : options_.settings) settings << line << '\n';
  std::ofstream access_rules(folder_ + "/data/pg_hba.conf");
  for (const std::string& line : options_.access) access_rules << line << '\n';
  access_rules << "local all all trust\nhost all postgres 127.0.0.1/32 trust\n";
}

void PostgresServer::start() {
  if (process_ != 0) return;
  // The port is kept over a restart, so that clients find the server again.
  if (port_ == 0) port_ = free_port();
  const std::string log = folder_ + "/server.log";
  process_ = spawn({options_.programs + "/postgres", "-D", folder_ + "/data", "-p", std::to_string(port_)}, log);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (PQping(url().c_str()) != PQPING_OK) {
    int status = 0;
    const bool gone = waitpid(process_, &status, WNOHANG) == process_;
    if (gone) process_ = 0;
    if (gone || std::chrono::steady_clock::now() > deadline) give_up("does not start: " + log_tail(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void PostgresServer::end(int signal) {
  if (process_ == 0) return;
  ::kill(process_, signal);
  int status = 0;
  while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
}

void PostgresServer::kill() { end(SIGQUIT); }

void PostgresServer::stop() { end(SIGINT); }

std::string PostgresServer::url(const std::string& database, const std::string& user,
                                const std::string& password) const {
  const std::string secret = password.empty() ? "" : ":" + password;
  return "postgres://" + user + secret + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

Rows PostgresServer::run(const std::string& sql, const std::string& database) const {
  return PostgresSession(url(database)).run(sql);
}

std::string PostgresServer::value(const std::string& sql, const std::string& database) const {
  const Rows rows = run(sql, database);
  if (rows.empty() || rows.front().empty()) give_up("no row from: " + sql);
  return rows.front().front();
}

struct PostgresSession::Impl {
  PGconn* connection = nullptr;
};

PostgresSession::PostgresSession(const std::string& url) : impl_(new Impl{PQconnectdb(url.c_str())}) {
  if (PQstatus(impl_->connection) == CONNECTION_OK) {
    PQsetNoticeProcessor(
        impl_->connection, [](void*, const char*) {}, nullptr);
    return;
  }
  const std::string message = PQerrorMessage(impl_->connection);
  PQfinish(impl_->connection);
  delete impl_;
  give_up(message);
}

PostgresSession::~PostgresSession() {
  PQfinish(impl_->connection);
  delete impl_;
}

int PostgresSession::backend() const { return PQbackendPID(impl_->connection); }

Rows PostgresSession::run(const std::string& sql) {
  PGresult* result = PQexec(impl_->connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
    const std::string message = PQresultErrorMessage(result);
    PQclear(result);
    give_up(message + " in: " + sql);
  }
  Rows rows(static_cast<std::size_t>(PQntuples(result)));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (int column = 0; column < PQnfields(result); ++column) {
      rows[row].emplace_back(PQgetvalue(result, static_cast<int>(row), column));
    }
  }
  PQclear(result);
  return rows;
}

}  // namespace tapri::test
