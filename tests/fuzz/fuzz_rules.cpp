// The rule file, case files, hints, and decisions: the input is a rule file, then, after a line "----", a case file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "policy/cases.h"
#include "policy/diff.h"
#include "policy/hint.h"
#include "policy/rules.h"

namespace {

using namespace tapri;
using namespace tapri::policy;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_verdict(const RuleSet& rules, const Verdict& verdict) {
  check(verdict.rule <= rules.size());
  check((verdict.action == Action::bypass) == (verdict.reason != Reason::none));
  check(verdict.coherence == Coherence::automatic || verdict.ttl.has_value());
  check(!verdict.ttl || *verdict.ttl > Duration::zero());
  check(verdict.jitter >= 0 && verdict.jitter <= 1);
  check(!rules.rule_name(verdict.rule).empty() && !rules.rule_label(verdict.rule).empty());
}

void decide(const RuleSet& rules, std::string_view text) {
  const std::vector<sql::QualifiedName> tables = {{"", "orders"}, {"public", std::string(text.substr(0, 8))}};
  StatementView view;
  view.user = text.substr(0, text.size() / 2);
  view.database = view.application = text.substr(text.size() / 2);
  view.shape = view.hint = view.comment = text;
  for (const std::size_t count : {std::size_t{0}, tables.size()}) {
    view.tables = std::span(tables).first(count);
    check_verdict(rules, rules.decide(view));
    check(diff_rules(rules, rules, {&view, 1}).empty());
  }
}

void read_cases(std::string_view text) {
  const auto file = parse_cases(text, "fuzz.case");
  if (!file) {
    check(file.error().message.starts_with("fuzz.case:"));
    return;
  }
  for (const Case& test : file->cases) check(mismatches(test, {}).size() <= 6);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::string_view kMark = "\n----\n";
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t mark = input.find(kMark);
  const std::string_view first = input.substr(0, mark);
  const std::string_view second = mark == input.npos ? input : input.substr(mark + kMark.size());

  const auto rules = parse_rules(first, "fuzz.json");
  if (rules) {
    decide(**rules, second);
  } else {
    check(rules.error().message.starts_with("fuzz.json:"));
  }
  read_cases(second);
  static_cast<void>(parse_hint(second));
  return 0;
}
