// Keys, hits, recordings.
#include <algorithm>
#include <utility>

#include "session/keeping.h"
#include "session/pg/session.h"
#include "sql/pg/facts.h"
#include "wire/pg/backend.h"

namespace tapri::session::pg {
namespace {

using wire::pg::kIdle;
using wire::pg::kInFailedTransaction;

constexpr ByteView kParseComplete("1\0\0\0\4", 5);
constexpr ByteView kBindComplete("2\0\0\0\4", 5);
constexpr ByteView kNoData("n\0\0\0\4", 5);
constexpr ByteView kCloseComplete("3\0\0\0\4", 5);
constexpr ByteView kNothingMore("C\0\0\0\15SELECT 0\0", 14);
constexpr ByteView kReady[] = {ByteView("Z\0\0\0\5I", 6), ByteView("Z\0\0\0\5T", 6), ByteView("Z\0\0\0\5E", 6)};

ByteView ready_for_query(char status) {
  if (status == kIdle) return kReady[0];
  return status == kInFailedTransaction ? kReady[2] : kReady[1];
}

void append_id(std::string& out, std::uint64_t id) { out.append(reinterpret_cast<const char*>(&id), sizeof id); }

}  // namespace

bool Session::executions_pending() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) {
    const bool executes = slot.kind == SlotKind::query || slot.kind == SlotKind::execute;
    return (executes && !slot.probe) || slot.kind == SlotKind::function_call;
  });
}

Reason Session::obstacle_now(const Analysis& analysis, const ExecutionValues& values) const {
  if (!analysis.cacheable) return analysis.reason;
  if (!services_.shared.caching.load(std::memory_order_relaxed)) return Reason::caching_off;
  if (!hits_allowed_ && analysis.verdict.coherence != policy::Coherence::ttl) return Reason::log_stale;
  if (!context_known()) return Reason::session_unknown;
  if (context_->temporary) return Reason::temporary_relation;
  if (context_->standby && analysis.verdict.coherence != policy::Coherence::ttl) return Reason::standby;
  const char status = client_status();
  if (context_->default_isolation == sql::Isolation::serializable && status == kIdle) {
    return Reason::serializable;
  }
  // All that is sent up to Sync is one transaction, and has one snapshot from its first message on.
  if (context_->default_isolation != sql::Isolation::read_committed && status == kIdle && tracker_.unit_open()) {
    return Reason::snapshot_isolation;
  }
  if (status == kInFailedTransaction) return Reason::in_failed_transaction;
  if (!tracker_.open_unit_harmless()) return Reason::pipelined_after_write;
  if (tracker_.in_flight() > 0 && (status != kIdle || !tracker_.in_flight_harmless())) {
    return Reason::pipelined_after_write;
  }
  if (deferred_ && deferred_->repeatable) {
    const bool coherent = analysis.verdict.coherence != policy::Coherence::ttl;
    // What others have committed may be in the snapshot, and not in the log as far as it was read.
    const bool alone = services_.shared.freshness.mode() == coherence::FleetMode::local;
    return analysis.verdict.snapshot_reads && coherent && alone ? Reason::none : Reason::snapshot_isolation;
  }
  return status == kIdle || deferred_ ? Reason::none : transaction_obstacle(analysis, values);
}

Reason Session::transaction_obstacle(const Analysis& analysis, const ExecutionValues& values) const {
  switch (tracker_.isolation()) {
    case TransactionIsolation::serializable:
      return Reason::serializable;
    case TransactionIsolation::unknown:
    case TransactionIsolation::repeatable_read:
      return Reason::snapshot_isolation;
    case TransactionIsolation::read_committed:
      break;
  }
  if (!tracker_.transaction_wrote()) return Reason::none;
  const bool touched = analysis.dependencies.empty() || tracker_.transaction_outdated() ||
                       session::intersects(bind_read(analysis, values).dependencies, tracker_.transaction_footprint());
  // What the transaction changed beyond its rows (a table made, a function called) may change any answer.
  if (touched || tracker_.transaction_footprint().contains(coherence::all_of(upstream_database_))) {
    return Reason::in_transaction_after_write;
  }
  return Reason::none;
}

void Session::key_begin(char protocol, const Shape& shape) {
  key_.clear();
  append_id(key_, context_->id);
  append_id(key_, shape.id());
  key_ += protocol;
}

ExecutionValues Session::values_of(ByteView literals) const {
  return {.literals = literals, .types = {}, .bind = nullptr, .unicode = texts_are_unicode()};
}

ExecutionValues Session::values_of(const Statement& statement, const wire::pg::Bind& bind) const {
  ExecutionValues values = values_of(statement.literals);
  values.types = statement.types;
  if (statement.types_known) values.bind = &bind;
  values.unicode = values.unicode && statement.unicode;
  return values;
}

Reason Session::key_of_held(const Statement& statement, const wire::pg::Bind& bind) {
  const std::size_t size = bind.parameters.size() + statement.literals.size() + statement.types.size();
  if (size > services_.shared.limits.max_key) return Reason::key_too_large;
  bool is_volatile = false;
  bind.for_each_parameter([&](bool is_null, ByteView value) {
    is_volatile = is_volatile || (!is_null && sql::pg::is_volatile_literal(value));
  });
  if (is_volatile) return Reason::volatile_literal;
  key_begin('P', *statement.shape);
  // Each part counts its own bytes: no two executions can meet in one key.
  append_id(key_, statement.literals.size());
  key_ += statement.literals;
  key_ += statement.types;
  key_ += bind.parameters;
  wire::append_u16(key_, bind.result_format_count);
  key_ += bind.result_formats;
  return Reason::none;
}

cache::EntryRef Session::usable_entry(const Analysis& analysis, const cache::KeyView& key, bool needs_description,
                                      Reason& reason) {
  cache::EntryRef entry = find_usable(services_, analysis, key, now_, reason);
  if (!entry) return nullptr;
  if (needs_description && entry->description_size == 0) {
    reason = Reason::not_cached_yet;
    return nullptr;
  }
  if (deferred_ && deferred_->repeatable && !deferred_->snapshot.give(services_.shared.log, *entry)) {
    reason = Reason::snapshot_isolation;
    return nullptr;
  }
  return entry;
}

Found Session::look_past(const AnalysisRef& analysis, const ExecutionValues& values, Reason reason) {
  Found found;
  found.reason = reason;
  found.recording = start_recording(analysis, values, {});
  return found;
}

Found Session::look_up(const AnalysisRef& analysis, const ExecutionValues& values, bool needs_description,
                       Actions& actions) {
  Found found;
  const cache::KeyView key = cache::make_key(key_);
  AnswerWait waited = std::exchange(wait_, {});
  // What was sent before may still wait for a lock, or be about to see a later state: no answer from before that.
  if (executions_pending()) return look_past(analysis, values, Reason::pipelined_after_write);
  found.entry = usable_entry(*analysis, key, needs_description, found.reason);
  if (found.entry) {
    found.outcome = Lookup::hit;
    found.came = waited.outcome();
    return found;
  }
  // The server takes the snapshot first, and then the read is one of those in it.
  if (deferred_ && deferred_->snapshot.any()) return found;
  const AnswerWait::Missed missed = {.analysis = analysis,
                                     .key = key,
                                     .reason = found.reason,
                                     .may_wait = slots_.empty() && tracker_.idle() && tracker_.status() == kIdle,
                                     .global_key = [&] { return remote_key(services_, *analysis, *context_, key_); }};
  cache::Flight flight;
  if (wait_.begin(services_, missed, std::move(waited), wake_, flight)) {
    waiting_ = Waiting::flight;
    actions.wait_for_flight = true;
    found.outcome = Lookup::blocked;
    return found;
  }
  found.recording = start_recording(analysis, values, std::move(flight));
  return found;
}

RecordingRef Session::start_recording(const AnalysisRef& analysis, const ExecutionValues& values,
                                      cache::Flight flight) {
  Shared& shared = services_.shared;
  // Of a snapshot: from before it was taken.
  const bool in_snapshot = snapshot_lease_ && tracker_.status() == wire::pg::kInTransaction;
  auto recording = std::make_shared<Recording>(in_snapshot ? *snapshot_lease_ : shared.log.lease());
  // After the lease: a change of the schema before it is seen here, one after it is in the log.
  if (!services_.analyzer.current(*analysis, *catalog_)) return nullptr;
  recording->read = bind_read(*analysis, values);
  const auto validity = shared.log.check(recording->read.dependencies, recording->lease.as_of());
  if (validity != coherence::Validity::valid) return nullptr;
  recording->key = key_;
  recording->remote_key = remote_key(services_, *analysis, *context_, key_);
  recording->analysis = analysis;
  recording->flight = std::move(flight);
  return recording;
}

void Session::store(Recording& recording, TimePoint started) {
  BoundRead& read = recording.read;
  read.settle(recording.rows, services_.shared.freshness.mode());
  cache::NewEntry entry;
  entry.payload = std::move(recording.payload);
  entry.description_size = recording.description_size;
  entry.dependencies = std::move(read.dependencies);
  entry.stored_at = services_.shared.clock.now();
  keep(services_, *recording.analysis, cache::make_key(recording.key), entry, recording.lease, started,
       recording.remote_key);
  recording.refused = true;  // nothing more belongs to it
  recording.flight.land();
}

void Session::deliver(LocalReply reply, Actions& actions, StatementRef parsed) {
  reply.in_transaction = deferred_.has_value();
  if (slots_.empty() && server_stream_ == 0) {
    write_local(reply, actions);
    return;
  }
  Slot& slot = slots_.emplace_back();
  slot.kind = SlotKind::local;
  slot.reply = std::move(reply);
  if (!slot.reply.parse_complete) return;
  slot.statement = std::move(parsed);
  // In an open batch it may still be skipped.
  if (slot.statement && slot.statement->accepted && tracker_.unit_open())
    slot.statement->parse_round = tracker_.round();
}

void Session::write_local(const LocalReply& reply, Actions& actions) {
  ChunkList& out = actions.to_client;
  if (reply.parse_complete) out.add_small(kParseComplete);
  if (reply.bind_complete) out.add_small(kBindComplete);
  if (reply.entry) {
    ByteView payload = reply.entry->payload();
    if (!reply.description) payload.remove_prefix(reply.entry->description_size);
    out.add_small(payload, reply.entry);
  }
  if (!reply.completion.empty()) {
    if (reply.description) out.add_small(kNoData);
    out.add_small(reply.completion);
  }
  if (reply.described) out.add(reply.described->description, reply.described);
  if (reply.error) out.add(*reply.error, reply.error);
  if (reply.close_complete) out.add_small(kCloseComplete);
  if (reply.nothing_more) out.add_small(kNothingMore);
  if (reply.ready) out.add_small(ready_for_query(reply.in_transaction ? wire::pg::kInTransaction : tracker_.status()));
}

void Session::count_forwarded(const Slot& slot) const {
  if (!slot.analysis) return;
  session::count_forwarded(services_, *slot.analysis, slot.reason, slot.recording != nullptr, slot.started);
}

}  // namespace tapri::session::pg
