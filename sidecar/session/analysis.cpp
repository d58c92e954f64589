#include "session/analysis.h"

#include <algorithm>
#include <iterator>

#include "catalog/natives.h"
#include "catalog/resolve.h"
#include "policy/rules.h"
#include "session/analyzer.h"
#include "sql/mysql/shape.h"
#include "sql/pg/shape.h"

namespace tapri::session {
namespace {

using sql::Verb;

sql::QualifiedName name_of(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return {"", std::string(text)};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

void add_names(const std::vector<std::string>& texts, std::vector<sql::QualifiedName>& names) {
  for (const auto& text : texts) names.push_back(name_of(text));
}

// With what names are looked up: no snapshot, no names.
struct Names {
  const catalog::Snapshot* snapshot = nullptr;
  std::span<const std::string> path;

  // What the function may be: as written, and in the schemas of the search path where none is written.
  [[nodiscard]] std::vector<sql::QualifiedName> functions(const sql::QualifiedName& name) const {
    std::vector<sql::QualifiedName> found;
    if (snapshot == nullptr || !name.schema.empty()) return found;
    for (const catalog::Routine* routine : snapshot->functions(name.name)) {
      const bool searched = routine->schema == "pg_catalog" || std::ranges::count(path, routine->schema) > 0;
      if (searched) found.push_back({routine->schema, routine->name});
    }
    return found;
  }
};

void apply_call(const policy::DeclaredEffect& effect, const sql::StatementFacts& facts, const Names& names,
                catalog::DeclaredEffects& declared) {
  const auto matches = [&](const sql::QualifiedName& name) { return policy::matches_table(*effect.when_calls, name); };
  bool calls = false;
  for (const auto& function : facts.functions) {
    const auto candidates = names.functions(function);
    const bool surely = matches(function) || (!candidates.empty() && std::ranges::all_of(candidates, matches));
    calls = calls || surely || std::ranges::any_of(candidates, matches);
    if (!surely) continue;
    declared.known_functions.push_back(function);
    if (effect.deterministic) declared.deterministic_functions.push_back(function);
  }
  // `t.name` may be a call. What it would change counts as any function's does: it is not excused here.
  const bool reads_field = std::ranges::any_of(facts.fields, [&](const std::string& field) {
    return std::ranges::any_of(names.functions({"", field}), matches);
  });
  if (calls || reads_field) add_names(effect.reads, declared.also_reads);
  if (!calls) return;
  add_names(effect.changes, declared.also_changes);
  add_names(effect.also_changes, declared.also_changes);
}

// `effect` outlives `declared`.
void apply_write(const policy::DeclaredEffect& effect, catalog::DeclaredEffects& declared) {
  auto& on_write = declared.on_write.emplace_back();
  on_write.matches = [&effect](const sql::QualifiedName& table) {
    return policy::matches_table(*effect.when_writes, table);
  };
  add_names(effect.also_changes, on_write.also_changes);
  add_names(effect.changes, on_write.also_changes);
}

// What the rules' "dependencies" say of this statement.
catalog::DeclaredEffects declared_effects(const sql::StatementFacts& facts, const policy::RuleSet& rules,
                                          const Names& names) {
  catalog::DeclaredEffects declared;
  for (const auto& effect : rules.effects()) {
    if (effect.when_calls) apply_call(effect, facts, names, declared);
    if (effect.when_writes) apply_write(effect, declared);
  }
  return declared;
}

bool controls_transaction(Verb verb) {
  switch (verb) {
    case Verb::begin:
    case Verb::commit:
    case Verb::rollback:
    case Verb::savepoint:
    case Verb::rollback_to:
    case Verb::prepare_transaction:
    case Verb::commit_prepared:
    case Verb::rollback_prepared:
    case Verb::set_transaction:
    case Verb::lock:
      return true;
    default:
      return false;
  }
}

bool changes_context(const sql::StatementFacts& facts) {
  if (facts.temporary_only || facts.drops_or_alters) return true;
  return facts.changes_session && facts.verb != Verb::prepare && facts.verb != Verb::deallocate;
}

// Whether names in the statements behind it may mean something else than before: the search path, the schema or the
// settings of a transaction that ends may be others.
bool moves_names(const sql::StatementFacts& facts, const catalog::Resolution& resolution) {
  if (resolution.call_followed) return false;
  if (changes_context(facts) || resolution.changes_catalog || resolution.changes_unknown_setting) return true;
  return facts.verb == Verb::commit || facts.verb == Verb::rollback || facts.verb == Verb::rollback_to ||
         facts.verb == Verb::prepare_transaction;
}

// Adds what one statement of the string does.
void merge_effects(const Asker& asker, const sql::StatementFacts& facts, catalog::Resolution&& resolution,
                   Analysis& analysis) {
  analysis.footprint.add(resolution.footprint);
  std::ranges::move(resolution.key_writes, std::back_inserter(analysis.key_writes));
  if (facts.changes_roles) analysis.footprint.add(coherence::roles_of(upstream_of(asker)));
  analysis.writes |= resolution.writes;
  analysis.survives_rollback |= resolution.survives_rollback;
  analysis.changes_catalog |= resolution.changes_catalog;
  // What facts say of any CALL.
  const bool by_itself = !resolution.call_followed;
  analysis.changes_session |=
      (by_itself && changes_context(facts)) || resolution.changes_unknown_setting || resolution.hidden_effects;
  analysis.rests_on_schema |= catalog::rests_on_schema(facts);
  analysis.changes_unknown_setting |=
      (by_itself && facts.changes_unknown_setting) || resolution.changes_unknown_setting;
  if (facts.verb == Verb::call) analysis.calls_followed &= resolution.call_followed;
  analysis.tables.insert(analysis.tables.end(), std::make_move_iterator(resolution.tables.begin()),
                         std::make_move_iterator(resolution.tables.end()));
}

// Takes what is of its reads, and leaves what merge_effects() takes.
void keep_reads(catalog::Resolution& resolution, Analysis& analysis) {
  analysis.dependencies = std::move(resolution.dependencies);
  analysis.key_reads = std::move(resolution.key_reads);
  analysis.rows_show_presence = resolution.rows_show_presence;
  analysis.parameter_types = std::move(resolution.parameter_types);
  analysis.unkeyed_reads = std::move(resolution.unkeyed_reads);
}

// A view may have sub-queries, as may a stored function's body.
bool may_be_cut_short(const AnalysisInput& input, const sql::StatementFacts& facts,
                      const catalog::Resolution& resolution) {
  return input.dialect == catalog::Dialect::mysql &&
         (facts.sub_queries || resolution.reads_view || catalog::calls_stored(facts));
}

// Where it is not known what a procedure does (a hoster's own for those who may not KILL), its name says it.
bool kills(const sql::StatementFacts& facts) {
  return facts.kills || (facts.verb == sql::Verb::call && facts.name.find("kill") != std::string::npos);
}

std::string_view hint_of(const Shape& shape) {
  return shape.protocol() == Protocol::mysql ? sql::mysql::hint_of(shape.text()) : sql::pg::hint_of(shape.text());
}

policy::Verdict decide(const AnalysisInput& input, const sql::StatementFacts& facts, const Analysis& analysis) {
  policy::StatementView view;
  view.user = input.asker.user;
  view.database = input.asker.database;
  view.application = input.asker.application;
  view.shape = input.shape->text();
  view.fingerprint = input.shape->fingerprint();
  view.hint = hint_of(*input.shape);
  view.comment = view.hint;
  view.tables = analysis.tables;
  view.functions = facts.functions;
  return input.rules.decide(view);
}

// Why a read cannot be cached, whatever the rules say.
struct Obstacle {
  Reason reason = Reason::none;
  std::string detail;
};

void decide_read(const AnalysisInput& input, const sql::StatementFacts& facts, Obstacle obstacle, Obstacle ttl_obstacle,
                 Analysis& analysis) {
  analysis.verdict = decide(input, facts, analysis);
  // Such a rule takes the result out of the coherence promise: then what the catalog cannot say does not matter. What
  // makes a statement no plain read, or its answer another each time, always does.
  if (analysis.verdict.coherence == policy::Coherence::ttl) {
    analysis.dependencies.clear();
    analysis.key_reads.clear();
    obstacle = std::move(ttl_obstacle);
  }
  if (analysis.writes && obstacle.reason == Reason::none) obstacle.reason = Reason::not_a_read;
  // What cannot be cached is not, whatever the rules say; so that is what its reader is told first.
  analysis.reason = obstacle.reason != Reason::none ? obstacle.reason : analysis.verdict.reason;
  analysis.detail = std::move(obstacle.detail);
  analysis.cacheable = analysis.reason == Reason::none;
}

}  // namespace

std::string_view upstream_of(const Asker& asker) {
  std::string_view upstream = asker.upstream_database;
  // A MySQL server has one namespace for all its databases, which names none.
  if (upstream.ends_with(asker.database)) upstream.remove_suffix(asker.database.size());
  if (upstream.ends_with('/')) upstream.remove_suffix(1);
  return upstream;
}

Analysis analyse(const AnalysisInput& input) {
  Analysis analysis;
  analysis.shape = input.shape;
  const auto& statements = input.shape->facts().statements;
  const std::span<const std::string> path =
      input.context ? std::span<const std::string>(input.context->search_path) : std::span<const std::string>();
  const catalog::Snapshot* snapshot = input.context ? input.snapshot : nullptr;
  const auto hidden = input.snapshot ? input.snapshot->hidden_effects() : input.hidden;
  bool harmless = true;
  Obstacle obstacle;
  Obstacle ttl_obstacle;
  for (const auto& facts : statements) {
    catalog::Resolution resolution = catalog::resolve(facts, snapshot, input.asker.upstream_database, path,
                                                      declared_effects(facts, input.rules, {snapshot, path}), hidden,
                                                      input.precision, input.dialect);
    if (moves_names(facts, resolution)) snapshot = nullptr;
    obstacle = {resolution.obstacle, std::move(resolution.detail)};
    if (obstacle.reason == Reason::catalog_unavailable) obstacle.reason = input.without_catalog;
    ttl_obstacle = {resolution.ttl_obstacle, std::move(resolution.ttl_detail)};
    analysis.kills = analysis.kills || kills(facts);
    analysis.may_be_cut_short = may_be_cut_short(input, facts, resolution);
    if (statements.size() == 1) keep_reads(resolution, analysis);
    harmless = harmless && !controls_transaction(facts.verb);
    merge_effects(input.asker, facts, std::move(resolution), analysis);
  }
  analysis.harmless = harmless && !analysis.writes && !analysis.changes_session;
  if (statements.size() != 1) {
    analysis.reason = Reason::multiple_statements;
  } else {
    decide_read(input, statements.front(), std::move(obstacle), std::move(ttl_obstacle), analysis);
  }
  if (!analysis.cacheable) {
    analysis.dependencies.clear();
    analysis.key_reads.clear();
  }
  if (!analysis.dependencies.empty()) {
    analysis.dependencies.push_back(coherence::roles_of(upstream_of(input.asker)));
  }
  return analysis;
}

}  // namespace tapri::session
