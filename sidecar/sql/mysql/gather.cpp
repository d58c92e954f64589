// Queries: levels, WITH, FROM. A common table's name hides a relation of that name only where it is in scope.
#include "sql/mysql/gather.h"

#include <algorithm>
#include <utility>

#include "sql/mysql/words.h"

namespace tapri::sql::mysql {
namespace {

// More common tables in one scope than anyone writes: looking names up would take quadratic time.
constexpr std::size_t kMaxCommonTables = 500;

bool is_query(Kind kind) { return kind == Kind::select || kind == Kind::set_operation || kind == Kind::values; }

// They change without a statement that can be seen.
bool is_system_schema(std::string_view schema) {
  return same_word(schema, "information_schema") || same_word(schema, "performance_schema") ||
         same_word(schema, "mysql") || same_word(schema, "sys");
}

}  // namespace

void Gather::statement(const Node* node) {
  if (node == nullptr) return;
  if (node->kind == Kind::statement_with_values) {
    statement(node->first);
    return expression(node->first->next);
  }
  const bool whole =
      is_query(node->kind) || node->kind == Kind::insert || node->kind == Kind::update || node->kind == Kind::remove;
  if (whole) return query(node);
  expression(node);
}

void Gather::query(const Node* node) {
  const std::size_t scope = common_tables_.size();
  const std::size_t outer_level = level_;
  const std::size_t outer_first = std::exchange(first_item_, 0);
  const bool outer_in_from = std::exchange(in_from_, false);
  std::vector<std::uint32_t> outer_scopes = std::exchange(scopes_, {});
  if (!open_level()) level_ = kNoLevel;
  with(child_of_kind(node, Kind::with));
  query_of(node);
  level_ = outer_level;
  first_item_ = outer_first;
  in_from_ = outer_in_from;
  scopes_ = std::move(outer_scopes);
  common_tables_.resize(scope);
}

void Gather::query_of(const Node* node) {
  if (node->kind == Kind::insert) return insert(node);
  if (node->kind == Kind::update) return update(node);
  if (node->kind == Kind::remove) return remove(node);
  // Each side of a set operation may refer to whatever the whole may.
  const std::int32_t parent = level_ == kNoLevel ? -1 : facts_.levels[level_].parent;
  if (const Node* list = child_of_kind(node, Kind::from)) from(list);
  if (const Node* where = child_of_kind(node, Kind::where)) conjuncts(where->first);
  if (QueryLevel* level = level_of_rows()) {
    level->limits = child_of_kind(node, Kind::limit) != nullptr;
    level->groups = node->kind != Kind::select || node->flag;
  }
  if (const Node* targets = child_of_kind(node, Kind::targets)) outputs(targets);
  for (const Node* child : Children(node)) {
    if (child->kind == Kind::with || child->kind == Kind::from) continue;
    if (is_query(child->kind)) {
      next_parent_ = parent;
      query(child);
      continue;
    }
    if (child->kind == Kind::group || child->kind == Kind::having || child->kind == Kind::window) groups_rows();
    expression(child);
  }
}

void Gather::with(const Node* node) {
  if (node == nullptr) return;
  const std::size_t first = common_tables_.size();
  if (first + child_count(node) > kMaxCommonTables) {
    too_many_ = true;
    return;
  }
  // RECURSIVE: every name is known in every query of the list, although to MySQL only the ones before; else only from
  // the next query on.
  if (node->flag) {
    for (const Node* table : Children(node)) common_tables_.push_back({table->name, true});
  }
  std::size_t index = first;
  for (const Node* table : Children(node)) {
    if (node->flag) common_tables_[index].may_be_relation = false;
    query(table->first);
    if (!node->flag) common_tables_.push_back({table->name, false});
    ++index;
  }
}

void Gather::from(const Node* node) {
  in_from_ = true;
  for (const Node* item : Children(node)) from_item(item);
  in_from_ = false;
}

void Gather::from_item(const Node* node) {
  switch (node->kind) {
    case Kind::relation:
      return relation(node);
    case Kind::join:
    case Kind::left_join:
    case Kind::right_join:
      return join(node);
    case Kind::derived: {
      const std::size_t index = facts_.levels.size();
      query(node->first);
      FromItem* item = add_item(node->alias);
      if (item == nullptr) return;
      item->renames = node->flag;
      if (facts_.levels.size() > index) item->level = static_cast<std::uint32_t>(index + 1);
      return;
    }
    default:
      // A table made by a function.
      (void)add_item(node->alias);
      return children(node);
  }
}

void Gather::join(const Node* node) {
  const Node* left = node->first;
  const Node* right = left->next;
  const QueryLevel* level = level_of_rows();
  const std::size_t first = level == nullptr ? 0 : level->items.size();
  const std::size_t outer = scopes_.size();
  if (node->kind == Kind::right_join) scopes_.push_back(++last_scope_);
  from_item(left);
  std::vector<std::uint32_t> left_scopes = scopes_;
  scopes_.resize(outer);
  if (node->kind == Kind::left_join) scopes_.push_back(++last_scope_);
  from_item(right);
  if (node->kind == Kind::right_join) scopes_ = std::move(left_scopes);
  const std::size_t outer_first = std::exchange(first_item_, first);
  const Node* condition = right->next;
  if (condition != nullptr) conjuncts(condition->first);
  first_item_ = outer_first;
  scopes_.resize(outer);
  if (condition != nullptr) expression(condition->first);
}

void Gather::relation(const Node* node) {
  children(node);
  const auto known = std::find_if(common_tables_.rbegin(), common_tables_.rend(),
                                  [node](const CommonTable& table) { return table.name == node->name; });
  const bool common = node->schema.empty() && known != common_tables_.rend();
  if (!common || known->may_be_relation) return read(node);
  (void)add_item(node->alias.empty() ? node->name : node->alias);
}

void Gather::read(const Node* node) {
  if (is_system_schema(node->schema)) obstacle(Reason::system_relation);
  QualifiedName name{std::string(node->schema), std::string(node->name)};
  if (FromItem* item = add_item(node->alias.empty() ? node->name : node->alias)) item->relation = name;
  facts_.reads.push_back(std::move(name));
}

}  // namespace tapri::sql::mysql
