// What is decided about a statement before it runs: facts, catalog, rules and context put together.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/reason.h"
#include "catalog/resolve.h"
#include "catalog/snapshot.h"
#include "coherence/dependency.h"
#include "policy/rules.h"
#include "session/shape_table.h"

namespace tapri::session {

// Immutable once made; shared by the sessions of one worker. Good as long as the generations are.
struct Analysis {
  ShapeRef shape;
  std::uint64_t catalog_generation = 0;
  std::uint64_t rules_generation = 0;
  // Of the schema, the rules, and the one that decided: instances that have the same make the same of a statement, and
  // what is kept under one rule is not found under another, which a flush may tell apart.
  std::string origin;
  std::optional<catalog::HiddenEffects> hidden;  // what was last known, where catalog_generation is 0

  // A read that may be answered from the cache and kept; else `reason` says why not.
  bool cacheable = false;
  Reason reason = Reason::none;
  std::string detail;  // the name that the reason is about; may be empty
  policy::Verdict verdict;
  std::vector<coherence::Dependency> scopes;  // what a flush may call it by: its fingerprint, the rule and its tags
  std::vector<coherence::Dependency> dependencies;  // the roles of the upstream are always the last
  // The server may have left a part of it out where it was told to end it, and said nothing of that (session/kills.h).
  bool may_be_cut_short = false;
  // Dependencies that the values of an execution complete (pg/bind_keys.h), and what belongs to them: see
  // catalog::Resolution.
  std::vector<catalog::KeyUse> key_reads;
  bool rows_show_presence = false;
  std::vector<catalog::ColumnType> parameter_types;
  std::string unkeyed_reads;
  std::vector<sql::QualifiedName> tables;  // resolved, read or written

  // Of the whole string, all statements together.
  coherence::Footprint footprint;
  std::vector<catalog::KeyUse> key_writes;  // what an execution's values add to the footprint
  bool writes = false;
  bool survives_rollback = false;  // see catalog::Resolution
  bool changes_catalog = false;
  bool changes_session = false;
  bool changes_unknown_setting = false;
  bool kills = false;          // it ends other sessions, or what they run, or may
  bool calls_followed = true;  // of every CALL, see catalog::Resolution
  // It uses names that another schema than the one it was resolved with may give effects to.
  bool rests_on_schema = false;
  // No write, no transaction control, no change of the session: whatever is sent after it may rely on what was so
  // before.
  bool harmless = false;
};
using AnalysisRef = std::shared_ptr<const Analysis>;

}  // namespace tapri::session
