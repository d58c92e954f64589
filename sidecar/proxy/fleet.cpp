// What a connection waits for in a fleet.
#include <utility>

#include "proxy/connection.h"

namespace tapri::proxy {

void Connection::hold(Hold& hold, Ticket ticket) {
#ifdef TAPRI_BREAK_ANNOUNCE
  return;  // broken on purpose: a write is acknowledged whether or not the others know of it
#endif
  if (ticket <= hold.last) return;
  hold.last = ticket;
  if (ticket <= services_.fleet.announcer->completed() && !services_.fleet.announcer->failed(ticket)) return;
  hold.awaited = ticket;
  services_.fleet.announcer->when_completed(ticket, [weak = weak_from_this(), loop = &services_.loop, &hold, ticket] {
    loop->post([weak, &hold, ticket] {
      if (const auto self = weak.lock()) self->settled(hold, ticket);
    });
  });
}

// Also while it is closing: what is owed to the client goes out first.
void Connection::settled(Hold& hold, Ticket ticket) {
  if (closed()) return;
  if (hold.awaited == ticket) hold.awaited = 0;
  if (services_.fleet.fail_unannounced && state_ == State::open && services_.fleet.announcer->failed(ticket)) {
    client_out_.clear();
    client_hold_.awaited = upstream_hold_.awaited = 0;
    upstream_out_.clear();
    return say_unannounced(&hold == &client_hold_);
  }
  pump();
}

void Connection::begin_sync() {
  syncing_ = true;
  services_.fleet.sync([weak = weak_from_this(), loop = &services_.loop](bool synced) {
    loop->post([weak, synced] {
      const auto self = weak.lock();
      if (!self || self->closed()) return;
      self->syncing_ = false;
      self->allow_hits(synced);
      if (self->state_ == State::open) self->process_client();
      self->pump();
    });
  });
}

}  // namespace tapri::proxy
