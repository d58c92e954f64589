// The keys of the rule file, by the object that they stand in. rules/rules.schema.json lists the supported ones too; a
// test compares the two.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tapri::policy {

enum class Section : std::uint8_t { file, defaults, rule, match, dependency, when, l2 };

struct Key {
  std::string_view name;
  bool supported = true;  // false: part of the format, but not of this version
};

[[nodiscard]] std::span<const Key> keys_of(Section section);

// Actions that are part of the format, but not of this version.
[[nodiscard]] bool is_future_action(std::string_view action);

// " (did you mean ...?)", " (it belongs in "match")", or empty: what to say of a key that `section` doesn't know.
[[nodiscard]] std::string hint_for_unknown_key(Section section, std::string_view key);

}  // namespace tapri::policy
