// What the client sends: messages are cut, told apart, and the simple protocol is carried out.
#include <algorithm>
#include <array>
#include <utility>

#include "session/keeping.h"
#include "session/pg/session.h"
#include "wire/pg/backend.h"

namespace tapri::session::pg {

namespace frontend = wire::pg::frontend;
using wire::pg::Frame;

namespace {

// Whether what is held is sent when that message comes, and not perhaps answered together with it.
bool lets_go(char type) {
  return type != frontend::kExecute && type != frontend::kDescribe && type != frontend::kTerminate;
}

}  // namespace

std::size_t Session::stream_client(ByteView data, Actions& actions) {
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(client_stream_, data.size()));
  if (!discarding_) pass(data.substr(0, size), actions);
  client_stream_ -= size;
  return size;
}

bool Session::begin_client_stream(ByteView data, const wire::pg::FrameHeader& header, Actions& actions) {
  const bool copy_data = header.type == frontend::kCopyData;
  if (!copy_data && header.size <= max_whole_message()) return false;
  if (skipping_) skip_held(actions);
  release_held(actions);
  if (!discarding_ && !skipping_ && !copy_data) {
    // Too large to be looked at: passed on as what may do anything. The names of Parse and Bind stand at their front.
    if (header.type == frontend::kParse && !stream_parse(data, actions)) return false;
    if (header.type == frontend::kBind && !stream_bind(data, actions)) return false;
    if (header.type != frontend::kParse && header.type != frontend::kBind) stream_other(header.type, actions);
  }
  client_stream_ = header.size;
  return true;
}

bool Session::stream_parse(ByteView data, Actions& actions) {
  wire::Cursor cursor(data.substr(wire::pg::kFrameHeaderSize));
  (void)cursor.c_string();
  if (cursor.failed() && data.size() < max_whole_message()) return false;
  forward_harmless({}, SlotKind::parse, actions);
  forget_parsed(data);
  parses_.names_unseen = true;
  return true;
}

bool Session::large_waits_for_parses(ByteView data, char type, Actions& actions) {
  if (type == frontend::kCopyData) return false;
  if (all_parses_go_first(nullptr, actions)) return true;
  if (type != frontend::kBind) return false;
  wire::Cursor cursor(data.substr(wire::pg::kFrameHeaderSize));
  (void)cursor.c_string();
  const ByteView statement = cursor.c_string();
  return !cursor.failed() && parse_goes_first(find_statement(statement), actions);
}

bool Session::stream_bind(ByteView data, Actions& actions) {
  wire::Cursor cursor(data.substr(wire::pg::kFrameHeaderSize));
  const ByteView portal = cursor.c_string();
  const ByteView statement = cursor.c_string();
  if (!cursor.failed()) {
    note_bound(portal, find_statement(statement), nullptr);
    forward_bind({}, statement, actions);
    return true;
  }
  if (data.size() < max_whole_message()) return false;
  named_portals_.clear();
  portal_ = {};
  forward_harmless({}, SlotKind::bind, actions);
  return true;
}

void Session::stream_other(char type, Actions& actions) {
  switch (type) {
    case frontend::kQuery:
    case frontend::kFunctionCall:
      forward_unknown({}, type == frontend::kQuery ? SlotKind::query : SlotKind::function_call, actions);
      tracker_.end_unit();
      break;
    case frontend::kSync:
      forward_unknown({}, SlotKind::sync, actions);
      tracker_.end_unit();
      batch_open_ = false;
      break;
    case frontend::kCopyDone:
    case frontend::kCopyFail:
      copy_ended();
      break;
    case frontend::kDescribe:
    case frontend::kExecute:
    case frontend::kClose:
    case frontend::kFlush:
      forward_unknown({}, SlotKind::execute, actions);
      break;
    default:
      tracker_.forwarding_unknown();
      break;
  }
}

Session::Step Session::client_frame(const Frame& frame, Actions& actions) {
  if (frame.type == frontend::kTerminate) {
    if (deferred_ && deferred_->snapshot.any()) drop_held();
    release_held(actions);
    pass(frame.whole, actions);
    return Step::done;
  }
  if (discarding_) {
    // An error of our own ended the batch, and the server has seen nothing of it.
    if (frame.type != frontend::kSync) return Step::done;
    discarding_ = false;
    deliver({.ready = true}, actions);
    return Step::done;
  }
  if (skipping_) skip_held(actions);
  if (skipping_ && frame.type != frontend::kSync) {
    pass(frame.whole, actions);
    return Step::done;
  }
  return client_command(frame, actions);
}

Session::Step Session::client_command(const Frame& frame, Actions& actions) {
  if (deferred_ && goes_to_server(frame) && takes_snapshot_first(actions)) return Step::blocked;
  if (frame.type != frontend::kCopyData && asks_settings_first(actions)) return Step::blocked;
  if (portal_.held && lets_go(frame.type) && held_parse_goes_first(actions)) return Step::blocked;
  switch (frame.type) {
    case frontend::kQuery:
      return simple_query(frame, actions);
    case frontend::kParse:
      return parse(frame, actions);
    case frontend::kBind:
      return bind(frame, actions);
    case frontend::kDescribe:
      return describe(frame, actions);
    case frontend::kExecute:
      return execute(frame, actions);
    case frontend::kClose:
      return close(frame, actions);
    case frontend::kSync:
      return sync(frame, actions);
    case frontend::kFlush:
      return flush(frame, actions);
    case frontend::kFunctionCall:
      if (all_parses_go_first(nullptr, actions)) return Step::blocked;
      forward_unknown(frame.whole, SlotKind::function_call, actions);
      tracker_.end_unit();
      return Step::done;
    case frontend::kCopyDone:
    case frontend::kCopyFail:
      copy_ended();
      [[fallthrough]];
    case frontend::kCopyData:
      release_held(actions);
      pass(frame.whole, actions);
      return Step::done;
    default:
      // Not of this protocol: the server will say so and hang up.
      release_held(actions);
      tracker_.forwarding_unknown();
      pass(frame.whole, actions);
      return Step::done;
  }
}

void Session::copy_ended() {
  const auto slot = std::find_if(slots_.begin(), slots_.end(), [](const Slot& each) { return each.copies_in; });
  if (slot != slots_.end()) slot->copies_in = false;
}

bool Session::copying_in() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.copies_in; });
}

bool Session::replication_command(ByteView sql) const {
  if (!identity_.replication) return false;
  static constexpr std::array<std::string_view, 7> kCommands = {
      "IDENTIFY_SYSTEM",       "START_REPLICATION", "CREATE_REPLICATION_SLOT", "DROP_REPLICATION_SLOT",
      "READ_REPLICATION_SLOT", "BASE_BACKUP",       "TIMELINE_HISTORY"};
  return std::any_of(kCommands.begin(), kCommands.end(), [&](std::string_view command) {
    return sql.substr(0, command.size()) == command && sql.find(';') >= sql.size() - 1;
  });
}

Session::Step Session::unreadable_query(const Frame& frame, Actions& actions) {
  if (all_parses_go_first(nullptr, actions)) return Step::blocked;
  forward_unknown(frame.whole, SlotKind::query, actions);
  statements_.clear();  // it may remove any
  parses_.names_unseen = true;
  tracker_.end_unit();
  return Step::done;
}

Session::Step Session::simple_query(const Frame& frame, Actions& actions) {
  if (std::exchange(cancel_pending_, false)) {
    fail_cancelled({.ready = true}, actions);
    return Step::done;
  }
  if (holds_deferred_parse()) settle_held(actions);
  wire::pg::Query query;
  const bool readable = wire::pg::decode(frame.body, query) && texts_are_safe();
  if ((!readable || !held_.empty()) && takes_snapshot_first(actions)) return Step::blocked;
  if (!readable) return unreadable_query(frame, actions);
  if (replication_command(query.sql)) {
    release_held(actions);
    forward_harmless(frame.whole, SlotKind::query, actions);
    tracker_.end_unit();
    return Step::done;
  }
  const bool in_batch = !held_.empty() || tracker_.unit_open();
  release_held(actions);
  forget_unnamed();
  const ParsedText parsed = services_.analyzer.parse(query.sql);
  if (!in_batch && parsed.shape && answers_deallocate(*parsed.shape, actions)) return Step::done;
  if (LocalReply reply{.ready = true}; !in_batch) {
    const Lookup outcome = answer_control(parsed.shape, query.sql, true, reply, actions);
    if (outcome == Lookup::blocked) return Step::blocked;
    if (outcome == Lookup::hit) {
      deliver(std::move(reply), actions);
      return Step::done;
    }
  }
  const AnalysisRef analysis = analyse(parsed.shape, actions);
  if (!analysis || waits_for_parse(*analysis)) return Step::blocked;
  const ExecutionValues values = values_of(parsed.literals);
  Reason reason = in_batch && analysis->cacheable ? Reason::pipelined_after_write : obstacle_now(*analysis, values);
  if (reason == Reason::none && parsed.literals.size() > services_.shared.limits.max_key)
    reason = Reason::key_too_large;
  RecordingRef recording;
  const bool kept = keeps_snapshot_read(*analysis, reason) && parsed.literals.size() <= services_.shared.limits.max_key;
  if (reason == Reason::none || kept) {
    key_begin('Q', *parsed.shape);
    key_ += parsed.literals;
    Found found = kept ? look_past(analysis, values, reason) : look_up(analysis, values, true, actions);
    if (found.outcome == Lookup::blocked) return Step::blocked;
    if (found.outcome == Lookup::hit) {
      count_hit(services_, *analysis, *found.entry, found.came, now_);
      deliver({.description = true, .rows = true, .ready = true, .entry = std::move(found.entry)}, actions);
      return Step::done;
    }
    reason = found.reason;
    recording = std::move(found.recording);
  }
  if (all_parses_go_first(analysis.get(), actions)) return Step::blocked;
  if (fails_execute(*analysis, actions)) return Step::done;
  if (takes_snapshot_first(actions)) return Step::blocked;
  forward_query(frame, analysis, values, std::move(recording), reason, actions);
  return Step::done;
}

void Session::forward_query(const Frame& frame, const AnalysisRef& analysis, const ExecutionValues& values,
                            RecordingRef recording, Reason reason, Actions& actions) {
  send_begin(actions);
  Slot slot = note_forwarded(analysis, bind_write(*analysis, values));
  pass(frame.whole, actions);
  slot.kind = SlotKind::query;
  slot.recording = std::move(recording);
  slot.analysis = analysis;
  slot.reason = reason;
  slots_.push_back(std::move(slot));
  tracker_.end_unit();
}

void Session::forward_unknown(ByteView bytes, SlotKind kind, Actions& actions) {
  release_held(actions);
  send_begin(actions);
  batch_open_ = batch_open_ || kind == SlotKind::execute;
  tracker_.forwarding_unknown();
  settings_unknown();
  snapshot_lease_.reset();
  transaction_changed_session_ = true;
  pass(bytes, actions);
  Slot& slot = slots_.emplace_back();
  slot.kind = kind;
  slot.copies_in = kind == SlotKind::query || kind == SlotKind::execute;
  if (kind == SlotKind::query) forget_unnamed();
}

void Session::forward_harmless(ByteView bytes, SlotKind kind, Actions& actions) {
  send_begin(actions);
  batch_open_ = batch_open_ || (kind != SlotKind::query && kind != SlotKind::function_call);
  tracker_.forwarding_harmless();
  pass(bytes, actions);
  slots_.emplace_back().kind = kind;
}

void Session::forget_unnamed() {
  statements_.erase(std::string());
  for (Slot& slot : slots_) {
    if (slot.removed) slot.removed->erase(std::string());
  }
  forget_unnamed_portal();
}

void Session::fail_cancelled(LocalReply reply, Actions& actions) {
  auto error = std::make_shared<std::string>();
  wire::pg::append_error(*error, "ERROR", "57014", "canceling statement due to user request");
  reply.error = std::move(error);
  drop_held();
  portal_ = {};
  discarding_ = !reply.ready;
  if (deferred_) break_transaction(actions);
  deliver(std::move(reply), actions);
}

void Session::refuse(std::string_view sqlstate, std::string_view message, Actions& actions) {
  std::string error;
  wire::pg::append_error(error, "FATAL", sqlstate, std::string("tapri: ").append(message));
  actions.to_client.add_copy(std::move(error));
  actions.close = true;
}

}  // namespace tapri::session::pg
