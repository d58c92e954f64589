// Queries: SELECT in all forms, WITH, FROM. A CTE's name hides a relation of that name only where the name is in scope.
#include <algorithm>
#include <utility>

#include "sql/pg/walk.h"

namespace tapri::sql::pg {
namespace {

// More CTEs in one scope than anyone writes: looking names up would take quadratic time.
constexpr std::size_t kMaxCommonTables = 500;

}  // namespace

// Walks a SELECT or data-modifying statement, top level or nested; false for any other node.
bool Walk::query(const Node* node) {
  if (node == nullptr) return false;
  const Level level(*this);
  if (denied()) return true;
  const std::size_t scope = common_tables_.size();
  const std::size_t outer_level = level_;
  const std::size_t outer_first = std::exchange(first_item_, 0);
  const bool outer_in_from = std::exchange(in_from_, false);
  std::vector<std::uint32_t> outer_scopes = std::exchange(scopes_, {});
  if (!open_level()) level_ = kNoLevel;
  const bool known = query_of(*node);
  level_ = outer_level;
  first_item_ = outer_first;
  in_from_ = outer_in_from;
  scopes_ = std::move(outer_scopes);
  common_tables_.resize(scope);
  return known;
}

bool Walk::query_of(const Node& node) {
  switch (node.type) {
    case T_SelectStmt:
      select(as<SelectStmt>(&node));
      break;
    case T_InsertStmt:
      insert(as<InsertStmt>(&node));
      break;
    case T_UpdateStmt:
      update(as<UpdateStmt>(&node));
      break;
    case T_DeleteStmt:
      delete_rows(as<DeleteStmt>(&node));
      break;
    case T_MergeStmt:
      merge(as<MergeStmt>(&node));
      break;
    default:
      return false;
  }
  return true;
}

void Walk::select(const SelectStmt& node) {
  with(node.withClause);
  set_operation(node);
  from(node.fromClause);
  conjuncts(node.whereClause);
  expressions(node.distinctClause);
  targets(node);
  expression(node.whereClause);
  expressions(node.groupClause);
  expression(node.havingClause);
  for (const Node* definition : Nodes(node.windowClause)) expression(definition);
  expressions(node.valuesLists);
  expressions(node.sortClause);
  expression(node.limitOffset);
  expression(node.limitCount);
  if (node.lockingClause != nullptr) obstacle(Reason::locks_rows);
  if (node.intoClause != nullptr) select_into(*node.intoClause);
}

// Each side may refer to whatever the whole may.
void Walk::set_operation(const SelectStmt& node) {
  for (const SelectStmt* side : {node.larg, node.rarg}) {
    if (side == nullptr) continue;
    if (level_ != kNoLevel) next_parent_ = facts_.levels[level_].parent;
    query(node_of(side));
  }
}

void Walk::targets(const SelectStmt& node) {
  const std::size_t functions = facts_.functions.size();
  expressions(node.targetList);
  if (level_ == kNoLevel) return;
  outputs(node.targetList);
  QueryLevel& level = facts_.levels[level_];
  level.limits = node.limitCount != nullptr || node.limitOffset != nullptr;
  // A function may be an aggregate, or make several rows of one.
  level.groups = node.op != SETOP_NONE || node.distinctClause != nullptr || node.groupClause != nullptr ||
                 node.havingClause != nullptr || node.windowClause != nullptr || node.valuesLists != nullptr ||
                 facts_.functions.size() != functions;
}

void Walk::select_into(const IntoClause& node) {
  obstacle(Reason::creates_relation);
  defines(node.rel);
}

void Walk::with(const WithClause* node) {
  if (node == nullptr) return;
  const Nodes tables(node->ctes);
  if (common_tables_.size() + tables.size() > kMaxCommonTables) return deny(Reason::too_deep);
  const auto bring_into_scope = [this](const Node* table) {
    if (is_a(table, T_CommonTableExpr)) common_tables_.push_back(text_of(as<CommonTableExpr>(table).ctename));
  };
  // RECURSIVE: every name is known in every query of the list; else only from the next one on.
  if (node->recursive) {
    for (const Node* table : tables) bring_into_scope(table);
  }
  for (const Node* table : tables) {
    if (!is_a(table, T_CommonTableExpr)) return deny(Reason::not_understood);
    common_table(as<CommonTableExpr>(table));
    if (!node->recursive) bring_into_scope(table);
  }
}

void Walk::common_table(const CommonTableExpr& node) {
  if (!is_a(node.ctequery, T_SelectStmt)) obstacle(Reason::modifies_in_cte);
  if (!query(node.ctequery)) return deny(Reason::not_understood);
  // SEARCH and CYCLE name columns only; CYCLE compares them and its marks.
  if (node.search_clause != nullptr) operator_name("=");
  if (node.cycle_clause == nullptr) return;
  operator_name("=");
  expression(node.cycle_clause->cycle_mark_value);
  expression(node.cycle_clause->cycle_mark_default);
}

void Walk::from(const List* items) {
  in_from_ = true;
  for (const Node* item : Nodes(items)) from_item(item);
  in_from_ = false;
}

void Walk::from_item(const Node* node) {
  if (node == nullptr) return;
  const Level level(*this);
  if (denied()) return;
  switch (node->type) {
    case T_RangeVar:
      return relation(as<RangeVar>(node));
    case T_JoinExpr:
      return join(as<JoinExpr>(node));
    case T_RangeFunction:
      return function_in_from(as<RangeFunction>(node));
    case T_RangeTableFunc:
      return table_function(as<RangeTableFunc>(node));
    case T_RangeSubselect:
      return sub_query(as<RangeSubselect>(node));
    case T_RangeTableSample: {
      const auto& sample = as<RangeTableSample>(node);
      obstacle(Reason::sampling);
      from_item(sample.relation);
      expressions(sample.args);
      return expression(sample.repeatable);
    }
    default:
      return deny(Reason::not_understood);
  }
}

void Walk::sub_query(const RangeSubselect& node) {
  const std::size_t index = facts_.levels.size();
  if (!query(node.subquery)) return deny(Reason::not_understood);
  FromItem* item = add_item(node.alias, {});
  if (item != nullptr && facts_.levels.size() > index) item->level = static_cast<std::uint32_t>(index + 1);
}

void Walk::join_side(const Node* node, bool may_be_missing) {
  if (may_be_missing) scopes_.push_back(++last_scope_);
  from_item(node);
}

void Walk::join(const JoinExpr& node) {
  std::size_t first = 0;
  if (QueryLevel* level = level_of_rows()) {
    if (node.alias != nullptr || node.join_using_alias != nullptr) level->hides_columns = true;
    first = level->items.size();
  }
  const std::size_t outer = scopes_.size();
  const bool full = node.jointype == JOIN_FULL;
  join_side(node.larg, full || node.jointype == JOIN_RIGHT);
  std::vector<std::uint32_t> left_scopes = scopes_;
  scopes_.resize(outer);
  join_side(node.rarg, full || node.jointype == JOIN_LEFT);
  if (node.jointype == JOIN_RIGHT) scopes_ = std::move(left_scopes);
  const std::size_t outer_first = std::exchange(first_item_, first);
  if (!full) conjuncts(node.quals);
  first_item_ = outer_first;
  scopes_.resize(outer);
  // NATURAL and USING compare with whatever "=" the columns' types have.
  if (node.isNatural || node.usingClause != nullptr) operator_name("=");
  expression(node.quals);
}

void Walk::relation(const RangeVar& node) {
  const bool names_common_table =
      node.schemaname == nullptr && node.catalogname == nullptr &&
      std::find(common_tables_.begin(), common_tables_.end(), text_of(node.relname)) != common_tables_.end();
  if (names_common_table) {
    (void)add_item(node.alias, text_of(node.relname));
  } else {
    read(node);
  }
}

void Walk::read(const RangeVar& node) {
  QualifiedName name{std::string(text_of(node.schemaname)), std::string(text_of(node.relname))};
  if (FromItem* item = add_item(node.alias, name.name)) item->relation = name;
  facts_.reads.push_back(std::move(name));
}

// Each element is a pair: the call and its own column definitions.
void Walk::function_in_from(const RangeFunction& node) {
  (void)add_item(node.alias, {});
  // Its columns are then written with a name that is not known here.
  if (QueryLevel* level = level_of_rows(); level != nullptr && node.alias == nullptr) level->hides_columns = true;
  for (const Node* pair : Nodes(node.functions)) {
    if (!is_a(pair, T_List)) return deny(Reason::not_understood);
    bool call = true;
    for (const Node* part : Nodes::of(pair)) {
      if (call) {
        expression(part);
      } else if (part != nullptr) {
        column_definitions(&as<List>(part));
      }
      call = false;
    }
  }
  column_definitions(node.coldeflist);
}

void Walk::column_definitions(const List* columns) {
  for (const Node* column : Nodes(columns)) {
    if (!is_a(column, T_ColumnDef)) return deny(Reason::not_understood);
    type_from_data(as<ColumnDef>(column).typeName);
  }
}

// XMLTABLE. Its result also depends on settings of XML: never cached.
void Walk::table_function(const RangeTableFunc& node) {
  obstacle(Reason::volatile_function);
  (void)add_item(node.alias, {});
  expression(node.docexpr);
  expression(node.rowexpr);
  expressions(node.namespaces);
  for (const Node* item : Nodes(node.columns)) {
    if (!is_a(item, T_RangeTableFuncCol)) return deny(Reason::not_understood);
    const auto& column = as<RangeTableFuncCol>(item);
    type_from_data(column.typeName);
    expression(column.colexpr);
    expression(column.coldefexpr);
  }
}

}  // namespace tapri::sql::pg
