// What fuzzed sessions live in: a small store, a log, a catalog that may be lost and read again, the default rules; and
// how their inputs are read.
//
// Input: steps. A step is a byte that says what happens, a length and that many bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cache/memory/memory_store.h"
#include "catalog/snapshot.h"
#include "session/analyzer.h"
#include "session/services.h"
#include "session/worker_services.h"

namespace tapri::session::fuzz {

inline void check(bool holds) {
  if (!holds) std::abort();
}

// Two tables: t (10; id, its primary key, and a second column), u (11).
inline catalog::Snapshot::Source two_tables(const std::string& schema, const std::string& second) {
  catalog::Snapshot::Source source;
  for (const char* name : {"t", "u"}) {
    catalog::Relation relation;
    relation.oid = static_cast<catalog::ObjectId>(10 + source.relations.size());
    relation.schema = schema;
    relation.name = name;
    relation.kind = catalog::RelationKind::table;
    source.relations.push_back(relation);
  }
  source.relations[0].columns.resize(2);
  source.relations[0].columns[0].name = "id";
  source.relations[0].columns[0].type = catalog::ColumnType::integer;
  source.relations[0].columns[1].name = second;
  source.relations[0].columns[1].type = catalog::ColumnType::other;
  source.relations[0].only_unique_key = {"id"};
  source.unique_keys = {{10, {"id"}, true}};
  return source;
}

class Catalog final : public CatalogSource {
 public:
  Catalog(std::string name_space, catalog::Snapshot::Source source) : name_(std::move(name_space)) {
    source.database = name_;
    snapshot_ = catalog::Snapshot::build(std::move(source));
  }
  [[nodiscard]] const std::string& name_space() const override { return name_; }
  [[nodiscard]] std::uint64_t generation() const override { return usable_ ? generation_ : 0; }
  [[nodiscard]] std::shared_ptr<const catalog::Snapshot> snapshot() const override { return snapshot_; }
  [[nodiscard]] bool known() const override { return true; }
  void invalidate() override { usable_ = false; }
  void write_began(std::uint64_t) override { ++writes_; }
  void write_ended(std::uint64_t) override { check(--writes_ >= 0); }
  [[nodiscard]] std::uint64_t settings_generation() const override { return 1; }
  void load() {
    ++generation_;
    usable_ = true;
  }
  [[nodiscard]] int writes() const { return writes_; }

 private:
  std::string name_;
  std::shared_ptr<const catalog::Snapshot> snapshot_;
  std::uint64_t generation_ = 1;
  bool usable_ = true;
  int writes_ = 0;
};

class Rules final : public RulesSource {
 public:
  [[nodiscard]] std::uint64_t generation() const override { return 1; }
  [[nodiscard]] std::shared_ptr<const policy::RuleSet> current() const override { return rules_; }

 private:
  std::shared_ptr<const policy::RuleSet> rules_ = policy::default_rules();
};

struct World {
  explicit World(std::shared_ptr<Catalog> tables) : catalog(std::move(tables)) {
    cache::memory::MemoryStore::Config config;
    config.budget_bytes = std::size_t{1} << 20U;
    store = std::move(*cache::memory::MemoryStore::make(config));
    shared = std::unique_ptr<Shared>(new Shared{.upstream = "fuzz",
                                                .store = *store,
                                                .flights = flights,
                                                .log = log,
                                                .freshness = freshness,
                                                .shapes = shapes,
                                                .contexts = contexts,
                                                .prepared_transactions = prepared_transactions,
                                                .rules = rules,
                                                .clock = clock,
                                                .limits = {.max_statement = 2000, .max_message = 1 << 20},
                                                .catalog = [this](const std::string&) { return catalog; }});
    analyzer = std::make_unique<Analyzer>(*shared);
  }
  // Once the sessions are gone: nothing stays dirty, and no write is under way.
  void check_quiet() const {
    check(catalog->writes() == 0);
    const coherence::Dependency everything[] = {coherence::all_of(catalog->name_space()),
                                                coherence::any_of(catalog->name_space(), 10),
                                                coherence::any_of(catalog->name_space(), 11)};
    check(log.check(everything, log.position()) == coherence::Validity::valid);
  }
  [[nodiscard]] WorkerServices services() { return {*shared, *analyzer, metrics, 0}; }

  ManualClock clock;
  std::unique_ptr<cache::memory::MemoryStore> store;
  cache::Flights flights{{}};
  coherence::InvalidationLog log{256};
  coherence::Freshness freshness;
  ShapeTable shapes{{}};
  ContextTable contexts;
  PreparedTransactions prepared_transactions;
  Rules rules;
  std::shared_ptr<Catalog> catalog;
  std::unique_ptr<Shared> shared;
  std::unique_ptr<Analyzer> analyzer;
  telemetry::WorkerMetrics metrics;
};

inline bool inside(ByteView part, ByteView whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

class Steps {
 public:
  explicit Steps(std::string_view data) : rest_(data) {}
  bool next(std::uint8_t& what, std::string_view& bytes) {
    if (rest_.size() < 2) return false;
    what = static_cast<std::uint8_t>(rest_[0]);
    const std::size_t size = std::min<std::size_t>(static_cast<std::uint8_t>(rest_[1]), rest_.size() - 2);
    bytes = rest_.substr(2, size);
    rest_.remove_prefix(2 + size);
    return true;
  }

 private:
  std::string_view rest_;
};

}  // namespace tapri::session::fuzz
