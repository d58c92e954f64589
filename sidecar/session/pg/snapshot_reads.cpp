#include "session/pg/snapshot_reads.h"

#include <algorithm>
#include <string>
#include <utility>

#include "session/pg/session.h"
#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::session::pg {
namespace {

constexpr std::string_view kSnapshotName = "_tapri_snapshot";

// A statement that reads nothing: with it the transaction has its snapshot.
void append_snapshot(std::string& out) {
  using namespace wire::pg;
  append_close(out, 'S', kSnapshotName);  // what one that failed has left
  append_parse(out, kSnapshotName, "SELECT 1");
  append_bind(out, kSnapshotName, kSnapshotName);
  append_execute(out, kSnapshotName);
  append_close(out, 'S', kSnapshotName);
  append_close(out, 'P', kSnapshotName);
  append_sync(out);
}

}  // namespace

bool SnapshotReads::give(const coherence::InvalidationLog& log, const cache::Entry& entry) {
  // The position comes before the check: a write that has it, and that the entry has not seen, is met by the check.
  const coherence::Position position = position_ ? *position_ : log.position();
  const auto dependencies = entry.dependencies();
  if (dependencies.empty()) return false;  // nothing tells when it was written to
  if (dependencies_.dependencies().size() + dependencies.size() > kMaxDependencies) return false;
  if (log.check(dependencies, std::min(entry.as_of, position)) != coherence::Validity::valid) return false;
  position_ = position;
  for (const coherence::Dependency dependency : dependencies) dependencies_.add(dependency);
  return true;
}

bool SnapshotReads::hold(const coherence::InvalidationLog& log) const {
  return !position_ || log.check(dependencies_.dependencies(), *position_) == coherence::Validity::valid;
}

bool Session::may_read_snapshot(const sql::StatementFacts& begin) {
  return begin.read_only && services_.analyzer.any_snapshot_reads();
}

bool Session::takes_snapshot_first(Actions& actions) {
  if (!deferred_ || !deferred_->snapshot.any()) return false;
  given_ = std::exchange(deferred_->snapshot, {});
  const std::size_t before = slots_.size();
  send_begin(actions);
  std::string bytes;
  append_snapshot(bytes);
  actions.to_upstream.add_copy(std::move(bytes));
  for (const SlotKind kind : {SlotKind::close, SlotKind::parse, SlotKind::bind, SlotKind::execute, SlotKind::close,
                              SlotKind::close, SlotKind::sync}) {
    slots_.emplace_back().kind = kind;
  }
  for (std::size_t at = before; at < slots_.size(); ++at) slots_[at].swallowed = slots_[at].snapshot = true;
  tracker_.forwarding_harmless();
  tracker_.end_unit();
  waiting_ = Waiting::snapshot;
  return true;
}

bool Session::keeps_snapshot_read(const Analysis& analysis, Reason reason) const {
  return reason == Reason::snapshot_isolation && snapshot_lease_ && tracker_.status() == wire::pg::kInTransaction &&
         analysis.verdict.snapshot_reads && analysis.verdict.coherence != policy::Coherence::ttl;
}

bool Session::goes_to_server(const wire::pg::Frame& frame) const {
  namespace frontend = wire::pg::frontend;
  switch (frame.type) {
    case frontend::kQuery:
    case frontend::kParse:
    case frontend::kBind:
    case frontend::kDescribe:
    case frontend::kExecute:
      return false;
    case frontend::kSync:
    case frontend::kFlush:
      return (!held_.empty() && !holds_deferred_parse()) || !frame.body.empty();
    case frontend::kClose: {
      wire::pg::Close message;
      if (!wire::pg::decode(frame.body, message)) return true;
      if (message.kind == 'P') return !message.name.empty() || !portal_.finished_local;
      const StatementRef statement = find_statement(message.name);
      return !statement || !statement->deferred() || (!held_.empty() && !holds_deferred_parse());
    }
    default:
      return true;
  }
}

void Session::snapshot_round_ended(Actions& actions) {
  const SnapshotReads given = std::exchange(given_, {});
  if (begin_state_ == BeginState::failed) return break_transaction(actions);
  if (tracker_.status() == wire::pg::kInTransaction && !given.hold(services_.shared.log)) {
    // What the client has been told is not, or may not be, in the snapshot that the server has taken.
    probe_error_.clear();
    wire::pg::append_error(probe_error_, "ERROR", "40001", "could not serialize access due to concurrent update",
                           "Answers from Tapri's cache and the snapshot of the transaction are not of one moment.");
    return fail_transaction(actions);
  }
  waiting_ = Waiting::nothing;
  resumable_ = true;
}

}  // namespace tapri::session::pg
