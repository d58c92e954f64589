// The dispatch over all statements, and those that begin and end transactions.
#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {

void Parser::statement() {
  const Nesting nesting(*this);
  if (failed()) return;
  if (reading_statement() || changing_statement() || transaction_statement() || session_statement() ||
      other_statement() || define()) {
    return;
  }
  fail();
}

bool Parser::reading_statement() {
  if (!at_query()) return false;
  if (at("with"_w)) {
    // WITH may stand before UPDATE and DELETE, too.
    Node* with = make(Kind::with);
    with_clause(with);
    if (at("update"_w)) {
      update();
      root_ = adopt_with(with, root_);
      return true;
    }
    if (at("delete"_w)) {
      remove();
      root_ = adopt_with(with, root_);
      return true;
    }
    Node* whole = set_operations(query_primary());
    query_tail(whole);
    root_ = adopt_with(with, whole);
  } else {
    root_ = query();
  }
  out_.facts.verb = Verb::select;
  return true;
}

bool Parser::changing_statement() {
  switch (peek().word) {
    case "insert"_w:
    case "replace"_w:
      insert();
      return true;
    case "update"_w:
      update();
      return true;
    case "delete"_w:
      remove();
      return true;
    case "truncate"_w:
      truncate();
      return true;
    case "load"_w:
      if (at_any({"data"_w, "xml"_w}, 1)) {
        load();
      } else {
        server_statement(Verb::maintain);  // LOAD INDEX INTO CACHE
        out_.facts.commits_implicitly = true;
      }
      return true;
    default:
      return false;
  }
}

bool Parser::transaction_statement() {
  switch (peek().word) {
    case "begin"_w:
      begin();
      return true;
    case "start"_w:
      start();
      return true;
    case "commit"_w:
      transaction_end(Verb::commit);
      return true;
    case "rollback"_w:
      transaction_end(Verb::rollback);
      return true;
    case "savepoint"_w:
    case "release"_w:
      savepoint();
      return true;
    case "xa"_w:
      xa();
      return true;
    default:
      return false;
  }
}

bool Parser::session_statement() {
  switch (peek().word) {
    case "set"_w:
      set();
      return true;
    case "use"_w:
      use();
      return true;
    case "prepare"_w:
      prepare();
      return true;
    case "execute"_w:
      execute();
      return true;
    case "deallocate"_w:
      deallocate();
      return true;
    case "call"_w:
      call_statement();
      return true;
    case "do"_w:
      do_statement();
      return true;
    case "lock"_w:
    case "unlock"_w:
      lock();
      return true;
    case "get"_w:
    case "signal"_w:
    case "resignal"_w:
      diagnostics();
      return true;
    default:
      return false;
  }
}

bool Parser::other_statement() {
  switch (peek().word) {
    case "explain"_w:
    case "describe"_w:
    case "desc"_w:
      explain();
      return true;
    case "show"_w:
      show();
      return true;
    case "help"_w:
      server_statement(Verb::show);
      return true;
    case "handler"_w:
      handler();
      return true;
    case "analyze"_w:
      if (!at_any({"table"_w, "tables"_w, "local"_w, "no_write_to_binlog"_w}, 1)) {
        explain();
        return true;
      }
      maintain();
      return true;
    case "check"_w:
    case "checksum"_w:
    case "optimize"_w:
    case "repair"_w:
    case "flush"_w:
    case "cache"_w:
    case "reset"_w:
    case "backup"_w:
      maintain();
      return true;
    case "kill"_w:
      server_statement(Verb::maintain);
      out_.facts.kills = true;
      return true;
    case "shutdown"_w:
    case "restart"_w:
    case "purge"_w:
      server_statement(Verb::maintain);
      return true;
    default:
      return false;
  }
}

void Parser::begin() {
  expect("begin"_w);
  if (at("not"_w)) {
    // BEGIN NOT ATOMIC ... END: code without a name.
    unknown_effects();
    return skip_rest();
  }
  (void)accept("work"_w);
  out_.facts.verb = Verb::begin;
  out_.facts.commits_implicitly = true;
}

void Parser::start() {
  if (!at("transaction"_w, 1)) {
    // START SLAVE and its kin: what comes in from elsewhere.
    unknown_effects();
    return skip_rest();
  }
  at_ += 2;
  out_.facts.verb = Verb::begin;
  out_.facts.commits_implicitly = true;
  if (at_end()) return;
  do {
    if (accept("with"_w)) {
      expect("consistent"_w);
      expect("snapshot"_w);
    } else {
      expect("read"_w);
      out_.facts.read_only = at("only"_w);
      if (!accept_any({"only"_w, "write"_w})) fail();
    }
  } while (accept(","_s));
}

// COMMIT and ROLLBACK, which may go back to a savepoint only.
void Parser::transaction_end(Verb verb) {
  skip();
  (void)accept("work"_w);
  out_.facts.verb = verb;
  if (verb == Verb::rollback && accept("to"_w)) {
    (void)accept("savepoint"_w);
    (void)any_name();
    out_.facts.verb = Verb::rollback_to;
    return;
  }
  if (accept("and"_w)) {
    out_.facts.chain = !accept("no"_w);
    expect("chain"_w);
  }
  if (accept("no"_w)) return expect("release"_w);
  // With RELEASE the server ends the connection.
  (void)accept("release"_w);
}

void Parser::savepoint() {
  if (accept("release"_w)) {
    expect("savepoint"_w);
  } else {
    skip();
  }
  (void)any_name();
  out_.facts.verb = Verb::savepoint;
}

// XA START and what follows it is a transaction like others, until PREPARE gives it away.
void Parser::xa() {
  expect("xa"_w);
  const Word word = peek().word;
  skip();
  switch (word) {
    case "start"_w:
    case "begin"_w:
      out_.facts.verb = Verb::begin;
      break;
    case "end"_w:
      out_.facts.verb = Verb::savepoint;
      break;
    case "prepare"_w:
      out_.facts.verb = Verb::prepare_transaction;
      break;
    case "commit"_w:
      out_.facts.verb = Verb::commit_prepared;
      break;
    case "rollback"_w:
      out_.facts.verb = Verb::rollback_prepared;
      break;
    case "recover"_w:
      out_.facts.verb = Verb::show;
      return skip_rest();
    default:
      return fail();
  }
  out_.facts.name = xid();
  if (word == "commit"_w && accept_all({"one"_w, "phase"_w})) out_.facts.verb = Verb::commit;
  if (accept_any({"join"_w, "resume"_w})) return;
  if (word == "end"_w && accept("suspend"_w) && accept("for"_w)) expect("migrate"_w);
}

// gtrid [, bqual [, formatID]], each in one way of writing: strings decoded, the rest as it is.
std::string Parser::xid() {
  std::string id;
  do {
    if (!peek().is_literal()) fail();
    if (!failed()) id += (id.empty() ? "" : ",") + decoded(peek());
    skip();
  } while (accept(","_s));
  return id;
}

}  // namespace tapri::sql::mysql
