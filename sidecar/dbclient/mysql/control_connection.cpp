#include "dbclient/mysql/control_connection.h"

#include <exception>
#include <utility>

#include "dbclient/mysql/queries.h"
#include "dbclient/mysql/reader.h"
#include "dbclient/mysql/source.h"
#include "telemetry/log.h"

namespace tapri::dbclient::mysql {
namespace {

// Of reading the schema while it changes.
constexpr int kAttempts = 4;

void say_what_is_not_seen(const Schema& schema, const catalog::Snapshot::Source& source) {
  const auto warn = [&](const char* message) {
    telemetry::log(telemetry::Level::warn, "catalog", message, {{"name_space", source.database}});
  };
  if (source.server.limited) {
    warn("privileges are missing that show triggers and foreign keys: every write counts as one to everything");
  } else if (!schema.privileges.sources) {
    warn("the privilege SELECT is missing, that shows definitions: what goes through a view counts as a write");
  }
  if (source.server.event_scheduler && source.server.events > 0) {
    warn("events are enabled, whose writes are not seen");
  }
}

// Turns what `work` throws into an error.
template <typename Work>
auto attempt(Work work) -> Result<decltype(work())> {
  try {
    return work();
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}

}  // namespace

Result<std::unique_ptr<ControlConnection>> ControlConnection::open(const ControlConfig& config) {
  return attempt([&] { return std::unique_ptr<ControlConnection>(new ControlConnection(config)); });
}

ControlConnection::ControlConnection(const ControlConfig& config) : client_(config) {
  std::vector<std::string> grants;
  client_.run(kGrantsQuery, [&](const Row& row) { grants.emplace_back(row.text(0)); });
  sees_sessions_ = privileges_of(grants).process;
}

Counters ControlConnection::counters() {
  Counters counters;
  client_.run(kCountersQuery, [&](const Row& row) { count(counters, row.text(0), row.number(1)); });
  return counters;
}

bool ControlConnection::defining() {
  if (!sees_sessions_) return true;
  bool any = false;
  client_.run(kSessionsQuery, [&](const Row& row) { any = any || may_define(row.text(4), row.text(7)); });
  return any;
}

// Several queries have no snapshot in common. Where nothing was defined meanwhile, or they say the same twice, what
// they say is of one moment.
Schema ControlConnection::read_whole(const Counters& before, bool quiet) {
  Schema schema = read_schema(client_);
  for (int i = 0; i < kAttempts; ++i) {
    if (schema.fingerprint == fingerprint_) return schema;
    if (quiet && counters().definitions == before.definitions) return schema;
    quiet = false;
    Schema again = read_schema(client_);
    if (again.fingerprint == schema.fingerprint) return again;
    schema = std::move(again);
  }
  throw ClientError("the schema changes while it is read");
}

void ControlConnection::read_if_due(const Counters& before, Check& check, Doubt doubt) {
  const TimePoint begin = clock_.now();
  if (!schedule_.due(before, doubt, begin)) return;
  const bool quiet = !defining();
  Schema schema = read_whole(before, quiet);
  schedule_.read(before, quiet, schema.fingerprint != fingerprint_, begin, clock_.now());
  fingerprint_ = schema.fingerprint;
  check.whole = true;
  read_ = std::move(schema);
}

void ControlConnection::look(Check& check, Doubt doubt) {
  read_.reset();
  const Counters before = counters();
  check.interruptions = before.interruptions;
  client_.run(kConfigurationQuery, [&](const Row& row) {
    check.configuration = std::string(row.text(0)) + " " + std::to_string(before.privileges);
    check.started = std::chrono::sys_seconds(std::chrono::seconds(row.number(1) - before.uptime));
  });
  read_if_due(before, check, doubt);
  check.fingerprint = fingerprint_;
}

Result<Check> ControlConnection::check(Doubt doubt) {
  return attempt([&] {
    Check check;
    look(check, doubt);
    return check;
  });
}

Result<catalog::Snapshot::Source> ControlConnection::load(const std::string& name_space) {
  return attempt([&] {
    if (!read_) read_ = read_whole(counters(), false);
    catalog::Snapshot::Source source = build_source(*read_, name_space);
    say_what_is_not_seen(*read_, source);
    read_.reset();
    return source;
  });
}

Result<std::set<int>> ControlConnection::running(const std::set<int>& pids) {
  return attempt([&] {
    if (!sees_sessions_) throw ClientError("without the privilege PROCESS other sessions cannot be seen");
    std::set<int> found;
    client_.run(kSessionsQuery, [&](const Row& row) {
      const int id = static_cast<int>(row.number(0));
      if (pids.contains(id)) found.insert(id);
    });
    return found;
  });
}

}  // namespace tapri::dbclient::mysql
