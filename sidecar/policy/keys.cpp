#include "policy/keys.h"

#include <algorithm>
#include <vector>

#include "policy/text.h"

namespace tapri::policy {
namespace {

constexpr Key kFile[] = {{"$schema"}, {"version"}, {"defaults"}, {"rules"}, {"dependencies"}};
constexpr Key kDefaults[] = {{"action"},
                             {"ttl"},
                             {"jitter"},
                             {"max_result"},
                             {"coherence"},
                             {"snapshot_reads"},
                             {"l2"},
                             {"hints"},
                             {"percent", false},
                             {"stale_while_revalidate", false},
                             {"stale_if_error", false}};
constexpr Key kRule[] = {{"name"},
                         {"match"},
                         {"action"},
                         {"ttl"},
                         {"jitter"},
                         {"max_result"},
                         {"coherence"},
                         {"snapshot_reads"},
                         {"l2"},
                         {"tags"},
                         {"ttl_schedule", false},
                         {"stale_while_revalidate", false},
                         {"stale_if_error", false},
                         {"percent", false}};
constexpr Key kMatch[] = {{"tables"}, {"tables_all"},  {"user"},  {"database"}, {"application"},
                          {"shape"},  {"fingerprint"}, {"query"}, {"comment"}};
constexpr Key kDependency[] = {{"when"}, {"also_changes"}, {"changes"}, {"reads"}, {"deterministic"}};
constexpr Key kL2[] = {{"enabled"}, {"store"},   {"max_size"}, {"max_rate"}, {"max_bytes_per_second"},
                       {"ttl"},     {"min_cost"}};
constexpr Key kWhen[] = {{"writes"}, {"calls"}};

constexpr std::string_view kFutureActions[] = {"observe", "shadow"};

// Sections that a key is likely looked for in, and how to name them.
struct Home {
  Section section;
  std::string_view name;
};
constexpr Home kHomes[] = {{Section::match, "in \"match\""},
                           {Section::when, "in \"when\""},
                           {Section::rule, "in a rule"},
                           {Section::defaults, "in \"defaults\""},
                           {Section::dependency, "in an entry of \"dependencies\""},
                           {Section::l2, "in \"l2\""},
                           {Section::file, "at the top of the file"}};

bool knows(Section section, std::string_view name) {
  return std::ranges::find(keys_of(section), name, &Key::name) != keys_of(section).end();
}

}  // namespace

std::span<const Key> keys_of(Section section) {
  switch (section) {
    case Section::file:
      return kFile;
    case Section::defaults:
      return kDefaults;
    case Section::rule:
      return kRule;
    case Section::match:
      return kMatch;
    case Section::dependency:
      return kDependency;
    case Section::when:
      return kWhen;
    case Section::l2:
      return kL2;
  }
  return {};
}

bool is_future_action(std::string_view action) { return std::ranges::count(kFutureActions, action) > 0; }

std::string hint_for_unknown_key(Section section, std::string_view key) {
  for (const Home& home : kHomes) {
    if (home.section != section && knows(home.section, key)) return "; it belongs " + std::string(home.name);
  }
  std::vector<std::string_view> candidates;
  for (const Key& known : keys_of(section)) {
    if (known.supported) candidates.push_back(known.name);
  }
  if (const std::string_view near = nearest(key, candidates); !near.empty()) {
    return "; did you mean " + quoted(near) + "?";
  }
  std::string list;
  for (const std::string_view candidate : candidates) list += (list.empty() ? "" : ", ") + std::string(candidate);
  return "; known here: " + list;
}

}  // namespace tapri::policy
