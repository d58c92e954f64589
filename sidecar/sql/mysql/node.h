// The tree that the parser makes of a statement, as far as facts need it. Private to sql/mysql.
//
// Default-deny stands in the parser: a tree exists only of what it understood whole. What facts say nothing of (the
// operators of an expression) is `other` with its operands below it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tapri::sql::mysql {

enum class Kind : std::uint8_t {
  // Expressions.
  other,      // whatever is made of its children
  literal,    // index: which one of the text; flag: a minus sign before it
  parameter,  // index
  null,
  column,  // [schema.][item.]name
  star,    // [item.]*
  equal,   // two children
  all,     // AND
  any,     // OR
  in,      // a value and what it is among; also a row and rows
  row,
  call,  // [schema.]name; children are arguments, an OVER clause, ...; flag: a blank before the parenthesis
  cast,  // name: the type
  sub_query,
  assign_user,    // @a := child
  session_value,  // what only the session knows: @a, @@a, CURRENT_USER, ...
  time_value,     // a value of type TIME as written
  unstable,       // may be another each time, for another reason
  next_value,     // NEXT VALUE FOR name
  // Queries.
  select,  // flag: its rows are not rows of its items
  set_operation,
  values,
  with,          // flag: recursive
  common_table,  // name
  targets,
  target,  // alias in `alias`
  from,
  where,
  group,
  having,
  window,
  order,
  limit,
  // FROM. flag of joins: NATURAL or USING.
  relation,  // [schema.]name, alias
  derived,   // alias; flag: has a list of columns
  table_function,
  join,
  left_join,
  right_join,
  condition,  // ON
  // Statements.
  insert,
  update,
  remove,
  assignments,
  assignment,  // name: the column; item: the table written with it
  columns,
  victims,                // of a DELETE: relations written before FROM or USING
  statement_with_values,  // a statement, and values that are computed besides
};

struct Node {
  Kind kind = Kind::other;
  bool flag = false;
  std::uint16_t depth = 1;  // of the tree below it
  std::uint32_t index = 0;
  std::string_view name;
  std::string_view item;  // of a column: its table
  std::string_view schema;
  std::string_view alias;
  Node* first = nullptr;
  Node* last = nullptr;
  Node* next = nullptr;
};

// The children of a node, in order.
class Children {
 public:
  explicit Children(const Node* parent) : first_(parent == nullptr ? nullptr : parent->first) {}
  class iterator {
   public:
    explicit iterator(const Node* node) : node_(node) {}
    const Node* operator*() const { return node_; }
    iterator& operator++() {
      node_ = node_->next;
      return *this;
    }
    friend bool operator==(const iterator&, const iterator&) = default;

   private:
    const Node* node_;
  };
  [[nodiscard]] iterator begin() const { return iterator(first_); }
  [[nodiscard]] static iterator end() { return iterator(nullptr); }

 private:
  const Node* first_;
};

[[nodiscard]] inline std::size_t child_count(const Node* node) {
  std::size_t count = 0;
  for ([[maybe_unused]] const Node* child : Children(node)) ++count;
  return count;
}
// Null where there is none.
[[nodiscard]] inline const Node* child_of_kind(const Node* node, Kind kind) {
  for (const Node* child : Children(node)) {
    if (child->kind == kind) return child;
  }
  return nullptr;
}

// Owns nodes and names; all end with it.
class Arena {
 public:
  // Null: there is no room.
  [[nodiscard]] Node* node(Kind kind) {
    if (count_ == kMaxNodes) return nullptr;
    if (count_ % kChunk == 0) chunks_.push_back(std::make_unique<std::array<Node, kChunk>>());
    Node* node = &(*chunks_.back())[count_ % kChunk];
    ++count_;
    node->kind = kind;
    return node;
  }
  [[nodiscard]] std::string_view keep(std::string text) { return names_.emplace_back(std::move(text)); }

 private:
  static constexpr std::size_t kChunk = 64;
  static constexpr std::size_t kMaxNodes = 400'000;
  std::size_t count_ = 0;
  std::vector<std::unique_ptr<std::array<Node, kChunk>>> chunks_;
  std::deque<std::string> names_;
};

}  // namespace tapri::sql::mysql
