// Turns statement texts into analyses, remembering both: a text's shape is parsed once in the process, and analysed
// once for each context.
//
// Thread-safety: none; each worker has its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/accepted_parses.h"
#include "session/analysis.h"
#include "session/context.h"
#include "session/services.h"
#include "sql/mysql/dialect.h"

namespace tapri::session {

// A text as shape and literals. The literals' view is good until the next call of parse().
struct ParsedText {
  ShapeRef shape;
  std::string_view literals;
};

// Who asks, besides the context: what rules may match on but results do not depend on.
struct Asker {
  std::string_view upstream_database;  // namespace of dependencies: "127.0.0.1:5432/shop"
  std::string_view database;
  std::string_view user;
  std::string_view application;
};

// What the namespaces of one upstream's databases have in common: "127.0.0.1:5432".
[[nodiscard]] std::string_view upstream_of(const Asker& asker);

class Analyzer {
 public:
  explicit Analyzer(Shared& shared);

  [[nodiscard]] ParsedText parse(std::string_view sql);
  // Of MySQL.
  [[nodiscard]] ParsedText parse(std::string_view sql, const sql::mysql::Dialect& dialect);
  // `context` may be null (not known): names are then not resolved; any write is a write to everything.
  [[nodiscard]] AnalysisRef analyse(const ShapeRef& shape, const ContextRef& context, const Asker& asker,
                                    const CatalogSource& catalog);
  // Whether a rule lets any statement be answered in a snapshot.
  [[nodiscard]] bool any_snapshot_reads() {
    refresh_rules();
    return rules_->any_snapshot_reads();
  }
  [[nodiscard]] AcceptedParses& accepted_parses() { return accepted_parses_; }
  // Still what analyse() would say?
  [[nodiscard]] bool current(const Analysis& analysis, const CatalogSource& catalog) const {
    return fits(analysis, catalog.generation(), catalog) && analysis.rules_generation == rules_generation_ &&
           rules_generation_ == shared_.rules.generation();
  }

 private:
  struct Key {
    std::uint64_t shape = 0;
    std::uint64_t context = 0;
    std::uint64_t application = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  static constexpr std::size_t kMaxRemembered = 20'000;

  // How texts are read: where it is null, as PostgreSQL's.
  using Reading = const sql::mysql::Dialect*;
  // A text of late, with what it was found to be.
  struct Recent {
    std::string sql;
    sql::mysql::Dialect dialect;  // of MySQL
    ShapeRef shape;               // null: the slot is free
    std::string literals;
  };
  // A text belongs to one slot, by its hash. Longer texts take no slot: so they all take 4 MiB at most.
  static constexpr std::size_t kRecent = 4096;
  static constexpr std::size_t kMaxRecentText = 512;

  [[nodiscard]] ParsedText parse(std::string_view sql, Reading dialect);
  [[nodiscard]] ParsedText parse_anew(std::string_view sql, Reading dialect);
  [[nodiscard]] sql::Facts facts_of(std::string_view sql, Reading dialect) const;
  void refresh_rules();
  [[nodiscard]] static bool fits(const Analysis& analysis, std::uint64_t generation, const CatalogSource& catalog) {
    return analysis.catalog_generation == generation &&
           (generation != 0 || analysis.hidden == catalog.hidden_effects());
  }

  Shared& shared_;
  std::uint64_t rules_generation_ = 0;
  std::shared_ptr<const policy::RuleSet> rules_;
  std::string shape_text_;
  std::string literals_;
  TextMap<ShapeRef> shapes_;
  std::vector<Recent> recent_;
  std::unordered_map<Key, AnalysisRef, KeyHash> analyses_;
  AcceptedParses accepted_parses_;
};

// The pure part: what `rules` and `snapshot` (null: no catalog) say of `shape` for that asker. `search_path` is empty
// where the context is not known.
struct AnalysisInput {
  ShapeRef shape;
  const catalog::Snapshot* snapshot = nullptr;
  const Context* context = nullptr;
  const policy::RuleSet& rules;
  Asker asker;
  Reason without_catalog = Reason::catalog_unavailable;
  std::optional<catalog::HiddenEffects> hidden = {};  // what was last known, where `snapshot` is null
  catalog::Precision precision = catalog::Precision::rows;
  catalog::Dialect dialect = catalog::Dialect::postgresql;
};
[[nodiscard]] Analysis analyse(const AnalysisInput& input);

}  // namespace tapri::session
