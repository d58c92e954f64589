// Operands: what stands between operators.
#include "sql/mysql/functions.h"
#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {
namespace {

// Reserved words that are functions where a parenthesis follows.
bool is_callable(Word word) {
  switch (word) {
    case "if"_w:
    case "left"_w:
    case "right"_w:
    case "replace"_w:
    case "insert"_w:
    case "repeat"_w:
    case "mod"_w:
    case "char"_w:
    case "database"_w:
    case "schema"_w:
    case "default"_w:
    case "values"_w:
      return true;
    default:
      return false;
  }
}

// CURRENT_TIMESTAMP and the like, which need no parentheses.
bool is_moment(Word word) {
  switch (word) {
    case "current_date"_w:
    case "current_time"_w:
    case "current_timestamp"_w:
    case "localtime"_w:
    case "localtimestamp"_w:
    case "utc_date"_w:
    case "utc_time"_w:
    case "utc_timestamp"_w:
    case "current_user"_w:
      return true;
    default:
      return false;
  }
}

}  // namespace

Node* Parser::operand() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::string:
    case TokenKind::number:
    case TokenKind::bits:
      return literal();
    case TokenKind::parameter: {
      skip();
      Node* node = make(Kind::parameter);
      node->index = token.index;
      return node;
    }
    case TokenKind::user_variable:
      return user_variable();
    case TokenKind::system_variable:
      return system_variable();
    case TokenKind::name:
      return column_or_call();
    case TokenKind::word:
      return word_operand();
    default:
      break;
  }
  if (at("("_s)) return parenthesised();
  if (at("."_s)) return column_or_call();
  if (accept("*"_s)) return make(Kind::star);
  // {d '2020-01-01'}: what stands in it is the value.
  if (accept("{"_s)) {
    const std::string_view type = fold(any_name());
    Node* node = make(type == "t" || type == "time" ? Kind::time_value : Kind::other, expression());
    expect("}"_s);
    return node;
  }
  fail();
  return make(Kind::other);
}

// Strings that follow each other are one.
Node* Parser::literal() {
  Node* node = make(Kind::literal);
  node->index = peek().index;
  const bool string = at(TokenKind::string);
  skip();
  while (string && accept(TokenKind::string)) node->kind = Kind::other;
  return node;
}

// Of ((SELECT ...) UNION ...) the first query has been taken for an operand.
Node* Parser::continued(Node* node) {
  if (node->kind != Kind::sub_query || (!at_set_operator() && !at_any({"order"_w, "limit"_w}))) return node;
  Node* first = node->first;
  node->first = node->last = nullptr;
  Node* whole = set_operations(first);
  query_tail(whole);
  return make(Kind::sub_query, whole);
}

Node* Parser::parenthesised() {
  if (at_query_word(1)) return query_in_parentheses();
  expect("("_s);
  Node* node = expression();
  node = continued(node);
  if (at(","_s)) {
    node = make(Kind::row, node);
    while (accept(","_s)) add(node, expression());
  }
  expect(")"_s);
  return node;
}

Node* Parser::word_operand() {
  const Word word = peek().word;
  const bool called = at("("_s, 1);
  switch (word) {
    case "null"_w:
      skip();
      return make(Kind::null);
    case "true"_w:
    case "false"_w:
      skip();
      return make(Kind::other);
    case "case"_w:
      return case_expression();
    case "interval"_w:
      return interval();
    case "match"_w:
      return match_against();
    case "exists"_w:
      skip();
      return query_in_parentheses();
    case "cast"_w:
      if (called) return cast();
      break;
    case "convert"_w:
      return convert();
    case "row"_w:
      if (called) return row();
      break;
    case "next"_w:
    case "previous"_w:
      if (at("value"_w, 1) && at("for"_w, 2)) return sequence_value();
      break;
    case "date"_w:
    case "time"_w:
    case "timestamp"_w:
      if (!at(TokenKind::string, 1)) break;
      skip();
      skip();
      return make(word == "time"_w ? Kind::time_value : Kind::other);
    case "default"_w:
      if (called) break;
      skip();
      return make(Kind::other);
    default:
      break;
  }
  return name_operand(word, called);
}

// ROW (1, 2)
Node* Parser::row() {
  skip();
  expect("("_s);
  Node* row = make(Kind::row);
  expressions(row);
  expect(")"_s);
  return row;
}

// A word that begins nothing of its own.
Node* Parser::name_operand(Word word, bool called) {
  if (is_moment(word) || word == "current_role"_w) return moment();
  // _utf8'...': a literal in another character set than the column's, so nothing is known of it, but of _binary'...'.
  const bool literal_follows = at(TokenKind::string, 1) || at(TokenKind::bits, 1);
  if (literal_follows && text_of(peek()).starts_with('_') && is_charset(text_of(peek()).substr(1))) {
    const bool binary = same_word(text_of(peek()), "_binary");
    skip();
    Node* node = literal();
    if (!binary || node->kind != Kind::literal) return make(Kind::other, node);
    node->name = "binary";
    return node;
  }
  if (is_reserved(word) && !(called && is_callable(word))) {
    fail();
    return make(Kind::other);
  }
  return column_or_call();
}

Node* Parser::case_expression() {
  expect("case"_w);
  Node* node = make(Kind::other);
  if (!at("when"_w)) add(node, expression());
  if (!at("when"_w)) fail();
  while (accept("when"_w)) {
    add(node, expression());
    expect("then"_w);
    add(node, expression());
  }
  if (accept("else"_w)) add(node, expression());
  expect("end"_w);
  return node;
}

// INTERVAL 1 DAY, or the function INTERVAL(a, b).
Node* Parser::interval() {
  const Nesting nesting(*this);
  expect("interval"_w);
  Node* first = at("("_s) ? parenthesised() : prefix();
  if (first->kind == Kind::row) return first;
  Node* node = make(Kind::other, operation_on(first, 1));
  if (peek().kind != TokenKind::word || !is_unit(fold(text_of(peek())))) fail();
  skip();
  return node;
}

// Its ranks rest on statistics that move before what changes them is committed, and by themselves.
Node* Parser::match_against() {
  const Nesting nesting(*this);
  expect("match"_w);
  Node* node = make(Kind::unstable);
  const bool parentheses = accept("("_s);
  expressions(node);
  if (parentheses) expect(")"_s);
  expect("against"_w);
  expect("("_s);
  // IN would be taken for the start of a list.
  add(node, operand());
  while (at(TokenKind::word)) skip();
  expect(")"_s);
  return node;
}

Node* Parser::user_variable() {
  const Token token = peek();
  skip();
  if (!accept(":="_s)) return make(Kind::session_value);
  Node* node = make(Kind::assign_user, expression());
  node->name = fold(arena_.keep(decoded(token)));
  return node;
}

// @@name, @@global.name, @@session.component.name
Node* Parser::system_variable() {
  skip();
  do (void)any_name();
  while (accept("."_s));
  return make(Kind::session_value);
}

Node* Parser::moment() {
  skip();
  if (accept("("_s)) {
    (void)accept(TokenKind::number);
    expect(")"_s);
  }
  return make(Kind::session_value);
}

// NEXT VALUE FOR s [OVER ...] changes the sequence; PREVIOUS VALUE is what this session got last.
Node* Parser::sequence_value() {
  const bool next = at("next"_w);
  skip();
  skip();
  expect("for"_w);
  Node* node = make(next ? Kind::next_value : Kind::session_value);
  qualified_name(node);
  return node;
}

// a, t.a, d.t.a, t.*, f(...), d.f(...)
Node* Parser::column_or_call() {
  const Token& first = peek();
  (void)accept("."_s);  // .t.a is t.a
  Node* node = make(Kind::column);
  node->name = any_name();
  std::size_t parts = 1;
  while (at("."_s)) {
    skip();
    node->schema = node->item;
    node->item = node->name;
    if (accept("*"_s)) {
      node->kind = Kind::star;
      node->name = {};
      break;
    }
    node->name = any_name();
    if (++parts > 3) fail();
  }
  if (dialect_.folds_table_names) {
    node->schema = fold(node->schema);
    node->item = fold(node->item);
  }
  node->name = fold(node->name);
  const bool may_be_call = first.kind == TokenKind::word || parts > 1;
  if (node->kind != Kind::column || !at("("_s) || parts > 2) return node;
  if (!may_be_call && parts == 1 && first.kind != TokenKind::name) fail();
  return call(node);
}

}  // namespace tapri::sql::mysql
