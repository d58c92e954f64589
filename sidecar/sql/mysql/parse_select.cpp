// SELECT itself.
#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {

Node* Parser::select() {
  const Nesting nesting(*this);
  Node* node = make(Kind::select);
  expect("select"_w);
  select_options(node);
  targets(node);
  if (at("into"_w)) into();
  if (at("from"_w)) from_clause(node);
  clause(node, "where"_w, Kind::where);
  group_by(node);
  clause(node, "having"_w, Kind::having);
  windows(node);
  return node;
}

void Parser::select_options(Node* select) {
  for (;;) {
    if (accept_any({"distinct"_w, "distinctrow"_w})) {
      select->flag = true;
    } else if (accept("sql_calc_found_rows"_w)) {
      // The statement after it asks for what this one has counted.
      obstacle(Reason::not_a_read);
    } else if (accept("sql_no_cache"_w)) {
      obstacle(Reason::hint_bypass);
    } else if (!accept_any({"all"_w, "high_priority"_w, "straight_join"_w, "sql_small_result"_w, "sql_big_result"_w,
                            "sql_buffer_result"_w, "sql_cache"_w})) {
      return;
    }
  }
}

void Parser::targets(Node* select) {
  Node* list = make(Kind::targets);
  do target(list);
  while (accept(","_s));
  add(select, list);
}

void Parser::target(Node* parent) {
  Node* node = make(Kind::target, expression());
  optional_alias(node);
  add(parent, node);
}

// A string may be one, too: facts then know of no name, as it is lifted out of the shape.
void Parser::optional_alias(Node* node) {
  const bool written = accept("as"_w);
  const bool follows = at_name() && (written || !at_any({"returning"_w, "minus"_w}));
  if (accept(TokenKind::string)) {
    node->flag = true;
  } else if (follows) {
    node->alias = fold(any_name());
  } else if (written) {
    fail();
  }
}

void Parser::clause(Node* parent, Word word, Kind kind) {
  if (!accept(word)) return;
  add(parent, make(kind, expression()));
}

void Parser::group_by(Node* select) {
  if (!accept("group"_w)) return;
  expect("by"_w);
  Node* node = make(Kind::group);
  ordered_list(node);
  if (accept("with"_w)) {
    if (!accept_any({"rollup"_w, "cube"_w})) fail();
  }
  add(select, node);
}

void Parser::windows(Node* select) {
  if (!at("window"_w)) return;
  skip();
  Node* node = make(Kind::window);
  do {
    (void)any_name();
    expect("as"_w);
    window_specification(node);
  } while (accept(","_s));
  add(select, node);
}

}  // namespace tapri::sql::mysql
