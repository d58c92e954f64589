// Statements that change rows.
#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {

// The relation that is written; what follows it is up to the statement.
void Parser::change_target(Node* node) {
  qualified_name(node);
  if (at("partition"_w) && at("("_s, 1)) {
    skip();
    name_list();
  }
}

// INSERT and REPLACE.
void Parser::insert() {
  Node* node = make(Kind::insert);
  root_ = node;
  out_.facts.verb = Verb::insert;
  const bool replaces = at("replace"_w);
  skip();
  // What is put off until later happens after its acknowledgement.
  if (at("delayed"_w)) return fail();
  (void)accept_any({"low_priority"_w, "high_priority"_w});
  node->flag = accept("ignore"_w);
  node->index = replaces ? 1 : 0;
  (void)accept("into"_w);
  change_target(node);
  if (at("("_s) && !at_query()) {
    Node* columns = make(Kind::columns);
    skip();
    while (!at(")"_s) && !failed()) {
      Node* column = make(Kind::column);
      do column->name = fold(any_name());
      while (accept("."_s));
      add(columns, column);
      if (!at(")"_s)) expect(","_s);
    }
    expect(")"_s);
    add(node, columns);
  }
  insert_source(node);
  if (at("on"_w)) on_duplicate(node);
  returning(node);
}

void Parser::insert_source(Node* insert) {
  if (accept("set"_w)) {
    assignments(insert);
    return row_alias();
  }
  if (at_any({"values"_w, "value"_w})) {
    skip();
    Node* rows = make(Kind::values);
    value_rows(rows);
    add(insert, rows);
    return row_alias();
  }
  if (!at_query()) return fail();
  add(insert, query());
}

// MySQL: the new row's name, and names for its columns.
void Parser::row_alias() {
  if (!accept("as"_w)) return;
  (void)name();
  if (at("("_s)) name_list();
}

// (1, 2), (3, DEFAULT) or ROW(1, 2), ...
void Parser::value_rows(Node* parent) {
  do {
    (void)accept("row"_w);
    Node* row = make(Kind::row);
    const Nesting nesting(*this);
    expect("("_s);
    if (!at(")"_s)) {
      do {
        // IGNORE in a row is MariaDB's for a column that keeps its default.
        add(row, accept("ignore"_w) ? make(Kind::other) : expression());
      } while (accept(","_s));
    }
    expect(")"_s);
    add(parent, row);
  } while (accept(","_s));
}

void Parser::on_duplicate(Node* insert) {
  expect("on"_w);
  expect("duplicate"_w);
  expect("key"_w);
  expect("update"_w);
  in_duplicate_ = true;
  assignments(insert);
  in_duplicate_ = false;
}

// a = 1, t.b = DEFAULT, ...
void Parser::assignments(Node* parent) {
  Node* list = make(Kind::assignments);
  do {
    Node* node = make(Kind::assignment);
    node->name = any_name();
    while (accept("."_s)) {
      node->schema = node->item;
      node->item = node->name;
      node->name = any_name();
    }
    if (dialect_.folds_table_names) node->item = fold(node->item);
    node->name = fold(node->name);
    if (!accept(":="_s)) expect("="_s);
    add(node, accept("ignore"_w) ? make(Kind::other) : expression());
    add(list, node);
  } while (accept(","_s));
  add(parent, list);
}

void Parser::returning(Node* parent) {
  if (!accept("returning"_w)) return;
  targets(parent);
}

// FOR PORTION OF period FROM a TO b: rows may be split in two.
void Parser::portion() {
  if (!at("for"_w) || !at("portion"_w, 1)) return;
  at_ += 2;
  expect("of"_w);
  (void)any_name();
  out_.forgets_keys = true;
  Node* bounds = make(Kind::other);
  expect("from"_w);
  add(bounds, expression());
  expect("to"_w);
  add(bounds, expression());
  add(root_, bounds);
}

void Parser::update() {
  Node* node = make(Kind::update);
  root_ = node;
  out_.facts.verb = Verb::update;
  expect("update"_w);
  (void)accept("low_priority"_w);
  node->flag = accept("ignore"_w);
  // The one table of it may be a period's.
  Node* from = make(Kind::from);
  add(from, table_references());
  add(node, from);
  portion();
  expect("set"_w);
  assignments(node);
  clause(node, "where"_w, Kind::where);
  if (at("order"_w)) order(node);
  if (at("limit"_w)) limit(node);
  returning(node);
}

// DELETE FROM t ..., DELETE a, b FROM ..., DELETE FROM a, b USING ...
void Parser::remove() {
  Node* node = make(Kind::remove);
  root_ = node;
  out_.facts.verb = Verb::delete_rows;
  expect("delete"_w);
  while (accept_any({"low_priority"_w, "quick"_w, "ignore"_w})) {
  }
  if (accept("history"_w)) out_.forgets_keys = true;
  Node* from = make(Kind::from);
  if (!at("from"_w)) {
    victims(node);
    expect("from"_w);
    add(from, table_references());
  } else {
    skip();
    std::size_t ahead = 1;
    while (at("."_s, ahead)) ahead += 2;
    if (at(","_s, ahead) || at("using"_w, ahead)) {
      victims(node);
      expect("using"_w);
      add(from, table_references());
    } else {
      Node* target = make(Kind::relation);
      change_target(target);
      portion();
      // BEFORE SYSTEM_TIME t, of DELETE HISTORY
      if (at("before"_w) && at("system_time"_w, 1)) {
        at_ += 2;
        system_time_bound(target);
      }
      table_alias(target);
      index_hints();
      add(from, target);
    }
  }
  add(node, from);
  clause(node, "where"_w, Kind::where);
  if (at("order"_w)) order(node);
  if (at("limit"_w)) limit(node);
  returning(node);
}

void Parser::system_time_bound(Node* node) {
  if (at("timestamp"_w) && !at(TokenKind::string, 1)) skip();
  (void)accept("transaction"_w);
  add(node, operation(6));
}

// a, d.b, c.*
void Parser::victims(Node* remove) {
  Node* list = make(Kind::victims);
  do {
    Node* node = make(Kind::relation);
    node->name = name();
    while (accept("."_s)) {
      if (accept("*"_s)) break;
      node->schema = node->name;
      node->name = any_name();
      if (dialect_.folds_table_names) node->name = fold(node->name);
    }
    add(list, node);
  } while (accept(","_s));
  add(remove, list);
}

// LOAD DATA and LOAD XML: only the target and what SET computes are of interest.
void Parser::load() {
  out_.facts.verb = Verb::copy_in;
  Node* node = make(Kind::insert);
  root_ = node;
  skip();
  if (!accept_any({"data"_w, "xml"_w})) return fail();
  (void)accept_any({"low_priority"_w, "concurrent"_w});
  (void)accept("local"_w);
  expect("infile"_w);
  expect(TokenKind::string);
  node->index = at("replace"_w) ? 1 : 0;
  (void)accept_any({"replace"_w, "ignore"_w});
  expect("into"_w);
  expect("table"_w);
  change_target(node);
  while (!at_end() && !at("set"_w)) {
    if (at("character"_w)) skip();  // CHARACTER SET
    if (at("("_s)) {
      for (std::size_t i = at_; i < end_ && tokens_[i].symbol != ")"_s; ++i) {
        if (tokens_[i].kind == TokenKind::user_variable) out_.facts.changes_session = true;
      }
      skip_parentheses();
    } else if (at(TokenKind::bad)) {
      return fail();
    } else {
      skip();
    }
  }
  if (accept("set"_w)) assignments(node);
}

void Parser::truncate() {
  out_.facts.verb = Verb::truncate;
  out_.facts.commits_implicitly = true;
  expect("truncate"_w);
  (void)accept("table"_w);
  out_.facts.writes.push_back(qualified_name());
  (void)accept("nowait"_w);
  if (accept("wait"_w)) expect(TokenKind::number);
}

}  // namespace tapri::sql::mysql
