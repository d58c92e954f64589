// What PREPARE TRANSACTION left to be committed: the footprints of prepared transactions by database and gid.
//
// Thread-safety: any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "coherence/dependency.h"
#include "session/shape_table.h"

namespace tapri::session {

class PreparedTransactions {
 public:
  // Past the bound nothing more is remembered: COMMIT PREPARED then counts as a write to everything.
  static constexpr std::size_t kMax = 10'000;

  struct Prepared {
    coherence::Footprint footprint;
    std::uint64_t generation = 0;  // of the catalog that it was resolved with
  };
  void remember(std::string_view database, std::string_view gid, Prepared what);
  // Stays remembered until forget(): a COMMIT PREPARED may fail and be tried again.
  [[nodiscard]] std::optional<Prepared> find(std::string_view database, std::string_view gid);
  void forget(std::string_view database, std::string_view gid);

 private:
  Guarded<TextMap<Prepared>> prepared_;
};

}  // namespace tapri::session
