// One rule, read and checked: what it matches and what it says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/rules.h"

namespace re2 {
class RE2;
}

namespace tapri::policy {

// A condition that is not given is empty; every one that is given must hold.
struct Match {
  std::vector<std::string> tables;
  std::vector<std::string> tables_all;
  std::vector<std::string> user;
  std::vector<std::string> database;
  std::vector<std::string> application;
  std::vector<std::string> comment;
  std::vector<std::string> shape;  // in normal_form()
  std::vector<std::uint64_t> fingerprint;
  std::shared_ptr<const re2::RE2> query;
};

// Each: the inner nullopt is no limit.
struct RemoteOverrides {
  std::optional<bool> enabled;
  std::optional<RemoteStore> store;
  std::optional<std::optional<std::uint64_t>> max_size;
  std::optional<std::optional<double>> max_rate;
  std::optional<std::optional<std::uint64_t>> max_bytes_per_second;
  std::optional<std::optional<Duration>> ttl;
  std::optional<std::optional<Duration>> min_cost;
};

// What a rule changes of the defaults.
struct Overrides {
  std::optional<Action> action;
  std::optional<std::optional<Duration>> ttl;
  std::optional<double> jitter;
  std::optional<std::uint64_t> max_result;
  std::optional<Coherence> coherence;
  std::optional<bool> snapshot_reads;
  RemoteOverrides l2;
  std::optional<bool> hints;
};

[[nodiscard]] Settings apply(const Overrides& overrides, Settings settings);

struct Rule {
  std::string name;
  std::string place;  // "rules.json:12"
  Match match;
  Settings settings;  // the defaults with the rule's own laid over them
  std::vector<std::string> tags;
};

// A statement, with what several rules may ask of it worked out once. Refers to the view that it is made from.
class Subject {
 public:
  explicit Subject(const StatementView& statement) : view(statement) {}
  const StatementView& view;
  [[nodiscard]] const std::string& normal_shape();

 private:
  std::optional<std::string> normal_shape_;
};

// `careful`: a table whose schema is not known counts as being in any schema. For rules that forbid.
[[nodiscard]] bool holds(const Match& match, Subject& subject, bool careful);

[[nodiscard]] std::shared_ptr<const RuleSet> make_rule_set(Settings defaults, std::vector<Rule> rules,
                                                           std::vector<DeclaredEffect> effects,
                                                           std::uint64_t text_hash = 0);

}  // namespace tapri::policy
