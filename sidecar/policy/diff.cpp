#include "policy/diff.h"

#include "policy/cases.h"

namespace tapri::policy {

bool same_effect(const Verdict& a, const Verdict& b) {
  if (a.action != b.action || a.reason != b.reason) return false;
  if (a.action == Action::bypass) return true;
  return a.ttl == b.ttl && a.jitter == b.jitter && a.max_result == b.max_result && a.coherence == b.coherence &&
         a.snapshot_reads == b.snapshot_reads && a.l2 == b.l2;
}

std::vector<VerdictChange> diff_rules(const RuleSet& before, const RuleSet& after,
                                      std::span<const StatementView> statements) {
  std::vector<VerdictChange> changes;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const VerdictChange change{i, before.decide(statements[i]), after.decide(statements[i])};
    if (!same_effect(change.before, change.after)) changes.push_back(change);
  }
  return changes;
}

std::string verdict_text(const Verdict& verdict, const RuleSet& rules) {
  std::string text;
  if (verdict.action == Action::bypass) {
    text = "bypass (" + std::string(reason_name(verdict.reason)) + ")";
  } else {
    text = "cache, ttl " + duration_text(verdict.ttl);
    if (verdict.coherence == Coherence::ttl) text += ", coherence ttl";
    if (verdict.l2 != RemoteSettings{}) text += ", l2 " + remote_text(verdict.l2);
  }
  return text + ", " + rules.rule_name(verdict.rule);
}

}  // namespace tapri::policy
