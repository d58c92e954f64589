// Statements that a server is known to accept, and what it says of them: with that one can be prepared without asking
// (docs/adr/0013-deferred-parse.md).
//
// Thread-safety: none; each worker has its own. An AcceptedParse is immutable once it was added.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/bytes.h"
#include "coherence/log.h"

namespace tapri::session {

struct AcceptedParse {
  std::string text;
  std::string types;        // that were declared: the end of the Parse
  std::string description;  // whole messages: ParameterDescription, and RowDescription or NoData
  // What was in force then. It says nothing of any other context or catalog, or if what it rests on was written since.
  std::uint64_t context = 0;
  std::uint64_t settings = 0;  // Context::settings
  std::uint64_t generation = 0;
  std::array<coherence::Dependency, 2> rests_on{};
  coherence::Position as_of = 0;
};
using AcceptedParseRef = std::shared_ptr<const AcceptedParse>;

class AcceptedParses {
 public:
  // Longer texts and descriptions are not remembered.
  static constexpr std::size_t kMaxText = 64UL * 1024;
  static constexpr std::size_t kMaxDescription = 32UL * 1024;

  // Null where it was not seen, or not last, with that text, types and context.
  [[nodiscard]] AcceptedParseRef find(ByteView text, ByteView types, std::uint64_t context) const;
  void add(AcceptedParseRef parse);
  [[nodiscard]] std::size_t size() const { return parses_.size(); }

 private:
  // Past either bound it starts anew.
  static constexpr std::size_t kMaxParses = 10'000;
  static constexpr std::size_t kMaxBytes = 16UL * 1024 * 1024;

  std::unordered_map<std::uint64_t, AcceptedParseRef> parses_;  // by hash: the latest of those that share one
  std::size_t bytes_ = 0;
};

}  // namespace tapri::session
