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
  const Command command = wire::mysql::command_of(head).value_or(Command::sleep);
  if (command == Command::stmt_send_long_data) {
    note_statement(head);
  } else {
    note_unknown();
  }
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
  const AnalysisRef analysis = services_.analyzer.analyse(parsed.shape, context_, asker(), *catalog_);
  Question question{.analysis = analysis, .values = {.literals = parsed.literals, .ascii = texts_are_ascii_}};
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
  if (cacheable && question.may_hit) found = look_up(analysis, question.values, actions);
  if (found.outcome == Lookup::blocked) return Step::blocked;
  if (found.outcome == Lookup::hit) {
    deliver(*analysis, found, whole, actions);
    return Step::done;
  }
  if (goes_by_last_answer(*analysis) && replays_first(actions)) return Step::blocked;
  if (cacheable && !question.may_hit) {
    found.reason = Reason::not_cached_yet;
    found.recording = start_recording(analysis, question.values, {});
  }
  note_forwarded(*analysis);
  tracker_.sending(*analysis, bind_write(*analysis, question.values));
  analysis_ = analysis;
  reason_ = found.reason;
  recording_ = std::move(found.recording);
  forget_last_hit(actions);
  forward(whole, actions);
  begin_answer(command);
  go_on();
  return Step::done;
}

Session::Step Session::prepare(ByteView whole, ByteView payload, Actions& actions) {
  wire::mysql::StmtPrepare command;
  prepared_.emplace();
  if (wire::mysql::decode(payload, command)) {
    if (asks_settings_first(command.sql, actions)) return Step::blocked;
    const ParsedText parsed = services_.analyzer.parse(command.sql, dialect_);
    prepared_->shape = understands(command.sql) ? parsed.shape : nullptr;
    prepared_->literals = parsed.literals;
    prepared_->context = context_known() ? context_->id : 0;
  }
  forward(whole, actions);
  begin_answer(Command::stmt_prepare);
  go_on();
  return Step::done;
}

Session::Step Session::execute(ByteView whole, ByteView payload, Actions& actions) {
  wire::mysql::StmtId id;
  const bool identified = wire::mysql::decode(payload, id);
  const auto found = identified ? statements_.find(id.statement) : statements_.end();
  if (found == statements_.end() || !found->second.shape) {
    return ask_unknown(whole, actions);
  }
  Statement& statement = found->second;
  if (!context_known() && start_probe(actions)) return Step::blocked;
  wire::mysql::StmtExecute command;
  const wire::mysql::StatementParameters known{
      .count = statement.parameters, .types = statement.types, .long_data = {}};
  const bool read = !statement.long_data && wire::mysql::decode(payload, identity_.capabilities, known, command);
  const std::string types = read ? command.parameters.remembered_types() : std::string();
  Question question{.analysis = services_.analyzer.analyse(statement.shape, context_, asker(), *catalog_),
                    .values = {.literals = statement.literals, .ascii = texts_are_ascii_}};
  if (read) question.values.parameters = &command.parameters;
  // The client may leave them out from here on: so the server has to have been sent them.
  question.may_hit = read && types == statement.types;
  question.reason = key_of_execution(statement, question, command.flags, types);
  const Step step = ask(question, whole, actions);
  if (step == Step::blocked) return step;
  if (!question.may_hit) statement.types = types;
  statement.long_data = false;
  return step;
}

// Puts the key of an execution in key_, unless there is a reason against it.
Reason Session::key_of_execution(const Statement& statement, const Question& question, std::uint8_t flags,
                                 ByteView types) {
  // Names in it are still those of the database that was the current one when it was prepared.
  if (!context_known() || statement.context != context_->id) {
    if (!question.analysis->harmless || !context_known()) note_unknown();
    return Reason::prepared_before_change;
  }
  const Reason reason = obstacle_now(*question.analysis, question.values);
  if (reason != Reason::none) return reason;
  const wire::mysql::ParameterBlock* parameters = question.values.parameters;
  if (parameters == nullptr || flags != wire::mysql::cursor::kNone) return Reason::row_limit;
  const ByteView values = parameters->bytes();
  if (values.size() + statement.literals.size() > services_.shared.limits.max_key) return Reason::key_too_large;
  key_begin('E', *statement.shape);
  wire::mysql::append_lenenc_bytes(key_, statement.literals);
  wire::mysql::append_lenenc_bytes(key_, types);
  key_ += values;
  return Reason::none;
}

Session::Step Session::other(ByteView whole, ByteView payload, Actions& actions) {
  const Command command = wire::mysql::command_of(payload).value_or(Command::sleep);
  switch (command) {
    case Command::ping:
    case Command::statistics:
    case Command::process_info:
    case Command::process_kill:
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
      note_unknown();
      break;
  }
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

// Whether the statement that is closed is the one whose execution was answered from the cache last.
bool Session::executes_again(ByteView payload) const {
  wire::mysql::StmtId closed;
  wire::mysql::StmtId executed;
  if (last_hit_.empty() || !wire::mysql::decode(payload, closed)) return false;
  const ByteView last = ByteView(last_hit_).substr(wire::mysql::kPacketHeaderSize);
  return last.front() == static_cast<char>(Command::stmt_execute) && wire::mysql::decode(last, executed) &&
         executed.statement == closed.statement;
}

// COM_STMT_CLOSE, COM_STMT_RESET, COM_STMT_SEND_LONG_DATA.
void Session::note_statement(ByteView payload) {
  wire::mysql::StmtId id;
  if (!wire::mysql::decode(payload, id)) return;
  const auto found = statements_.find(id.statement);
  if (found == statements_.end()) return;
  switch (static_cast<Command>(payload.front())) {
    case Command::stmt_close:
      statements_.erase(found);
      break;
    case Command::stmt_reset:
      found->second.long_data = false;
      break;
    default:
      found->second.long_data = true;
      break;
  }
}

}  // namespace tapri::session::mysql
