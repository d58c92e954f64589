// Statements that change rows. A target is always a relation, whatever CTE has its name.
#include "sql/pg/walk.h"

namespace tapri::sql::pg {

void Walk::target(const RangeVar* node) {
  if (node == nullptr) return deny(Reason::not_understood);
  facts_.writes.push_back({std::string(text_of(node->schemaname)), std::string(text_of(node->relname))});
  // The view pg_settings turns an UPDATE into a SET.
  if (text_of(node->relname) == "pg_settings") {
    facts_.changes_session = true;
    facts_.changes_unknown_setting = true;
  }
}

void Walk::insert(const InsertStmt& node) {
  with(node.withClause);
  target(node.relation);
  expressions(node.cols);
  // Null for DEFAULT VALUES.
  if (node.selectStmt != nullptr && !query(node.selectStmt)) deny(Reason::not_understood);
  if (node.onConflictClause != nullptr && node.relation != nullptr) {
    read(*node.relation);
    on_conflict(*node.onConflictClause);
  }
  expressions(node.returningList);
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
  if (node.relation != nullptr) read(*node.relation);
  from(node.fromClause);
  expressions(node.targetList);
  expression(node.whereClause);
  expressions(node.returningList);
}

void Walk::delete_rows(const DeleteStmt& node) {
  with(node.withClause);
  target(node.relation);
  if (node.relation != nullptr) read(*node.relation);
  from(node.usingClause);
  expression(node.whereClause);
  expressions(node.returningList);
}

void Walk::merge(const MergeStmt& node) {
  with(node.withClause);
  target(node.relation);
  if (node.relation != nullptr) read(*node.relation);
  from_item(node.sourceRelation);
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
