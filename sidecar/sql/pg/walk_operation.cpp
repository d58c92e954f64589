// Operations: what calls an operator, a function or a type's conversion, and the syntax that only combines values.
#include <algorithm>
#include <array>
#include <optional>

#include "sql/pg/walk.h"

namespace tapri::sql::pg {
namespace {

// Types whose input conversion understands 'now' and 'today', with those made of them. An array of one may be written
// with its own name: _date.
constexpr std::array<std::string_view, 11> kMomentTypes = {
    "date",    "time",      "timetz",         "timestamp",    "timestamptz",   "daterange",
    "tsrange", "tstzrange", "datemultirange", "tsmultirange", "tstzmultirange"};

std::string_view element_type(std::string_view name) {
  if (name.starts_with('_')) name.remove_prefix(1);
  return name;
}

bool is_moment_type(std::string_view name) {
  return std::find(kMomentTypes.begin(), kMomentTypes.end(), element_type(name)) != kMomentTypes.end();
}

// The value of a constant can be seen here, that of a parameter by whoever binds it.
bool is_visible_value(const Node* node) {
  if (!is_a(node, T_A_ArrayExpr)) return is_a(node, T_A_Const) || is_a(node, T_ParamRef);
  for (const Node* element : Nodes(as<A_ArrayExpr>(node).elements)) {
    if (!is_a(element, T_A_Const) && !is_a(element, T_ParamRef)) return false;
  }
  return true;
}

// What only combines values: nothing is called, and nothing but them matters.
std::optional<const List*> operands_of(const Node* node) {
  switch (node->type) {
    case T_BoolExpr:
      return as<BoolExpr>(node).args;
    case T_CoalesceExpr:
      return as<CoalesceExpr>(node).args;
    case T_MinMaxExpr:
      return as<MinMaxExpr>(node).args;
    case T_RowExpr:
      return as<RowExpr>(node).args;
    case T_A_ArrayExpr:
      return as<A_ArrayExpr>(node).elements;
    case T_GroupingFunc:
      return as<GroupingFunc>(node).args;
    default:
      return std::nullopt;
  }
}

// Likewise of one value.
std::optional<const Node*> only_operand(const Node* node) {
  switch (node->type) {
    case T_NullTest:
      return node_of(as<NullTest>(node).arg);
    case T_BooleanTest:
      return node_of(as<BooleanTest>(node).arg);
    case T_CollateClause:
      return as<CollateClause>(node).arg;
    case T_NamedArgExpr:
      return node_of(as<NamedArgExpr>(node).arg);
    default:
      return std::nullopt;
  }
}

}  // namespace

bool Walk::operation(const Node* node) {
  switch (node->type) {
    case T_A_Expr:
      operator_expression(as<A_Expr>(node));
      return true;
    case T_FuncCall:
      function_call(as<FuncCall>(node));
      return true;
    case T_TypeCast:
      cast(as<TypeCast>(node));
      return true;
    case T_SubLink:
      sub_link(as<SubLink>(node));
      return true;
    case T_CaseExpr:
      case_expression(as<CaseExpr>(node));
      return true;
    case T_A_Indirection:
      expression(as<A_Indirection>(node).arg);
      indirection(as<A_Indirection>(node).indirection);
      return true;
    // The text of XML values depends on settings of XML: never cached.
    case T_XmlExpr:
      obstacle(Reason::volatile_function);
      expressions(as<XmlExpr>(node).named_args);
      expressions(as<XmlExpr>(node).args);
      return true;
    case T_XmlSerialize:
      obstacle(Reason::volatile_function);
      expression(as<XmlSerialize>(node).expr);
      type_from_data(as<XmlSerialize>(node).typeName);
      return true;
    default:
      break;
  }
  if (const auto operand = only_operand(node)) {
    expression(*operand);
    return true;
  }
  const auto operands = operands_of(node);
  if (operands) expressions(*operands);
  return operands.has_value();
}

void Walk::operator_name(std::string_view name) { facts_.operators.push_back({"", std::string(name)}); }

void Walk::operator_expression(const A_Expr& node) {
  switch (node.kind) {
    case AEXPR_BETWEEN:
    case AEXPR_BETWEEN_SYM:
      operator_name(">=");
      operator_name("<=");
      break;
    case AEXPR_NOT_BETWEEN:
    case AEXPR_NOT_BETWEEN_SYM:
      operator_name("<");
      operator_name(">");
      break;
    case AEXPR_OP:
    case AEXPR_OP_ANY:
    case AEXPR_OP_ALL:
    case AEXPR_DISTINCT:
    case AEXPR_NOT_DISTINCT:
    case AEXPR_NULLIF:
    case AEXPR_IN:
    case AEXPR_LIKE:
    case AEXPR_ILIKE:
    case AEXPR_SIMILAR:
      facts_.operators.push_back(qualified_name(node.name));
      break;
    default:
      return deny(Reason::not_understood);
  }
  expression(node.lexpr);
  expression(node.rexpr);
}

void Walk::function_call(const FuncCall& node) {
  QualifiedName name = qualified_name(node.funcname);
  const bool built_in = name.schema.empty() || name.schema == "pg_catalog";
  if (built_in && name.name == "set_config") set_config(node);
  // date(x) is a cast where no function date takes x.
  const Nodes arguments(node.args);
  if (built_in && is_moment_type(name.name) && arguments.size() == 1 && !is_visible_value(arguments.front())) {
    obstacle(Reason::volatile_literal);
  }
  facts_.functions.push_back(std::move(name));
  expressions(node.args);
  expressions(node.agg_order);
  expression(node.agg_filter);
  window(node.over);
}

void Walk::cast(const TypeCast& node) {
  if (is_visible_value(node.arg)) {
    type(node.typeName);
  } else {
    type_from_data(node.typeName);
  }
  expression(node.arg);
}

void Walk::type(const TypeName* node) {
  if (node == nullptr) return;
  QualifiedName name = qualified_name(node->names);
  // The offset of a timetz without one is today's.
  if (element_type(name.name) == "timetz") obstacle(Reason::volatile_literal);
  facts_.types.push_back(std::move(name));
  expressions(node->typmods);
}

// A conversion of values that cannot be seen here, which may be texts such as 'now'.
void Walk::type_from_data(const TypeName* node) {
  if (node == nullptr) return;
  if (is_moment_type(qualified_name(node->names).name)) obstacle(Reason::volatile_literal);
  type(node);
}

}  // namespace tapri::sql::pg
