// A control connection to PostgreSQL, by libpqxx.
//
// Its session: application_name tapri-control, read only, search_path pg_catalog, with a statement timeout.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dbclient/control_connection.h"

namespace tapri::dbclient::pg {

class ControlConnection final : public dbclient::ControlConnection {
 public:
  // `database` empty: the one of config.conninfo.
  [[nodiscard]] static Result<std::unique_ptr<ControlConnection>> open(const ControlConfig& config,
                                                                       const std::string& database);
  ~ControlConnection() override;

  [[nodiscard]] bool stands() const override;
  [[nodiscard]] int descriptor() const override;
  [[nodiscard]] Result<Check> check(Doubt doubt = Doubt::definition) override;
  [[nodiscard]] Result<catalog::Snapshot::Source> load(const std::string& name_space) override;
  [[nodiscard]] Result<std::set<int>> running(const std::set<int>& pids) override;
  // What a new session of this user searches for names: current_schemas(true).
  [[nodiscard]] Result<std::vector<std::string>> search_path();

 private:
  struct Impl;
  explicit ControlConnection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tapri::dbclient::pg
