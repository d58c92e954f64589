// Ends, from another thread, what control connections wait for: a server may leave a query unanswered for ever.
//
// Thread-safety: any thread.
#pragma once

#include <atomic>
#include <set>

#include "base/guarded.h"

namespace tapri::dbclient {

class Interrupt {
 public:
  // A connection's socket that is shut down when the interrupt is raised, or is raised already.
  class Watched {
   public:
    // `interrupt` must outlive this; null: nothing is watched.
    Watched(Interrupt* interrupt, int socket);
    ~Watched();
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

   private:
    Interrupt* const interrupt_;
    // A duplicate: libpq closes its own as it likes, and the number would be another's.
    int socket_ = -1;
  };

  Interrupt() = default;
  void raise();
  [[nodiscard]] bool raised() const { return raised_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> raised_{false};
  Guarded<std::set<int>> sockets_;
};

}  // namespace tapri::dbclient
