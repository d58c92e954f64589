#include <algorithm>
#include <utility>

#include "policy/hint.h"
#include "policy/rule.h"

namespace tapri::policy {
namespace {

Verdict verdict_of(const Settings& settings, std::uint32_t rule) {
  Verdict verdict;
  verdict.action = settings.action;
  verdict.reason = settings.action == Action::bypass ? Reason::rule_bypass : Reason::none;
  verdict.ttl = settings.ttl;
  verdict.jitter = settings.jitter;
  verdict.max_result = settings.max_result;
  verdict.coherence = settings.coherence;
  verdict.snapshot_reads = settings.snapshot_reads;
  verdict.l2 = settings.l2;
  verdict.rule = rule;
  return verdict;
}

// A hint may keep a statement out of the cache or say how long its answer is good; it never lets in what a rule keeps
// out.
void heed(const Hint& hint, Verdict& verdict) {
  if (verdict.action == Action::bypass) return;
  if (hint.bypass) {
    verdict.action = Action::bypass;
    verdict.reason = Reason::hint_bypass;
  } else if (hint.ttl) {
    verdict.ttl = hint.ttl;
  }
}

class LoadedRuleSet final : public RuleSet {
 public:
  LoadedRuleSet(Settings defaults, std::vector<Rule> rules, std::vector<DeclaredEffect> effects,
                std::uint64_t text_hash)
      : defaults_(defaults), rules_(std::move(rules)), effects_(std::move(effects)), text_hash_(text_hash) {
    any_snapshot_reads_ = defaults_.snapshot_reads ||
                          std::ranges::any_of(rules_, [](const Rule& rule) { return rule.settings.snapshot_reads; });
  }

  [[nodiscard]] Verdict decide(const StatementView& statement) const override {
    Verdict verdict = verdict_of(defaults_, 0);
    Subject subject(statement);
    std::uint32_t number = 0;
    for (const Rule& rule : rules_) {
      ++number;
      if (!holds(rule.match, subject, rule.settings.action == Action::bypass)) continue;
      verdict = verdict_of(rule.settings, number);
      break;
    }
    if (defaults_.hints && !statement.hint.empty()) heed(parse_hint(statement.hint), verdict);
    return verdict;
  }

  [[nodiscard]] std::span<const DeclaredEffect> effects() const override { return effects_; }
  [[nodiscard]] std::size_t size() const override { return rules_.size(); }
  [[nodiscard]] bool any_snapshot_reads() const override { return any_snapshot_reads_; }
  [[nodiscard]] const Settings& defaults() const override { return defaults_; }
  [[nodiscard]] std::uint64_t text_hash() const override { return text_hash_; }

  [[nodiscard]] std::string rule_name(std::uint32_t rule) const override {
    const Rule* found = find(rule);
    return found == nullptr ? "defaults" : found->name + " (" + found->place + ")";
  }

  [[nodiscard]] std::string_view rule_label(std::uint32_t rule) const override {
    const Rule* found = find(rule);
    return found == nullptr ? std::string_view("defaults") : found->name;
  }

  [[nodiscard]] std::span<const std::string> tags(std::uint32_t rule) const override {
    const Rule* found = find(rule);
    return found == nullptr ? std::span<const std::string>() : found->tags;
  }

 private:
  [[nodiscard]] const Rule* find(std::uint32_t rule) const {
    return rule >= 1 && rule <= rules_.size() ? &rules_[rule - 1] : nullptr;
  }

  Settings defaults_;
  std::vector<Rule> rules_;
  std::vector<DeclaredEffect> effects_;
  std::uint64_t text_hash_;
  bool any_snapshot_reads_ = false;
};

}  // namespace

std::shared_ptr<const RuleSet> make_rule_set(Settings defaults, std::vector<Rule> rules,
                                             std::vector<DeclaredEffect> effects, std::uint64_t text_hash) {
  return std::make_shared<LoadedRuleSet>(defaults, std::move(rules), std::move(effects), text_hash);
}

std::shared_ptr<const RuleSet> default_rules() { return make_rule_set({}, {}, {}); }

}  // namespace tapri::policy
