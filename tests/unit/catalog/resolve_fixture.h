// Statements by hand, resolved against the schema of test_schema.h.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "catalog/resolve.h"
#include "test_schema.h"

namespace tapri::catalog::test {

using coherence::all_of;
using coherence::any_of;
using sql::QualifiedName;
using sql::StatementFacts;
using sql::Verb;
using Names = std::vector<QualifiedName>;

inline constexpr const char* kDatabase = "test/shop";

inline StatementFacts facts_of(Verb verb) {
  StatementFacts facts;
  facts.verb = verb;
  facts.obstacle = verb == Verb::select ? Reason::none : Reason::not_a_read;
  return facts;
}

inline StatementFacts read_of(Names relations) {
  StatementFacts facts = facts_of(Verb::select);
  facts.reads = std::move(relations);
  return facts;
}

inline StatementFacts write_of(Verb verb, Names targets, Names reads = {}) {
  StatementFacts facts = facts_of(verb);
  facts.writes = std::move(targets);
  facts.reads = std::move(reads);
  for (const QualifiedName& target : facts.writes) {
    sql::Change& change = facts.changes.emplace_back();
    change.relation = target;
    if (verb == Verb::insert || verb == Verb::copy_in) change.kind = sql::Change::Kind::insert;
    if (verb == Verb::insert && std::ranges::count(facts.reads, target) > 0) {
      change.on_conflict = sql::Change::OnConflict::updates;
    }
  }
  return facts;
}

inline coherence::Footprint footprint_of(std::initializer_list<ObjectId> families) {
  coherence::Footprint footprint;
  for (const ObjectId family : families) footprint.add(any_of(kDatabase, family));
  return footprint;
}

class ResolveTest : public testing::Test {
 protected:
  Resolution resolve(const StatementFacts& facts, const DeclaredEffects& declared = {}) const {
    return catalog::resolve(facts, snapshot_.get(), "unused", path_, declared);
  }
  // Behind a statement that may have moved what names mean.
  Resolution resolve_unnamed(const StatementFacts& facts, HiddenEffects hidden) const {
    return catalog::resolve(facts, nullptr, kDatabase, path_, {}, hidden);
  }
  Resolution resolve_calling(Names functions, const DeclaredEffects& declared = {}) const {
    StatementFacts facts = read_of({{"", "orders"}});
    facts.functions = std::move(functions);
    return resolve(facts, declared);
  }
  Resolution resolve_cast(QualifiedName type) const {
    StatementFacts facts = read_of({{"", "orders"}});
    facts.types = {std::move(type)};
    return resolve(facts);
  }
  Resolution resolve_operator(QualifiedName name) const {
    StatementFacts facts = read_of({{"", "orders"}});
    facts.operators = {std::move(name)};
    return resolve(facts);
  }
  void use(Snapshot::Source source) { snapshot_ = Snapshot::build(std::move(source)); }

  std::shared_ptr<const Snapshot> snapshot_ = Snapshot::build(shop());
  std::vector<std::string> path_ = {"pg_catalog", "public"};
};

inline void expect_harmless(const Resolution& result) {
  EXPECT_TRUE(result.footprint.empty());
  EXPECT_FALSE(result.writes);
  EXPECT_FALSE(result.changes_catalog);
  EXPECT_FALSE(result.changes_unknown_setting);
}

inline void expect_cacheable(const Resolution& result) {
  EXPECT_EQ(result.obstacle, Reason::none) << reason_name(result.obstacle) << ' ' << result.detail;
  expect_harmless(result);
}

inline void expect_obstacle(const Resolution& result, Reason reason, const std::string& detail) {
  EXPECT_EQ(reason_name(result.obstacle), reason_name(reason)) << result.detail;
  EXPECT_EQ(result.detail, detail);
  expect_harmless(result);
}

inline void expect_unknown_effects(const Resolution& result) {
  EXPECT_TRUE(result.footprint.contains(all_of(kDatabase)));
  EXPECT_TRUE(result.writes);
  EXPECT_TRUE(result.changes_catalog);
  EXPECT_TRUE(result.changes_unknown_setting);
  EXPECT_NE(result.obstacle, Reason::none);
}

}  // namespace tapri::catalog::test
