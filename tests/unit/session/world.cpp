#include "unit/session/world.h"

#include <gtest/gtest.h>

namespace tapri::session::test {
namespace {

using catalog::Relation;
using catalog::RelationKind;
using catalog::Routine;
using catalog::Volatility;

Relation relation(catalog::ObjectId oid, std::string name, RelationKind kind = RelationKind::table,
                  std::string schema = "public") {
  Relation result;
  result.oid = oid;
  result.schema = std::move(schema);
  result.name = std::move(name);
  result.kind = kind;
  return result;
}

Routine routine(std::string schema, std::string name, Volatility volatility) {
  Routine result;
  result.schema = std::move(schema);
  result.name = std::move(name);
  result.volatility = volatility;
  result.takes_row = false;
  return result;
}

}  // namespace

catalog::Snapshot::Source shop() {
  catalog::Snapshot::Source source;
  source.database = "test/shop";
  source.fingerprint = "1";
  source.relations = {relation(10, "orders"),
                      relation(11, "items"),
                      relation(12, "prices"),
                      relation(13, "audited"),
                      relation(20, "v_orders", RelationKind::view),
                      relation(40, "orders", RelationKind::table, "app")};
  source.relations[3].write_side_effects = true;
  source.foreign_keys = {{10, 11, {}, {}}};
  source.functions = {routine("pg_catalog", "lower", Volatility::immutable),
                      routine("pg_catalog", "set_config", Volatility::is_volatile),
                      routine("pg_catalog", "pg_advisory_lock", Volatility::is_volatile),
                      routine("public", "price_of", Volatility::stable),
                      routine("public", "place_order", Volatility::is_volatile)};
  source.operators = {routine("pg_catalog", "=", Volatility::immutable)};
  catalog::Type integer;
  integer.schema = "pg_catalog";
  integer.name = "int4";
  integer.safe_input = true;
  source.types = {integer};
  source.server_version = 150004;
  return source;
}

FakeCatalog::FakeCatalog(std::string name_space) : name_space_(std::move(name_space)) {
  load(shop());
  generation_ = 1;
}

void FakeCatalog::invalidate() {
  ++invalidated;
  usable = false;
  if (log != nullptr) records_when_invalidated = log->records();
}

void FakeCatalog::suspect() {
  ++suspected;
  usable = false;
  if (log != nullptr) records_when_invalidated = log->records();
}

void FakeCatalog::load(catalog::Snapshot::Source source) {
  source.database = name_space_;
  snapshot_ = catalog::Snapshot::build(std::move(source));
  ++generation_;
  usable = true;
}

void FakeRules::set(std::string_view text) {
  auto parsed = policy::parse_rules(text, "rules.json");
  ASSERT_TRUE(parsed) << parsed.error().message;
  rules_ = *parsed;
  ++generation_;
}

World::World(std::size_t cache_bytes) {
  cache::memory::MemoryStore::Config config;
  config.budget_bytes = cache_bytes;
  store = std::move(*cache::memory::MemoryStore::make(config));
  catalog->log = &log;
  shared = std::unique_ptr<Shared>(new Shared{.upstream = "test",
                                              .store = *store,
                                              .flights = flights,
                                              .log = log,
                                              .freshness = freshness,
                                              .shapes = shapes,
                                              .contexts = contexts,
                                              .prepared_transactions = prepared_transactions,
                                              .rules = rules,
                                              .clock = clock,
                                              .limits = {.lazy_begin = false, .lazy_prepare = false},
                                              .catalog = [this](const std::string&) { return catalog; }});
  analyzer = std::make_unique<Analyzer>(*shared);
}

bool World::dirty(std::uint32_t relation) const {
  const std::vector<coherence::Dependency> on = {coherence::any_of(catalog->name_space(), relation)};
  return log.check(on, log.position()) == coherence::Validity::write_in_flight;
}

bool World::all_dirty() const {
  const std::vector<coherence::Dependency> on = {coherence::all_of(catalog->name_space())};
  return log.check(on, log.position()) == coherence::Validity::write_in_flight;
}

bool World::written(std::uint32_t relation, coherence::Position since) const {
  const std::vector<coherence::Dependency> on = {coherence::any_of(catalog->name_space(), relation)};
  return log.check(on, since) == coherence::Validity::invalidated;
}

bool World::all_written(coherence::Position since) const {
  const std::vector<coherence::Dependency> on = {coherence::all_of(catalog->name_space())};
  return log.check(on, since) == coherence::Validity::invalidated;
}

}  // namespace tapri::session::test
