// Every statement that is neither a query nor a definition, and the dispatch over all of them.
#include "sql/pg/walk.h"
#include "sql/pg/words.h"

namespace tapri::sql::pg {

namespace {

Verb query_verb(NodeTag tag) {
  switch (tag) {
    case T_SelectStmt:
      return Verb::select;
    case T_InsertStmt:
      return Verb::insert;
    case T_UpdateStmt:
      return Verb::update;
    case T_DeleteStmt:
      return Verb::delete_rows;
    case T_MergeStmt:
      return Verb::merge;
    default:
      return Verb::not_understood;
  }
}

// Only what the server surely reads as false; see defGetBoolean() in commands/define.c.
bool is_false(const Node* value) {
  if (is_a(value, T_Integer)) return as<Integer>(value).ival == 0;
  if (is_a(value, T_Boolean)) return !as<Boolean>(value).boolval;
  return same_word(string_of(value), "false") || same_word(string_of(value), "off");
}

bool analyzes(const List* options) {
  for (const Node* option : Nodes(options)) {
    if (!is_a(option, T_DefElem)) return true;
    const auto& item = as<DefElem>(option);
    if (same_word(text_of(item.defname), "analyze") && !is_false(item.arg)) return true;
  }
  return false;
}

}  // namespace

void Walk::statement(const Node* node) {
  if (node == nullptr) return deny(Reason::not_understood);
  const Level level(*this);
  facts_.verb = query_verb(node->type);
  if (query(node) || control(node) || prepared(node) || opaque(node) || define(node)) return;
  deny(Reason::not_understood);
}

// Transactions, settings, cursors, notifications, locks.
bool Walk::control(const Node* node) {
  switch (node->type) {
    case T_TransactionStmt:
      transaction(as<TransactionStmt>(node));
      return true;
    case T_VariableSetStmt:
      set(as<VariableSetStmt>(node));
      return true;
    case T_DiscardStmt:
      discard(as<DiscardStmt>(node));
      return true;
    case T_VariableShowStmt:
      facts_.verb = Verb::show;
      return true;
    case T_FetchStmt:
      facts_.verb = Verb::fetch;
      return true;
    case T_ClosePortalStmt:
      facts_.verb = Verb::close_cursor;
      return true;
    case T_DeclareCursorStmt:
      if (!query(as<DeclareCursorStmt>(node).query)) deny(Reason::not_understood);
      facts_.verb = Verb::declare_cursor;
      return true;
    case T_ListenStmt:
    case T_UnlistenStmt:
    case T_NotifyStmt:
      facts_.verb = Verb::listen;
      return true;
    case T_LockStmt:
    case T_ConstraintsSetStmt:
      facts_.verb = Verb::lock;
      return true;
    case T_VacuumStmt:
    case T_CheckPointStmt:
    case T_ClusterStmt:
    case T_ReindexStmt:
      facts_.verb = Verb::maintain;
      return true;
    default:
      return false;
  }
}

// Statements that hold, name or move the rows of another.
bool Walk::prepared(const Node* node) {
  switch (node->type) {
    case T_PrepareStmt:
      prepare(as<PrepareStmt>(node));
      return true;
    case T_ExecuteStmt:
      execute(as<ExecuteStmt>(node));
      return true;
    case T_DeallocateStmt:
      facts_.verb = Verb::deallocate;
      facts_.changes_session = true;
      facts_.name = text_of(as<DeallocateStmt>(node).name);
      return true;
    case T_ExplainStmt:
      explain(as<ExplainStmt>(node));
      return true;
    case T_CopyStmt:
      copy(as<CopyStmt>(node));
      return true;
    case T_TruncateStmt:
      truncate(as<TruncateStmt>(node));
      return true;
    default:
      return false;
  }
}

// Code that the text says nothing about.
bool Walk::opaque(const Node* node) {
  switch (node->type) {
    case T_CallStmt:
      expression(node_of(as<CallStmt>(node).funccall));
      break;
    case T_DoStmt:
      facts_.changes_roles = true;  // what sets roles up is often written so
      break;
    case T_LoadStmt:
      break;
    default:
      return false;
  }
  facts_.verb = Verb::call;
  facts_.writes_unknown = true;
  facts_.drops_or_alters = true;
  facts_.changes_session = true;
  facts_.changes_unknown_setting = true;
  return true;
}

void Walk::transaction(const TransactionStmt& node) {
  facts_.chain = node.chain;
  switch (node.kind) {
    case TRANS_STMT_BEGIN:
    case TRANS_STMT_START:
      facts_.verb = Verb::begin;
      facts_.isolation = isolation_option(node.options);
      facts_.read_only = read_only_option(node.options);
      return;
    case TRANS_STMT_COMMIT:
      facts_.verb = Verb::commit;
      return;
    case TRANS_STMT_ROLLBACK:
      facts_.verb = Verb::rollback;
      return;
    case TRANS_STMT_SAVEPOINT:
    case TRANS_STMT_RELEASE:
      facts_.verb = Verb::savepoint;
      return;
    case TRANS_STMT_ROLLBACK_TO:
      facts_.verb = Verb::rollback_to;
      return;
    case TRANS_STMT_PREPARE:
      facts_.verb = Verb::prepare_transaction;
      break;
    case TRANS_STMT_COMMIT_PREPARED:
      facts_.verb = Verb::commit_prepared;
      break;
    case TRANS_STMT_ROLLBACK_PREPARED:
      facts_.verb = Verb::rollback_prepared;
      break;
    default:
      return deny(Reason::not_understood);
  }
  facts_.name = text_of(node.gid);
}

void Walk::copy(const CopyStmt& node) {
  if (node.is_from) {
    facts_.verb = Verb::copy_in;
    target(node.relation);
    if (!facts_.changes.empty()) facts_.changes.back().kind = Change::Kind::insert;
    expression(node.whereClause);
  } else {
    if (node.relation != nullptr) {
      read(*node.relation);
    } else if (!query(node.query)) {
      deny(Reason::not_understood);
    }
    facts_.verb = Verb::copy_out;
  }
  // A program on the server may do anything, also in this database.
  if (node.is_program) facts_.writes_unknown = true;
}

void Walk::truncate(const TruncateStmt& node) {
  facts_.verb = Verb::truncate;
  for (const Node* relation : Nodes(node.relations)) {
    if (!is_a(relation, T_RangeVar)) return deny(Reason::not_understood);
    target(&as<RangeVar>(relation));
  }
  // CASCADE: every table that refers to these, and to those in turn.
  if (node.behavior == DROP_CASCADE) facts_.writes_unknown = true;
}

// Without ANALYZE nothing is carried out.
void Walk::explain(const ExplainStmt& node) {
  if (analyzes(node.options)) statement(node.query);
  facts_.verb = Verb::explain;
}

void Walk::prepare(const PrepareStmt& node) {
  facts_.verb = Verb::prepare;
  facts_.name = text_of(node.name);
  facts_.changes_session = true;
  facts_.inner.push_back(statement_facts(node.query, limits_, literals_));
}

// The text does not say what it carries out; the session may know it.
void Walk::execute(const ExecuteStmt& node) {
  facts_.verb = Verb::execute;
  facts_.name = text_of(node.name);
  facts_.writes_unknown = true;
  facts_.drops_or_alters = true;
  facts_.changes_session = true;
  facts_.changes_unknown_setting = true;
  StatementFacts arguments;
  std::swap(facts_, arguments);
  expressions(node.params);
  std::swap(facts_, arguments);
  arguments.verb = Verb::select;
  arguments.obstacle = Reason::not_a_read;
  if (!arguments.functions.empty() || !arguments.operators.empty() || !arguments.types.empty() ||
      !arguments.fields.empty()) {
    facts_.inner.push_back(std::move(arguments));
  }
}

}  // namespace tapri::sql::pg
