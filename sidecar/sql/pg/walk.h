// Walks one statement's raw tree and gathers its facts. Default-deny: a node whose tag no method names makes the
// statement not understood. Private to sql/pg.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/reason.h"
#include "sql/facts.h"
#include "sql/pg/facts.h"
#include "sql/pg/tree.h"

namespace tapri::sql::pg {

class Walk {
 public:
  // Both must outlive the walk.
  Walk(StatementFacts& facts, const Limits& limits) : facts_(facts), limits_(limits) {}

  // Fills the facts from the statement; to be followed by finish().
  void statement(const Node* node);
  // Settles the obstacle, drops duplicates and, where something was not understood, sets what then must be assumed.
  void finish();

 private:
  // One level of nesting, for as long as it lives.
  class Level {
   public:
    explicit Level(Walk& walk) : walk_(walk) {
      if (++walk_.depth_ > walk_.limits_.max_depth) walk_.deny(Reason::too_deep);
    }
    ~Level() { --walk_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Walk& walk_;
  };

  // walk_statement.cpp: everything that is neither a query nor a definition.
  bool query(const Node* node);
  bool control(const Node* node);
  bool prepared(const Node* node);
  bool opaque(const Node* node);
  void transaction(const TransactionStmt& node);
  void copy(const CopyStmt& node);
  void truncate(const TruncateStmt& node);
  void explain(const ExplainStmt& node);
  void prepare(const PrepareStmt& node);
  void execute(const ExecuteStmt& node);

  // walk_setting.cpp
  void set(const VariableSetStmt& node);
  void set_several(const VariableSetStmt& node);
  void discard(const DiscardStmt& node);
  void set_config(const FuncCall& node);
  void setting(std::string_view name);

  // walk_define.cpp
  bool define(const Node* node);
  void create_table_as(const CreateTableAsStmt& node);
  void defines(const RangeVar* created);

  // walk_query.cpp
  void select(const SelectStmt& node);
  void select_into(const IntoClause& node);
  void with(const WithClause* node);
  void common_table(const CommonTableExpr& node);
  void from(const List* items);
  void from_item(const Node* node);
  void join(const JoinExpr& node);
  void relation(const RangeVar& node);
  void function_in_from(const RangeFunction& node);
  void table_function(const RangeTableFunc& node);
  void column_definitions(const List* columns);

  // walk_change.cpp
  void insert(const InsertStmt& node);
  void update(const UpdateStmt& node);
  void delete_rows(const DeleteStmt& node);
  void merge(const MergeStmt& node);
  void on_conflict(const OnConflictClause& node);
  void target(const RangeVar* node);

  // walk_expression.cpp and walk_operation.cpp. A null node is no expression.
  void expression(const Node* node);
  void expressions(const List* nodes);
  bool leaf(const Node* node);
  bool operation(const Node* node);
  bool clause(const Node* node);
  void constant(const A_Const& node);
  void column(const ColumnRef& node);
  void indirection(const List* parts);
  void function_call(const FuncCall& node);
  void window(const WindowDef* node);
  void operator_expression(const A_Expr& node);
  void cast(const TypeCast& node);
  void type(const TypeName* node);
  void type_from_data(const TypeName* node);
  void sub_link(const SubLink& node);
  void case_expression(const CaseExpr& node);
  void operator_name(std::string_view name);

  void deny(Reason reason);
  [[nodiscard]] bool denied() const { return denied_ != Reason::none; }
  // Of several obstacles the one that Reason lists first is shown.
  void obstacle(Reason reason);
  void read(const RangeVar& node);

  StatementFacts& facts_;
  const Limits& limits_;
  std::size_t depth_ = 0;
  Reason denied_ = Reason::none;
  Reason obstacle_ = Reason::none;
  std::vector<std::string_view> common_tables_;  // names in scope, innermost last; they point into the tree
};

// What BEGIN's or SET TRANSACTION's options say of the isolation level. In walk_setting.cpp.
[[nodiscard]] Isolation isolation_option(const List* options);

// The facts of one statement.
[[nodiscard]] StatementFacts statement_facts(const Node* node, const Limits& limits);

}  // namespace tapri::sql::pg
