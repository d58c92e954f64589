// Query levels: which relations stand beside each other, and what their columns are said to equal.
//
// Only conjuncts count: every row of the level meets them. An ON condition of an outer join is met by the rows that
// matter on the side which may be missing; see FromItem::scopes.
#include <algorithm>
#include <utility>

#include "sql/pg/walk.h"

namespace tapri::sql::pg {
namespace {

// More than anyone writes; what is beyond them is not looked at.
constexpr std::size_t kMaxLevels = 200;
constexpr std::size_t kMaxItems = 200;
constexpr std::size_t kMaxEqualities = 500;
constexpr std::size_t kMaxOutputs = 500;
constexpr int kMaxParameter = 65535;

bool is_built_in(const QualifiedName& name, std::string_view wanted) {
  return name.name == wanted && (name.schema.empty() || name.schema == "pg_catalog");
}

bool is_equality(const A_Expr& node) { return is_built_in(qualified_name(node.name), "="); }

// The name of a type without modifiers; empty for any other.
std::string plain_type(const TypeName* node) {
  if (node == nullptr || node->typmods != nullptr || node->setof || node->pct_type) return {};
  QualifiedName name = qualified_name(node->names);
  if (!name.schema.empty() && name.schema != "pg_catalog") return {};
  return std::move(name.name);
}

// `column` or `item.column`.
ColumnName column_name(const Node* node) {
  ColumnName out;
  if (is_a(node, T_TypeCast)) {
    const auto& cast = as<TypeCast>(node);
    const std::string type = plain_type(cast.typeName);
    if (cast.typeName->arrayBounds != nullptr || (type != "text" && type != "varchar")) return out;
    if (!is_a(cast.arg, T_ColumnRef)) return out;
    out = column_name(cast.arg);
    out.as_text = true;
    return out;
  }
  if (!is_a(node, T_ColumnRef)) return out;
  const Nodes fields(as<ColumnRef>(node).fields);
  if (fields.size() > 2) return out;
  for (const Node* field : fields) {
    out.item = std::move(out.name);
    out.name = string_of(field);
    if (out.name.empty()) return {};
  }
  return out;
}

bool is_known(const Value& value) { return value.source != Value::Source::unknown; }

}  // namespace

QueryLevel* Walk::level_of_rows() {
  if (level_ == kNoLevel) return nullptr;
  return &facts_.levels[level_];
}

bool Walk::open_level() {
  const std::int32_t parent = std::exchange(next_parent_, -1);
  if (facts_.levels.size() >= kMaxLevels) {
    facts_.keys_unknown = true;
    return false;
  }
  level_ = facts_.levels.size();
  facts_.levels.emplace_back().parent = parent;
  scopes_.clear();
  return true;
}

// What is read is always an item; without a level to be one of, nothing is known of keys.
FromItem* Walk::add_item(const Alias* alias, std::string_view name) {
  QueryLevel* level = level_of_rows();
  if (level == nullptr || level->items.size() >= kMaxItems) {
    facts_.keys_unknown = true;
    return nullptr;
  }
  FromItem& item = level->items.emplace_back();
  item.alias = alias != nullptr ? text_of(alias->aliasname) : name;
  item.renames = alias != nullptr && alias->colnames != nullptr;
  item.scopes = scopes_;
  return &item;
}

void Walk::conjuncts(const Node* node) {
  QueryLevel* level = level_of_rows();
  if (node == nullptr || level == nullptr || level->equalities.size() >= kMaxEqualities) return;
  if (is_a(node, T_BoolExpr)) {
    const auto& expression = as<BoolExpr>(node);
    if (expression.boolop == AND_EXPR) {
      const Level nesting(*this);
      if (denied()) return;
      for (const Node* argument : Nodes(expression.args)) conjuncts(argument);
    }
    if (expression.boolop == OR_EXPR) alternatives(expression);
    return;
  }
  if (is_a(node, T_A_Expr)) equality(as<A_Expr>(node));
}

void Walk::alternatives(const BoolExpr& node) {
  const QueryLevel& level = facts_.levels[level_];
  const std::size_t before = level.equalities.size();
  bool complete = true;
  for (const Node* argument : Nodes(node.args)) {
    const std::size_t count = level.equalities.size();
    if (is_a(argument, T_A_Expr)) equality(as<A_Expr>(argument));
    complete = complete && level.equalities.size() == count + 1 && count - before <= kMaxEqualValues;
    if (!complete) break;
  }
  join_alternatives(facts_.levels[level_], before, complete);
}

void Walk::equality(const A_Expr& node) {
  if (!is_equality(node)) return;
  switch (node.kind) {
    case AEXPR_OP:
      if (is_a(node.lexpr, T_RowExpr) && is_a(node.rexpr, T_RowExpr)) {
        return row_equality(as<RowExpr>(node.lexpr), as<RowExpr>(node.rexpr));
      }
      return equal(node.lexpr, node.rexpr);
    case AEXPR_IN:
      return equal_to_any(node.lexpr, is_a(node.rexpr, T_List) ? &as<List>(node.rexpr) : nullptr);
    case AEXPR_OP_ANY:
      if (is_a(node.rexpr, T_A_ArrayExpr)) return equal_to_any(node.lexpr, as<A_ArrayExpr>(node.rexpr).elements);
      return equal_to_element(node.lexpr, node.rexpr);
    default:
      return;
  }
}

void Walk::row_equality(const RowExpr& left, const RowExpr& right) {
  const Nodes lefts(left.args);
  const Nodes rights(right.args);
  if (lefts.size() != rights.size() || holds_star(left.args) || holds_star(right.args)) return;
  auto other = rights.begin();
  for (const Node* node : lefts) {
    equal(node, *other);
    ++other;
  }
}

void Walk::add_equality(Equality equality) {
  sql::add_equality(facts_.levels[level_], std::move(equality), scopes_, first_item_);
}

void Walk::equal(const Node* left, const Node* right) {
  Equality out;
  out.column = column_name(left);
  out.other = column_name(right);
  if (out.column.name.empty()) {
    std::swap(out.column, out.other);
    std::swap(left, right);
  }
  if (out.column.name.empty()) return;
  if (out.other.name.empty()) {
    Value known = value(right);
    if (!is_known(known)) return;
    out.values.push_back(std::move(known));
  }
  add_equality(std::move(out));
}

void Walk::equal_to_any(const Node* left, const List* values) {
  Equality out;
  out.column = column_name(left);
  const Nodes elements(values);
  if (out.column.name.empty() || elements.size() == 0 || elements.size() > kMaxEqualValues) return;
  for (const Node* element : elements) {
    Value known = value(element);
    if (!is_known(known)) return;
    out.values.push_back(std::move(known));
  }
  add_equality(std::move(out));
}

// `c = ANY ($1)`, also `$1::int[]`.
void Walk::equal_to_element(const Node* left, const Node* array) {
  Equality out;
  out.column = column_name(left);
  Value known;
  if (is_a(array, T_TypeCast)) {
    const auto& cast = as<TypeCast>(array);
    known.cast = plain_type(cast.typeName);
    if (known.cast.empty() || Nodes(cast.typeName->arrayBounds).size() != 1) return;
    array = cast.arg;
  }
  if (out.column.name.empty() || !is_a(array, T_ParamRef)) return;
  const Value parameter = value(array);
  if (!is_known(parameter)) return;
  known.source = parameter.source;
  known.index = parameter.index;
  known.is_array = true;
  out.values.push_back(std::move(known));
  add_equality(std::move(out));
}

Value Walk::value(const Node* node) const {
  Value out;
  if (is_a(node, T_TypeCast)) {
    const auto& cast = as<TypeCast>(node);
    const std::string type = plain_type(cast.typeName);
    if (type.empty() || cast.typeName->arrayBounds != nullptr || is_a(cast.arg, T_TypeCast)) return out;
    out = value(cast.arg);
    out.cast = type;
    return out;
  }
  if (is_a(node, T_ParamRef)) {
    const int number = as<ParamRef>(node).number;
    if (number < 1 || number > kMaxParameter) return out;
    out.source = Value::Source::parameter;
    out.index = static_cast<std::uint32_t>(number - 1);
  }
  if (is_a(node, T_A_Const)) {
    const auto& constant = as<A_Const>(node);
    if (!constant.isnull) return literals_.at(constant.location);
    out.source = Value::Source::null;
  }
  return out;
}

bool Walk::holds_star(const List* nodes) {
  for (const Node* node : Nodes(nodes)) {
    const List* parts = is_a(node, T_ColumnRef)       ? as<ColumnRef>(node).fields
                        : is_a(node, T_A_Indirection) ? as<A_Indirection>(node).indirection
                                                      : nullptr;
    for (const Node* part : Nodes(parts)) {
      if (is_a(part, T_A_Star)) return true;
    }
  }
  return false;
}

void Walk::count_parameter(const ParamRef& node) {
  facts_.parameter_sensitive = true;
  if (node.number < 1 || node.number > kMaxParameter) return;
  const auto index = static_cast<std::size_t>(node.number - 1);
  if (facts_.parameter_uses.size() <= index) facts_.parameter_uses.resize(index + 1);
  ++facts_.parameter_uses[index];
}

void Walk::outputs(const List* targets) {
  QueryLevel& level = facts_.levels[level_];
  for (const Node* node : Nodes(targets)) {
    if (!is_a(node, T_ResTarget) || level.outputs.size() >= kMaxOutputs) return level.outputs.clear();
    const auto& target = as<ResTarget>(node);
    Output out;
    out.column = column_name(target.val);
    if (out.column.as_text) out.column = {};
    out.name = target.name != nullptr ? text_of(target.name) : std::string_view(out.column.name);
    if (is_a(target.val, T_ColumnRef) && out.column.name.empty()) {
      const Nodes fields(as<ColumnRef>(target.val).fields);
      const Node* last = nullptr;
      for (const Node* field : fields) last = field;
      if (is_a(last, T_A_Star)) out.name = "*";
      if (is_a(last, T_A_Star) && fields.size() == 2) out.column.item = string_of(fields.front());
      if (is_a(last, T_A_Star) && fields.size() > 2) return level.outputs.clear();
    }
    level.outputs.push_back(std::move(out));
  }
}

}  // namespace tapri::sql::pg
