// Gathers a statement's facts from its tree. Private to sql/mysql.
//
// The tree is as deep as the parser lets it be, so this recursion is bounded, too. Mirrors what sql/pg's walk makes of
// PostgreSQL's trees, so that catalog/ need not know which of them facts are from.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/reason.h"
#include "sql/facts.h"
#include "sql/mysql/dialect.h"
#include "sql/mysql/node.h"

namespace tapri::sql::mysql {

class Gather {
 public:
  // `own_literals`: the statement's literals are those of its shape, in order. All must outlive it.
  Gather(StatementFacts& facts, const Dialect& dialect, bool own_literals)
      : facts_(facts), dialect_(dialect), own_literals_(own_literals) {}

  // The root of a tree: a query, a change, or expressions.
  void statement(const Node* node);
  [[nodiscard]] Reason obstacle() const { return obstacle_; }
  // More common tables than anyone writes.
  [[nodiscard]] bool too_many() const { return too_many_; }

 private:
  // gather.cpp: queries and what stands in FROM.
  void query(const Node* node);
  void query_of(const Node* node);
  void with(const Node* node);
  void from(const Node* node);
  void from_item(const Node* node);
  void join(const Node* node);
  void relation(const Node* node);
  void read(const Node* node);

  // gather_expression.cpp
  void children(const Node* node);
  void expression(const Node* node);
  void call(const Node* node);
  void cast(const Node* node);
  void sub_query(const Node* node);
  void next_value(const Node* node);
  void groups_rows();

  // gather_level.cpp
  [[nodiscard]] QueryLevel* level_of_rows();
  bool open_level();
  FromItem* add_item(std::string_view alias);
  void conjuncts(const Node* node);
  void alternatives(const Node* node);
  void equality(const Node* node);
  void equal(const Node* left, const Node* right);
  void equal_to_any(const Node* node);
  void add_equality(Equality equality);
  [[nodiscard]] ColumnName column_name(const Node* node) const;
  [[nodiscard]] Value value(const Node* node) const;
  void outputs(const Node* targets);

  // gather_change.cpp
  void insert(const Node* node);
  void update(const Node* node);
  void remove(const Node* node);
  void target(std::string_view schema, std::string_view name);
  void targets_of_update(const Node* node);
  void inserted_rows(const Node* node, Change& change) const;
  void assigned(const Node* list, Change& change) const;
  [[nodiscard]] Value stored(const Node* node) const;
  void victims(const Node* list, const Node* from);
  void base_relations(const Node* node, std::vector<const Node*>& out) const;

  void obstacle(Reason reason) {
    if (obstacle_ == Reason::none || reason < obstacle_) obstacle_ = reason;
  }

  struct CommonTable {
    std::string_view name;
    bool may_be_relation;  // not defined yet: MySQL would look for a table
  };

  StatementFacts& facts_;
  const Dialect& dialect_;
  bool own_literals_;
  bool ignores_ = false;  // values are made to fit
  static constexpr std::size_t kNoLevel = static_cast<std::size_t>(-1);
  std::size_t level_ = kNoLevel;       // the query level being walked
  std::int32_t next_parent_ = -1;      // of the next level to be opened
  std::vector<std::uint32_t> scopes_;  // FromItem::scopes of what is being walked
  std::uint32_t last_scope_ = 0;
  std::size_t first_item_ = 0;  // of those whose names are known
  bool in_from_ = false;        // where not all items of the level are
  bool too_many_ = false;
  Reason obstacle_ = Reason::none;
  std::vector<CommonTable> common_tables_;  // in scope, innermost last
};

}  // namespace tapri::sql::mysql
