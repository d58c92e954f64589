// Queries: WITH, UNION and its kin, VALUES, TABLE, and what may stand behind them all.
#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {

// The word that a query starts with, behind any parentheses that open `ahead` tokens from here and hold nothing else.
bool Parser::at_query_word(std::size_t ahead) const {
  if (at_any({"select"_w, "with"_w}, ahead)) return true;
  if (at("table"_w, ahead)) return !at("("_s, ahead + 1);
  // VALUES(a) is a function's call in ON DUPLICATE KEY UPDATE.
  return at("values"_w, ahead) && !in_duplicate_;
}

// At a query, maybe in parentheses: ((SELECT 1) + 1) starts like one and is none, so this is for statements and tables.
bool Parser::at_query() const {
  std::size_t ahead = 0;
  while (at("("_s, ahead)) ++ahead;
  return at_query_word(ahead);
}

bool Parser::at_set_operator() const { return at_any({"union"_w, "except"_w, "intersect"_w, "minus"_w}); }

// [WITH ...] query [UNION query ...] [ORDER BY ...] [LIMIT ...] ...
Node* Parser::query() {
  const Nesting nesting(*this);
  Node* with = nullptr;
  if (at("with"_w)) {
    with = make(Kind::with);
    with_clause(with);
  }
  Node* node = set_operations(query_primary());
  query_tail(node);
  return with == nullptr ? node : adopt_with(with, node);
}

// As the first child it is in scope for all others.
Node* Parser::adopt_with(Node* with, Node* query) {
  if (with == &spare_ || query == &spare_) return query;
  // A query that has one of its own, (WITH ... SELECT ...), is kept apart.
  if (query->first != nullptr && query->first->kind == Kind::with) return make(Kind::set_operation, with, query);
  with->next = query->first;
  query->first = with;
  if (query->last == nullptr) query->last = with;
  if (with->depth + 1U > query->depth) query->depth = static_cast<std::uint16_t>(with->depth + 1U);
  return query;
}

Node* Parser::query_in_parentheses() {
  const Nesting nesting(*this);
  expect("("_s);
  Node* node = make(Kind::sub_query, query());
  expect(")"_s);
  return node;
}

Node* Parser::set_operations(Node* left) {
  if (!at_set_operator()) return left;
  Node* node = make(Kind::set_operation, left);
  while (at_set_operator()) {
    skip();
    (void)accept_any({"all"_w, "distinct"_w});
    add(node, query_primary());
  }
  return node;
}

Node* Parser::query_primary() {
  if (at("("_s)) {
    const Nesting nesting(*this);
    skip();
    Node* node = query();
    expect(")"_s);
    return node;
  }
  if (at("values"_w)) return values_query();
  if (at("table"_w)) return table_query();
  return select();
}

Node* Parser::values_query() {
  expect("values"_w);
  Node* node = make(Kind::values);
  value_rows(node);
  return node;
}

// TABLE t is SELECT * FROM t.
Node* Parser::table_query() {
  expect("table"_w);
  Node* node = make(Kind::select);
  add(node, make(Kind::targets, make(Kind::target, make(Kind::star))));
  return add(node, make(Kind::from, relation(false)));
}

void Parser::query_tail(Node* query) {
  if (at("order"_w)) order(query);
  if (at_any({"limit"_w, "offset"_w, "fetch"_w})) limit(query);
  if (accept("procedure"_w)) {
    // PROCEDURE ANALYSE: what it says of the rows is its own affair.
    obstacle(Reason::volatile_function);
    (void)qualified_name();
    expect("("_s);
    Node* arguments = make(Kind::other);
    if (!at(")"_s)) expressions(arguments);
    expect(")"_s);
    add(query, arguments);
  }
  while (locking_or_into()) {
  }
}

bool Parser::locking_or_into() {
  if (failed()) return false;
  const bool locks = (at("for"_w) && at_any({"update"_w, "share"_w}, 1)) || at("lock"_w);
  if (locks) {
    locking();
  } else if (at("into"_w)) {
    into();
  } else {
    return false;
  }
  return true;
}

void Parser::locking() {
  obstacle(Reason::locks_rows);
  if (accept("lock"_w)) {
    expect("in"_w);
    expect("share"_w);
    expect("mode"_w);
  } else {
    at_ += 2;
    if (accept("of"_w)) {
      do (void)qualified_name();
      while (accept(","_s));
    }
  }
  if (accept("nowait"_w) || accept_all({"skip"_w, "locked"_w})) return;
  if (accept("wait"_w)) expect(TokenKind::number);
}

// INTO OUTFILE 'f' [...], INTO DUMPFILE 'f', INTO @a, b
void Parser::into() {
  expect("into"_w);
  if (!at_any({"dumpfile"_w, "outfile"_w})) return into_variables();
  obstacle(Reason::not_a_read);
  if (accept("dumpfile"_w)) return expect(TokenKind::string);
  expect("outfile"_w);
  expect(TokenKind::string);
  if (accept_all({"character"_w, "set"_w}) || accept("charset"_w)) (void)any_name();
  // FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY '\\' LINES STARTING BY '' TERMINATED BY '\n'
  while (accept_any({"fields"_w, "columns"_w, "lines"_w, "terminated"_w, "optionally"_w, "enclosed"_w, "escaped"_w,
                     "starting"_w, "by"_w}) ||
         accept(TokenKind::string) || accept(TokenKind::bits)) {
  }
}

// Those of a routine, which have plain names, are nothing to anybody else.
void Parser::into_variables() {
  do {
    if (!in_body_ || at(TokenKind::user_variable)) {
      obstacle(Reason::not_a_read);
      out_.facts.changes_session = true;
    }
    if (at(TokenKind::user_variable)) {
      out_.facts.settings.emplace_back("@" + std::string(fold(arena_.keep(decoded(peek())))));
      skip();
    } else {
      (void)name();
    }
  } while (accept(","_s));
}

// LIMIT n, LIMIT m, n, LIMIT n OFFSET m, [OFFSET m ROWS] FETCH FIRST n ROWS ONLY
void Parser::limit(Node* parent) {
  Node* node = make(Kind::limit);
  add(parent, node);
  if (accept("limit"_w) && !at("rows"_w)) {
    add(node, expression());
    if (accept(","_s) || accept("offset"_w)) add(node, expression());
  }
  if (accept("rows"_w)) {
    // ROWS EXAMINED: how far the server gets says nothing that holds the next time.
    expect("examined"_w);
    obstacle(Reason::volatile_function);
    add(node, expression());
  }
  if (accept("offset"_w)) {
    add(node, expression());
    (void)accept_any({"row"_w, "rows"_w});
  }
  if (!accept("fetch"_w)) return;
  if (!accept_any({"first"_w, "next"_w})) fail();
  if (!at_any({"row"_w, "rows"_w})) add(node, expression());
  if (!accept_any({"row"_w, "rows"_w})) fail();
  if (!accept("only"_w) && !accept_all({"with"_w, "ties"_w})) fail();
}

void Parser::order(Node* parent) {
  expect("order"_w);
  expect("by"_w);
  Node* node = make(Kind::order);
  ordered_list(node);
  add(parent, node);
}

void Parser::ordered_list(Node* parent) {
  do {
    add(parent, expression());
    (void)accept_any({"asc"_w, "desc"_w});
  } while (accept(","_s));
}

// WITH [RECURSIVE] a [(x, y)] AS (query), ...
void Parser::with_clause(Node* with) {
  expect("with"_w);
  with->flag = accept("recursive"_w);
  do {
    Node* table = make(Kind::common_table);
    table->name = name();
    if (at("("_s)) name_list();
    expect("as"_w);
    const Nesting nesting(*this);
    expect("("_s);
    add(table, query());
    expect(")"_s);
    // CYCLE a, b RESTRICT
    if (at(TokenKind::word) && same_word(text_of(peek()), "cycle")) {
      skip();
      do (void)any_name();
      while (accept(","_s));
      expect("restrict"_w);
    }
    add(with, table);
  } while (accept(","_s));
}

}  // namespace tapri::sql::mysql
