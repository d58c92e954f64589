// Whether a schema may have changed since it was read, from what costs little: the server counts the statements that
// define something, each before it begins. Where no more have been counted than when the schema was read, and none was
// being carried out then, it is the same.
//
// What is not counted (a change of the server's own files, tables of the schema `mysql`) is found by reading the schema
// again now and then.
//
// Thread-safety: none; CatalogKeeper's thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "dbclient/control_connection.h"

namespace tapri::dbclient::mysql {

// Since the server started.
struct Counters {
  std::uint64_t definitions = 0;    // of schemas; of temporary tables where the server does not tell them apart
  std::uint64_t privileges = 0;     // statements that change users, roles or what they may do
  std::uint64_t interruptions = 0;  // statements that were told to end, or took too long
  std::uint64_t uptime = 0;         // seconds
};

// Takes in one row of SHOW GLOBAL STATUS.
void count(Counters& counters, std::string_view name, std::uint64_t value);

// Whether a session that is at this (SHOW PROCESSLIST: Command, Info) may be defining something. What is not known to
// be harmless may.
[[nodiscard]] bool may_define(std::string_view command, std::string_view statement);

// When the schema is to be read again.
class LookSchedule {
 public:
  // Whether it is, at `now`.
  [[nodiscard]] bool due(const Counters& counters, Doubt doubt, TimePoint now) const;
  // It was read, from `begin` to `end`, after `counters` were asked for. `settled`: nothing was being defined then.
  void read(const Counters& counters, bool settled, bool changed, TimePoint begin, TimePoint end);

 private:
  bool known_ = false;
  bool settled_ = false;
  std::uint64_t definitions_ = 0;
  TimePoint if_counted_{};  // from when on it is read again if anything may have changed, without a doubt
  TimePoint in_any_case_{};
};

}  // namespace tapri::dbclient::mysql
