#include "support/postgres_server.h"

#include <postgresql/libpq-fe.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "support/processes.h"

namespace tapri::test {
namespace {

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error("PostgreSQL for tests: " + what); }

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
  end(process_, SIGQUIT);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Surroundings PostgresServer::surroundings(const std::string& log) const {
  return {.user = user_, .group = group_, .folder = folder_, .log = log, .signal_at_end = SIGQUIT};
}

void PostgresServer::make_data() {
  const std::string log = folder_ + "/initdb.log";
  const pid_t process = spawn({options_.programs + "/initdb", "-D", folder_ + "/data", "-U", "postgres", "-A", "trust",
                               "--no-sync", "--locale=C", "--encoding=UTF8"},
                              surroundings(log));
  int status = 0;
  if (waitpid(process, &status, 0) != process || status != 0) give_up("initdb failed: " + tail_of(log));
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
  process_ =
      spawn({options_.programs + "/postgres", "-D", folder_ + "/data", "-p", std::to_string(port_)}, surroundings(log));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (PQping(url().c_str()) != PQPING_OK) {
    int status = 0;
    const bool gone = waitpid(process_, &status, WNOHANG) == process_;
    if (gone) process_ = 0;
    if (gone || std::chrono::steady_clock::now() > deadline) give_up("does not start: " + tail_of(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void PostgresServer::kill() { end(process_, SIGQUIT); }

void PostgresServer::stop() { end(process_, SIGINT); }

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
