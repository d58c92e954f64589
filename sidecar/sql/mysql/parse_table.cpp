// What stands in FROM: relations, joins, sub-queries, tables made of JSON.
#include <utility>

#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {

void Parser::from_clause(Node* parent) {
  expect("from"_w);
  Node* node = make(Kind::from);
  if (!accept("dual"_w)) add(node, table_references());
  add(parent, node);
}

// Separated by commas.
Node* Parser::table_references() {
  const Nesting nesting(*this);
  Node* left = joined(table_factor(), false);
  while (accept(","_s)) left = make(Kind::join, left, joined(table_factor(), false));
  return left;
}

bool Parser::at_join() const {
  return at_any({"join"_w, "inner"_w, "cross"_w, "straight_join"_w, "left"_w, "right"_w, "natural"_w});
}

// Of `a JOIN b JOIN c ON x ON y` the join of b and c is the right side of the first. `nested`: this is such a side, and
// the next condition behind its own is not for it.
Node* Parser::joined(Node* left, bool nested) {
  const Nesting nesting(*this);
  while (at_join() && !failed()) {
    Kind kind = Kind::join;
    const bool natural = accept("natural"_w);
    if (at_any({"left"_w, "right"_w})) {
      kind = at("left"_w) ? Kind::left_join : Kind::right_join;
      skip();
      (void)accept("outer"_w);
      expect("join"_w);
    } else if (!accept("straight_join"_w)) {
      (void)accept_any({"inner"_w, "cross"_w});
      expect("join"_w);
    }
    Node* right = table_factor();
    if (!natural && at_join()) right = joined(right, true);
    Node* node = make(kind, left, right);
    node->flag = natural;
    // ON DUPLICATE KEY belongs to the INSERT around it.
    if (!at("duplicate"_w, 1) && accept("on"_w)) {
      add(node, make(Kind::condition, expression()));
    } else if (accept("using"_w)) {
      node->flag = true;
      name_list();
    }
    left = node;
    if (nested && at_any({"on"_w, "using"_w})) break;
  }
  return left;
}

Node* Parser::table_factor() {
  if (at("("_s)) return parenthesised_tables();
  if (at("lateral"_w) && at("("_s, 1)) {
    skip();
    return parenthesised_tables();
  }
  if (at("json_table"_w) && at("("_s, 1)) return json_table();
  if (accept("{"_s)) {
    (void)any_name();
    Node* node = table_references();
    expect("}"_s);
    return node;
  }
  return relation();
}

Node* Parser::parenthesised_tables() {
  const Nesting nesting(*this);
  expect("("_s);
  if (at_query_word(0)) {
    Node* whole = query();
    expect(")"_s);
    return derived(whole);
  }
  Node* inner = table_references();
  // ((SELECT ...) UNION ...) and ((SELECT ...)): the parentheses are a query's.
  const bool bare = inner->kind == Kind::derived && inner->alias.empty() && inner->first != nullptr;
  if (bare) {
    Node* first = inner->first;
    inner->first = inner->last = nullptr;
    Node* whole = set_operations(first);
    query_tail(whole);
    expect(")"_s);
    return derived(whole);
  }
  expect(")"_s);
  return inner;
}

Node* Parser::derived(Node* query) {
  Node* node = make(Kind::derived, query);
  table_alias(node);
  return node;
}

// Words that may follow a table, and that only one of the servers reserves.
bool Parser::at_table_alias() const {
  if (!at_name() || at("returning"_w) || at("minus"_w) || at("offset"_w)) return false;
  if (at("window"_w)) return !at("as"_w, 2);
  return !at("system_time"_w);
}

void Parser::table_alias(Node* node) {
  const bool written = accept("as"_w);
  if (!written && !at_table_alias()) return;
  node->alias = name();
  if (node->kind == Kind::derived && at("("_s)) {
    node->flag = true;
    name_list();
  }
}

Node* Parser::relation(bool with_alias) {
  Node* node = make(Kind::relation);
  qualified_name(node);
  if (with_alias) relation_suffix(node);
  return node;
}

void Parser::relation_suffix(Node* node) {
  if (at("partition"_w) && at("("_s, 1)) {
    skip();
    name_list();
  }
  if (at("for"_w) && at("system_time"_w, 1)) {
    at_ += 2;
    system_time(node);
  }
  table_alias(node);
  index_hints();
}

// ALL, AS OF t, FROM t TO u, BETWEEN t AND u. What was, and when it was, is looked up with the clock and a setting.
void Parser::system_time(Node* node) {
  obstacle(Reason::volatile_function);
  if (accept("all"_w)) return;
  if (accept("as"_w)) {
    expect("of"_w);
    return system_time_bound(node);
  }
  const bool between = accept("between"_w);
  if (!between) expect("from"_w);
  system_time_bound(node);
  expect(between ? "and"_w : "to"_w);
  system_time_bound(node);
}

// {USE | IGNORE | FORCE} {INDEX | KEY} [FOR {JOIN | ORDER BY | GROUP BY}] (names)
void Parser::index_hints() {
  do {
    while (at_any({"use"_w, "ignore"_w, "force"_w}) && at_any({"index"_w, "key"_w}, 1)) {
      at_ += 2;
      if (accept("for"_w) && !accept("join"_w) && !accept_all({"order"_w, "by"_w})) {
        expect("group"_w);
        expect("by"_w);
      }
      skip_parentheses();
    }
  } while (at(","_s) && at_any({"use"_w, "ignore"_w, "force"_w}, 1) && accept(","_s));
}

// JSON_TABLE(document, path COLUMNS (...)) alias
Node* Parser::json_table() {
  skip();
  expect("("_s);
  Node* node = make(Kind::table_function, expression());
  expect(","_s);
  if (!accept(TokenKind::string)) (void)expression();
  json_columns();
  expect(")"_s);
  table_alias(node);
  return node;
}

void Parser::json_columns() {
  const Nesting nesting(*this);
  expect("columns"_w);
  expect("("_s);
  do {
    if (accept("nested"_w)) {
      (void)accept("path"_w);
      expect(TokenKind::string);
      json_columns();
      continue;
    }
    (void)any_name();
    if (accept("for"_w)) {
      expect("ordinality"_w);
      continue;
    }
    // As a date such a value is today's.
    if (type() == "time") obstacle(Reason::volatile_literal);
    (void)accept("exists"_w);
    expect("path"_w);
    expect(TokenKind::string);
    // NULL ON EMPTY, DEFAULT '1' ON ERROR
    while (at_any({"null"_w, "error"_w, "default"_w})) {
      if (accept("default"_w)) {
        (void)accept("-"_s);
        (void)literal();
      } else {
        skip();
      }
      expect("on"_w);
      if (!accept_any({"empty"_w, "error"_w})) fail();
    }
  } while (accept(","_s));
  expect(")"_s);
}

}  // namespace tapri::sql::mysql
