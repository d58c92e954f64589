// Expressions: every node that may stand in one is named in leaf(), operation() or clause(); any other is denied.
#include <algorithm>
#include <array>

#include "sql/pg/walk.h"

namespace tapri::sql::pg {
namespace {

// They change without a statement that writes: VACUUM FULL moves rows, locks mark them.
constexpr std::array<std::string_view, 5> kSystemColumns = {"ctid", "xmin", "xmax", "cmin", "cmax"};

bool is_system_column(std::string_view name) {
  return std::find(kSystemColumns.begin(), kSystemColumns.end(), name) != kSystemColumns.end();
}

// SYSTEM_USER of PostgreSQL 16, which says how this session was authenticated, is a column's name to the parser of 15.
bool is_system_user(const ColumnRef& node) {
  const Nodes fields(node.fields);
  return fields.size() == 1 && string_of(fields.front()) == "system_user";
}

}  // namespace

void Walk::expressions(const List* nodes) {
  for (const Node* node : Nodes(nodes)) expression(node);
}

void Walk::expression(const Node* node) {
  if (node == nullptr) return;
  const Level level(*this);
  if (denied()) return;
  if (leaf(node) || operation(node) || clause(node)) return;
  deny(Reason::not_understood);
}

// Nodes that hold no other, and lists.
bool Walk::leaf(const Node* node) {
  switch (node->type) {
    case T_A_Const:
      constant(as<A_Const>(node));
      return true;
    case T_ColumnRef:
      column(as<ColumnRef>(node));
      return true;
    case T_ParamRef:
      count_parameter(as<ParamRef>(node));
      return true;
    case T_List:
      expressions(&as<List>(node));
      return true;
    // CURRENT_TIMESTAMP, CURRENT_USER, CURRENT_SCHEMA, ...
    case T_SQLValueFunction:
      obstacle(Reason::volatile_function);
      return true;
    case T_String:
    case T_A_Star:
    case T_SetToDefault:
    case T_CurrentOfExpr:
      return true;
    default:
      return false;
  }
}

void Walk::constant(const A_Const& node) {
  if (is_volatile_literal(string_constant(node_of(&node)))) obstacle(Reason::volatile_literal);
}

void Walk::column(const ColumnRef& node) {
  if (is_system_user(node)) obstacle(Reason::volatile_function);
  bool first = true;
  for (const Node* part : Nodes(node.fields)) {
    const std::string_view name = string_of(part);
    if (!first && !name.empty()) facts_.fields.emplace_back(name);
    if (is_system_column(name)) obstacle(Reason::volatile_function);
    first = false;
  }
}

void Walk::indirection(const List* parts) {
  for (const Node* part : Nodes(parts)) {
    const std::string_view name = string_of(part);
    if (!name.empty()) facts_.fields.emplace_back(name);
    if (is_system_column(name)) obstacle(Reason::volatile_function);
    expression(part);
  }
}

// Nodes that are parts of clauses rather than values.
bool Walk::clause(const Node* node) {
  switch (node->type) {
    case T_ResTarget:
      for (const Node* part : Nodes(as<ResTarget>(node).indirection)) expression(part);
      expression(as<ResTarget>(node).val);
      return true;
    case T_A_Indices:
      expression(as<A_Indices>(node).lidx);
      expression(as<A_Indices>(node).uidx);
      return true;
    case T_SortBy: {
      const auto& sort = as<SortBy>(node);
      if (sort.useOp != nullptr) facts_.operators.push_back(qualified_name(sort.useOp));
      expression(sort.node);
      return true;
    }
    case T_WindowDef:
      window(&as<WindowDef>(node));
      return true;
    case T_GroupingSet:
      expressions(as<GroupingSet>(node).content);
      return true;
    case T_IndexElem:
      expression(as<IndexElem>(node).expr);
      return true;
    case T_MultiAssignRef:
      expression(as<MultiAssignRef>(node).source);
      return true;
    default:
      return false;
  }
}

void Walk::window(const WindowDef* node) {
  if (node == nullptr) return;
  expressions(node->partitionClause);
  expressions(node->orderClause);
  expression(node->startOffset);
  expression(node->endOffset);
}

void Walk::case_expression(const CaseExpr& node) {
  // CASE x WHEN y compares with whatever "=" the types have.
  if (node.arg != nullptr) operator_name("=");
  expression(node_of(node.arg));
  for (const Node* item : Nodes(node.args)) {
    if (!is_a(item, T_CaseWhen)) return deny(Reason::not_understood);
    expression(node_of(as<CaseWhen>(item).expr));
    expression(node_of(as<CaseWhen>(item).result));
  }
  expression(node_of(node.defresult));
}

void Walk::sub_link(const SubLink& node) {
  if (node.operName != nullptr) {
    facts_.operators.push_back(qualified_name(node.operName));
  } else if (node.testexpr != nullptr) {
    operator_name("=");  // IN (SELECT ...)
  }
  expression(node.testexpr);
  // Names in FROM may be of fewer items than the level has.
  if (level_ != kNoLevel && !in_from_) next_parent_ = static_cast<std::int32_t>(level_);
  if (!query(node.subselect)) deny(Reason::not_understood);
}

}  // namespace tapri::sql::pg
