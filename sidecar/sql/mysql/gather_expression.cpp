// Expressions: what they call, what only the session knows, and the queries in them.
#include "sql/mysql/functions.h"
#include "sql/mysql/gather.h"

namespace tapri::sql::mysql {

void Gather::children(const Node* node) {
  for (const Node* child : Children(node)) expression(child);
}

void Gather::expression(const Node* node) {
  switch (node->kind) {
    case Kind::parameter:
      facts_.parameter_sensitive = true;
      if (facts_.parameter_uses.size() <= node->index) facts_.parameter_uses.resize(node->index + std::size_t{1});
      ++facts_.parameter_uses[node->index];
      return;
    case Kind::call:
      return call(node);
    case Kind::cast:
      return cast(node);
    case Kind::sub_query:
      return sub_query(node);
    case Kind::assign_user:
      obstacle(Reason::volatile_function);
      facts_.changes_session = true;
      facts_.settings.push_back("@" + std::string(node->name));
      return children(node);
    case Kind::time_value:
      // As a date it is today's.
      obstacle(Reason::volatile_literal);
      return children(node);
    case Kind::session_value:
    case Kind::unstable:
      obstacle(Reason::volatile_function);
      return children(node);
    case Kind::next_value:
      return next_value(node);
    default:
      return children(node);
  }
}

// A name with a schema is a stored function's.
void Gather::call(const Node* node) {
  facts_.functions.push_back({std::string(node->schema), std::string(node->name)});
  const FunctionKind kind = node->schema.empty() ? function_kind(node->name) : FunctionKind::unknown;
  const bool tells_time = node->name == "unix_timestamp" && node->first == nullptr;
  if (kind == FunctionKind::unstable || tells_time) obstacle(Reason::volatile_function);
  if (node->schema.empty() && makes_time(node->name)) obstacle(Reason::volatile_literal);
  // It may be one of several rows' results, of this query's or of one around it.
  if (kind == FunctionKind::aggregate || kind == FunctionKind::unknown || node->flag) groups_rows();
  children(node);
}

void Gather::groups_rows() {
  if (level_ == kNoLevel) return;
  for (auto level = static_cast<std::int32_t>(level_); level >= 0;
       level = facts_.levels[static_cast<std::size_t>(level)].parent) {
    facts_.levels[static_cast<std::size_t>(level)].groups = true;
  }
}

void Gather::cast(const Node* node) {
  facts_.types.push_back({"", std::string(node->name)});
  if (node->name == "time") obstacle(Reason::volatile_literal);
  children(node);
}

void Gather::sub_query(const Node* node) {
  facts_.sub_queries = true;
  // Names in FROM may be of fewer items than the level has.
  if (level_ != kNoLevel && !in_from_) next_parent_ = static_cast<std::int32_t>(level_);
  query(node->first);
}

void Gather::next_value(const Node* node) {
  obstacle(Reason::volatile_function);
  facts_.writes.push_back({std::string(node->schema), std::string(node->name)});
  facts_.changes.emplace_back().relation = facts_.writes.back();
}

}  // namespace tapri::sql::mysql
