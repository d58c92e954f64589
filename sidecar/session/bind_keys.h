// What one execution depends on, and what it changes: an analysis' dependencies and footprint, with the keys that its
// values make. How values are written and sent is each protocol's own (pg/key_values.h, mysql/key_values.h).
//
// Thread-safety: pure.
#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include "catalog/resolve.h"
#include "coherence/dependency.h"
#include "coherence/freshness.h"
#include "session/analysis.h"

namespace tapri::session {

// Of one column or key; short ones take no memory of their own.
using CanonicalValues = std::pmr::vector<std::string>;

// The values of one execution, in the canonical bytes that keys are made of: what the server takes for equal, as values
// of a column of that type, has equal bytes, whatever way it was written or sent.
class KeyValues {
 public:
  KeyValues() = default;
  virtual ~KeyValues() = default;
  KeyValues(const KeyValues&) = delete;
  KeyValues& operator=(const KeyValues&) = delete;

  // Appends the canonical bytes of the term's values, none for NULL (of which `null` tells). False: of one of them they
  // are not known, or not what would be stored of it.
  [[nodiscard]] virtual bool append(const catalog::KeyTerm& term, CanonicalValues& out, bool& null) const = 0;
};

// What the values of one execution are worked out in: on the stack, unless they are many.
class Scratch {
 public:
  [[nodiscard]] std::pmr::memory_resource* memory() { return &memory_; }

 private:
  std::array<std::byte, 2048> buffer_;  // NOLINT(*-member-init): only what is handed out is used
  std::pmr::monotonic_buffer_resource memory_{buffer_.data(), buffer_.size()};
};

struct BoundRead {
  std::vector<coherence::Dependency> dependencies;
  // Among the dependencies the one that need not be kept where the result has `rows_if_present` rows: all rows asked
  // for by a unique key are there, so that none can be added.
  std::optional<coherence::Dependency> unless_present;
  std::size_t rows_if_present = 0;
  // What takes its place in mode bounded, where another may remove a row and this instance hear of it only after
  // somebody has added it anew here.
  coherence::Dependency if_removed_unseen = 0;

  // The result has so many rows.
  void settle(std::size_t rows, coherence::FleetMode mode) {
    if (!unless_present || rows != rows_if_present) return;
    std::erase(dependencies, *unless_present);
    if (mode == coherence::FleetMode::bounded) dependencies.push_back(if_removed_unseen);
  }
};

[[nodiscard]] BoundRead bind_read(const Analysis& analysis, const KeyValues& values, Scratch& scratch);
[[nodiscard]] coherence::Footprint bind_write(const Analysis& analysis, const KeyValues& values, Scratch& scratch);

}  // namespace tapri::session
