#include "app/explain.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "app/advice.h"
#include "app/dependency_names.h"
#include "app/key_names.h"
#include "app/language.h"
#include "app/offline_catalog.h"
#include "app/statement.h"
#include "catalog/resolve.h"
#include "session/analyzer.h"

namespace tapri::app {
namespace {

class Explainer {
 public:
  Explainer(const ExplainInput& input, const Language& language) : input_(input), language_(language) {
    context_.user = input.user;
    context_.search_path = input.search_path;
  }

  [[nodiscard]] ExplainedStatement statement(std::string_view text) const;

 private:
  void name_dependencies(const session::Analysis& analysis, std::string_view literals, const DependencyNames& names,
                         ExplainedStatement& out) const;
  [[nodiscard]] std::vector<ExplainedRelation> relations(const std::vector<sql::QualifiedName>& names,
                                                         const catalog::Snapshot* snapshot) const;

  const ExplainInput& input_;
  const Language& language_;
  session::Context context_;
};

void append(std::vector<std::string>& names, const std::vector<std::string>& more) {
  names.insert(names.end(), more.begin(), more.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

// Each name by itself, so that it is known what became of which.
std::vector<ExplainedRelation> Explainer::relations(const std::vector<sql::QualifiedName>& names,
                                                    const catalog::Snapshot* snapshot) const {
  std::vector<ExplainedRelation> out;
  for (const sql::QualifiedName& name : names) {
    ExplainedRelation& relation = out.emplace_back(ExplainedRelation{name, std::nullopt});
    if (snapshot == nullptr) continue;
    sql::StatementFacts alone;
    alone.verb = sql::Verb::select;
    alone.obstacle = Reason::none;
    alone.reads = {name};
    const auto resolution = catalog::resolve(alone, snapshot, snapshot->database(), input_.search_path);
    if (resolution.tables.empty()) continue;
    const sql::QualifiedName& found = resolution.tables.front();
    if (snapshot->find_relation(found.schema, found.name) != nullptr) relation.resolved = found;
  }
  return out;
}

ExplainedStatement Explainer::statement(std::string_view text) const {
  const ParsedStatement parsed = parse_statement(text, language_, input_.max_statement);
  const catalog::Snapshot* snapshot = input_.snapshot;
  std::shared_ptr<const catalog::Snapshot> assumed;
  if (snapshot == nullptr && input_.assume_plain_tables) {
    assumed = offline_snapshot(
        {.protocol = input_.protocol,
         .database = input_.protocol == Protocol::mysql ? std::string() : input_.database,
         .tables = assumed_tables(parsed.shape->facts(), input_.rules, input_.protocol, input_.search_path)});
    snapshot = assumed.get();
  }
  const std::string& name_space = snapshot != nullptr ? snapshot->database() : input_.database;
  const session::Asker asker{.upstream_database = name_space,
                             .database = input_.database,
                             .user = input_.user,
                             .application = input_.application};
  session::Analysis analysis =
      session::analyse({.shape = parsed.shape,
                        .snapshot = snapshot,
                        .context = &context_,
                        .rules = input_.rules,
                        .asker = asker,
                        .without_catalog = input_.without_catalog,
                        .precision = input_.precision,
                        .dialect = language_.is_mysql() ? catalog::Dialect::mysql : catalog::Dialect::postgresql});
  const coherence::Dependency roles = coherence::roles_of(session::upstream_of(asker));
  std::erase(analysis.dependencies, roles);  // of every answer alike
  const DependencyNames names(snapshot, name_space, roles, input_.protocol);
  ExplainedStatement out;
  out.text = text;
  out.shape = parsed.shape->text();
  out.fingerprint = parsed.shape->fingerprint();
  out.literals = literal_tokens(parsed.literals, language_).size();
  out.facts = parsed.shape->facts().statements.front();
  out.reads = relations(out.facts.reads, snapshot);
  out.writes = relations(out.facts.writes, snapshot);
  out.cacheable = analysis.cacheable;
  out.reason = analysis.reason;
  out.detail = analysis.detail;
  out.advice = advice(analysis.reason, assumed != nullptr, input_.protocol);
  out.verdict = analysis.verdict;
  out.rule = input_.rules.rule_name(analysis.verdict.rule);
  name_dependencies(analysis, parsed.literals, names, out);
  out.writes_rows = analysis.writes;
  out.changes_catalog = analysis.changes_catalog;
  out.changes_session = analysis.changes_session;
  out.changes_unknown_setting = analysis.changes_unknown_setting;
  return out;
}

void Explainer::name_dependencies(const session::Analysis& analysis, std::string_view literals,
                                  const DependencyNames& names, ExplainedStatement& out) const {
  std::string odd;
  out.dependencies = names.of(analysis.dependencies);
  append(out.dependencies, key_names(analysis.key_reads, analysis, literals, language_, names, odd));
  if (analysis.cacheable) out.unkeyed = analysis.unkeyed_reads.empty() ? odd : analysis.unkeyed_reads;
  out.footprint = names.of(analysis.footprint.dependencies());
  append(out.footprint, key_names(analysis.key_writes, analysis, literals, language_, names, odd));
}

KnownFrom known_from(const ExplainInput& input) {
  if (input.snapshot != nullptr) return KnownFrom::database;
  return input.assume_plain_tables ? KnownFrom::assumption : KnownFrom::nothing;
}

// A single statement stays as it was given, semicolon included: its shape is then the one that a client's text has.
std::vector<std::string_view> pieces_of(const ExplainInput& input, const Language& language) {
  if (input.sql.size() > input.max_statement) return {input.sql};
  auto pieces = split_statements(input.sql, language);
  if (pieces.size() <= 1) return {input.sql};
  return pieces;
}

}  // namespace

Explanation explain(const ExplainInput& input) {
  Explanation out;
  out.known_from = known_from(input);
  out.protocol = input.protocol;
  if (input.protocol == Protocol::mysql && input.snapshot != nullptr) {
    out.server_version = input.snapshot->server().version;
    out.sql_mode = input.snapshot->server().sql_mode;
  }
  out.user = input.user;
  out.database = input.database;
  out.application = input.application;
  out.search_path = input.search_path;
  const Language language = language_of(input.protocol, input.snapshot);
  const Explainer explainer(input, language);
  for (const std::string_view piece : pieces_of(input, language)) out.statements.push_back(explainer.statement(piece));
  return out;
}

}  // namespace tapri::app
