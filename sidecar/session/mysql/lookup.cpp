// Keys, hits, recordings.
#include <algorithm>
#include <utility>

#include "session/keeping.h"
#include "session/mysql/kept_result.h"
#include "session/mysql/session.h"
#include "wire/mysql/replay.h"
#include "wire/mysql/result_end.h"

namespace tapri::session::mysql {
namespace {

// What a result is framed by.
constexpr wire::mysql::Capabilities kFraming =
    wire::mysql::kReplayMask | wire::mysql::capability::kDeprecateEof | wire::mysql::capability::kMariaCacheMetadata |
    wire::mysql::capability::kOptionalResultsetMetadata | wire::mysql::capability::kSessionTrack |
    wire::mysql::capability::kLongPassword;

void append_number(std::string& out, std::uint64_t number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

}  // namespace

Reason Session::obstacle_now(const Analysis& analysis, const ExecutionValues& values) const {
  if (!analysis.cacheable) return analysis.reason;
  if (!services_.shared.caching.load(std::memory_order_relaxed)) return Reason::caching_off;
  if (!hits_allowed_ && analysis.verdict.coherence != policy::Coherence::ttl) return Reason::log_stale;
  if (!context_known() || texts_unsettled_) return Reason::session_unknown;
  if (owns_temporary_) return Reason::temporary_relation;
  if (locks_tables_) return Reason::tables_locked;
  if (reads_uncommitted_) return Reason::uncommitted_reads;
  if (finds_last_insert_ || tracks_transactions_) return Reason::session_unknown;
  if (context_->standby && analysis.verdict.coherence != policy::Coherence::ttl) return Reason::standby;
  if (context_->default_isolation == sql::Isolation::serializable) return Reason::serializable;
  // What SET TRANSACTION has asked for ends with the next transaction.
  if (next_isolation_changed_) return Reason::snapshot_isolation;
  if (tracker_.outside()) return Reason::none;
  const bool read_committed = context_->default_isolation == sql::Isolation::read_committed;
  const bool known = tracker_.inside() || tracker_.between();
  if (!known || !read_committed) return Reason::snapshot_isolation;
  if (!tracker_.transaction_wrote()) return Reason::none;
  const auto& written = tracker_.transaction_footprint();
  const bool touched = analysis.dependencies.empty() || tracker_.transaction_outdated() ||
                       intersects(bind_read(analysis, values).dependencies, written) ||
                       written.contains(coherence::all_of(catalog_->name_space()));
  return touched ? Reason::in_transaction_after_write : Reason::none;
}

void Session::key_begin(char protocol, const Shape& shape) {
  key_.clear();
  append_number(key_, context_->id);
  append_number(key_, shape.id());
  append_number(key_, identity_.capabilities & kFraming);
  key_ += protocol;
}

Found Session::look_up(const AnalysisRef& analysis, Actions& actions) {
  Found found;
  const cache::KeyView key = cache::make_key(key_);
  AnswerWait waited = std::exchange(wait_, {});
  found.entry = find_usable(services_, *analysis, key, now_, found.reason);
  if (found.entry) {
    found.outcome = Lookup::hit;
    found.came = waited.outcome();
    return found;
  }
  const AnswerWait::Missed missed = {
      .analysis = analysis, .key = key, .reason = found.reason, .may_wait = tracker_.outside(), .global_key = [&] {
        return remote_key(services_, *analysis, *context_, key_);
      }};
  cache::Flight flight;
  if (wait_.begin(services_, missed, std::move(waited), wake_, flight)) {
    actions.wait_for_flight = true;
    wait();
    found.outcome = Lookup::blocked;
    return found;
  }
  found.recording = start_recording(analysis, std::move(flight));
  return found;
}

std::unique_ptr<Recording> Session::start_recording(const AnalysisRef& analysis, cache::Flight flight) {
  Shared& shared = services_.shared;
  auto recording = std::make_unique<Recording>(shared.log.lease());
  // After the lease: a change of the schema before it is seen here, one after it is in the log.
  if (!services_.analyzer.current(*analysis, *catalog_)) return nullptr;
  recording->kills = shared.kills.mark();
  recording->analysis = analysis;
  recording->flight = std::move(flight);
  return recording;
}

// What is not needed before the server has the statement: the lease tells of what is written from then on.
void Session::complete_recording(const ExecutionValues& values) {
  Recording& recording = *recording_;
  recording.read = bind_read(*recording.analysis, values);
  const auto validity = services_.shared.log.check(recording.read.dependencies, recording.lease.as_of());
  if (validity != coherence::Validity::valid) {
    recording_.reset();
    return;
  }
  recording.key = key_;
  recording.remote_key = remote_key(services_, *recording.analysis, *context_, key_);
}

void Session::record(ByteView bytes) {
  const std::uint64_t limit = std::min(recording_->analysis->verdict.max_result, services_.shared.limits.max_result);
  if (recording_->payload.size() + bytes.size() > limit) {
    services_.metrics.filled(telemetry::FillResult::refused_size);
    recording_.reset();
    return;
  }
  recording_->payload += bytes;
}

// The answer is complete, and was no error.
void Session::store(Recording& recording) {
  if (recording.analysis->may_be_cut_short && !services_.shared.kills.none_since(recording.kills)) {
    services_.metrics.filled(telemetry::FillResult::refused_kill);
    return;
  }
  const auto layout = layout_to_keep(recording.payload, identity_.capabilities);
  if (!layout) {
    services_.metrics.filled(telemetry::FillResult::refused_notice);
    return;
  }
  recording.read.settle(layout->row_count, services_.shared.freshness.mode());
  cache::NewEntry entry;
  entry.description_size = static_cast<std::uint32_t>(layout->columns_end);
  entry.rows = static_cast<std::uint32_t>(layout->row_count);
  entry.payload = std::move(recording.payload);
  entry.dependencies = std::move(recording.read.dependencies);
  entry.stored_at = recording.answered;
  keep(services_, *recording.analysis, cache::make_key(recording.key), entry, recording.lease, sent_,
       recording.remote_key);
}

void Session::deliver(const Analysis& analysis, const Found& found, ByteView whole, Actions& actions) {
  const ByteView payload = found.entry->payload();
  const std::uint16_t recorded = wire::mysql::end_of_rows_status(payload, identity_.capabilities);
  const auto wanted = static_cast<std::uint16_t>((recorded & kOfAnswer) | (status_ & kOfSession));
  if (recorded == wanted) {
    actions.to_client.add_small(payload, found.entry);
  } else {
    std::string answer(payload);
    wire::mysql::set_result_status(answer, found.entry->description_size, identity_.capabilities, wanted);
    actions.to_client.add_copy(std::move(answer));
  }
  owed_.answered(analysis.shape->facts().statements.front().found_rows, found.entry->rows, !last_hit_.empty());
  forget_last_hit(actions);
  last_hit_ = whole;
  resumable_ = true;
  count_hit(services_, analysis, *found.entry, found.came, now_);
}

}  // namespace tapri::session::mysql
