// Statements of a session and of the server: prepared statements, calls, locks, what shows and what maintains.
#include <string>

#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {

// It may do anything.
void Parser::unknown_effects() {
  out_.facts.verb = Verb::call;
  out_.facts.writes_unknown = true;
  out_.facts.drops_or_alters = true;
  out_.facts.changes_roles = true;
  out_.facts.changes_session = true;
  out_.facts.changes_unknown_setting = true;
  out_.facts.commits_implicitly = true;
}

// Whose words do not matter.
void Parser::server_statement(Verb verb) {
  out_.facts.verb = verb;
  skip_rest();
}

// PREPARE name FROM 'text' or from a value that is not known.
void Parser::prepare() {
  expect("prepare"_w);
  out_.facts.verb = Verb::prepare;
  out_.facts.changes_session = true;
  out_.facts.name = folded_name();
  expect("from"_w);
  if (at(TokenKind::string) && peek(1).kind == TokenKind::end) {
    out_.prepares = true;
    out_.prepared = decoded(peek());
    return skip();
  }
  out_.prepares = true;
  root_ = make(Kind::other, expression());
}

// The text does not say what it carries out; the session may know it.
void Parser::execute() {
  expect("execute"_w);
  unknown_effects();
  out_.facts.verb = Verb::execute;
  root_ = make(Kind::other);
  if (accept("immediate"_w)) {
    add(root_, expression());
  } else {
    out_.facts.name = folded_name();
    out_.facts.changes_roles = false;
    out_.facts.commits_implicitly = false;
  }
  if (!accept("using"_w)) return;
  do {
    if (!accept_any({"default"_w, "ignore"_w})) add(root_, expression());
  } while (accept(","_s));
}

void Parser::deallocate() {
  skip();
  expect("prepare"_w);
  out_.facts.verb = Verb::deallocate;
  out_.facts.changes_session = true;
  out_.facts.name = folded_name();
}

// What it does is in its body.
void Parser::call_statement() {
  expect("call"_w);
  unknown_effects();
  out_.facts.changes_roles = false;
  Node* node = make(Kind::call);
  qualified_name(node);
  node->name = fold(node->name);
  if (accept("."_s)) (void)any_name();
  out_.facts.name = node->name;
  if (accept("("_s)) {
    if (!at(")"_s)) expressions(node);
    expect(")"_s);
  }
  root_ = make(Kind::other, node);
}

void Parser::do_statement() {
  expect("do"_w);
  out_.facts.verb = Verb::call;
  root_ = make(Kind::other);
  do {
    add(root_, expression());
    if (accept("as"_w)) (void)any_name();
  } while (accept(","_s));
}

// Without ANALYZE nothing is carried out. MariaDB also has ANALYZE [FORMAT = JSON] statement.
void Parser::explain() {
  bool analyzes = at("analyze"_w);
  skip();
  for (;;) {
    if (accept("analyze"_w)) {
      analyzes = true;
    } else if (at("format"_w) && at("="_s, 1)) {
      at_ += 3;
    } else if (at("into"_w) && at(TokenKind::user_variable, 1)) {
      out_.facts.changes_session = true;
      at_ += 2;
    } else if (!accept_any({"extended"_w, "partitions"_w})) {
      break;
    }
  }
  // What it shows is not the statement's result. To plan it, MariaDB runs functions, and they may write.
  obstacle(Reason::not_a_read);
  if (!reading_statement() && !changing_statement()) {
    if (analyzes) return fail();
    skip_rest();  // of a table, or of what another session runs
  }
  out_.facts.verb = Verb::explain;
}

// Only a WHERE may call anything. The words that say what is shown are its name.
void Parser::show() {
  expect("show"_w);
  out_.facts.verb = Verb::show;
  if (at(TokenKind::word)) out_.facts.name = fold(text_of(peek()));
  if (at("count"_w) && at("("_s, 1)) out_.facts.name = fold(text_of(peek(4)));
  while (!at_end() && !at("where"_w)) {
    if (at(TokenKind::bad)) return fail();
    skip();
  }
  if (accept("where"_w)) root_ = make(Kind::other, expression());
}

// HANDLER t OPEN [AS a], HANDLER t READ ..., HANDLER t CLOSE
void Parser::handler() {
  expect("handler"_w);
  (void)qualified_name();
  if (accept("open"_w)) {
    out_.facts.verb = Verb::declare_cursor;
    return skip_rest();
  }
  if (accept("close"_w)) {
    out_.facts.verb = Verb::close_cursor;
    return;
  }
  expect("read"_w);
  out_.facts.verb = Verb::fetch;
  while (!at_end() && !at("where"_w)) {
    // Key values are constants; a call among them is not looked into.
    const bool calls = at_name() && at("("_s, 1);
    if (calls || at(TokenKind::bad)) return fail();
    skip();
  }
  if (!accept("where"_w)) return;
  root_ = make(Kind::other, expression());
  if (at("limit"_w)) limit(root_);
}

void Parser::lock() {
  const bool tables = at_any({"table"_w, "tables"_w}, 1);
  if (!tables && !at("instance"_w, 1)) return fail();
  out_.facts.verb = Verb::lock;
  out_.facts.commits_implicitly = tables;
  skip_rest();
}

// GET DIAGNOSTICS sets variables, SIGNAL and RESIGNAL only fail.
void Parser::diagnostics() {
  const bool gets = at("get"_w);
  out_.facts.verb = gets ? Verb::set : Verb::call;
  for (; !at_end(); skip()) {
    if (at(TokenKind::bad)) return fail();
    if (!at(TokenKind::user_variable)) continue;
    if (!gets) continue;
    out_.facts.changes_session = true;
    out_.facts.settings.emplace_back("@" + std::string(fold(arena_.keep(decoded(peek())))));
  }
}

// ANALYZE, CHECK, CHECKSUM, OPTIMIZE and REPAIR of tables, FLUSH, CACHE INDEX, RESET, BACKUP. Rows that a table loses
// when it is repaired are changed.
void Parser::maintain() {
  out_.facts.commits_implicitly = true;
  const bool repairs = at("repair"_w);
  const bool flushes = at("flush"_w);
  skip();
  if (repairs) {
    (void)accept_any({"local"_w, "no_write_to_binlog"_w});
    if (!accept_any({"table"_w, "tables"_w, "view"_w})) fail();
    do out_.facts.writes.push_back(qualified_name());
    while (accept(","_s));
  }
  if (flushes && at("privileges"_w)) out_.facts.changes_roles = true;
  // WITH READ LOCK or FOR EXPORT may follow: then it locks them as LOCK TABLES does.
  const bool may_lock = flushes && (at("tables"_w) || at("table"_w) || at("local"_w) || at("no_write_to_binlog"_w));
  server_statement(may_lock ? Verb::lock : Verb::maintain);
}

}  // namespace tapri::sql::mysql
