// Statements and functions that change settings.
#include <algorithm>

#include "sql/pg/walk.h"
#include "sql/pg/words.h"

namespace tapri::sql::pg {
namespace {

Isolation isolation_of(std::string_view level) {
  if (same_word(level, "read committed") || same_word(level, "read uncommitted")) return Isolation::read_committed;
  if (same_word(level, "repeatable read")) return Isolation::repeatable_read;
  if (same_word(level, "serializable")) return Isolation::serializable;
  return Isolation::unchanged;
}

}  // namespace

// Names of settings are compared without case.
void Walk::setting(std::string_view name) {
  std::string folded(name);
  std::transform(folded.begin(), folded.end(), folded.begin(), lower);
  facts_.settings.push_back(std::move(folded));
}

Isolation isolation_option(const List* options) {
  Isolation isolation = Isolation::unchanged;
  for (const Node* option : Nodes(options)) {
    if (!is_a(option, T_DefElem)) continue;
    const auto& item = as<DefElem>(option);
    if (text_of(item.defname) == "transaction_isolation") isolation = isolation_of(string_constant(item.arg));
  }
  return isolation;
}

bool read_only_option(const List* options) {
  bool read_only = false;
  for (const Node* option : Nodes(options)) {
    if (!is_a(option, T_DefElem)) continue;
    const auto& item = as<DefElem>(option);
    if (text_of(item.defname) != "transaction_read_only") continue;
    read_only = is_a(item.arg, T_A_Const) && as<A_Const>(item.arg).val.ival.ival != 0;
  }
  return read_only;
}

void Walk::set(const VariableSetStmt& node) {
  facts_.verb = Verb::set;
  if (node.kind == VAR_SET_MULTI) return set_several(node);
  facts_.changes_session = true;
  if (node.kind == VAR_RESET_ALL) return setting("");
  if (node.name == nullptr) return deny(Reason::not_understood);
  setting(text_of(node.name));
  if (node.kind == VAR_SET_VALUE && facts_.settings.back() == "transaction_isolation") {
    facts_.isolation = isolation_of(string_constant(Nodes(node.args).front()));
  }
}

void Walk::set_several(const VariableSetStmt& node) {
  const std::string_view what = text_of(node.name);
  if (what == "TRANSACTION" || what == "TRANSACTION SNAPSHOT") {
    facts_.verb = Verb::set_transaction;
    facts_.isolation = isolation_option(node.args);
    return;
  }
  if (what != "SESSION CHARACTERISTICS") return deny(Reason::not_understood);
  facts_.changes_session = true;
  for (const Node* option : Nodes(node.args)) {
    if (!is_a(option, T_DefElem)) return deny(Reason::not_understood);
    setting("default_" + std::string(text_of(as<DefElem>(option).defname)));
  }
}

void Walk::discard(const DiscardStmt& node) {
  facts_.verb = Verb::discard;
  facts_.changes_session = true;
  if (node.target == DISCARD_ALL) setting("");
}

// set_config(name, value, is_local)
void Walk::set_config(const FuncCall& node) {
  obstacle(Reason::volatile_function);
  facts_.changes_session = true;
  const Node* name = Nodes(node.args).front();
  if (is_a(name, T_TypeCast)) name = as<TypeCast>(name).arg;
  const std::string_view constant = string_constant(name);
  if (constant.data() == nullptr) {
    facts_.changes_unknown_setting = true;
  } else {
    setting(constant);
  }
}

}  // namespace tapri::sql::pg
