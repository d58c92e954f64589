// Walks one statement's raw tree and gathers its facts. Default-deny: a node whose tag no method names makes the
// statement not understood. Private to sql/pg.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/reason.h"
#include "sql/facts.h"
#include "sql/pg/facts.h"
#include "sql/pg/literals.h"
#include "sql/pg/tree.h"

namespace tapri::sql::pg {

class Walk {
 public:
  // All must outlive the walk.
  Walk(StatementFacts& facts, const Limits& limits, const Literals& literals)
      : facts_(facts), limits_(limits), literals_(literals) {}

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
  bool query_of(const Node& node);
  void select(const SelectStmt& node);
  void set_operation(const SelectStmt& node);
  void targets(const SelectStmt& node);
  void sub_query(const RangeSubselect& node);
  void select_into(const IntoClause& node);
  void with(const WithClause* node);
  void common_table(const CommonTableExpr& node);
  void from(const List* items);
  void from_item(const Node* node);
  void join(const JoinExpr& node);
  void join_side(const Node* node, bool may_be_missing);
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
  // Adds the target's change, of kind `other`.
  void target(const RangeVar* node);
  void inserted_values(const InsertStmt& node, Change& change) const;
  void conflict_columns(const OnConflictClause& node, Change& change) const;
  [[nodiscard]] std::vector<Assignment> assignments(const List* targets) const;

  // walk_level.cpp
  [[nodiscard]] QueryLevel* level_of_rows();
  bool open_level();
  // Null where there is no room.
  FromItem* add_item(const Alias* alias, std::string_view name);
  void conjuncts(const Node* node);
  void alternatives(const BoolExpr& node);
  void equality(const A_Expr& node);
  void row_equality(const RowExpr& left, const RowExpr& right);
  void equal(const Node* left, const Node* right);
  void equal_to_any(const Node* left, const List* values);
  void equal_to_element(const Node* left, const Node* array);
  void add_equality(Equality equality);
  [[nodiscard]] Value value(const Node* node) const;
  // One of them stands for several: the places of those behind it say nothing.
  [[nodiscard]] static bool holds_star(const List* nodes);
  void count_parameter(const ParamRef& node);
  void outputs(const List* targets);

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
  const Literals& literals_;
  static constexpr std::size_t kNoLevel = static_cast<std::size_t>(-1);
  std::size_t level_ = kNoLevel;       // the query level being walked
  std::int32_t next_parent_ = -1;      // of the next level to be opened
  std::vector<std::uint32_t> scopes_;  // FromItem::scopes of what is being walked
  std::uint32_t last_scope_ = 0;
  std::size_t first_item_ = 0;  // of those whose names are known
  bool in_from_ = false;        // where not all items of the level are
  std::size_t depth_ = 0;
  Reason denied_ = Reason::none;
  Reason obstacle_ = Reason::none;
  std::vector<std::string_view> common_tables_;  // names in scope, innermost last; they point into the tree
};

// What BEGIN's or SET TRANSACTION's options say of the isolation level. In walk_setting.cpp.
[[nodiscard]] Isolation isolation_option(const List* options);
// Whether BEGIN's options make it read-only; the last word counts.
[[nodiscard]] bool read_only_option(const List* options);

// The facts of one statement.
[[nodiscard]] StatementFacts statement_facts(const Node* node, const Limits& limits, const Literals& literals);

}  // namespace tapri::sql::pg
