// Parses the definition of a stored procedure or function, or of a trigger, and gathers what the statements and
// expressions of its body say. Private to sql/mysql.
//
// Grammar: sp_proc_stmt and what it is made of in sql_yacc.yy of both servers, but for the syntax of sql_mode ORACLE;
// the manuals' chapters "Compound Statement Syntax" and "Programmatic & Compound Statements". A body's own words are
// read here; each statement in it is a Parser's, up to its semicolon.
// Default-deny: what is not understood makes the whole definition so.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sql/mysql/parser.h"

namespace tapri::sql::mysql {

class BodyParser : private Parser {
 public:
  // All must outlive it.
  BodyParser(std::string_view sql, const std::vector<Token>& tokens, const Dialect& dialect, const Limits& limits,
             Arena& arena);
  // False: not understood.
  [[nodiscard]] bool run();
  // After run(): every statement, and all expressions beside them as one.
  [[nodiscard]] const std::vector<StatementFacts>& statements() const { return statements_; }

 private:
  // parse_definition.cpp
  void header();
  void routine_header(bool function);
  void parameters();
  void characteristics();
  void trigger_header();
  void data_type();
  [[nodiscard]] bool at_text(std::string_view word, std::size_t ahead = 0) const;

  // parse_body.cpp
  void body_statement();
  void statement_list(std::initializer_list<Word> ends);
  void block();
  void declaration();
  void handler();
  void handler_condition();
  void cursor();
  void if_statement();
  void case_statement();
  void loop();
  void for_loop();
  void plain_bounds();
  void assign_variables();
  void assigned_variable();
  void fetch();
  void diagnostics_statement();
  void end_of(Word word);
  void optional_label();
  void simple_statement(bool query = false);
  Piece rest_of_statement() const;
  Parsed parse(const Piece& piece);
  void take(Parsed parsed);
  void value(Node* expression);
  [[nodiscard]] bool is_variable(std::string_view name) const;

  bool trigger_ = false;
  std::vector<std::string> variables_;  // in scope, and parameters; in lower case
  Node* values_;                        // expressions that stand beside statements
  std::vector<StatementFacts> statements_;
};

}  // namespace tapri::sql::mysql
