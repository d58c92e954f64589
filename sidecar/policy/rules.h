// The rule file: what is cached, how long, and what the statements alone cannot tell.
//
// Format: docs/rules.md and rules/rules.schema.json. A RuleSet is immutable and shared; loading is all or nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/reason.h"
#include "base/result.h"
#include "sql/facts.h"

namespace tapri::policy {

enum class Action : std::uint8_t { cache, bypass };
enum class Coherence : std::uint8_t {
  automatic,  // entries are invalidated by writes, and end with their TTL
  ttl,        // no invalidation: a hit is at most its TTL old
};

// When an answer goes to the tiers behind the store.
enum class RemoteStore : std::uint8_t {
  at_once,      // as soon as it is kept
  at_eviction,  // when the store has no more room for it, or the program ends
};

// Which of the answers that are kept are kept in the tiers behind the store as well, for other instances.
struct RemoteSettings {
  bool enabled = true;
  RemoteStore store = RemoteStore::at_once;
  std::optional<std::uint64_t> max_size;              // bytes of a result; nullopt here and below: no limit of a rule's
  std::optional<double> max_rate;                     // stores a second
  std::optional<std::uint64_t> max_bytes_per_second;  // of results that are stored
  std::optional<Duration> ttl;                        // how old one may become that was found there
  std::optional<Duration> min_cost;                   // of the database's time
  bool operator==(const RemoteSettings&) const = default;
};

struct Settings {
  Action action = Action::cache;
  std::optional<Duration> ttl = std::chrono::minutes(10);  // nullopt: never expires by time
  double jitter = 0.1;                                     // share of the TTL taken off at random, 0..1
  std::uint64_t max_result = 1ULL << 20U;                  // bytes
  Coherence coherence = Coherence::automatic;
  bool snapshot_reads = false;  // kept answers may be given in a REPEATABLE READ READ ONLY transaction
  RemoteSettings l2;
  bool hints = true;  // comments in statements may override
};

// What rules are matched against. Views live as long as the call.
struct StatementView {
  std::string_view user;
  std::string_view database;
  std::string_view application;
  std::string_view shape;  // normalised text, literals as ?
  std::uint64_t fingerprint = 0;
  std::string_view hint;                       // "ttl=30s", from a leading /* tapri: ... */; may be empty
  std::string_view comment;                    // what "comment" conditions are matched against: the hint's text too
  std::span<const sql::QualifiedName> tables;  // resolved where possible
  std::span<const sql::QualifiedName> functions;
};

// The decision for a read. `reason` is none where it may be cached.
struct Verdict {
  Action action = Action::cache;
  Reason reason = Reason::none;
  std::optional<Duration> ttl;
  double jitter = 0;
  std::uint64_t max_result = 0;
  Coherence coherence = Coherence::automatic;
  bool snapshot_reads = false;
  RemoteSettings l2;
  std::uint32_t rule = 0;  // 1-based number in the set; 0: the defaults
};

// One entry of "dependencies": effects that statements do not show.
struct DeclaredEffect {
  std::optional<std::string> when_writes;  // glob over tables
  std::optional<std::string> when_calls;   // glob over functions
  std::vector<std::string> also_changes;   // "table" or "schema.table"
  std::vector<std::string> changes;
  std::vector<std::string> reads;
  bool deterministic = false;
};

class RuleSet {
 public:
  virtual ~RuleSet() = default;
  [[nodiscard]] virtual Verdict decide(const StatementView& statement) const = 0;
  [[nodiscard]] virtual std::span<const DeclaredEffect> effects() const = 0;
  // "timetable (rules.json:12)"; "defaults" for 0.
  [[nodiscard]] virtual std::string rule_name(std::uint32_t rule) const = 0;
  // "timetable", without its place: what `flush` by rule and case files go by; "defaults" for 0. Valid as long as the
  // set.
  [[nodiscard]] virtual std::string_view rule_label(std::uint32_t) const { return {}; }
  // What `flush` by tag goes by; none for 0. Valid as long as the set.
  [[nodiscard]] virtual std::span<const std::string> tags(std::uint32_t) const { return {}; }
  [[nodiscard]] virtual std::size_t size() const = 0;
  // Whether there is any statement that may be answered in a snapshot.
  [[nodiscard]] virtual bool any_snapshot_reads() const { return false; }
  [[nodiscard]] virtual const Settings& defaults() const = 0;
  // A hash of the files' texts: instances with the same rules have the same. 0: there are no files.
  [[nodiscard]] virtual std::uint64_t text_hash() const { return 0; }
};

// Everything cached that can be, ten minutes long.
[[nodiscard]] std::shared_ptr<const RuleSet> default_rules();

// One file, or a folder whose *.json are read in name order. The error names file, line, column, the key and what was
// expected.
[[nodiscard]] Result<std::shared_ptr<const RuleSet>> load_rules(const std::string& path);
[[nodiscard]] Result<std::shared_ptr<const RuleSet>> parse_rules(std::string_view text, const std::string& name);

// Glob with * and ?; a pattern without a dot matches the name in any schema, one with a dot schema.name.
[[nodiscard]] bool matches_table(std::string_view pattern, const sql::QualifiedName& table);

// "10m", "250ms", "1d"; "1MiB"; "10%".
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);
[[nodiscard]] Result<double> parse_percentage(std::string_view text);

}  // namespace tapri::policy
