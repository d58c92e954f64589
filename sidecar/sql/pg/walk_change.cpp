// Statements that change rows. A target is always a relation, whatever CTE has its name.
#include "sql/pg/walk.h"

namespace tapri::sql::pg {
namespace {

// Of more only the target is known.
constexpr std::size_t kMaxRows = 64;

}  // namespace

void Walk::target(const RangeVar* node) {
  if (node == nullptr) return deny(Reason::not_understood);
  facts_.writes.push_back({std::string(text_of(node->schemaname)), std::string(text_of(node->relname))});
  facts_.changes.emplace_back().relation = facts_.writes.back();
  // The view pg_settings turns an UPDATE into a SET.
  if (text_of(node->relname) == "pg_settings") {
    facts_.changes_session = true;
    facts_.changes_unknown_setting = true;
  }
}

void Walk::insert(const InsertStmt& node) {
  with(node.withClause);
  target(node.relation);
  if (denied()) return;
  inserted_values(node, facts_.changes.back());
  expressions(node.cols);
  // Null for DEFAULT VALUES.
  if (node.selectStmt != nullptr && !query(node.selectStmt)) deny(Reason::not_understood);
  if (node.onConflictClause != nullptr && node.relation != nullptr) {
    read(*node.relation);
    on_conflict(*node.onConflictClause);
  }
  expressions(node.returningList);
}

void Walk::inserted_values(const InsertStmt& node, Change& change) const {
  change.kind = Change::Kind::insert;
  if (node.onConflictClause != nullptr) conflict_columns(*node.onConflictClause, change);
  bool whole = true;  // no column is written with a field or an element
  for (const Node* column : Nodes(node.cols)) {
    change.columns.emplace_back(text_of(as<ResTarget>(column).name));
    whole = whole && as<ResTarget>(column).indirection == nullptr;
  }
  // OVERRIDING USER VALUE: values given for identity columns are not used.
  const bool overrides = node.override != OVERRIDING_NOT_SET;
  if (!whole || overrides || !is_a(node.selectStmt, T_SelectStmt)) return;
  const auto& source = as<SelectStmt>(node.selectStmt);
  const Nodes rows(source.valuesLists);
  if (rows.size() > kMaxRows || source.withClause != nullptr) return;
  for (const Node* row : rows) {
    if (row == nullptr || holds_star(&as<List>(row))) return change.rows.clear();
    std::vector<Value>& values = change.rows.emplace_back();
    for (const Node* each : Nodes::of(row)) values.push_back(value(each));
  }
}

void Walk::conflict_columns(const OnConflictClause& node, Change& change) const {
  change.on_conflict =
      node.action == ONCONFLICT_UPDATE ? Change::OnConflict::updates : Change::OnConflict::does_nothing;
  change.assignments = assignments(node.targetList);
  if (node.infer == nullptr) return;
  for (const Node* element : Nodes(node.infer->indexElems)) {
    const bool plain = is_a(element, T_IndexElem) && as<IndexElem>(element).name != nullptr;
    if (!plain) return change.conflict_columns.clear();
    change.conflict_columns.emplace_back(text_of(as<IndexElem>(element).name));
  }
}

std::vector<Assignment> Walk::assignments(const List* targets) const {
  std::vector<Assignment> out;
  for (const Node* node : Nodes(targets)) {
    const auto& target = as<ResTarget>(node);
    out.push_back({std::string(text_of(target.name)), target.indirection == nullptr ? value(target.val) : Value{}});
  }
  return out;
}

void Walk::on_conflict(const OnConflictClause& node) {
  if (node.infer != nullptr) {
    expressions(node.infer->indexElems);
    expression(node.infer->whereClause);
  }
  expressions(node.targetList);
  expression(node.whereClause);
}

void Walk::update(const UpdateStmt& node) {
  with(node.withClause);
  target(node.relation);
  if (denied()) return;
  read(*node.relation);
  Change& change = facts_.changes.back();
  change.kind = Change::Kind::update;
  change.level = static_cast<std::uint32_t>(level_ + 1);
  change.assignments = assignments(node.targetList);
  from(node.fromClause);
  conjuncts(node.whereClause);
  expressions(node.targetList);
  expression(node.whereClause);
  expressions(node.returningList);
}

void Walk::delete_rows(const DeleteStmt& node) {
  with(node.withClause);
  target(node.relation);
  if (denied()) return;
  read(*node.relation);
  facts_.changes.back().kind = Change::Kind::remove;
  facts_.changes.back().level = static_cast<std::uint32_t>(level_ + 1);
  from(node.usingClause);
  conjuncts(node.whereClause);
  expression(node.whereClause);
  expressions(node.returningList);
}

void Walk::merge(const MergeStmt& node) {
  with(node.withClause);
  target(node.relation);
  if (node.relation != nullptr) read(*node.relation);
  in_from_ = true;
  from_item(node.sourceRelation);
  in_from_ = false;
  expression(node.joinCondition);
  for (const Node* item : Nodes(node.mergeWhenClauses)) {
    if (!is_a(item, T_MergeWhenClause)) return deny(Reason::not_understood);
    const auto& when = as<MergeWhenClause>(item);
    expression(when.condition);
    expressions(when.targetList);
    expressions(when.values);
  }
}

}  // namespace tapri::sql::pg
