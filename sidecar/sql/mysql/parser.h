// Parses one statement of MySQL or MariaDB into a tree and the facts that need none. Private to sql/mysql.
//
// Recursive descent with a bounded depth over a token array; precedence climbing for expressions. The grammar is a
// union of MySQL 9's and MariaDB 10.11's (sql_yacc.yy of both; the reference manuals' chapters "SQL Statements"), and
// may take what neither server does: that ends in the server's own error.
// What is not understood makes the parser jump to the end of the statement: every loop ends there, no rule checks.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/reason.h"
#include "sql/facts.h"
#include "sql/mysql/dialect.h"
#include "sql/mysql/facts.h"
#include "sql/mysql/node.h"
#include "sql/mysql/scanner.h"
#include "sql/mysql/split.h"

namespace tapri::sql::mysql {

// What a parser gives: facts that the words alone say, and the trees that say the rest.
struct Parsed {
  StatementFacts facts;
  const Node* root = nullptr;           // a query, INSERT, UPDATE or DELETE, or an `other` that holds expressions
  Reason failure = Reason::none;        // not understood, and why
  Reason obstacle = Reason::none;       // against caching
  bool forgets_keys = false;            // what is known of rows does not hold
  bool prepares = false;                // PREPARE
  std::optional<std::string> prepared;  // its text, where that is known
};

class Parser {
 public:
  // All must outlive it; what it returns points into `arena`.
  Parser(std::string_view sql, const std::vector<Token>& tokens, const Piece& piece, const Dialect& dialect,
         const Limits& limits, Arena& arena);
  [[nodiscard]] Parsed run();
  // The same of a statement in a routine's body: what it puts into the routine's variables stays in the routine.
  [[nodiscard]] Parsed run_in_body();

 protected:  // BodyParser reads what holds statements and expressions
  // One level of nesting, for as long as it lives.
  class Nesting {
   public:
    explicit Nesting(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > parser_.limits_.max_depth) parser_.fail(Reason::too_deep);
    }
    ~Nesting() { --parser_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };
  struct Operator {
    int precedence = 0;  // 0: none
    Kind kind = Kind::other;
  };

  // parser.cpp: the cursor, names, nodes.
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
  [[nodiscard]] bool at_end() const { return at_ >= end_; }
  [[nodiscard]] bool at(Word word, std::size_t ahead = 0) const { return peek(ahead).word == word; }
  [[nodiscard]] bool at(Symbol symbol, std::size_t ahead = 0) const { return peek(ahead).symbol == symbol; }
  [[nodiscard]] bool at(TokenKind kind, std::size_t ahead = 0) const { return peek(ahead).kind == kind; }
  [[nodiscard]] bool at_any(std::initializer_list<Word> words, std::size_t ahead = 0) const;
  // A name, as written or in quotes; `ahead` tokens from here.
  [[nodiscard]] bool at_name(std::size_t ahead = 0) const;
  void skip() { ++at_; }
  bool accept(Word word);
  bool accept(Symbol symbol);
  bool accept(TokenKind kind);
  bool accept_any(std::initializer_list<Word> words);
  // All of them in a row, or none.
  bool accept_all(std::initializer_list<Word> words);
  void expect(Word word);
  void expect(Symbol symbol);
  void expect(TokenKind kind);
  void fail(Reason reason = Reason::not_understood);
  [[nodiscard]] bool failed() const { return out_.failure != Reason::none; }
  [[nodiscard]] std::string_view text_of(const Token& token) const;
  [[nodiscard]] std::string decoded(const Token& token) const;
  // Takes a name; fails where there is none.
  std::string_view name();         // as written: of schemas, relations, aliases of relations
  std::string_view any_name();     // behind a dot any word is one
  std::string_view folded_name();  // in lower case: of columns, functions, settings
  [[nodiscard]] std::string_view fold(std::string_view text);
  QualifiedName qualified_name();  // [schema.]relation
  void qualified_name(Node* node);
  void name_list();         // (a, b, ...) with its parentheses
  void skip_parentheses();  // what stands in them is of no interest
  void skip_rest();         // likewise the rest of the statement
  Node* make(Kind kind);
  Node* add(Node* parent, Node* child);
  Node* make(Kind kind, Node* first, Node* second = nullptr);
  void obstacle(Reason reason);

  // parse_expression.cpp
  Node* expression() { return operation(1); }
  Node* operation(int lowest);
  Node* operation_on(Node* left, int lowest);
  [[nodiscard]] Operator operator_here() const;
  [[nodiscard]] Operator word_operator() const;
  Node* combine(Node* left, const Operator& op);
  Node* comparison(Node* left, const Operator& op);
  Node* predicate(Node* left);
  Node* is_predicate(Node* left);
  Node* in_predicate(Node* left, bool negated);
  Node* prefix();
  Node* negative();
  void expressions(Node* parent);  // separated by commas, one at least

  // parse_operand.cpp
  Node* operand();
  Node* literal();
  Node* parenthesised();
  Node* continued(Node* node);
  Node* word_operand();
  Node* row();
  Node* name_operand(Word word, bool called);
  Node* case_expression();
  Node* interval();
  Node* match_against();
  Node* user_variable();
  Node* system_variable();
  Node* moment();
  Node* column_or_call();
  Node* sequence_value();

  // parse_call.cpp
  Node* call(Node* node);
  void arguments(Node* call);
  bool argument_connector(Node* call);
  void call_suffix(Node* call);
  void window_specification(Node* parent);
  void window_frame(Node* parent);
  void window_bound(Node* parent);
  Node* cast();
  Node* convert();
  std::string_view type();
  void type_attributes();

  // parse_query.cpp
  [[nodiscard]] bool at_query() const;
  [[nodiscard]] bool at_query_word(std::size_t ahead) const;
  [[nodiscard]] bool at_set_operator() const;
  Node* query();
  Node* query_in_parentheses();
  Node* set_operations(Node* left);
  Node* query_primary();
  void query_tail(Node* query);
  void with_clause(Node* query);
  Node* adopt_with(Node* with, Node* query);
  Node* values_query();
  Node* table_query();
  void locking();
  void into();
  void into_variables();
  void limit(Node* parent);
  void order(Node* parent);
  void ordered_list(Node* parent);
  bool locking_or_into();

  // parse_select.cpp
  Node* select();
  void select_options(Node* select);
  void targets(Node* select);
  void target(Node* parent);
  void optional_alias(Node* node);
  void group_by(Node* select);
  void windows(Node* select);
  void clause(Node* parent, Word word, Kind kind);

  // parse_table.cpp
  void from_clause(Node* parent);
  Node* table_references();
  Node* joined(Node* left, bool nested);
  Node* table_factor();
  Node* parenthesised_tables();
  Node* derived(Node* query);
  Node* json_table();
  void json_columns();
  Node* relation(bool with_alias = true);
  void relation_suffix(Node* node);
  void system_time(Node* node);
  void table_alias(Node* node);
  void index_hints();
  [[nodiscard]] bool at_table_alias() const;
  [[nodiscard]] bool at_join() const;

  // parse_change.cpp
  void insert();
  void insert_source(Node* insert);
  void row_alias();
  void value_rows(Node* parent);
  void on_duplicate(Node* insert);
  void update();
  void remove();
  void victims(Node* remove);
  void system_time_bound(Node* node);
  void portion();
  void assignments(Node* parent);
  void returning(Node* parent);
  void load();
  void truncate();
  void change_target(Node* node);

  // parse_statement.cpp
  void statement();
  bool reading_statement();
  bool changing_statement();
  bool transaction_statement();
  bool session_statement();
  bool other_statement();
  void begin();
  void start();
  void transaction_end(Verb verb);
  void savepoint();
  void xa();
  std::string xid();

  // parse_set.cpp
  void set();
  void set_item();
  void set_names();
  void set_transaction(bool session, bool global);
  void set_variable();
  void set_statement();
  void set_role_or_password();
  void setting(std::string_view name);
  Node* set_value();
  [[nodiscard]] std::string_view any_text();
  void use();

  // parse_session.cpp
  void prepare();
  void execute();
  void deallocate();
  void call_statement();
  void do_statement();
  void explain();
  void show();
  void handler();
  void lock();
  void diagnostics();
  void unknown_effects();
  void server_statement(Verb verb);
  void maintain();

  // parse_define.cpp
  bool define();
  void define_statement(bool roles, bool database);
  void create();
  void drop();
  bool create_temporary();
  [[nodiscard]] bool has_plain_engine() const;

  std::string_view sql_;
  const std::vector<Token>& tokens_;
  const Dialect& dialect_;
  const Limits& limits_;
  Arena& arena_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t depth_ = 0;
  bool in_duplicate_ = false;  // ON DUPLICATE KEY UPDATE: VALUES(a) is a value
  bool in_body_ = false;       // of a routine, which has variables of its own
  Node* root_ = nullptr;
  Node spare_;  // stands for every node that there is no room for
  Parsed out_;
};

}  // namespace tapri::sql::mysql
