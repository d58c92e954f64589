// Messages that are held back until it is known whether the cache answers them, and the statements and portals they
// make.
#include <utility>

#include "session/pg/session.h"

namespace tapri::session::pg {

namespace frontend = wire::pg::frontend;
using wire::pg::Frame;

void Session::hold(const Frame& frame) {
  // Held messages always lie behind each other: whatever is not held releases them first.
  held_ = held_.empty() ? frame.whole : ByteView(held_.data(), held_.size() + frame.whole.size());
}

void Session::release_held(Actions& actions, const RecordingRef& recording) {
  ByteView rest = std::exchange(held_, {});
  Frame frame;
  while (wire::pg::take_frame(rest, frame) == wire::pg::FrameStatus::complete) {
    forward_held_frame(frame, recording, actions);
    rest.remove_prefix(frame.whole.size());
  }
  portal_.held = false;
}

void Session::forward_held_frame(const Frame& frame, const RecordingRef& recording, Actions& actions) {
  if (frame.type == frontend::kParse) {
    wire::pg::Parse message;
    (void)wire::pg::decode(frame.body, message);
    StatementRef statement = find_statement(message.name);
    forward_harmless(frame.whole, SlotKind::parse, actions);
    if (statement) note_parse_sent(*statement);
    slots_.back().statement = std::move(statement);
    slots_.back().recording = recording;
    return;
  }
  if (frame.type == frontend::kBind) {
    wire::pg::Bind message;
    (void)wire::pg::decode(frame.body, message);
    forward_bind(frame.whole, message.statement, actions);
    slots_.back().recording = recording;
    return;
  }
  forward_harmless(frame.whole, SlotKind::describe_portal, actions);
  slots_.back().recording = recording;
}

void Session::skip_held(Actions& actions) {
  ByteView rest = std::exchange(held_, {});
  if (rest.empty()) return;
  pass(rest, actions);
  portal_ = {};
  Frame frame;
  while (wire::pg::take_frame(rest, frame) == wire::pg::FrameStatus::complete) {
    if (frame.type == frontend::kParse) forget_parsed(frame.whole);
    rest.remove_prefix(frame.whole.size());
  }
}

bool Session::held_bind(Frame& frame, wire::pg::Bind& bind) const {
  ByteView rest = held_;
  while (wire::pg::take_frame(rest, frame) == wire::pg::FrameStatus::complete) {
    if (frame.type == frontend::kBind) {
      if (frame.whole.data() != portal_.bind_at) return wire::pg::decode(frame.body, bind);
      bind = portal_.bind;
      return true;
    }
    rest.remove_prefix(frame.whole.size());
  }
  return false;
}

bool Session::held_is_one_execution(LocalReply& reply) const {
  ByteView rest = held_;
  Frame frame;
  while (wire::pg::take_frame(rest, frame) == wire::pg::FrameStatus::complete) {
    const bool first = !reply.parse_complete && !reply.bind_complete;
    if (frame.type == frontend::kParse && first) {
      reply.parse_complete = true;
    } else if (frame.type == frontend::kBind && !reply.bind_complete) {
      reply.bind_complete = true;
    } else if (frame.type == frontend::kDescribe && reply.bind_complete && !reply.description) {
      reply.description = true;
    } else {
      return false;
    }
    rest.remove_prefix(frame.whole.size());
  }
  return reply.bind_complete;
}

void Session::forward_bind(ByteView bytes, ByteView statement_name, Actions& actions) {
  if (const StatementRef statement = find_statement(statement_name)) materialise(statement, actions);
  forward_harmless(bytes, SlotKind::bind, actions);
}

BoundWriteRef Session::bind_write_of(const StatementRef& statement, const wire::pg::Bind* message) const {
  if (message == nullptr || !statement || !statement->analysis || statement->analysis->key_writes.empty())
    return nullptr;
  if (message->parameters.size() > services_.shared.limits.max_key) return nullptr;
  return std::make_shared<BoundWrite>(
      BoundWrite{statement->analysis, bind_write(*statement->analysis, values_of(*statement, *message))});
}

void Session::note_bound(ByteView portal, StatementRef statement, const wire::pg::Bind* message) {
  BoundWriteRef write = bind_write_of(statement, message);
  if (portal.empty()) {
    portal_ = {};
    portal_.write = std::move(write);
    portal_.statement = std::move(statement);
    portal_.round = tracker_.round();
    return;
  }
  if (!statement || !statement->analysis || !statement->analysis->harmless) fetches_may_write_ = true;
  if (named_portals_.size() >= services_.shared.limits.max_prepared) named_portals_.clear();
  named_portals_.insert_or_assign(std::string(portal),
                                  BoundPortal{std::move(statement), tracker_.round(), std::move(write)});
}

void Session::restore_finished_portal(Actions& actions) {
  if (!portal_.finished_local) return;
  const std::string bind = std::move(finished_bind_);
  const StatementRef statement = portal_.statement;
  portal_ = {};
  portal_.statement = statement;
  portal_.round = tracker_.round();
  portal_.read_out = true;
  wire::pg::Frame frame;
  wire::pg::Bind message;
  if (wire::pg::take_frame(bind, frame) != wire::pg::FrameStatus::complete) return;
  if (!wire::pg::decode(frame.body, message)) return;
  if (const StatementRef known = find_statement(message.statement)) materialise(known, actions);
  send_begin(actions);
  batch_open_ = true;
  tracker_.forwarding_harmless();
  actions.to_upstream.add_copy(bind);
  Slot& slot = slots_.emplace_back();
  slot.kind = SlotKind::bind;
  slot.swallowed = true;
}

void Session::drop_finished_portal(Actions& actions) {
  portal_ = {};
  std::string close;
  wire::pg::append_close(close, 'P', {});  // what the server has by that name was replaced
  forward_harmless({}, SlotKind::close, actions);
  slots_.back().swallowed = true;
  actions.to_upstream.add_copy(std::move(close));
}

StatementRef Session::find_statement(ByteView name) const {
  const auto found = statements_.find(name);
  return found == statements_.end() ? nullptr : found->second;
}

void Session::remember_statement(const StatementRef& statement) {
  // Past the bound new statements are not followed: they pass as unknown.
  if (statements_.size() >= services_.shared.limits.max_prepared && !statements_.contains(statement->name)) {
    parses_.names_unseen = true;
    return;
  }
  statements_.insert_or_assign(statement->name, statement);
}

void Session::forget_parsed(ByteView parse_message) {
  wire::Cursor cursor(parse_message.substr(wire::pg::kFrameHeaderSize));
  const ByteView name = cursor.c_string();
  if (cursor.failed()) {
    statements_.clear();
    return;
  }
  const auto found = statements_.find(name);
  if (found != statements_.end()) statements_.erase(found);
}

bool Session::may_be_held(const StatementRef& statement) {
  if (!statement || !statement->shape) return false;
  const auto& facts = statement->shape->facts();
  return facts.single() && facts.statements.front().obstacle == Reason::none;
}

}  // namespace tapri::session::pg
