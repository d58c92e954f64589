#include <algorithm>
#include <cstddef>

#include "policy/cases.h"
#include "policy/glob.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

std::string_view action_text(Action action) { return action == Action::cache ? "cache" : "bypass"; }
std::string_view coherence_text(Coherence coherence) { return coherence == Coherence::ttl ? "ttl" : "auto"; }

std::string full_name(const sql::QualifiedName& name) {
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

bool is_same_table(std::string_view expected, const sql::QualifiedName& table) {
  return expected == table.name || expected == full_name(table);
}

// Each expected table was read, and each table read was expected.
bool same_tables(const std::vector<std::string>& expected, const std::vector<sql::QualifiedName>& tables) {
  const bool all_read = std::ranges::all_of(expected, [&](const std::string& name) {
    return std::ranges::any_of(tables, [&](const auto& table) { return is_same_table(name, table); });
  });
  const bool all_expected = std::ranges::all_of(tables, [&](const auto& table) {
    return std::ranges::any_of(expected, [&](const std::string& name) { return is_same_table(name, table); });
  });
  return all_read && all_expected;
}

std::string listed(std::vector<std::string> names) {
  std::ranges::sort(names);
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "no table" : text;
}

std::string mismatch(std::string_view what, std::string_view expected, std::string_view got) {
  return std::string(what) + ": expected " + std::string(expected) + ", got " + std::string(got);
}

}  // namespace

std::vector<std::string> mismatches(const Case& expected, const CaseOutcome& outcome) {
  std::vector<std::string> result;
  if (expected.expect != outcome.action) {
    std::string got(action_text(outcome.action));
    if (outcome.reason != Reason::none) got += " (" + std::string(reason_name(outcome.reason)) + ")";
    result.push_back(mismatch("expect", action_text(expected.expect), got));
  }
  if (expected.rule && *expected.rule != outcome.rule) result.push_back(mismatch("rule", *expected.rule, outcome.rule));
  if (expected.reason && *expected.reason != outcome.reason) {
    result.push_back(mismatch("reason", reason_name(*expected.reason), reason_name(outcome.reason)));
  }
  if (expected.tables && !same_tables(*expected.tables, outcome.tables)) {
    std::vector<std::string> read;
    for (const sql::QualifiedName& table : outcome.tables) read.push_back(full_name(table));
    result.push_back(mismatch("tables", listed(*expected.tables), listed(read)));
  }
  if (expected.ttl && *expected.ttl != outcome.ttl) {
    result.push_back(mismatch("ttl", duration_text(*expected.ttl), duration_text(outcome.ttl)));
  }
  if (expected.coherence && *expected.coherence != outcome.coherence) {
    result.push_back(mismatch("coherence", coherence_text(*expected.coherence), coherence_text(outcome.coherence)));
  }
  if (expected.l2 && *expected.l2 != outcome.l2) {
    result.push_back(mismatch("l2", *expected.l2 ? "yes" : "no", outcome.l2 ? "yes" : "no"));
  }
  return result;
}

std::string duration_text(const std::optional<Duration>& duration) {
  if (!duration) return "none";
  struct Unit {
    std::string_view name;
    Duration length;
  };
  using std::chrono_literals::operator""h, std::chrono_literals::operator""min, std::chrono_literals::operator""s,
      std::chrono_literals::operator""ms, std::chrono_literals::operator""us;
  static constexpr Unit kUnits[] = {{"d", 24h}, {"h", 1h}, {"m", 1min}, {"s", 1s}, {"ms", 1ms}, {"us", 1us}};
  for (const Unit& unit : kUnits) {
    if (*duration != Duration::zero() && *duration % unit.length == Duration::zero()) {
      return std::to_string(*duration / unit.length) + std::string(unit.name);
    }
  }
  return std::to_string(duration->count() / 1'000'000) + "ms";
}

}  // namespace tapri::policy
