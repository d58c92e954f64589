// A control connection to MySQL or MariaDB.
//
// One serves all databases of the server. A look asks the server what it has counted, which costs it a millisecond or
// two; the schema is read as a whole where that, or the time since, says so (changes.h), and load() then hands out what
// was read.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dbclient/control_connection.h"
#include "dbclient/mysql/changes.h"
#include "dbclient/mysql/client.h"
#include "dbclient/mysql/schema.h"

namespace tapri::dbclient::mysql {

class ControlConnection final : public dbclient::ControlConnection {
 public:
  [[nodiscard]] static Result<std::unique_ptr<ControlConnection>> open(const ControlConfig& config);

  [[nodiscard]] bool stands() const override { return client_.stands(); }
  [[nodiscard]] int descriptor() const override { return client_.descriptor(); }
  [[nodiscard]] Result<Check> check(Doubt doubt) override;
  [[nodiscard]] Result<catalog::Snapshot::Source> load(const std::string& name_space) override;
  // Fails without the privilege PROCESS: one that is not seen may run.
  [[nodiscard]] Result<std::set<int>> running(const std::set<int>& pids) override;

 private:
  explicit ControlConnection(const ControlConfig& config);

  [[nodiscard]] Counters counters();
  // Whether some session may be defining something at this moment. Always where other sessions cannot be seen.
  [[nodiscard]] bool defining();
  // `quiet`: nothing was being defined after `before` was asked for.
  [[nodiscard]] Schema read_whole(const Counters& before, bool quiet);
  void look(Check& check, Doubt doubt);
  void read_if_due(const Counters& before, Check& check, Doubt doubt);

  Client client_;
  const SystemClock clock_;
  LookSchedule schedule_;
  bool sees_sessions_ = false;
  std::string fingerprint_;     // of the last time it read; empty: it never has
  std::optional<Schema> read_;  // by the last look
};

}  // namespace tapri::dbclient::mysql
