// What sessions share: one Shared for each upstream, one Worker for each thread.
//
// Thread-safety: Shared and all it refers to from any thread; a Worker and its Analyzer on their own thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "cache/flight.h"
#include "cache/store.h"
#include "catalog/resolve.h"
#include "catalog/snapshot.h"
#include "coherence/freshness.h"
#include "coherence/log.h"
#include "policy/rules.h"
#include "session/context.h"
#include "session/kills.h"
#include "session/prepared_transactions.h"
#include "session/remote_admission.h"
#include "session/shape_table.h"
#include "telemetry/metrics.h"

namespace tapri::session {

// The catalog of one database as a session sees it. dbclient/ stands behind it.
class CatalogSource {
 public:
  virtual ~CatalogSource() = default;
  // What dependencies of this database are made with.
  [[nodiscard]] virtual const std::string& name_space() const = 0;
  // 0: not usable now (not read yet, or the schema may have changed). Else it changes whenever the snapshot does.
  [[nodiscard]] virtual std::uint64_t generation() const = 0;
  // Null when not usable.
  [[nodiscard]] virtual std::shared_ptr<const catalog::Snapshot> snapshot() const = 0;
  // Was there ever a snapshot? Tells catalog_pending from catalog_unavailable.
  [[nodiscard]] virtual bool known() const = 0;
  // By what was last known of the schema, usable or not; nullopt: it never was known.
  [[nodiscard]] virtual std::optional<catalog::HiddenEffects> hidden_effects() const { return std::nullopt; }
  // Whether something that was `resolved` under a generation, and seemed to change nothing, may have met another schema
  // by now, in which it writes. While none is usable nothing is answered from the cache, and what was kept before is
  // older than whatever changed the schema.
  [[nodiscard]] bool hides_more_than(std::uint64_t resolved) const {
    const std::uint64_t now = this->generation();
    const auto hidden = now == 0 || now == resolved ? std::nullopt : hidden_effects();
    return hidden && *hidden != catalog::HiddenEffects{};
  }
  // The schema may have changed: not usable from the moment this returns until it was read again.
  virtual void invalidate() = 0;
  // A statement of unknown effects was committed, which only perhaps changed the schema. As invalidate() while usable;
  // while not, it does not hold up the reading that is under way.
  virtual void suspect() { invalidate(); }
  // The server was asked to read its configuration anew, which its processes do one after the other, soon. As
  // suspect(), but not usable before that was seen, or is no longer to be expected.
  virtual void reload_asked() { suspect(); }
  // Another instance of a fleet has written it knows not what, which only perhaps changed the schema. As suspect(), but
  // where that happens without a break the schema stays usable while it is looked at anew: else instances would keep
  // each other's from being usable, for what they write meanwhile they cannot name.
  virtual void doubt() { suspect(); }
  // A write that was resolved under `generation` is under way: should the schema change meanwhile, the catalog stays
  // unusable until it has ended, since it may do more than was known.
  virtual void write_began(std::uint64_t generation) = 0;
  virtual void write_ended(std::uint64_t generation) = 0;
  // Changes when settings outside sessions may have (the server's configuration was reloaded): probe again.
  [[nodiscard]] virtual std::uint64_t settings_generation() const = 0;
  // Something was named that the schema does not have: it was perhaps changed around Tapri. Looks soon, and stays
  // usable meanwhile; cheap enough to be called for every statement.
  virtual void look_again() const {}
};

// The rules in force.
class RulesSource {
 public:
  virtual ~RulesSource() = default;
  [[nodiscard]] virtual std::uint64_t generation() const = 0;
  [[nodiscard]] virtual std::shared_ptr<const policy::RuleSet> current() const = 0;
};

struct Limits {
  std::size_t max_statement = 1024UL * 1024;  // bytes of SQL that are analysed; longer ones pass as not understood
  std::size_t max_message = 1024UL * 1024 * 1024 + 5;  // bytes; a longer client message is refused (54000)
  std::size_t max_key = 16UL * 1024;                   // bytes of parameters or literals in a cache key
  std::uint64_t max_result = 16UL * 1024 * 1024;       // bytes of a result that is kept; a rule may only ask for less
  std::size_t max_prepared = 10'000;                   // statements remembered for a session
  Duration flight_wait = std::chrono::seconds(2);
  // What took the database so long or longer when it was last computed is asked for by one instance at a time, if it
  // takes no longer than lock_ttl, which is how long the others wait at most. 0: all ask.
  Duration lock_above{};
  Duration lock_ttl = std::chrono::seconds(5);
  std::uint64_t max_remote_result = 1024UL * 1024;  // bytes of a result that other instances can be given
  bool lazy_begin = true;                           // BEGIN is answered at once and sent when it is needed
  bool lazy_prepare = true;  // so is the Parse of a named read that the server is known to accept
};

struct Shared {
  std::string upstream;  // "127.0.0.1:5432": the namespace of keys and dependencies
  cache::Store& store;
  cache::Flights& flights;
  coherence::InvalidationLog& log;
  const coherence::Freshness& freshness;
  ShapeTable& shapes;
  ContextTable& contexts;
  PreparedTransactions& prepared_transactions;
  RulesSource& rules;
  const Clock& clock;
  Limits limits;
  catalog::Precision precision = catalog::Precision::rows;  // of what writes invalidate
  catalog::Dialect dialect = catalog::Dialect::postgresql;
  // The catalog of a database of this upstream; called once a session.
  std::function<std::shared_ptr<CatalogSource>(const std::string& database)> catalog;
  // A session of `database` sends a statement that may need that nobody else is connected to some database: whatever
  // Tapri itself has connected is closed. Does not wait. Null where there is nothing to close.
  std::function<void(const std::string& database)> release_connections = {};
  std::atomic<bool> caching{true};
  std::atomic<bool> asks_found_rows{false};  // MySQL: some session has, or may at any time
  RemoteAdmission admission = {};
  Kills kills = {};
};

}  // namespace tapri::session
