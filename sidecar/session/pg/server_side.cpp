// What the server sends: relayed, swallowed or recorded, and matched with what the client is owed.
#include <algorithm>
#include <utility>

#include "session/pg/probe.h"
#include "session/pg/session.h"
#include "wire/pg/backend.h"

namespace tapri::session::pg {
namespace {

namespace backend = wire::pg::backend;
using wire::pg::FrameHeader;

// Messages that are looked into are small; one that is larger passes without.
constexpr std::size_t kMaxWhole = 32UL * 1024;

bool looked_into(char type, bool probe) {
  switch (type) {
    case backend::kReadyForQuery:
    case backend::kCommandComplete:
    case backend::kParameterStatus:
    case backend::kErrorResponse:
      return true;
    default:
      return probe;
  }
}

bool recorded(SlotKind kind, char type) {
  if (type == backend::kRowDescription) return kind == SlotKind::describe_portal || kind == SlotKind::query;
  if (kind != SlotKind::execute && kind != SlotKind::query) return false;
  return type == backend::kDataRow || type == backend::kCommandComplete;
}

// Does this message end what the request of that kind is owed?
bool ends(SlotKind kind, char type) {
  switch (kind) {
    case SlotKind::parse:
      return type == backend::kParseComplete;
    case SlotKind::bind:
      return type == backend::kBindComplete;
    case SlotKind::close:
      return type == backend::kCloseComplete;
    case SlotKind::describe_statement:
    case SlotKind::describe_portal:
      return type == backend::kRowDescription || type == backend::kNoData;
    case SlotKind::execute:
      return type == backend::kCommandComplete || type == backend::kEmptyQueryResponse ||
             type == backend::kPortalSuspended;
    case SlotKind::query:
    case SlotKind::sync:
    case SlotKind::function_call:
    case SlotKind::local:
      return false;  // ReadyForQuery does
  }
  return false;
}

bool comes_at_any_time(char type) {
  return type == backend::kNotificationResponse || type == backend::kNoticeResponse ||
         type == backend::kParameterStatus;
}

}  // namespace

std::size_t Session::on_upstream_data(ByteView data, Actions& actions) {
  std::size_t position = 0;
  while (position < data.size() && !actions.close) {
    const ByteView rest = data.substr(position);
    if (server_stream_ > 0) {
      position += stream_upstream(rest, actions);
      continue;
    }
    FrameHeader header;
    const auto status = wire::pg::peek_frame(rest, header);
    if (status == wire::pg::FrameStatus::incomplete) break;
    if (status == wire::pg::FrameStatus::invalid) {
      refuse("08P01", "the server sent a message of an invalid length", actions);
      break;
    }
    const std::size_t used = server_frame(rest, header, actions);
    if (used == 0) break;
    position += used;
  }
  parses_checked();
  return position;
}

std::size_t Session::server_frame(ByteView data, const FrameHeader& header, Actions& actions) {
  const bool probe = !slots_.empty() && slots_.front().probe;
  if (looked_into(header.type, probe) && header.size <= kMaxWhole) {
    wire::pg::Frame frame;
    if (wire::pg::take_frame(data, frame) != wire::pg::FrameStatus::complete) return 0;
    inspect(frame, actions);
    return frame.whole.size();
  }
  begin_server_message(header.type);
  server_stream_ = header.size;
  return stream_upstream(data, actions);
}

std::size_t Session::stream_upstream(ByteView data, Actions& actions) {
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(server_stream_, data.size()));
  pass_server_bytes(data.substr(0, size), actions);
  server_stream_ -= size;
  if (server_stream_ == 0) end_server_message(server_type_, actions);
  return size;
}

void Session::inspect(const wire::pg::Frame& frame, Actions& actions) {
  begin_server_message(frame.type);
  switch (frame.type) {
    case backend::kReadyForQuery: {
      wire::pg::ReadyForQuery message;
      if (wire::pg::decode(frame.body, message)) server_ready(message.status);
      break;
    }
    case backend::kCommandComplete: {
      wire::pg::CommandComplete message;
      if (wire::pg::decode(frame.body, message)) command_complete(message.tag);
      break;
    }
    case backend::kParameterStatus:
      parameter_status(frame.body);
      break;
    case backend::kErrorResponse:
      if (replace_error(frame, actions)) return;
      break;
    case backend::kDataRow:
      probe_answered(frame.body);
      break;
    default:
      break;
  }
  pass_server_bytes(frame.whole, actions);
  end_server_message(frame.type, actions);
}

void Session::begin_server_message(char type) {
  server_type_ = type;
  server_swallow_ = false;
  server_recording_ = nullptr;
  server_check_ = nullptr;
  if (slots_.empty()) return;
  if (type == backend::kCopyInResponse || type == backend::kCopyBothResponse) copy_in_started();
  Slot& slot = slots_.front();
  if (type == backend::kNotificationResponse) return;
  if (slot.recording && !slot.recording->refused) {
    if (recorded(slot.kind, type)) {
      server_recording_ = slot.recording.get();
    } else if (type == backend::kNoticeResponse) {
      refuse_recording(*slot.recording, telemetry::FillResult::refused_notice);
    } else if (type == backend::kParameterStatus) {
      refuse_recording(*slot.recording, telemetry::FillResult::refused_setting);
    } else if (type == backend::kErrorResponse) {
      refuse_recording(*slot.recording, telemetry::FillResult::refused_error);
    } else if (type != backend::kReadyForQuery && !ends(slot.kind, type)) {
      refuse_recording(*slot.recording, telemetry::FillResult::refused_aborted);
    }
  }
  if (slot.check && slot.kind == SlotKind::describe_statement && !comes_at_any_time(type)) {
    server_check_ = slot.check.get();
  }
  if (slot.check && type == backend::kNoticeResponse) slot.check->failed = slot.check->learned != nullptr;
  // An error answers the client even where it met a message of our own; a probe's answers nobody.
  const bool ours = slot.probe || slot.snapshot || slot.alone || begin_state_ == BeginState::breaking;
  server_swallow_ = !comes_at_any_time(type) && slot.swallowed && (ours || type != backend::kErrorResponse);
  if (type == backend::kReadyForQuery && begin_state_ == BeginState::failed) server_swallow_ = true;
}

void Session::refuse_recording(Recording& recording, telemetry::FillResult why) {
  recording.refused = true;
  recording.payload.clear();
  recording.payload.shrink_to_fit();
  recording.flight.land();
  services_.metrics.filled(why);
}

void Session::pass_server_bytes(ByteView bytes, Actions& actions) {
  if (!server_swallow_) actions.to_client.add(bytes);
  if (server_check_) {
    ParseCheck& check = *server_check_;
    check.failed = check.failed || check.described.size() + bytes.size() > AcceptedParses::kMaxDescription;
    if (!check.failed) check.described.append(bytes);
  }
  if (!server_recording_) return;
  Recording& recording = *server_recording_;
  const std::uint64_t limit = std::min(recording.analysis->verdict.max_result, services_.shared.limits.max_result);
  if (recording.payload.size() + bytes.size() > limit) {
    refuse_recording(recording, telemetry::FillResult::refused_size);
    server_recording_ = nullptr;
    return;
  }
  recording.payload.append(bytes);
}

void Session::end_server_message(char type, Actions& actions) {
  if (type == backend::kErrorResponse) {
    server_error(actions);
    return;
  }
  if (type == backend::kReadyForQuery) {
    finish_ready(actions);
    return;
  }
  if (slots_.empty()) return;
  if (comes_at_any_time(type) || slots_.front().kind == SlotKind::local) {
    flush_local(actions);  // an answer that had to let the message pass first
    return;
  }
  Slot& slot = slots_.front();
  if (server_recording_) {
    if (type == backend::kRowDescription) {
      server_recording_->description_size = static_cast<std::uint32_t>(server_recording_->payload.size());
    }
    if (type == backend::kDataRow) ++server_recording_->rows;
    if (type == backend::kCommandComplete) store(*server_recording_, slot.started);
  }
  if (ends(slot.kind, type)) finish_slot(actions);
}

void Session::finish_slot(Actions& actions) {
  if (slots_.front().kind == SlotKind::execute && slots_.front().copying) drop_ignored_syncs(false);
  Slot& slot = slots_.front();
  // PREPARE: now the server has it.
  if (slot.kind == SlotKind::execute) {
    tracker_.saw_execution();
    count_forwarded(slot);
    // It would have refused what it once described otherwise.
    if (slot.executed && slot.analysis) slot.executed->checked_generation = slot.analysis->catalog_generation;
    if (slot.statement && server_tag_is_prepare_) remember_statement(slot.statement);
    if (slot.begin) begin_ended();
  }
  if (slot.kind == SlotKind::parse && slot.statement) {
    slot.statement->parse_round = 0;
    slot.statement->upstream = true;
  }
  server_recording_ = nullptr;
  server_check_ = nullptr;
  const bool alone = slot.alone;
  const auto described = slot.kind == SlotKind::describe_statement ? std::move(slot.check) : nullptr;
  slots_.pop_front();
  if (described) statement_described(*described, alone, actions);
  flush_local(actions);
}

void Session::flush_local(Actions& actions) {
  while (!slots_.empty() && slots_.front().kind == SlotKind::local) {
    write_local(slots_.front().reply, actions);
    if (const StatementRef& parsed = slots_.front().statement; parsed && parsed->accepted) parsed->parse_round = 0;
    slots_.pop_front();
  }
}

void Session::command_complete(ByteView tag) {
  tracker_.saw_tag(tag);
  server_tag_is_prepare_ = tag == "PREPARE";
  if (slots_.empty()) return;
  if (slots_.front().removes_all) all_removed();
  if (slots_.front().kind != SlotKind::query) return;
  if (slots_.front().copying) drop_ignored_syncs(false);
  Slot& slot = slots_.front();
  if (slot.statement && server_tag_is_prepare_) remember_statement(slot.statement);
}

void Session::parameter_status(ByteView body) {
  wire::pg::ParameterStatus status;
  if (!wire::pg::decode(body, status)) return;
  if (status.name == "standard_conforming_strings") identity_.standard_strings = status.value == "on";
  if (status.name == "client_encoding") identity_.client_encoding = status.value;
  texts_ = text_rules(identity_);
  if (status.name == "application_name") {
    identity_.application = status.value;
    for (auto& [name, statement] : statements_) statement->analysis = nullptr;  // rules may tell them apart
    return;
  }
  // A setting changed, by the client or from outside: ask again before the next use. While a probe is on its way its
  // answer comes later than this and is right.
  for (Slot& slot : slots_) {
    if (slot.recording && !slot.recording->refused) {
      refuse_recording(*slot.recording, telemetry::FillResult::refused_setting);
    }
  }
  if (waiting_ != Waiting::probe) forget_context();
  probe_failed_ = false;
}

void Session::server_ready(char status) {
  const char before = tracker_.status();
  // Whatever else was owed before it is lost; this cannot happen with a server that keeps to the protocol.
  while (!slots_.empty() && slots_.front().kind != SlotKind::sync && slots_.front().kind != SlotKind::query &&
         slots_.front().kind != SlotKind::function_call) {
    drop_slot(slots_.front());
    slots_.pop_front();
    server_recording_ = nullptr;
    server_check_ = nullptr;
  }
  tracker_.ready(status);
  // What could not be known of a statement that was refused has not happened.
  if (tracker_.refused() && tracker_.idle() && unknown_settings_round_ + 1 == tracker_.round()) {
    private_serial_ = private_serial_before_;
  }
  // What a transaction set may have ended with it.
  if (status == wire::pg::kIdle && transaction_changed_session_) {
    if (before != wire::pg::kIdle) forget_context();
    // More on its way may be a transaction that sets something.
    if (tracker_.idle()) transaction_changed_session_ = texts_changed_ = false;
  }
  if (tracker_.idle()) {
    texts_unsettled_ = false;
    if (status == wire::pg::kIdle) fetches_may_set_ = fetches_may_write_ = false;
  }
  if (status != wire::pg::kInFailedTransaction && waiting_ != Waiting::snapshot) probe_error_.clear();
  if (status != before) probe_failed_ = false;
  if (waiting_ == Waiting::rounds && tracker_.in_flight() == 0) {
    waiting_ = Waiting::nothing;
    resumable_ = true;
  }
}

void Session::finish_ready(Actions& actions) {
  if (slots_.empty()) return;
  Slot& slot = slots_.front();
  if (slot.kind == SlotKind::query) count_forwarded(slot);
  const bool probe = slot.probe;
  // The Sync was not ignored after all, and nothing came behind it.
  if (slot.maybe_ignored && slots_.size() == 1 && !tracker_.unit_open()) batch_open_ = false;
  slots_.pop_front();
  if (probe) probe_ended();
  begin_round_ended(actions);
  flush_local(actions);
}

}  // namespace tapri::session::pg
