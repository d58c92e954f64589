// One connection to one server for questions about its schema; it changes nothing.
//
// A failed call leaves it unusable: make another. Errors never hold the password. Thread-safety: none. Blocking; a call
// takes at most about the connect and statement timeouts, and ends at once when its config's interrupt is raised.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "catalog/snapshot.h"
#include "dbclient/control_config.h"

namespace tapri::dbclient {

// What a look at the database costs little to tell.
struct Check {
  std::string configuration;  // when the configuration was loaded, or what of it matters
  std::string fingerprint;    // equal: equal schemas
  // When the server was started, to a few seconds; nullopt where a lost connection tells all there is to know.
  std::optional<std::chrono::sys_seconds> started = std::nullopt;
  // How many statements were told to end since the server started, or took too long; 0 where that is not asked.
  std::uint64_t interruptions = 0;
  bool whole = false;  // the look took longer than others will: it read the whole schema
};

// Why somebody looks.
enum class Doubt : std::uint8_t {
  none,        // time has passed
  suspicion,   // what was known is not usable until it has been confirmed
  definition,  // a change of the schema was announced
};

class ControlConnection {
 public:
  virtual ~ControlConnection() = default;
  ControlConnection(const ControlConnection&) = delete;
  ControlConnection& operator=(const ControlConnection&) = delete;

  // Whether it still stands; false where a call found out that it does not.
  [[nodiscard]] virtual bool stands() const = 0;
  // Readable between two calls: the server has ended the connection, or said something unasked, which the next call
  // takes in.
  [[nodiscard]] virtual int descriptor() const = 0;
  [[nodiscard]] virtual Result<Check> check(Doubt doubt) = 0;
  // `name_space` becomes Source::database.
  [[nodiscard]] virtual Result<catalog::Snapshot::Source> load(const std::string& name_space) = 0;
  // Which of these server processes run.
  [[nodiscard]] virtual Result<std::set<int>> running(const std::set<int>& pids) = 0;

 protected:
  ControlConnection() = default;
};

// `database` empty: the one that the configuration names.
[[nodiscard]] Result<std::unique_ptr<ControlConnection>> open_control_connection(const ControlConfig& config,
                                                                                 const std::string& database);
// Says what is wrong with the configuration; nullopt: nothing.
[[nodiscard]] std::optional<std::string> find_problem(const ControlConfig& config);

}  // namespace tapri::dbclient
