// SET in all its forms, and USE.
#include <algorithm>
#include <string>

#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {
namespace {

Isolation isolation_of(std::string_view level) {
  if (same_word(level, "read-committed") || same_word(level, "read-uncommitted")) return Isolation::read_committed;
  if (same_word(level, "repeatable-read")) return Isolation::repeatable_read;
  if (same_word(level, "serializable")) return Isolation::serializable;
  return Isolation::unchanged;
}

}  // namespace

void Parser::setting(std::string_view name) { out_.facts.settings.emplace_back(fold(name)); }

void Parser::set() {
  expect("set"_w);
  out_.facts.verb = Verb::set;
  out_.facts.changes_session = true;
  if (at("statement"_w) && !at("="_s, 1) && !at(":="_s, 1)) return set_statement();
  const bool scope = at_any({"session"_w, "local"_w, "global"_w});
  if (at("transaction"_w, scope ? 1 : 0)) {
    const bool global = at("global"_w);
    if (scope) skip();
    return set_transaction(scope, global);
  }
  if (at("password"_w) || (at("default"_w) && at("role"_w, 1)) || (at("role"_w) && !at("="_s, 1)) ||
      (at("resource"_w) && at("group"_w, 1))) {
    return set_role_or_password();
  }
  root_ = make(Kind::other);
  do set_item();
  while (accept(","_s));
}

void Parser::set_item() {
  if (at("names"_w) && !at("="_s, 1)) return set_names();
  if (accept_all({"character"_w, "set"_w}) || (at("charset"_w) && !at("="_s, 1) && accept("charset"_w))) {
    for (const char* name : {"character_set_client", "character_set_results", "character_set_connection"}) {
      setting(name);
    }
    setting("collation_connection");
    if (!accept_any({"default"_w, "binary"_w}) && !accept(TokenKind::string)) (void)any_name();
    return;
  }
  set_variable();
}

void Parser::set_names() {
  expect("names"_w);
  for (const char* name : {"character_set_client", "character_set_results", "character_set_connection"}) {
    setting(name);
  }
  setting("collation_connection");
  if (!accept_any({"default"_w, "binary"_w}) && !accept(TokenKind::string)) (void)any_name();
  if (!accept("collate"_w)) return;
  if (!accept_any({"default"_w, "binary"_w}) && !accept(TokenKind::string)) (void)any_name();
}

// [scope] name = value, @@[scope.]name = value, @name = value
void Parser::set_variable() {
  if (at(TokenKind::user_variable)) {
    out_.facts.settings.emplace_back("@" + std::string(fold(arena_.keep(decoded(peek())))));
    skip();
  } else {
    const bool marked = accept(TokenKind::system_variable);
    const bool scope = at_any({"session"_w, "local"_w, "global"_w, "persist"_w, "persist_only"_w});
    if (scope && (marked ? at("."_s, 1) : !at("="_s, 1) && !at(":="_s, 1))) {
      skip();
      if (marked) skip();
    }
    const std::string_view first = any_name();
    setting(first);
    // [key cache or component].name
    if (accept("."_s)) setting(any_name());
  }
  if (!accept(":="_s)) expect("="_s);
  const Token value = peek();
  add(root_, set_value());
  if (failed() || out_.facts.settings.empty()) return;
  const std::string& last = out_.facts.settings.back();
  if (last == "autocommit") out_.facts.commits_implicitly = true;
  if (last == "transaction_isolation" || last == "tx_isolation") out_.facts.isolation = isolation_of(decoded(value));
}

// Words that are no expressions, ON among them; else an expression.
Node* Parser::set_value() {
  const bool alone = at(","_s, 1) || peek(1).kind == TokenKind::end || at("for"_w, 1);
  if (alone && at(TokenKind::word) && !at_any({"null"_w, "true"_w, "false"_w})) {
    const Node* moment = nullptr;
    if (at_any({"current_timestamp"_w, "current_date"_w, "current_time"_w, "current_user"_w})) moment = operand();
    if (moment == nullptr) skip();
    return make(Kind::session_value);
  }
  return expression();
}

// [SESSION | GLOBAL] TRANSACTION ...: without a scope for the next transaction only.
void Parser::set_transaction(bool session, bool global) {
  expect("transaction"_w);
  if (!session) {
    out_.facts.verb = Verb::set_transaction;
    out_.facts.changes_session = false;
  }
  do {
    if (accept_all({"isolation"_w, "level"_w})) {
      std::string level(fold(any_text()));
      while (at(TokenKind::word)) level += "-" + std::string(fold(any_text()));
      const Isolation isolation = isolation_of(level);
      if (isolation == Isolation::unchanged) return fail();
      if (!global) out_.facts.isolation = isolation;
      if (session) setting("transaction_isolation");
    } else {
      expect("read"_w);
      if (!session) out_.facts.read_only = at("only"_w);
      if (!accept_any({"only"_w, "write"_w})) fail();
      if (session) setting("transaction_read_only");
    }
  } while (accept(","_s));
}

// A word, reserved or not.
std::string_view Parser::any_text() {
  const std::string_view text = text_of(peek());
  expect(TokenKind::word);
  return text;
}

// MariaDB: SET STATEMENT a = 1, b = 2 FOR statement. Never cached: settings are not what the session's are.
void Parser::set_statement() {
  expect("statement"_w);
  Node* values = make(Kind::other);
  root_ = values;
  do {
    const std::string_view name = fold(any_name());
    // It might change how the rest is read. Under another sql_mode other values are stored: keys are forgotten.
    if (name.starts_with("character_set")) fail();
    expect("="_s);
    add(values, set_value());
  } while (accept(","_s));
  expect("for"_w);
  root_ = nullptr;
  out_.facts.changes_session = false;
  statement();
  obstacle(Reason::not_a_read);
  out_.forgets_keys = true;
  if (values->first == nullptr) return;
  // What the values call is called.
  root_ = root_ == nullptr ? values : make(Kind::statement_with_values, root_, values);
}

void Parser::set_role_or_password() {
  if (accept("role"_w)) {
    setting("role");
    return skip_rest();
  }
  // SET RESOURCE GROUP says where the server works.
  if (accept("resource"_w)) return skip_rest();
  skip_rest();
  define_statement(true, false);
}

void Parser::use() {
  expect("use"_w);
  out_.facts.verb = Verb::set;
  out_.facts.changes_session = true;
  out_.facts.name = any_name();
  setting("database");
}

}  // namespace tapri::sql::mysql
