// Prepared statements: what is done with their executions.
#include <utility>

#include "session/mysql/session.h"

namespace tapri::session::mysql {

using wire::mysql::Command;

namespace {

// Types that the server tells no more apart once it has read the values.
char kind_of(char type) {
  using wire::mysql::Type;
  switch (static_cast<Type>(static_cast<unsigned char>(type))) {
    case Type::tiny:
    case Type::short_:
    case Type::int24:
    case Type::long_:
      return static_cast<char>(Type::longlong);
    case Type::varchar:
    case Type::string:
      return static_cast<char>(Type::var_string);
    default:
      return type;
  }
}

// `types`: two bytes for each parameter; NULL says nothing of what the next value is.
void note_types(Statement& statement, ByteView types) {
  std::string& first = statement.first_types;
  if (first.empty()) first.assign(types.size(), static_cast<char>(wire::mysql::Type::null));
  statement.retyped |= first.size() != types.size();
  for (std::size_t i = 0; !statement.retyped && i + 1 < types.size(); i += 2) {
    const char kind = kind_of(types[i]);
    if (kind == static_cast<char>(wire::mysql::Type::null)) continue;
    const bool none = first[i] == static_cast<char>(wire::mysql::Type::null);
    if (none) {
      first[i] = kind;
      first[i + 1] = types[i + 1];
    }
    statement.retyped = first[i] != kind || first[i + 1] != types[i + 1];
  }
}

}  // namespace

Session::Step Session::prepare(ByteView whole, ByteView payload, Actions& actions) {
  wire::mysql::StmtPrepare command;
  prepared_.emplace();
  if (wire::mysql::decode(payload, command)) {
    if (asks_settings_first(command.sql, actions)) return Step::blocked;
    if (mentions(command.sql, "found_rows")) note_found_rows_asked();
    const ParsedText parsed = services_.analyzer.parse(command.sql, dialect_);
    prepared_->shape = understands(command.sql) ? parsed.shape : nullptr;
    prepared_->literals = parsed.literals;
    prepared_->may_go_by_last_answer = may_go_by_last_answer(command.sql);
    prepared_->context = context_known() ? context_->id : 0;
  }
  // Where it fails what the read before has left is told no more.
  if (owed_.kind != sql::FoundRows::counted && tells_first(actions)) return Step::blocked;
  owed_.ends_with_success = false;
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
  const bool may_be_completed = whole.size() + statement.types.size() < wire::mysql::kMaxPayload;
  if (!may_be_completed && sends_types_first(payload, actions)) return Step::blocked;
  if (!context_known() && !statement.may_go_by_last_answer && start_probe(actions)) return Step::blocked;
  wire::mysql::StmtExecute command;
  const wire::mysql::StatementParameters known{
      .count = statement.parameters, .types = statement.types, .long_data = {}};
  const bool read = !statement.long_data && wire::mysql::decode(payload, identity_.capabilities, known, command);
  Question question{.analysis = services_.analyzer.analyse(statement.shape, context_, asker(), *catalog_),
                    .values = {.literals = statement.literals, .ascii = texts_are_ascii_}};
  const std::string types = read ? command.parameters.remembered_types() : std::string();
  if (read) {
    note_types(statement, types);
  } else {
    statement.retyped = true;
  }
  if (read && !converts_parameters(statement)) question.values.parameters = &command.parameters;
  if (lacks_types(statement)) {
    // What it was never sent it cannot know; where the client has sent others, these count.
    question.completed = wire::mysql::with_types(whole, statement.parameters, statement.types).value_or("");
  }
  // With names types cannot be added later: the server has to have been sent them.
  question.may_hit = read && (!named_parameters() || types == statement.server_types);
  const bool as_prepared = keeps_settings(statement);
  // Before it is noted that it may do anything.
  if (!as_prepared && tells_first(*question.analysis, actions)) return Step::blocked;
  question.reason = key_of_execution(statement, question, command.flags, types);
  const Step step = ask(question, whole, actions);
  if (step == Step::blocked) return step;
  if (!as_prepared) statement.context = 0;
  if (read || question.completed.empty()) statement.types = types;
  if (answering_) statement.server_types = statement.types;
  statement.long_data = false;
  return step;
}

// Whether the settings are those that it was prepared under. Once it is executed under others it is nobody else's
// question any more: the server prepares it anew by itself when a table or a parameter's type has changed, reads its
// text by the settings of that moment, and keeps to that when they are set back.
bool Session::keeps_settings(const Statement& statement) const {
  return context_known() && statement.context == context_->id;
}

// MySQL, from 8.0.22 on, keeps to what it took a parameter for: what `a = ?` is compared as, and what is stored of it,
// goes by executions before this one. Its reference manual, "PREPARE Statement".
bool Session::converts_parameters(const Statement& statement) const {
  return statement.retyped && dialect_.server == sql::mysql::Server::mysql;
}

bool Session::named_parameters() const {
  return wire::mysql::has(identity_.capabilities, wire::mysql::capability::kQueryAttributes);
}

// Whether an execution without types would fail on the server, though the client may leave them out.
bool Session::lacks_types(const Statement& statement) const {
  return !named_parameters() && statement.types != statement.server_types;
}

// One that is too large to be completed: the server is sent the types with an execution of its own.
bool Session::sends_types_first(ByteView head, Actions& actions) {
  wire::mysql::StmtId id;
  if (wire::mysql::command_of(head) != Command::stmt_execute || !wire::mysql::decode(head, id)) return false;
  const auto found = statements_.find(id.statement);
  if (found == statements_.end() || !lacks_types(found->second)) return false;
  Statement& statement = found->second;
  std::string execution;
  wire::mysql::append_null_execution(execution, id.statement, statement.parameters, statement.types);
  actions.to_upstream.add_copy(std::move(execution));
  statement.server_types = statement.types;
  forget_last_hit(actions);
  begin_answer(Command::stmt_execute);
  asked_by_ = Asker::replay;
  wait();
  return true;
}

// Puts the key of an execution in key_, unless there is a reason against it.
Reason Session::key_of_execution(const Statement& statement, const Question& question, std::uint8_t flags,
                                 ByteView types) {
  // Names in it are still those of the database that was the current one when it was prepared.
  if (!keeps_settings(statement)) {
    if (!harmless_in_any_database(*question.analysis) || !context_known()) note_unknown();
    return Reason::prepared_before_change;
  }
  const Reason reason = obstacle_now(*question.analysis, question.values);
  if (reason != Reason::none) return reason;
  const wire::mysql::ParameterBlock* parameters = question.values.parameters;
  if (!types.empty() && converts_parameters(statement)) return Reason::prepared_before_change;
  if (parameters == nullptr || flags != wire::mysql::cursor::kNone) return Reason::row_limit;
  const ByteView values = named_parameters() ? parameters->bytes() : parameters->values();
  if (values.size() + statement.literals.size() > services_.shared.limits.max_key) return Reason::key_too_large;
  key_begin('E', *statement.shape);
  wire::mysql::append_lenenc_bytes(key_, statement.literals);
  wire::mysql::append_lenenc_bytes(key_, types);
  if (!named_parameters()) key_ += parameters->nulls();
  key_ += values;
  return Reason::none;
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

// The server is sent the types with it.
void Session::note_replayed(ByteView payload) {
  wire::mysql::StmtId id;
  if (wire::mysql::command_of(payload) != Command::stmt_execute || !wire::mysql::decode(payload, id)) return;
  const auto found = statements_.find(id.statement);
  if (found != statements_.end()) found->second.server_types = found->second.types;
}

// COM_STMT_CLOSE, COM_STMT_RESET, COM_STMT_SEND_LONG_DATA; COM_STMT_EXECUTE of which no more is known.
void Session::note_statement(ByteView payload) {
  wire::mysql::StmtId id;
  if (!wire::mysql::decode(payload, id)) return;
  if (id.statement == wire::mysql::kLastPrepared) {
    // Which one that is, is for the server to say.
    for (auto& [number, statement] : statements_) statement.long_data = true;
    return;
  }
  const auto found = statements_.find(id.statement);
  if (found == statements_.end()) return;
  switch (static_cast<Command>(payload.front())) {
    case Command::stmt_close:
      statements_.erase(found);
      break;
    case Command::stmt_reset:
      found->second.long_data = false;
      break;
    case Command::stmt_execute:
      // It may have had other types.
      found->second.types.clear();
      found->second.server_types.clear();
      found->second.retyped = true;
      if (!keeps_settings(found->second)) found->second.context = 0;
      break;
    default:
      found->second.long_data = true;
      break;
  }
}

}  // namespace tapri::session::mysql
