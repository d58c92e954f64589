// Session contexts: who asks and under which settings, as far as a result may depend on it.
//
// Sessions with equal contexts share cached results; the id of a context stands for all of it exactly and is never used
// twice. Contexts come from the session probe (pg/probe.h). In another process the same context has another id, and the
// same canonical text.
//
// Thread-safety: ContextTable from any thread; a Context is immutable.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "session/shape_table.h"
#include "sql/facts.h"

namespace tapri::session {

struct Context {
  std::uint64_t id = 0;
  std::uint64_t settings = 0;            // a hash of those by which literals are read; never a key
  std::string user;                      // the role that privileges are checked for
  std::vector<std::string> search_path;  // the effective one, implied schemas included
  sql::Isolation default_isolation = sql::Isolation::serializable;
  bool standby = false;    // the server is in recovery
  bool temporary = false;  // the session owns temporary objects
  // Sessions of other processes may have it, too: nothing in it is known of one session alone.
  bool shareable = false;
  std::string canonical;  // all of it; set when it is interned
};
using ContextRef = std::shared_ptr<const Context>;

class ContextTable {
 public:
  // `canonical` holds everything that a result may depend on; equal texts get the same context. `context.id` and
  // `context.canonical` are set.
  [[nodiscard]] ContextRef intern(std::string_view canonical, Context context);

 private:
  static constexpr std::size_t kMaxContexts = 100'000;  // past it the table starts anew; ids go on counting
  struct State {
    std::unordered_map<std::string_view, ContextRef, TextHash, std::equal_to<>> contexts;  // by their own texts
    std::uint64_t next_id = 1;
  };
  Guarded<State> state_;
};

}  // namespace tapri::session
