// One rule file, read: its parts with their places, before files are merged and defaults are laid under the rules.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "policy/document.h"
#include "policy/problems.h"
#include "policy/rule.h"

namespace tapri::policy {

struct ReadRule {
  Rule rule;  // without settings
  Overrides overrides;
  std::size_t offset = 0;  // of the rule's object
  std::size_t name_offset = 0;
};

struct RuleFile {
  std::optional<Overrides> defaults;
  std::size_t defaults_offset = 0;
  std::vector<ReadRule> rules;
  std::vector<DeclaredEffect> effects;
};

// Reads all that can be read; what can't is noted in `problems`.
[[nodiscard]] RuleFile read_rule_file(const Document& document, Problems& problems);

class FieldReader;
[[nodiscard]] Overrides read_settings(const Node& object, FieldReader& fields);
[[nodiscard]] RemoteOverrides read_remote(const Node& object, FieldReader& fields);
[[nodiscard]] Match read_match(const Node& node, FieldReader& fields);
[[nodiscard]] std::optional<DeclaredEffect> read_dependency(const Node& node, FieldReader& fields);

}  // namespace tapri::policy
