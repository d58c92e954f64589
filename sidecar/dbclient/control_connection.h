// One connection to one database for questions about its schema; it changes nothing.
//
// Its session: application_name tapri-control, read only, search_path pg_catalog, with a statement timeout. A failed
// call leaves it unusable: make another. Errors never hold the password. Thread-safety: none. Blocking; a call takes at
// most about the connect and statement timeouts, and ends at once when its config's interrupt is raised.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/snapshot.h"
#include "dbclient/control_config.h"
#include "dbclient/loader.h"

namespace tapri::dbclient {

class ControlConnection {
 public:
  // `database` empty: the one of config.conninfo.
  [[nodiscard]] static Result<std::unique_ptr<ControlConnection>> open(const ControlConfig& config,
                                                                       const std::string& database);
  ~ControlConnection();
  ControlConnection(const ControlConnection&) = delete;
  ControlConnection& operator=(const ControlConnection&) = delete;

  // Whether it still stands; false where a call found out that it does not.
  [[nodiscard]] bool stands() const;
  // Readable between two calls: the server has ended the connection, or said something unasked, which the next call
  // takes in.
  [[nodiscard]] int descriptor() const;
  [[nodiscard]] Result<Check> check();
  // `name_space` becomes Source::database.
  [[nodiscard]] Result<catalog::Snapshot::Source> load(const std::string& name_space);
  // Which of these server processes run.
  [[nodiscard]] Result<std::set<int>> running(const std::set<int>& pids);
  // What a new session of this user searches for names: current_schemas(true).
  [[nodiscard]] Result<std::vector<std::string>> search_path();

 private:
  struct Impl;
  explicit ControlConnection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tapri::dbclient
