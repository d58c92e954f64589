// What sessions under test share: real store, log, flights and analyzer over a hand-made catalog, and a clock that
// moves when told to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/memory/memory_store.h"
#include "catalog/snapshot.h"
#include "session/pg/session.h"

namespace tapri::session::test {

// Relations: 10 orders -> 11 items (cascade), 12 prices, 13 audited (trigger), 20 v_orders (view), 40 app.orders.
// Functions: place_order (writes), price_of (stable).
[[nodiscard]] catalog::Snapshot::Source shop();

class FakeCatalog final : public CatalogSource {
 public:
  explicit FakeCatalog(std::string name_space = "test/shop");
  [[nodiscard]] const std::string& name_space() const override { return name_space_; }
  [[nodiscard]] std::uint64_t generation() const override { return usable ? generation_ : 0; }
  [[nodiscard]] std::shared_ptr<const catalog::Snapshot> snapshot() const override {
    return usable ? snapshot_ : nullptr;
  }
  [[nodiscard]] bool known() const override { return true; }
  [[nodiscard]] std::optional<catalog::HiddenEffects> hidden_effects() const override {
    return snapshot_->hidden_effects();
  }
  void invalidate() override;
  void suspect() override;
  void reload_asked() override {
    ++reloads;
    suspect();
  }
  void write_began(std::uint64_t) override { ++writes_under_way; }
  void write_ended(std::uint64_t) override { --writes_under_way; }
  [[nodiscard]] std::uint64_t settings_generation() const override { return settings; }

  // The schema was read again.
  void load(catalog::Snapshot::Source source);

  bool usable = true;
  std::uint64_t settings = 1;
  int invalidated = 0;
  int suspected = 0;
  int reloads = 0;
  int writes_under_way = 0;
  const coherence::InvalidationLog* log = nullptr;
  std::uint64_t records_when_invalidated = 0;  // of `log`

 private:
  std::string name_space_;
  std::uint64_t generation_ = 1;
  std::shared_ptr<const catalog::Snapshot> snapshot_;
};

class FakeRules final : public RulesSource {
 public:
  [[nodiscard]] std::uint64_t generation() const override { return generation_; }
  [[nodiscard]] std::shared_ptr<const policy::RuleSet> current() const override { return rules_; }
  void set(std::string_view text);

 private:
  std::uint64_t generation_ = 1;
  std::shared_ptr<const policy::RuleSet> rules_ = policy::default_rules();
};

struct World {
  explicit World(std::size_t cache_bytes = std::size_t{16} << 20U);
  // Is a write to that relation under way?
  [[nodiscard]] bool dirty(std::uint32_t relation) const;
  [[nodiscard]] bool all_dirty() const;
  // Was there a write to it (or to everything) since `position`?
  [[nodiscard]] bool written(std::uint32_t relation, coherence::Position since) const;
  [[nodiscard]] bool all_written(coherence::Position since) const;
  [[nodiscard]] std::uint64_t bypassed(Reason reason) const {
    return metrics.bypass[static_cast<std::size_t>(reason)].value();
  }
  [[nodiscard]] std::uint64_t count(telemetry::Outcome outcome) const {
    return metrics.statements[static_cast<std::size_t>(outcome)].value();
  }
  [[nodiscard]] std::uint64_t filled(telemetry::FillResult result) const {
    return metrics.fills[static_cast<std::size_t>(result)].value();
  }
  [[nodiscard]] std::uint64_t entries() const { return store->stats().entries; }

  ManualClock clock;
  std::unique_ptr<cache::memory::MemoryStore> store;
  cache::Flights flights{{}};
  coherence::InvalidationLog log{4096};
  coherence::Freshness freshness;
  ShapeTable shapes{{}};
  ContextTable contexts;
  PreparedTransactions prepared_transactions;
  FakeRules rules;
  std::shared_ptr<FakeCatalog> catalog = std::make_shared<FakeCatalog>();
  std::unique_ptr<Shared> shared;
  std::unique_ptr<Analyzer> analyzer;
  telemetry::WorkerMetrics metrics;
  cache::RemoteTier* remote = nullptr;
  Demotions* demotions = nullptr;
};

inline constexpr std::uint32_t kOrders = 10;
inline constexpr std::uint32_t kItems = 11;
inline constexpr std::uint32_t kPrices = 12;
inline constexpr std::uint32_t kAppOrders = 40;

}  // namespace tapri::session::test
