// A real PostgreSQL for tests: its own data in a temporary folder, a free port on 127.0.0.1, gone when the object goes
// (and when the test program dies: the server gets a signal from the kernel).
//
// Run as root, the server runs as user postgres, else nobody. Errors throw std::runtime_error with the server's own
// words. Thread-safety: none, but that any thread may connect to the port.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/processes.h"

namespace tapri::test {

struct PostgresOptions {
  std::vector<std::string> settings;  // lines for postgresql.conf
  // Lines for pg_hba.conf, before the one that lets user postgres in by TCP and socket without a password.
  std::vector<std::string> access;
  std::string programs;  // folder of initdb and postgres; empty: $TAPRI_TEST_PG_BIN, else Debian's for version 15
};

class PostgresServer {
 public:
  // Makes the data and starts.
  explicit PostgresServer(PostgresOptions options = {});
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  // Where the Unix socket is; also where scratch files may go.
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string url(const std::string& database = "postgres", const std::string& user = "postgres",
                                const std::string& password = "") const;
  // As postgres, by a new connection; several statements may be given. The rows of the last one.
  Rows run(const std::string& sql, const std::string& database = "postgres") const;
  // The first column of the first row.
  [[nodiscard]] std::string value(const std::string& sql, const std::string& database = "postgres") const;

  void start();
  // As after a crash: nothing is written, connections are cut.
  void kill();
  // Stops in order; connections are cut.
  void stop();

 private:
  void make_data();
  [[nodiscard]] Surroundings surroundings(const std::string& log) const;

  PostgresOptions options_;
  std::string folder_;
  uid_t user_ = 0;
  gid_t group_ = 0;
  int port_ = 0;
  pid_t process_ = 0;
};

// One connection, for tests that need a session.
class PostgresSession {
 public:
  explicit PostgresSession(const std::string& url);
  ~PostgresSession();
  PostgresSession(const PostgresSession&) = delete;
  PostgresSession& operator=(const PostgresSession&) = delete;

  Rows run(const std::string& sql);
  [[nodiscard]] int backend() const;

 private:
  struct Impl;
  Impl* impl_;
};

}  // namespace tapri::test
