// How the writes of one instance reach the others of its fleet: what the invalidation log and its dirty marks ask of
// whoever writes to the fleet's log (redis/log_transport.h). In mode `local` there is none.
//
// Everything asked for has a ticket. Tickets are settled in their order: as told, or as failed, which is when the log
// cannot be reached or does not answer in time. A write is acknowledged to its client once the ticket of its
// announcement is settled; in mode `strict` it is forwarded once that of its intent is.
//
// Thread-safety: everything, from any thread. Nothing blocks.
#pragma once

#include <cstdint>
#include <functional>

#include "coherence/dependency.h"
#include "coherence/record.h"

namespace tapri::coherence {

class Announcer {
 public:
  using Ticket = std::uint64_t;  // increasing; 0: there is nothing to wait for
  virtual ~Announcer() = default;

  // A write to the footprint is about to be forwarded. With token 0 it gets one, larger than all before; of one token
  // several intents may come, whose footprints add up. `flags`: record_flags::kSchema or 0.
  [[nodiscard]] virtual Ticket intend(Token& token, const Footprint& footprint, std::uint8_t flags) = 0;
  // It is committed, or may be, and this process has applied it. The dirty marks on the footprint, which are up, go
  // over to the announcer: it lowers them when it settles the ticket (InvalidationLog::settle, or lower where it
  // failed).
  [[nodiscard]] virtual Ticket announce(Token token, Footprint footprint, std::uint8_t flags) = 0;
  // It did not happen. The caller lowers its marks itself, and need not wait.
  virtual void cancel(Token token) = 0;

  // Every ticket up to this one is settled.
  [[nodiscard]] virtual Ticket completed() const = 0;
  // Of a ticket that is settled: nobody else was told. To be asked soon: of one from long ago it may say true wrongly.
  [[nodiscard]] virtual bool failed(Ticket ticket) = 0;
  // Calls `wake` once, when the ticket is settled: on the announcer's thread, or at once where it is settled already.
  // It may only hand over to another thread.
  virtual void when_completed(Ticket ticket, std::function<void()> wake) = 0;
};

}  // namespace tapri::coherence
