// Hints: a leading comment by which the author of a statement overrides the rules for it, where they allow that.
//
//   /* tapri: ttl=30s */ SELECT ...        /* tapri: bypass */ SELECT ...
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace tapri::policy {

struct Hint {
  bool bypass = false;                    // also ttl=0: an answer that may not be old at all
  std::optional<Duration> ttl;            // the last one given
  std::vector<std::string_view> ignored;  // the first words that mean nothing; views into `text`
};

// `text` is what stands after "tapri:", words separated by commas or blanks. Each word that is not understood is
// ignored by itself. Never fails.
[[nodiscard]] Hint parse_hint(std::string_view text);

}  // namespace tapri::policy
