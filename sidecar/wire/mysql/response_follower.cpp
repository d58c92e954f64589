#include "wire/mysql/response_follower.h"

#include <algorithm>
#include <utility>

#include "wire/mysql/auth_packets.h"
#include "wire/mysql/packet.h"
#include "wire/mysql/response.h"

namespace tapri::wire::mysql {

namespace {

// The shortest OK: what is shorter and begins with 0xfe is an EOF.
constexpr std::uint32_t kMinOkSize = 7;

bool begins_with(ByteView head, std::uint8_t byte) {
  return !head.empty() && static_cast<std::uint8_t>(head[0]) == byte;
}

}  // namespace

ResponseKind response_kind(Command command) {
  switch (command) {
    case Command::quit:
    case Command::stmt_close:
    case Command::stmt_send_long_data:
      return ResponseKind::none;
    case Command::sleep:
    case Command::init_db:
    case Command::create_db:
    case Command::drop_db:
    case Command::refresh:
    case Command::shutdown:
    case Command::connect:
    case Command::process_kill:
    case Command::debug:
    case Command::ping:
    case Command::time:
    case Command::delayed_insert:
    case Command::connect_out:
    case Command::register_slave:
    case Command::stmt_reset:
    case Command::set_option:
    case Command::daemon:
    case Command::reset_connection:
      return ResponseKind::single;
    case Command::query:
    case Command::process_info:
      return ResponseKind::text_result;
    case Command::stmt_execute:
    case Command::mariadb_stmt_bulk_execute:
      return ResponseKind::binary_result;
    case Command::stmt_fetch:
      return ResponseKind::rows;
    case Command::field_list:
      return ResponseKind::fields;
    case Command::stmt_prepare:
      return ResponseKind::prepare;
    case Command::statistics:
      return ResponseKind::text;
    case Command::change_user:
      return ResponseKind::authentication;
    case Command::binlog_dump:
    case Command::binlog_dump_gtid:
    case Command::table_dump:
    case Command::clone:
    case Command::subscribe_group_replication_stream:
      return ResponseKind::stream;
  }
  return ResponseKind::unknown;
}

void ResponseFollower::begin(Command command) {
  summary_ = ResponseSummary{};
  kind_ = response_kind(command);
  left_ = 0;
  carried_ = 0;
  switch (kind_) {
    case ResponseKind::none:
      state_ = State::done;
      return;
    case ResponseKind::rows:
    case ResponseKind::fields:
      state_ = State::rows;
      return;
    case ResponseKind::stream:
      state_ = State::stream;
      return;
    default:
      state_ = State::first;
      return;
  }
}

bool ResponseFollower::is_bulk(std::uint32_t first_payload_size, ByteView head) const {
  // What a server answers to a command that it does not know either can be told only if it comes at once.
  if (kind_ == ResponseKind::unknown) return state_ == State::stream || !begins_with(head, first_byte::kErr);
  if (begins_with(head, first_byte::kErr)) return false;
  switch (state_) {
    case State::columns:
    case State::parameters:
      return true;
    case State::rows:
    case State::stream:
      return !begins_with(head, first_byte::kEof) || !ends_rows(first_payload_size, capabilities_);
    default:
      return false;
  }
}

ResponsePart ResponseFollower::on_message(std::uint32_t first_payload_size, ByteView head) {
  if (state_ == State::done) return violation();
  if (is_bulk(first_payload_size, head)) return bulk();
  if (begins_with(head, first_byte::kErr)) return err(head);
  switch (state_) {
    case State::columns_end:
    case State::parameters_end:
      return definitions_end(head);
    case State::rows:
      // An EOF comes in the place of an OK from some servers and to some commands.
      return first_payload_size < kMinOkSize ? eof(head, ResponsePart::rows_end) : ok(head, ResponsePart::rows_end);
    case State::stream:
      state_ = State::done;
      return ResponsePart::ok;
    default:
      return first(first_payload_size, head);
  }
}

ResponsePart ResponseFollower::bulk() {
  if (kind_ == ResponseKind::unknown) state_ = State::stream;
  if (state_ == State::stream) return ResponsePart::event;
  if (state_ != State::rows) return definition();
  if (kind_ == ResponseKind::fields) return ResponsePart::column;
  ++summary_.rows;
  return ResponsePart::row;
}

ResponsePart ResponseFollower::violation() {
  state_ = State::done;
  return ResponsePart::violation;
}

ResponsePart ResponseFollower::first(std::uint32_t size, ByteView head) {
  if (kind_ == ResponseKind::text) {
    state_ = State::done;
    return ResponsePart::text;
  }
  if (kind_ == ResponseKind::authentication) return authentication(head);
  if (head.empty()) return violation();
  if (kind_ == ResponseKind::prepare) return prepared(head);
  if (begins_with(head, first_byte::kOk)) return ok(head, ResponsePart::ok);
  if (begins_with(head, first_byte::kEof)) {
    return size < kMinOkSize ? eof(head, ResponsePart::ok) : ok(head, ResponsePart::ok);
  }
  return kind_ == ResponseKind::single ? violation() : first_of_result(size, head);
}

ResponsePart ResponseFollower::first_of_result(std::uint32_t size, ByteView head) {
  if (begins_with(head, first_byte::kLocalInfile)) {
    state_ = State::file;
    summary_.had_file = true;
    return ResponsePart::local_infile;
  }
  ColumnCount columns;
  if (head.size() < size || !decode(head.substr(0, size), capabilities_, columns) || columns.count == 0) {
    return violation();
  }
  summary_.column_count = columns.count;
  summary_.rows = 0;
  summary_.had_rows = true;
  metadata_ = columns.metadata_follows;
  definitions_follow(columns.count, State::columns, State::columns_end);
  return ResponsePart::column_count;
}

// Where definitions are left out, the EOF that ends them is sent all the same.
void ResponseFollower::definitions_follow(std::uint64_t count, State definitions, State end) {
  left_ = metadata_ ? count : 0;
  state_ = left_ > 0 ? definitions : end;
  if (left_ == 0 && has(capabilities_, capability::kDeprecateEof)) definitions_ended();
}

ResponsePart ResponseFollower::definition() {
  if (--left_ > 0) return ResponsePart::column;
  state_ = state_ == State::parameters ? State::parameters_end : State::columns_end;
  if (has(capabilities_, capability::kDeprecateEof)) definitions_ended();
  return ResponsePart::column;
}

// Behind the last definition, and the EOF if there is one.
void ResponseFollower::definitions_ended() {
  if (kind_ != ResponseKind::prepare) {
    state_ = State::rows;
  } else if (state_ == State::parameters_end && summary_.column_count > 0) {
    definitions_follow(summary_.column_count, State::columns, State::columns_end);
  } else {
    state_ = State::done;
  }
}

ResponsePart ResponseFollower::definitions_end(ByteView head) {
  Eof end;
  if (!decode(head, end)) return violation();
  if (kind_ == ResponseKind::binary_result && (end.status & status::kCursorExists) != 0) {
    return eof(head, ResponsePart::rows_end);
  }
  // MySQL says of OUT parameters only here that they are ones, and that more follows.
  if ((end.status & status::kPsOutParameters) != 0) {
    carried_ = end.status & (status::kPsOutParameters | status::kMoreResultsExist);
  }
  definitions_ended();
  return ResponsePart::columns_end;
}

ResponsePart ResponseFollower::prepared(ByteView head) {
  PrepareOk ok;
  if (!decode(head, capabilities_, ok)) return violation();
  summary_.statement = ok.statement;
  summary_.warnings = ok.warnings;
  summary_.parameter_count = ok.parameter_count;
  summary_.column_count = ok.column_count;
  metadata_ = ok.metadata_follows;
  if (ok.parameter_count > 0) {
    definitions_follow(ok.parameter_count, State::parameters, State::parameters_end);
  } else if (ok.column_count > 0) {
    definitions_follow(ok.column_count, State::columns, State::columns_end);
  } else {
    state_ = State::done;
  }
  return ResponsePart::prepared;
}

ResponsePart ResponseFollower::authentication(ByteView head) {
  switch (classify_auth_packet(head, capabilities_)) {
    case AuthPacket::ok:
      return ok(head, ResponsePart::ok);
    case AuthPacket::err:
      return err(head);
    default:
      return ResponsePart::authentication;
  }
}

ResponsePart ResponseFollower::ok(ByteView head, ResponsePart part) {
  Ok packet;
  if (!decode_head(head, packet)) return violation();
  summary_.status = packet.status;
  summary_.warnings = packet.warnings;
  summary_.affected_rows = packet.affected_rows;
  summary_.last_insert_id = packet.last_insert_id;
  result_ended();
  return part;
}

ResponsePart ResponseFollower::eof(ByteView head, ResponsePart part) {
  Eof packet;
  if (!decode(head, packet)) return violation();
  summary_.status = packet.status;
  summary_.warnings = packet.warnings;
  result_ended();
  return part;
}

void ResponseFollower::result_ended() {
  ++summary_.results;
  summary_.status |= std::exchange(carried_, std::uint16_t{0});
  if (kind_ == ResponseKind::binary_result) summary_.cursor = (summary_.status & status::kCursorExists) != 0;
  const bool several = kind_ == ResponseKind::text_result || kind_ == ResponseKind::binary_result;
  const bool more = several && (summary_.status & status::kMoreResultsExist) != 0;
  state_ = more ? State::first : State::done;
}

ResponsePart ResponseFollower::err(ByteView head) {
  Err packet;
  if (!decode(head, packet)) return violation();
  if (has(capabilities_, capability::kMariaProgress) && is_mariadb(capabilities_) &&
      packet.code == kProgressErrorCode) {
    return ResponsePart::progress;
  }
  summary_.error_code = packet.code;
  if (packet.sqlstate.size() == summary_.sqlstate.size()) {
    std::copy(packet.sqlstate.begin(), packet.sqlstate.end(), summary_.sqlstate.begin());
  }
  state_ = State::done;
  return ResponsePart::err;
}

}  // namespace tapri::wire::mysql
