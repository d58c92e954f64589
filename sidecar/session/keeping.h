// What both protocols do alike with answers: find one that may be served, keep one, and count what came of it.
//
// Thread-safety: as WorkerServices.
#pragma once

#include <optional>
#include <span>

#include "cache/entry.h"
#include "session/analysis.h"
#include "session/context.h"
#include "session/worker_services.h"

namespace tapri::session {

// Of an entry that was read before the newest flush: whether that one, or another since, was of it.
[[nodiscard]] bool may_be_flushed(const coherence::Flushes& flushes, const Analysis& analysis,
                                  const cache::EntryFacts& entry, bool tracked);
// Whether somebody has wanted gone what was kept of the statement since the entry was read. `entry` knows its rule;
// `tracked`: it has dependencies.
[[nodiscard]] inline bool flushed(const coherence::Flushes& flushes, const Analysis& analysis,
                                  const cache::EntryFacts& entry, bool tracked) {
  return entry.as_of < flushes.newest() && may_be_flushed(flushes, analysis, entry, tracked);
}

// The entry under the key if it may be served at `now`; else null, and why not in `reason`. One that never may be again
// is dropped.
[[nodiscard]] cache::EntryRef find_usable(const WorkerServices& services, const Analysis& analysis,
                                          const cache::KeyView& key, TimePoint now, Reason& reason);

// The key that an answer has in the tier behind the store; nullopt: there is none, or it is not to be kept there.
[[nodiscard]] std::optional<cache::remote::GlobalKey> remote_key(const WorkerServices& services,
                                                                 const Analysis& analysis, const Context& context,
                                                                 ByteView local_key);

// Puts an entry into the store, and sends on what has to go for it.
[[nodiscard]] cache::PutResult put(const WorkerServices& services, const cache::KeyView& key,
                                   const cache::NewEntry& entry, const coherence::FillLease& lease);

// Keeps an answer whose read was sent at `started`, behind `lease`, if nothing it rests on was written since; with a
// `remote_key` in the tier behind the store as well, at once or when it has to go here. `entry` has its payload,
// dependencies and stored_at, when the answer was complete; the rest is filled in.
void keep(const WorkerServices& services, const Analysis& analysis, const cache::KeyView& key, cache::NewEntry& entry,
          const coherence::FillLease& lease, TimePoint started,
          const std::optional<cache::remote::GlobalKey>& remote_key);

// `asked`: when the client's bytes came in.
void count_hit(const WorkerServices& services, const Analysis& analysis, const cache::Entry& entry,
               telemetry::Outcome outcome, TimePoint asked);
// `missed`: it might have been answered from the cache. `reason`: why it was not.
void count_forwarded(const WorkerServices& services, const Analysis& analysis, Reason reason, bool missed,
                     TimePoint started);

[[nodiscard]] bool intersects(std::span<const coherence::Dependency> dependencies,
                              const coherence::Footprint& footprint);

}  // namespace tapri::session
