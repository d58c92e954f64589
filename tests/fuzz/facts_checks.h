// What holds of the facts of any text, whichever server it is for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "sql/facts.h"

namespace tapri::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

// What is read is an item of some level, and what is written has its change: else rows could be taken for told apart.
inline void check_levels(const sql::StatementFacts& facts) {
  if (facts.keys_unknown) return;
  for (std::size_t i = 0; i < facts.levels.size(); ++i) {
    require(facts.levels[i].parent < static_cast<std::int64_t>(i));
    for (const auto& item : facts.levels[i].items) {
      require(item.level == 0 || (item.level > i + 1 && item.level <= facts.levels.size()));
      const bool read = std::find(facts.reads.begin(), facts.reads.end(), item.relation) != facts.reads.end();
      require(item.relation.name.empty() || read);
    }
  }
  for (const auto& name : facts.reads) {
    require(std::any_of(facts.levels.begin(), facts.levels.end(), [&](const auto& level) {
      return std::any_of(level.items.begin(), level.items.end(),
                         [&](const auto& item) { return item.relation == name; });
    }));
  }
  for (const auto& name : facts.writes) {
    require(std::any_of(facts.changes.begin(), facts.changes.end(),
                        [&](const auto& change) { return change.relation == name; }));
  }
}

inline void check_facts(const sql::StatementFacts& facts) {
  if (facts.verb == sql::Verb::not_understood) {
    require(facts.writes_unknown && facts.drops_or_alters && facts.changes_session && facts.changes_unknown_setting);
    require(facts.obstacle != Reason::none);
  }
  if (facts.obstacle == Reason::none) {
    require(facts.verb == sql::Verb::select && facts.writes.empty() && !facts.writes_unknown && !facts.reads.empty());
  }
  check_levels(facts);
  require(facts.verb != sql::Verb::prepare || facts.inner.size() == 1);
  const bool may_have_inner =
      facts.verb == sql::Verb::prepare || facts.verb == sql::Verb::execute || facts.verb == sql::Verb::not_understood;
  require(facts.inner.empty() || may_have_inner);
  std::for_each(facts.inner.begin(), facts.inner.end(), check_facts);
}

}  // namespace tapri::fuzz
