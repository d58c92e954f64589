// Reads by key: which rows of a relation a query can see a change of.
#include <algorithm>
#include <utility>

#include "catalog/resolver.h"

namespace tapri::catalog {
namespace {

// Combinations of values of one key's columns; more are not told apart.
constexpr std::size_t kMaxCombinations = 100;
// Views in views.
constexpr std::size_t kMaxViewDepth = 20;

// The terms of a key whose columns are all known; empty where one is not, or where there would be too many
// combinations.
std::vector<KeyTerm> terms_of(const Key& key, const KnownColumns& known) {
  std::vector<KeyTerm> terms;
  std::size_t combinations = 1;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const KnownColumn* column = find_known(known, key.columns[i]);
    if (column == nullptr || combinations * column->values.size() > kMaxCombinations) return {};
    combinations *= column->values.size();
    terms.push_back({key.types[i], {}, column->values});
  }
  return terms;
}

}  // namespace

KeyUse Resolver::key_use(ObjectId family, const Key& key) const {
  KeyUse use;
  use.base = coherence::key_base(database_, family, key.columns);
  const Relation* head = snapshot_->find_relation(family);
  if (head != nullptr) use.name = head->schema + "." + head->name + "." + key_text(key.columns);
  return use;
}

// Every item of every level is read. Without levels nothing is known of the rows of any relation.
void Resolver::reads() {
  // Elsewhere an operator or a type of somebody's own could be found first.
  const bool plain_names = mysql() || path_.front() == "pg_catalog";
  if (snapshot_ == nullptr || precision_ == Precision::relations || facts_.keys_unknown || !plain_names) {
    for (const sql::QualifiedName& name : facts_.reads) read(name);
    return;
  }
  levels_.emplace(
      facts_, [this](const sql::QualifiedName& name) { return find(name); }, given_, view_depth_ == 0);
  for (std::size_t level = 0; level < levels_->size(); ++level) {
    for (const Levels::Item& item : levels_->items(level)) {
      if (!item.from->relation.name.empty()) read(item.from->relation, item.known);
    }
  }
  for (const sql::QualifiedName& name : facts_.reads) {
    if (!is_item(name)) read(name);
  }
}

bool Resolver::is_item(const sql::QualifiedName& relation) const {
  return std::ranges::any_of(facts_.levels, [&](const sql::QueryLevel& level) {
    return std::ranges::find(level.items, relation, &sql::FromItem::relation) != level.items.end();
  });
}

// A view is its definition, of whose result something is known.
void Resolver::view(const Relation& relation, const KnownColumns& known) {
  out_.reads_view = true;
  const bool in_part = relation.definition->obstacle != Reason::none;
  if (in_part) obstacle(relation.definition->obstacle, relation.schema + "." + relation.name);
  if (view_depth_ >= kMaxViewDepth) return view_too_deep(relation);
  Resolver inner(*relation.definition, *this, {}, trusted_);
  inner.precision_ = precision_;
  inner.given_ = known;
  inner.view_depth_ = view_depth_ + 1;
  absorb(inner);
}

// What it runs may do anything.
void Resolver::view_too_deep(const Relation& relation) {
  obstacle(Reason::view, relation.schema + "." + relation.name);
  if (mysql()) unknown_effects();
}

void Resolver::depends_on_whole(ObjectId family) {
  if (std::ranges::find(read_whole_, family) == read_whole_.end()) read_whole_.push_back(family);
}

void Resolver::depends_on(const Relation& relation, const KnownColumns& known) {
  const ObjectId family = relation.family;
  for (const Key& key : known.empty() ? std::span<const Key>() : snapshot_->keys(family)) {
    std::vector<KeyTerm> terms = terms_of(key, known);
    if (terms.empty()) continue;
    KeyUse use = key_use(family, key);
    use.terms = std::move(terms);
    use.with = {coherence::unkeyed_of(use.base), coherence::inserted_of(use.base)};
    use.otherwise = {coherence::any_of(database_, family)};
    const bool plain = facts_.levels.size() == 1 && facts_.levels.front().items.size() == 1 && view_depth_ == 0;
    out_.rows_show_presence = plain && key.unique && !facts_.levels.front().groups;
    read_by_key_.emplace_back(family, std::move(use));
    return;
  }
  say_why_unkeyed(relation, known);
  depends_on_whole(family);
}

void Resolver::say_why_unkeyed(const Relation& relation, const KnownColumns& known) {
  if (!out_.unkeyed_reads.empty()) return;
  const std::string name = relation.schema + "." + relation.name;
  const auto keys = snapshot_->keys(relation.family);
  if (precision_ == Precision::relations) {
    out_.unkeyed_reads = name + ": coherence.keys = table turns keys off";
  } else if (keys.empty()) {
    out_.unkeyed_reads =
        name + " has no column that can be a key (integer, uuid, text under a deterministic collation)";
  } else {
    out_.unkeyed_reads = name + (known.empty() ? " is read without a condition `column = value` that all rows must meet"
                                               : " is read by columns that make no key");
    out_.unkeyed_reads += "; its keys are";
    for (const Key& key : keys) out_.unkeyed_reads += (&key == keys.data() ? " " : ", ") + key_text(key.columns);
  }
}

// A relation that is also read as a whole depends on all its rows anyway.
void Resolver::settle_dependencies() {
  for (const ObjectId family : read_whole_) out_.dependencies.push_back(coherence::any_of(database_, family));
  for (auto& [family, use] : read_by_key_) {
    if (std::ranges::find(read_whole_, family) != read_whole_.end()) continue;
    out_.key_reads.push_back(std::move(use));
  }
  out_.rows_show_presence = out_.rows_show_presence && out_.key_reads.size() == 1;
  for (std::size_t i = 0; i < facts_.parameter_uses.size(); ++i) out_.parameter_types.push_back(parameter_type(i));
}

ColumnType Resolver::parameter_type(std::size_t parameter) const {
  for (const ColumnType type : {ColumnType::integer, ColumnType::text, ColumnType::uuid}) {
    std::size_t uses = levels_ ? levels_->uses(parameter, type) : 0;
    if (const auto found = assigned_uses_.find({parameter, type}); found != assigned_uses_.end()) uses += found->second;
    if (uses > 0 && uses == facts_.parameter_uses[parameter]) return type;
  }
  return ColumnType::other;
}

}  // namespace tapri::catalog
