// What the client sends: messages are cut, told apart, and the simple protocol is carried out.
#include <algorithm>
#include <array>
#include <utility>

#include "session/pg/session.h"
#include "wire/pg/backend.h"

namespace tapri::session::pg {

namespace frontend = wire::pg::frontend;
using wire::pg::Frame;

std::size_t Session::stream_client(ByteView data, Actions& actions) {
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(client_stream_, data.size()));
  if (!discarding_) pass(data.substr(0, size), actions);
  client_stream_ -= size;
  return size;
}

bool Session::begin_client_stream(ByteView data, const wire::pg::FrameHeader& header, Actions& actions) {
  const bool copy_data = header.type == frontend::kCopyData;
  if (!copy_data && header.size <= max_whole_message()) return false;
  if (discarding_ || skipping_ || copy_data) {
    client_stream_ = header.size;
    return true;
  }
  // Too large to be looked at: passed on as what may do anything. A Bind's names stand at its front.
  release_held(actions);
  switch (header.type) {
    case frontend::kBind: {
      wire::Cursor cursor(data.substr(wire::pg::kFrameHeaderSize));
      const ByteView portal = cursor.c_string();
      const ByteView statement = cursor.c_string();
      if (cursor.failed()) return false;
      note_bound(portal, find_statement(statement));
      forward_bind({}, statement, actions);
      break;
    }
    case frontend::kParse:
      forward_harmless({}, SlotKind::parse, actions);
      forget_parsed(data);
      break;
    case frontend::kQuery:
      forward_unknown({}, SlotKind::query, actions);
      tracker_.end_unit();
      break;
    case frontend::kFunctionCall:
      forward_unknown({}, SlotKind::function_call, actions);
      tracker_.end_unit();
      break;
    default:
      tracker_.forwarding_unknown();
      break;
  }
  client_stream_ = header.size;
  return true;
}

Session::Step Session::client_frame(const Frame& frame, Actions& actions) {
  if (frame.type == frontend::kTerminate) {
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
      forward_unknown(frame.whole, SlotKind::function_call, actions);
      tracker_.end_unit();
      return Step::done;
    case frontend::kCopyDone:
    case frontend::kCopyFail:
      copy_in_ = false;
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

bool Session::texts_are_safe() const {
  if (!identity_.standard_strings) return false;
  // Encodings in which a byte of a multi-byte character may look like a quote or a backslash.
  static constexpr std::array<std::string_view, 8> kUnsafe = {"SJIS", "BIG5",  "GBK",    "UHC",
                                                              "JOHAB", "GB18030", "SHIFT_JIS_2004", "MULE_INTERNAL"};
  return std::find(kUnsafe.begin(), kUnsafe.end(), identity_.client_encoding) == kUnsafe.end();
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

Session::Step Session::simple_query(const Frame& frame, Actions& actions) {
  wire::pg::Query query;
  if (!wire::pg::decode(frame.body, query) || !texts_are_safe()) {
    forward_unknown(frame.whole, SlotKind::query, actions);
    tracker_.end_unit();
    return Step::done;
  }
  if (replication_command(query.sql)) {
    release_held(actions);
    forward_harmless(frame.whole, SlotKind::query, actions);
    tracker_.end_unit();
    return Step::done;
  }
  const bool in_batch = !held_.empty() || tracker_.unit_open();
  release_held(actions);
  const TimePoint started = services_.shared.clock.now();
  const ParsedText parsed = services_.analyzer.parse(query.sql);
  const AnalysisRef analysis = analyse(parsed.shape, actions);
  if (!analysis) return Step::blocked;
  Reason reason = in_batch && analysis->cacheable ? Reason::pipelined_after_write : obstacle_now(*analysis);
  if (reason == Reason::none && parsed.literals.size() > services_.shared.limits.max_key) reason = Reason::key_too_large;
  RecordingRef recording;
  if (reason == Reason::none) {
    key_begin('Q', *parsed.shape);
    key_ += parsed.literals;
    Found found = look_up(analysis, true, true, actions);
    if (found.outcome == Lookup::blocked) return Step::blocked;
    if (found.outcome == Lookup::cancelled) {
      fail_cancelled(true, actions);
      return Step::done;
    }
    if (found.outcome == Lookup::hit) {
      count_hit(*analysis, *found.entry, found.coalesced, started);
      deliver({.description = true, .rows = true, .ready = true, .entry = std::move(found.entry)}, actions);
      return Step::done;
    }
    reason = found.reason;
    recording = std::move(found.recording);
  }
  forward_query(frame, analysis, std::move(recording), reason, actions);
  return Step::done;
}

void Session::forward_query(const Frame& frame, const AnalysisRef& analysis, RecordingRef recording, Reason reason,
                            Actions& actions) {
  StatementRef prepared = note_forwarded(analysis, actions);
  pass(frame.whole, actions);
  Slot& slot = slots_.emplace_back();
  slot.kind = SlotKind::query;
  slot.recording = std::move(recording);
  slot.analysis = analysis;
  slot.reason = reason;
  slot.statement = std::move(prepared);
  slot.started = services_.shared.clock.now();
  tracker_.end_unit();
}

void Session::forward_unknown(ByteView bytes, SlotKind kind, Actions& actions) {
  release_held(actions);
  batch_open_ = batch_open_ || kind == SlotKind::execute;
  tracker_.forwarding_unknown();
  settings_unknown();
  transaction_changed_session_ = true;
  pass(bytes, actions);
  slots_.emplace_back().kind = kind;
}

void Session::forward_harmless(ByteView bytes, SlotKind kind, Actions& actions) {
  batch_open_ = batch_open_ || (kind != SlotKind::query && kind != SlotKind::function_call);
  tracker_.forwarding_harmless();
  pass(bytes, actions);
  slots_.emplace_back().kind = kind;
}

void Session::fail_cancelled(bool simple, Actions& actions) {
  auto error = std::make_shared<std::string>();
  wire::pg::append_error(*error, "ERROR", "57014", "canceling statement due to user request");
  drop_held();
  discarding_ = !simple;
  deliver({.ready = simple, .error = std::move(error)}, actions);
}

void Session::refuse(std::string_view sqlstate, std::string_view message, Actions& actions) {
  std::string error;
  wire::pg::append_error(error, "FATAL", sqlstate, std::string("tapri: ").append(message));
  actions.to_client.add_copy(std::move(error));
  actions.close = true;
}

}  // namespace tapri::session::pg
