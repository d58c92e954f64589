// What PREPARE TRANSACTION left to be committed: the footprints of prepared transactions by database and gid.
//
// Thread-safety: any thread.
#pragma once

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

  void remember(std::string_view database, std::string_view gid, coherence::Footprint footprint);
  // Stays remembered until forget(): a COMMIT PREPARED may fail and be tried again.
  [[nodiscard]] std::optional<coherence::Footprint> find(std::string_view database, std::string_view gid);
  void forget(std::string_view database, std::string_view gid);

 private:
  Guarded<TextMap<coherence::Footprint>> footprints_;
};

}  // namespace tapri::session
