// Calls of functions, with the words that some of them have between their arguments; casts and types.
#include "sql/mysql/functions.h"
#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {

// `node` is the name that was read; the parenthesis comes next.
Node* Parser::call(Node* node) {
  const Nesting nesting(*this);
  node->kind = Kind::call;
  node->schema = node->item;
  node->item = {};
  // With a blank it is a call of somebody's own function of that name, if there is one.
  if (peek().blank && !dialect_.ignore_space && node->schema.empty() && minds_blank(node->name)) fail();
  expect("("_s);
  const bool of_sequence = node->name == "nextval" || node->name == "setval" || node->name == "lastval";
  if (of_sequence && node->schema.empty() && at_name()) {
    Node* sequence = make(node->name == "lastval" ? Kind::session_value : Kind::next_value);
    qualified_name(sequence);
    add(node, sequence);
    (void)accept(","_s);
  }
  arguments(node);
  expect(")"_s);
  call_suffix(node);
  return node;
}

void Parser::arguments(Node* call) {
  (void)accept_any({"distinct"_w, "all"_w, "both"_w, "leading"_w, "trailing"_w});
  // EXTRACT(DAY_HOUR FROM a)
  if (at(TokenKind::word) && at("from"_w, 1) && is_unit(fold(text_of(peek())))) skip();
  // POSITION(a IN b): IN is no operator there.
  const bool position = call->name == "position" && call->schema.empty();
  while (!at(")"_s) && !failed()) {
    if (argument_connector(call)) continue;
    Node* argument = position && call->first == nullptr ? operation(6) : expression();
    add(call, argument);
    if (accept("as"_w)) {
      // The name of an argument of a loadable function, WEIGHT_STRING(a AS CHAR(3)), COLUMN_GET(a, 'b' AS INT).
      if (at(TokenKind::name)) {
        skip();
      } else if (!accept(TokenKind::string) && type() == "time") {
        add(call, make(Kind::time_value));
      }
    }
    if (at(")"_s) || accept(","_s) || argument_connector(call)) continue;
    // An argument of a loadable function may have a name without AS.
    const bool named = at_name() || at(TokenKind::string);
    if (!named || (!at(","_s, 1) && !at(")"_s, 1))) return fail();
    skip();
    (void)accept(","_s);
  }
}

// Words between arguments; what stands behind them is one more argument, or nothing that facts know.
bool Parser::argument_connector(Node* call) {
  if (accept_any({"from"_w, "for"_w, "in"_w})) return true;
  if (accept("order"_w)) {
    expect("by"_w);
    ordered_list(call);
    return true;
  }
  if (accept("separator"_w)) {
    if (!accept(TokenKind::string) && !accept(TokenKind::bits)) fail();
    return true;
  }
  if (accept("limit"_w)) {
    add(call, expression());
    if (accept(","_s) || accept("offset"_w)) add(call, expression());
    return true;
  }
  if (accept("using"_w)) {
    if (!accept_any({"binary"_w}) && !accept(TokenKind::string)) (void)any_name();
    return true;
  }
  if (accept("returning"_w)) {
    if (type() == "time") add(call, make(Kind::time_value));
    return true;
  }
  if (accept("level"_w)) {
    while (!at(")"_s) && !at_end()) skip();
    return true;
  }
  // JSON_VALUE(..., DEFAULT 1 ON EMPTY NULL ON ERROR), JSON_ARRAYAGG(a NULL ON NULL)
  if (at("on"_w, 1) && accept_any({"null"_w, "error"_w, "empty"_w})) {
    expect("on"_w);
    if (!accept_any({"empty"_w, "error"_w, "null"_w})) fail();
    return true;
  }
  if (at("default"_w) && !at("("_s, 1)) {
    skip();
    add(call, operand());
    expect("on"_w);
    if (!accept_any({"empty"_w, "error"_w})) fail();
    return true;
  }
  return false;
}

void Parser::call_suffix(Node* call) {
  if (accept_all({"within"_w, "group"_w})) {
    expect("("_s);
    expect("order"_w);
    expect("by"_w);
    ordered_list(call);
    expect(")"_s);
  }
  if (at("from"_w) && at_any({"first"_w, "last"_w}, 1) && call->name == "nth_value") at_ += 2;
  if (at_any({"respect"_w, "ignore"_w}) && at("nulls"_w, 1)) at_ += 2;
  if (!accept("over"_w)) return;
  // Of rows of the query, whatever the function is.
  call->flag = true;
  if (at("("_s)) {
    window_specification(call);
  } else {
    (void)any_name();
  }
}

// ([name] [PARTITION BY ...] [ORDER BY ...] [frame])
void Parser::window_specification(Node* parent) {
  const Nesting nesting(*this);
  expect("("_s);
  if (at_name() && !at_any({"partition"_w, "range"_w, "rows"_w, "groups"_w})) skip();
  if (accept("partition"_w)) {
    expect("by"_w);
    expressions(parent);
  }
  if (accept("order"_w)) {
    expect("by"_w);
    ordered_list(parent);
  }
  const bool groups = at(TokenKind::word) && same_word(text_of(peek()), "groups");
  if (at_any({"rows"_w, "range"_w}) || groups) {
    skip();
    window_frame(parent);
  }
  expect(")"_s);
}

void Parser::window_frame(Node* parent) {
  if (accept("between"_w)) {
    window_bound(parent);
    expect("and"_w);
  }
  window_bound(parent);
  if (!accept("exclude"_w)) return;
  while (at(TokenKind::word)) skip();
}

void Parser::window_bound(Node* parent) {
  if (accept_all({"current"_w, "row"_w})) return;
  if (!accept("unbounded"_w)) add(parent, operation(2));
  if (!accept_any({"preceding"_w, "following"_w})) fail();
}

// CAST(a AS type [ARRAY])
Node* Parser::cast() {
  const Nesting nesting(*this);
  expect("cast"_w);
  if (peek().blank && !dialect_.ignore_space) fail();
  expect("("_s);
  Node* node = make(Kind::cast, expression());
  // CAST(a AT TIME ZONE '+00:00' AS DATETIME)
  if (accept_all({"at"_w, "time"_w})) {
    (void)any_name();
    if (accept("interval"_w)) add(node, make(Kind::unstable));
    expect(TokenKind::string);
  }
  expect("as"_w);
  node->name = type();
  (void)accept("array"_w);
  expect(")"_s);
  return node;
}

// CONVERT(a, type), CONVERT(a USING charset)
Node* Parser::convert() {
  const Nesting nesting(*this);
  expect("convert"_w);
  expect("("_s);
  Node* node = make(Kind::other, expression());
  if (accept("using"_w)) {
    if (!accept("binary"_w) && !accept(TokenKind::string)) (void)any_name();
  } else {
    expect(","_s);
    node->kind = Kind::cast;
    node->name = type();
  }
  expect(")"_s);
  return node;
}

// Its first word, in lower case.
std::string_view Parser::type() {
  if (!at(TokenKind::word)) {
    fail();
    return {};
  }
  const std::string_view first = fold(text_of(peek()));
  skip();
  // INTERVAL DAY_SECOND(6)
  if (first == "interval" && is_unit(fold(text_of(peek())))) skip();
  if (first == "double") (void)accept("precision"_w);
  if (first == "national" || first == "long") {
    (void)accept_any({"char"_w, "character"_w, "varchar"_w, "varbinary"_w});
  }
  if (at("("_s)) skip_parentheses();
  type_attributes();
  return first;
}

void Parser::type_attributes() {
  for (;;) {
    if (accept_all({"character"_w, "set"_w}) || accept_any({"charset"_w, "collate"_w})) {
      if (!accept("binary"_w) && !accept(TokenKind::string)) (void)any_name();
    } else if (!accept_any({"unsigned"_w, "signed"_w, "zerofill"_w, "integer"_w, "int"_w, "ascii"_w, "unicode"_w,
                            "binary"_w, "varying"_w, "precision"_w})) {
      return;
    }
  }
}

}  // namespace tapri::sql::mysql
