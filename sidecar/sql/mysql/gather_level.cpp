// Query levels: which relations stand beside each other, and what their columns are said to equal.
//
// Only conjuncts count: every row of the level meets them. An ON condition of an outer join is met by the rows that
// matter on the side which may be missing; see FromItem::scopes.
#include <algorithm>
#include <utility>

#include "sql/mysql/gather.h"

namespace tapri::sql::mysql {
namespace {

// More than anyone writes; what is beyond them is not looked at.
constexpr std::size_t kMaxLevels = 200;
constexpr std::size_t kMaxItems = 200;
constexpr std::size_t kMaxEqualities = 500;
constexpr std::size_t kMaxOutputs = 500;

bool is_known(const Value& value) { return value.source != Value::Source::unknown; }

}  // namespace

// Schemas are not told apart. In the outermost level a column written with one is of an item of that name, for of what
// else; further in it may be of a level around it, although an item here has the same name.
ColumnName Gather::column_name(const Node* node) const {
  ColumnName out;
  if (node->kind != Kind::column || (!node->schema.empty() && level_ != 0)) return out;
  out.item = node->item;
  out.name = node->name;
  return out;
}

QueryLevel* Gather::level_of_rows() {
  if (level_ == kNoLevel) return nullptr;
  return &facts_.levels[level_];
}

bool Gather::open_level() {
  const std::int32_t parent = std::exchange(next_parent_, -1);
  if (facts_.levels.size() >= kMaxLevels) {
    facts_.keys_unknown = true;
    return false;
  }
  level_ = facts_.levels.size();
  facts_.levels.emplace_back().parent = parent;
  return true;
}

// What is read is always an item; without a level to be one of, nothing is known of keys.
FromItem* Gather::add_item(std::string_view alias) {
  QueryLevel* level = level_of_rows();
  if (level == nullptr || level->items.size() >= kMaxItems) {
    facts_.keys_unknown = true;
    return nullptr;
  }
  FromItem& item = level->items.emplace_back();
  item.alias = alias;
  item.scopes = scopes_;
  return &item;
}

void Gather::conjuncts(const Node* node) {
  const QueryLevel* level = level_of_rows();
  if (node == nullptr || level == nullptr || level->equalities.size() >= kMaxEqualities) return;
  if (node->kind == Kind::all) {
    for (const Node* child : Children(node)) conjuncts(child);
  } else if (node->kind == Kind::any) {
    alternatives(node);
  } else {
    equality(node);
  }
}

void Gather::alternatives(const Node* node) {
  const QueryLevel& level = facts_.levels[level_];
  const std::size_t before = level.equalities.size();
  bool complete = true;
  for (const Node* child : Children(node)) {
    const std::size_t count = level.equalities.size();
    equality(child);
    complete = complete && level.equalities.size() == count + 1 && count - before <= kMaxEqualValues;
    if (!complete) break;
  }
  join_alternatives(facts_.levels[level_], before, complete);
}

void Gather::equality(const Node* node) {
  if (node->kind == Kind::in) return equal_to_any(node);
  if (node->kind != Kind::equal) return;
  const Node* left = node->first;
  const Node* right = left->next;
  if (left->kind != Kind::row || right->kind != Kind::row) return equal(left, right);
  if (child_count(left) != child_count(right)) return;
  const Node* other = right->first;
  for (const Node* each : Children(left)) {
    equal(each, other);
    other = other->next;
  }
}

void Gather::add_equality(Equality equality) {
  sql::add_equality(facts_.levels[level_], std::move(equality), scopes_, first_item_);
}

void Gather::equal(const Node* left, const Node* right) {
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

void Gather::equal_to_any(const Node* node) {
  Equality out;
  out.column = column_name(node->first);
  if (out.column.name.empty()) return;
  for (const Node* element = node->first->next; element != nullptr; element = element->next) {
    Value known = value(element);
    if (!is_known(known) || out.values.size() >= kMaxEqualValues) return;
    out.values.push_back(std::move(known));
  }
  add_equality(std::move(out));
}

Value Gather::value(const Node* node) const {
  Value out;
  if (node->kind == Kind::null) out.source = Value::Source::null;
  if (node->kind == Kind::parameter) {
    out.source = Value::Source::parameter;
    out.index = node->index;
  }
  if (node->kind == Kind::literal && own_literals_) {
    out.source = Value::Source::literal;
    out.index = node->index;
    out.negative = node->flag;
    out.cast = node->name;
  }
  return out;
}

void Gather::outputs(const Node* targets) {
  QueryLevel* level = level_of_rows();
  if (level == nullptr) return;
  for (const Node* target : Children(targets)) {
    if (level->outputs.size() >= kMaxOutputs) return level->outputs.clear();
    Output out;
    out.column = column_name(target->first);
    out.name = !target->alias.empty() ? target->alias : target->flag ? std::string_view() : out.column.name;
    if (target->first->kind == Kind::star) {
      out.name = "*";
      out.column.item = target->first->item;
    }
    level->outputs.push_back(std::move(out));
  }
}

}  // namespace tapri::sql::mysql
