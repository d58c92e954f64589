// What is done with a command.
#include <utility>

#include "session/keeping.h"
#include "session/mysql/session.h"

namespace tapri::session::mysql {

using wire::mysql::Command;
using wire::mysql::ResponseKind;

Session::Step Session::command(ByteView whole, ByteView payload, Actions& actions) {
  // The server takes an empty message for such a one.
  const Command command = wire::mysql::command_of(payload).value_or(Command::sleep);
  settle_suspicion();
  switch (command) {
    case Command::query:
      return query(whole, payload, actions);
    case Command::stmt_prepare:
      return prepare(whole, payload, actions);
    case Command::stmt_execute:
      return execute(whole, payload, actions);
    default:
      return other(whole, payload, actions);
  }
}

// One that is not kept whole, so that nothing is known of it but how it begins.
void Session::large_command(ByteView head) {
  owed_.count.reset();
  const Command command = wire::mysql::command_of(head).value_or(Command::sleep);
  if (command == Command::stmt_send_long_data || command == Command::stmt_execute) note_statement(head);
  if (command != Command::stmt_send_long_data) note_unknown();
  if (command == Command::stmt_prepare) prepared_.emplace();
  begin_answer(command);
}

void Session::begin_answer(Command command) {
  command_ = command;
  sent_ = now_;
  asked_by_ = Asker::client;
  response_.begin(command);
  answering_ = !response_.done();
  switch (response_.follower().kind()) {
    case ResponseKind::unknown:
      become_opaque();
      break;
    case ResponseKind::stream:
      // A replica's: it goes on for as long as the session does, and the client speaks in between.
      receiving_ = Receiving::anything;
      answering_ = false;
      break;
    default:
      break;
  }
}

void Session::forward(ByteView whole, Actions& actions) { actions.to_upstream.add(whole); }

// What the server answers next is what it was asked last.
void Session::forget_last_hit(Actions& actions) {
  last_hit_.clear();
  if (!held_close_.empty()) actions.to_upstream.add_copy(std::exchange(held_close_, {}));
}

Session::Step Session::query(ByteView whole, ByteView payload, Actions& actions) {
  wire::mysql::Query query;
  if (!wire::mysql::decode(payload, identity_.capabilities, query)) return ask_unknown(whole, actions);
  if (asks_settings_first(query.sql, actions)) return Step::blocked;
  if (!understands(query.sql)) return ask_unknown(whole, actions);
  const ParsedText parsed = services_.analyzer.parse(query.sql, dialect_);
  if (hides_found_rows(parsed.shape->facts(), query.sql)) note_found_rows_asked();
  const AnalysisRef analysis = services_.analyzer.analyse(parsed.shape, context_, asker(), *catalog_);
  Question question{
      .analysis = analysis,
      .values = {
          .literals = parsed.literals, .ascii = texts_are_ascii_, .backslash_escapes = !dialect_.no_backslash_escapes}};
  question.reason = obstacle_now(*analysis, question.values);
  if (question.reason == Reason::none && parsed.literals.size() > services_.shared.limits.max_key) {
    question.reason = Reason::key_too_large;
  }
  if (question.reason == Reason::none) {
    key_begin('Q', *parsed.shape);
    key_ += parsed.literals;
  }
  return ask(question, whole, actions);
}

// What it does is not known.
Session::Step Session::ask_unknown(ByteView whole, Actions& actions) {
  if (mentions(whole, "found_rows")) note_found_rows_asked();
  if (tells_first(actions)) return Step::blocked;
  if (mentions(whole, "kill")) kill_.emplace(services_.shared.kills);
  owed_.count.reset();
  note_unknown();
  forget_last_hit(actions);
  forward(whole, actions);
  begin_answer(static_cast<Command>(whole[wire::mysql::kPacketHeaderSize]));
  go_on();
  return Step::done;
}

// Answers from the cache, under key_ where there is no reason against it, or forwards.
Session::Step Session::ask(const Question& question, ByteView whole, Actions& actions) {
  const AnalysisRef& analysis = question.analysis;
  const auto command = static_cast<Command>(whole[wire::mysql::kPacketHeaderSize]);
  Found found;
  found.reason = question.reason;
  const bool cacheable = question.reason == Reason::none;
  // The read ends at the server what the statement before it has left to be told; nothing else would.
  // Without autocommit it begins a transaction, which settings and statements after it go by.
  const bool may_hit = question.may_hit && !leaves_conditions_ && (tracker_.outside() || tracker_.inside());
  if (cacheable && may_hit) found = look_up(analysis, actions);
  if (found.outcome == Lookup::blocked) return Step::blocked;
  if (found.outcome == Lookup::hit) {
    deliver(*analysis, found, question.completed.empty() ? whole : ByteView(question.completed), actions);
    return Step::done;
  }
  if (tells_first(*analysis, actions)) return Step::blocked;
  if (cacheable && !may_hit) {
    found.reason = Reason::not_cached_yet;
    found.recording = start_recording(analysis, {});
  }
  note_forwarded(*analysis);
  note_found_rows(*analysis);
  tracker_.sending(*analysis, bind_write(*analysis, question.values));
  analysis_ = analysis;
  reason_ = found.reason;
  recording_ = std::move(found.recording);
  forget_last_hit(actions);
  if (question.completed.empty()) {
    forward(whole, actions);
  } else {
    actions.to_upstream.add_copy(std::string(question.completed));
  }
  begin_answer(command);
  go_on();
  if (recording_) {
    actions.carry_out_now();
    complete_recording(question.values);
  }
  return Step::done;
}

Session::Step Session::other(ByteView whole, ByteView payload, Actions& actions) {
  const Command command = wire::mysql::command_of(payload).value_or(Command::sleep);
  const bool ends = command == Command::stmt_close || command == Command::quit;
  if (!ends && tells_first(actions)) return Step::blocked;
  switch (command) {
    case Command::ping:
    case Command::statistics:
    case Command::process_info:
    case Command::debug:
    case Command::time:
    case Command::field_list:
    case Command::quit:
    case Command::set_option:
    case Command::stmt_fetch:
    case Command::binlog_dump:
    case Command::binlog_dump_gtid:
    case Command::register_slave:
    case Command::table_dump:
      break;
    case Command::process_kill:
      kill_.emplace(services_.shared.kills);
      break;
    case Command::stmt_close:
      note_statement(payload);
      if (!executes_again(payload)) break;
      // What was answered from the cache may still have to be asked of the server.
      held_close_ = whole;
      return Step::done;
    case Command::stmt_reset:
    case Command::stmt_send_long_data:
      note_statement(payload);
      break;
    case Command::init_db:
      forget_context();
      break;
    case Command::reset_connection:
    case Command::change_user:
      session_reset();
      break;
    default:
      owed_.count.reset();
      note_unknown();
      break;
  }
  owed_.ends_with_success = false;
  if (command != Command::ping && command != Command::stmt_close) forget_last_hit(actions);
  forward(whole, actions);
  begin_answer(command);
  if (command == Command::change_user) change_user(payload);
  if (!auth_) go_on();
  return Step::done;
}

void Session::change_user(ByteView payload) {
  wire::mysql::ChangeUser command;
  if (!wire::mysql::decode(payload, identity_.capabilities, command)) return;  // the server refuses it
  next_user_ = command.user;
  sequences_ = {.client = 1, .server = 1};
  auth_.emplace(identity_.legs, identity_.capabilities, command.auth_plugin, identity_.nonce);
  receiving_ = Receiving::authentication;
}

}  // namespace tapri::session::mysql
