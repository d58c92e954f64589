// What another rule file would decide differently. `tapri rules diff` asks it about the shapes that are known.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "policy/rules.h"

namespace tapri::policy {

struct VerdictChange {
  std::size_t statement = 0;  // its place in what was handed in
  Verdict before;
  Verdict after;
};

// True where both have the same consequences; which rule they come from makes no difference.
[[nodiscard]] bool same_effect(const Verdict& a, const Verdict& b);

// In the order of `statements`. Pure.
[[nodiscard]] std::vector<VerdictChange> diff_rules(const RuleSet& before, const RuleSet& after,
                                                    std::span<const StatementView> statements);

// "cache, ttl 10m, timetable (rules.json:12)" or "bypass (rule_bypass), money (rules.json:30)".
[[nodiscard]] std::string verdict_text(const Verdict& verdict, const RuleSet& rules);

}  // namespace tapri::policy
