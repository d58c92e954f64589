// A real MariaDB or MySQL for tests: its own data in a temporary folder, a free port on 127.0.0.1, gone when the object
// goes (and when the test program dies: the server gets a signal from the kernel).
//
// Debian's MariaDB; where $TAPRI_TEST_MYSQL names a folder with usr/sbin/mysqld or usr/sbin/mariadbd in it, that MySQL
// or MariaDB. Errors throw std::runtime_error with the server's own words. Thread-safety: none, but that any thread may
// connect to the port.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/processes.h"

namespace tapri::test {

class MysqlServer {
 public:
  // Makes the data and starts. `settings`: options of the server ("--lower-case-table-names=1").
  explicit MysqlServer(std::vector<std::string> settings = {});
  ~MysqlServer();
  MysqlServer(const MysqlServer&) = delete;
  MysqlServer& operator=(const MysqlServer&) = delete;

  [[nodiscard]] bool is_mariadb() const { return mariadb_; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string socket() const { return folder_ + "/socket"; }
  // As root, by a new connection; several statements may be given. The rows of the last one.
  Rows run(const std::string& sql, const std::string& database = "") const;
  // The first column of the first row.
  [[nodiscard]] std::string value(const std::string& sql, const std::string& database = "") const;

  void start();
  // As after a crash: connections are cut.
  void kill();

 private:
  void make_data();
  // What every program of the server is told.
  [[nodiscard]] std::vector<std::string> places() const;
  [[nodiscard]] bool answers() const;
  [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& more) const;
  [[nodiscard]] Surroundings surroundings(const std::string& log) const;

  std::vector<std::string> settings_;
  std::string tree_;  // empty: the machine's own
  bool mariadb_;
  std::string folder_;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace tapri::test
