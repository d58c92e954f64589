// What the admin API asks of the rest of the program. app/ implements it; admin/ only formats.
//
// Thread-safety: every method is called on the admin server's own thread, one at a time. A method may take a while (a
// reload reads files): only the admin API waits meanwhile. None may throw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/protocol.h"
#include "base/reason.h"
#include "base/result.h"
#include "cache/remote_tier.h"
#include "cache/store.h"
#include "telemetry/metrics.h"

namespace tapri::admin {

// Why a request could not be carried out; each is one HTTP status.
enum class Fault : std::uint8_t {
  invalid,      // 400: the request itself is wrong
  not_found,    // 404: it names a table, rule, tag or shape that is not known
  conflict,     // 409: not now (already draining, ...)
  unusable,     // 422: understood, but what it points to is not usable (a broken rule file, ...)
  unavailable,  // 503: something it needs is down
};
struct ApiError {
  Fault fault = Fault::invalid;
  std::string detail;  // a sentence for a person
};
template <typename T>
using Answer = Result<T, ApiError>;

// One line of /readyz?verbose. Only what makes Tapri itself unable to serve counts (`required`): a database or a cache
// that is down degrades to pass-through and must not take the application's pod out of service.
struct Check {
  std::string name;  // "listeners", "rules", "catalog", ...
  bool good = true;
  bool required = true;
  std::string detail;  // may be empty
};

// What an instance knows of its fleet.
struct FleetState {
  std::string mode;         // "bounded", "strict"
  bool appending = false;   // the log can be written to
  bool following = false;   // and read
  std::uint64_t epoch = 0;  // of the log
  std::uint64_t position = 0;
  std::uint64_t base = 0;  // what was read before is not used
  std::size_t open_here = 0;
  std::size_t open_elsewhere = 0;
  std::uint64_t gaps = 0;
  bool unannounced = false;
  std::optional<double> last_sync_age_seconds;  // nullopt: the log was never read
  double max_staleness_seconds = 0;
  struct Member {
    std::string id;
    double age_seconds = 0;  // since it was last heard of
    std::string says;        // a JSON object, if it is one
  };
  std::vector<Member> members;  // this one among them
};

// Of all connections to one Redis together.
struct RedisState {
  std::string tier;                                                             // whose it is; "redis": also the log's
  std::size_t connected = 0;                                                    // can be used
  std::size_t open = 0;                                                         // a breaker leaves Redis alone
  std::size_t half_open = 0;                                                    // and asks it whether it is well
  std::size_t down = 0;                                                         // not connected
  std::uint64_t opened = 0;                                                     // times that a breaker was
  std::uint64_t answered = 0, errors = 0, expired = 0, ended = 0, refused = 0;  // commands
};

// Everything that /metrics and /api/v1/stats show. Pointers and spans are valid until the next call of a method.
struct Gauges {
  struct LogRecords {
    std::string source;  // "client", "catalog", ...: who made the footprint known
    std::string kind;    // "relation", "database", ...: how much it covers
    std::uint64_t count = 0;
  };
  // What is known of one database's schema.
  struct Catalog {
    std::string database;          // "127.0.0.1:5432/shop"
    std::uint64_t generation = 0;  // grows with every change; 0 while not usable
    std::size_t relations = 0;
    // Since it was last seen to be what the database is like; nullopt: it never was read.
    std::optional<double> age_seconds;
    std::string error;  // why it cannot be read; empty while it can
  };
  struct Degraded {
    std::string component;  // "catalog", "rules", ...
    bool degraded = false;
  };
  std::span<const telemetry::WorkerMetrics* const> workers;
  cache::StoreStats memory;  // tier l1
  std::size_t flight_waiters = 0;
  std::vector<LogRecords> log_records;  // every source and kind that can occur, also at 0
  std::vector<Catalog> catalogs;
  std::vector<Degraded> degraded;          // every component that can degrade
  std::optional<FleetState> fleet;         // nullopt: it is alone
  std::vector<RedisState> redis;           // likewise none
  std::vector<cache::RemoteStats> remote;  // tiers behind the store, nearest first
  bool last_reload_successful = true;
  std::int64_t last_reload_unix_seconds = 0;  // of the last good one; start-up counts
  double start_unix_seconds = 0;
  bool draining = false;
  bool caching = true;
};

// One normalised statement text and what became of its executions.
struct ShapeStats {
  std::uint64_t fingerprint = 0;
  Protocol protocol = Protocol::postgres;
  std::string text;         // literals as ?
  std::uint64_t calls = 0;  // hits + misses + coalesced + bypassed (+ writes)
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t coalesced = 0;
  std::uint64_t bypassed = 0;
  std::array<std::uint64_t, telemetry::kInvalidationCauseCount> invalidated{};  // kept answers ended by writes
  Reason reason = Reason::none;  // why it was last not answered from the cache
  std::string rule;              // the rule that decided; "defaults"
  Duration upstream_time{};      // spent by the database on it, all calls
  Duration saved_time{};         // what hits saved
};
enum class ShapeOrder : std::uint8_t { calls, hits, misses, bypassed, upstream_time, saved_time };

struct ExplainRequest {
  std::string sql;
  std::string user;                                 // may be empty
  std::string database;                             // may be empty: the upstream's
  std::string application;                          // may be empty
  std::optional<Protocol> protocol = std::nullopt;  // of the upstreams that speak it; nullopt: of all
};

enum class FlushScope : std::uint8_t { all, table, tag, rule, fingerprint };
struct FlushRequest {
  FlushScope scope = FlushScope::all;
  std::string value;              // table ("schema.table"; globs), tag or rule name; empty for all and fingerprint
  std::uint64_t fingerprint = 0;  // for scope fingerprint
};

class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual std::vector<Check> checks() = 0;
  [[nodiscard]] virtual Gauges gauges() = 0;
  // At most `limit`, largest first.
  [[nodiscard]] virtual std::vector<ShapeStats> shapes(std::size_t limit, ShapeOrder order) = 0;
  // A JSON object: facts, shape, fingerprint, dependencies or footprint, verdict, reason.
  [[nodiscard]] virtual Answer<std::string> explain(const ExplainRequest& request) = 0;
  // How many entries were dropped.
  [[nodiscard]] virtual Answer<std::uint64_t> flush(const FlushRequest& request) = 0;
  // Reads rules (and what else may change while running) again; a JSON object saying what is in force now.
  [[nodiscard]] virtual Answer<std::string> reload() = 0;
  // Begins to drain; returns at once. The process ends when the drain has.
  [[nodiscard]] virtual Answer<void> drain() = 0;
  // The effective configuration, secrets masked, as JSON (config::print).
  [[nodiscard]] virtual std::string config_json() = 0;
  // The rules in force as JSON.
  [[nodiscard]] virtual std::string rules_json() = 0;
};

}  // namespace tapri::admin
