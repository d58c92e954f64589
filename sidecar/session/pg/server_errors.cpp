// What the server did not do: errors, and messages that it skipped or ignored.
#include <algorithm>
#include <utility>

#include "session/pg/deferred_parse.h"
#include "session/pg/session.h"
#include "wire/pg/backend.h"

namespace tapri::session::pg {
namespace {

// The server could not read a text, and has begun with none of it: what a function or DO runs has a context, or a query
// inside the query.
bool is_syntax_error(ByteView body) {
  wire::pg::ErrorOrNotice error;
  if (!wire::pg::decode(body, error) || error.code != "42601") return false;
  bool by_scanner = false;
  bool inside = false;
  error.for_each_field([&](char type, ByteView value) {
    by_scanner = by_scanner || (type == 'R' && value == "scanner_yyerror");
    inside = inside || type == 'W' || type == 'q';
  });
  return by_scanner && !inside;
}

// Comes before its statement is carried out.
bool prepares(SlotKind kind) {
  return kind == SlotKind::parse || kind == SlotKind::bind || kind == SlotKind::describe_statement ||
         kind == SlotKind::describe_portal;
}

}  // namespace

bool Session::replace_error(const wire::pg::Frame& frame, Actions& actions) {
  server_could_not_read_ = is_syntax_error(frame.body);
  if (slots_.empty()) return false;
  const Slot& slot = slots_.front();
  if (begin_state_ == BeginState::breaking) return false;
  if (slot.snapshot) {
    probe_error_ = frame.whole;
    return false;
  }
  if (slot.check && slot.check->asked) {
    // The server describes the parameters before it looks whether the rest still is as it was.
    wire::pg::Frame parameters;
    const AcceptedParseRef& accepted = slot.check->statement->accepted;
    (void)wire::pg::take_frame(accepted->description, parameters);
    actions.to_client.add(parameters.whole, accepted);
  }
  if (slot.alone && slot.check && slot.check->wanted) parses_.error = frame.whole;
  if (slot.probe || slot.alone) {
    // It broke the client's transaction (a cancel, say): the client's own statement shall show why.
    if (tracker_.status() == wire::pg::kInTransaction) probe_error_ = frame.whole;
    return false;
  }
  if (slot.check && slot.check->refuses) probe_error_ = changed_result_error();
  if (probe_error_.empty()) return false;
  actions.to_client.add_copy(std::exchange(probe_error_, {}));
  server_error(actions);
  return true;
}

void Session::server_error(Actions& actions) {
  const bool could_not_read = std::exchange(server_could_not_read_, false);
  tracker_.saw_error(could_not_read || (!slots_.empty() && prepares(slots_.front().kind)));
  named_portals_.clear();
  // A portal whose Bind was not sent yet is not touched by what went before it.
  if (!portal_.held && !portal_.finished_local) portal_.statement = nullptr;
  if (slots_.empty()) {
    skipping_ = batch_open_;
    return;
  }
  const SlotKind kind = slots_.front().kind;
  const bool begin = slots_.front().begin;
  take_back_removed(slots_.front());
  if (slots_.front().copying) drop_ignored_syncs(true);
  if (kind == SlotKind::query || kind == SlotKind::function_call || kind == SlotKind::sync) return;
  fail_batch();
  if (begin) begin_failed(actions);
  flush_local(actions);
}

// The server skips what is left of the batch: nothing up to Sync will be answered.
void Session::fail_batch() {
  const auto end =
      std::find_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.kind == SlotKind::sync; });
  // What came last is undone first: a name may have been removed and used again.
  for (auto slot = end; slot != slots_.begin();) drop_slot(*--slot);
  slots_.erase(slots_.begin(), end);
  server_recording_ = nullptr;
  server_check_ = nullptr;
  skipping_ = slots_.empty();
}

void Session::drop_slot(Slot& slot) {
  if (slot.kind == SlotKind::query || slot.kind == SlotKind::function_call) tracker_.end_skipped();
  if (slot.kind == SlotKind::parse || slot.kind == SlotKind::local) {
    if (slot.statement && slot.swallowed) {
      // Our own Parse: the client's statement stays as it was.
      slot.statement->upstream = slot.statement->unchecked = false;
      slot.statement->parse_round = 0;
    } else if (slot.statement) {
      forget_skipped(slot.statement);
    }
  }
  if (slot.kind == SlotKind::describe_statement && slot.check && slot.check->waited_for()) {
    slot.check->statement->unchecked = slot.check->statement->upstream;
  }
  take_back_removed(slot);
  if (slot.kind == SlotKind::execute) count_forwarded(slot);
}

// A Parse that was skipped; what was sent to remove the statement is not to bring it back.
void Session::forget_skipped(const StatementRef& statement) {
  const auto forget = [&](TextMap<StatementRef>& from) {
    const auto found = from.find(statement->name);
    if (found != from.end() && found->second == statement) from.erase(found);
  };
  forget(statements_);
  for (Slot& slot : slots_) {
    if (slot.removed) forget(*slot.removed);
  }
}

void Session::drop_ignored_syncs(bool failed) {
  // When COPY has failed nobody knows which of them came too late to be ignored: the last one is answered for sure.
  const std::size_t left = failed ? 2 : 1;
  while (slots_.size() > left && slots_[1].kind == SlotKind::sync && slots_[1].maybe_ignored) {
    if (failed && slots_[2].kind != SlotKind::sync) return;
    slots_.erase(slots_.begin() + 1);
    tracker_.end_skipped();
  }
  if (!failed && slots_.size() == 1 && slots_.front().kind == SlotKind::query && !tracker_.unit_open()) {
    batch_open_ = false;
  }
}

void Session::copy_in_started() {
  slots_.front().copying = true;
  // A server in COPY IN ignores Sync: the ones sent right behind the statement will not be answered.
  while (slots_.size() > 1 && slots_[1].kind == SlotKind::sync && slots_[1].maybe_ignored) {
    slots_.erase(slots_.begin() + 1);
    tracker_.end_skipped();  // sync() has kept the batch open
  }
}

}  // namespace tapri::session::pg
