// The raw parse tree of libpg_query, which is made of PostgreSQL 15's own node structs. Private to sql/pg: the server's
// headers define macros that must not reach anyone else.
//
// Nodes are only read. They live as long as the RawParse that made them.
#pragma once

#include <cstddef>
#include <string_view>

#include "sql/facts.h"

extern "C" {
#include <postgres.h>

#include <nodes/parsenodes.h>
#include <nodes/pg_list.h>
#include <nodes/primnodes.h>
#include <nodes/value.h>
}
// port.h replaces these by the server's own functions.
#undef printf
#undef fprintf
#undef snprintf
#undef sprintf
#undef vsnprintf
#undef vsprintf
#undef strerror

namespace tapri::sql::pg {

// The caller has looked at the node's tag.
template <typename T>
const T& as(const Node* node) {
  return *reinterpret_cast<const T*>(node);
}

template <typename T>
const Node* node_of(const T* node) {
  return reinterpret_cast<const Node*>(node);
}

// A C list as a range of `const Node*`. An element may be null.
class Nodes {
 public:
  explicit Nodes(const List* list) : list_(list) {}
  // For fields whose static type is Node but whose value is a list.
  static Nodes of(const Node* list) { return Nodes(reinterpret_cast<const List*>(list)); }

  class Iterator {
   public:
    explicit Iterator(const ListCell* cell) : cell_(cell) {}
    const Node* operator*() const { return static_cast<const Node*>(cell_->ptr_value); }
    Iterator& operator++() {
      ++cell_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return cell_ != other.cell_; }

   private:
    const ListCell* cell_;
  };
  [[nodiscard]] Iterator begin() const { return Iterator(list_ == nullptr ? nullptr : list_->elements); }
  [[nodiscard]] Iterator end() const { return Iterator(list_ == nullptr ? nullptr : list_->elements + list_->length); }
  [[nodiscard]] std::size_t size() const { return list_ == nullptr ? 0 : static_cast<std::size_t>(list_->length); }
  [[nodiscard]] const Node* front() const { return size() == 0 ? nullptr : *begin(); }

 private:
  const List* list_;
};

inline std::string_view text_of(const char* text) { return text == nullptr ? std::string_view() : text; }

inline bool is_a(const Node* node, NodeTag tag) { return node != nullptr && node->type == tag; }

// The value of a String node; empty for any other.
inline std::string_view string_of(const Node* node) {
  return is_a(node, T_String) ? text_of(as<String>(node).sval) : std::string_view();
}

// The value of a string constant; null data() for any other node.
inline std::string_view string_constant(const Node* node) {
  if (!is_a(node, T_A_Const) || as<A_Const>(node).isnull) return {};
  return string_of(&as<A_Const>(node).val.node);
}

// The last two parts of a dotted name (a leading database name can only be the current one).
QualifiedName qualified_name(const List* parts);

}  // namespace tapri::sql::pg
