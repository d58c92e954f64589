#include "session/analyzer.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "session/odd_shape.h"
#include "sql/mysql/facts.h"
#include "sql/mysql/shape.h"
#include "sql/pg/facts.h"
#include "sql/pg/shape.h"

namespace tapri::session {
namespace {

std::vector<coherence::Dependency> scopes_of(const Shape& shape, const policy::RuleSet& rules, std::uint32_t rule) {
  std::vector<coherence::Dependency> scopes = {coherence::fingerprint_scope(shape.fingerprint()),
                                               coherence::rule_scope(rules.rule_label(rule))};
  for (const std::string& tag : rules.tags(rule)) scopes.push_back(coherence::tag_scope(tag));
  return scopes;
}

}  // namespace

Analyzer::Analyzer(Shared& shared) : shared_(shared), recent_(kRecent) { refresh_rules(); }

std::size_t Analyzer::KeyHash::operator()(const Key& key) const {
  return key.shape * 0x9E3779B97F4A7C15ULL ^ key.context * 0xC2B2AE3D27D4EB4FULL ^ key.application;
}

void Analyzer::refresh_rules() {
  // The generation is read first: rules that change in between are then seen as changed again, never as unchanged.
  const std::uint64_t generation = shared_.rules.generation();
  if (rules_ && generation == rules_generation_) return;
  rules_ = shared_.rules.current();
  rules_generation_ = generation;
  analyses_.clear();
}

ParsedText Analyzer::parse(std::string_view sql) { return parse(sql, nullptr); }

ParsedText Analyzer::parse(std::string_view sql, const sql::mysql::Dialect& dialect) { return parse(sql, &dialect); }

ParsedText Analyzer::parse(std::string_view sql, Reading dialect) {
  if (sql.size() > kMaxRecentText) return parse_anew(sql, dialect);
  Recent& recent = recent_[hash64(sql) % kRecent];
  const bool read_alike = dialect == nullptr || recent.dialect == *dialect;
  if (recent.shape && read_alike && recent.sql == sql) return {recent.shape, recent.literals};
  ParsedText parsed = parse_anew(sql, dialect);
  recent.sql = sql;
  if (dialect != nullptr) recent.dialect = *dialect;
  recent.shape = parsed.shape;
  recent.literals = parsed.literals;
  return {std::move(parsed.shape), recent.literals};
}

ParsedText Analyzer::parse_anew(std::string_view sql, Reading dialect) {
  if (sql.size() > shared_.limits.max_statement) {
    // Not even scanned; extract_facts says too_large of it. Its shape is a stand-in, the same for all such texts.
    shape_text_.assign("(a statement longer than the limit for analysis)");
    literals_.clear();
  } else if (dialect == nullptr) {
    (void)sql::pg::lift_literals(sql, shape_text_, literals_);
  } else {
    (void)sql::mysql::lift_literals(sql, *dialect, shape_text_, literals_);
  }
  const auto found = shapes_.find(std::string_view(shape_text_));
  if (found != shapes_.end()) return {found->second, literals_};
  const Protocol protocol = dialect == nullptr ? Protocol::postgres : Protocol::mysql;
  ShapeRef shape = shared_.shapes.find(shape_text_, protocol);
  if (!shape) {
    sql::Facts facts = facts_of(sql, dialect);
    // One odd text (a literal that is no number, a byte that is no character) must not spoil its shape for the others.
    if (sql.size() <= shared_.limits.max_statement && !understood(facts)) {
      shape_text_ = odd_shape(sql, dialect);
      literals_.clear();
    }
    shape = shared_.shapes.intern(shape_text_, std::move(facts), protocol);
  }
  if (shapes_.size() >= kMaxRemembered) {
    shapes_.clear();
    for (Recent& recent : recent_) recent = {};
  }
  shapes_.emplace(shape_text_, shape);
  return {std::move(shape), literals_};
}

sql::Facts Analyzer::facts_of(std::string_view sql, Reading dialect) const {
  const std::size_t max_length = shared_.limits.max_statement;
  if (dialect == nullptr) return sql::pg::extract_facts(sql, {.max_length = max_length});
  return sql::mysql::extract_facts(sql, *dialect, {.max_length = max_length});
}

AnalysisRef Analyzer::analyse(const ShapeRef& shape, const ContextRef& context, const Asker& asker,
                              const CatalogSource& catalog) {
  refresh_rules();
  // Generation before snapshot: a snapshot that is newer than its generation is only analysed once more than needed.
  const std::uint64_t generation = catalog.generation();
  // Without a context nothing tells databases apart in the key, so nothing is remembered either.
  const Key key{shape->id(), context ? context->id : 0, hash64(asker.application)};
  if (context) {
    const auto found = analyses_.find(key);
    if (found != analyses_.end() && fits(*found->second, generation, catalog)) {
      if (found->second->reason == Reason::unknown_relation) catalog.look_again();
      return found->second;
    }
  }
  const auto snapshot = generation == 0 ? nullptr : catalog.snapshot();
  const auto hidden = catalog.hidden_effects();
  auto analysis = std::make_shared<Analysis>(
      session::analyse({.shape = shape,
                        .snapshot = snapshot.get(),
                        .context = context.get(),
                        .rules = *rules_,
                        .asker = asker,
                        .without_catalog = catalog.known() ? Reason::catalog_pending : Reason::catalog_unavailable,
                        .hidden = hidden,
                        .precision = shared_.precision,
                        .dialect = shared_.dialect}));
  // Where the snapshot went out of force in between, it may come back as the same generation.
  analysis->catalog_generation = snapshot ? generation : 0;
  analysis->rules_generation = rules_generation_;
  analysis->hidden = hidden;
  if (snapshot) analysis->origin = snapshot->fingerprint();
  analysis->origin += " rules " + std::to_string(rules_->text_hash()) + " " + std::to_string(analysis->verdict.rule);
  if (analysis->cacheable) {
    analysis->scopes = scopes_of(*shape, *rules_, analysis->verdict.rule);
    if (analysis->may_be_cut_short) analysis->scopes.push_back(coherence::cut_short_scope(shared_.upstream));
  }
  if (analysis->reason == Reason::unknown_relation) catalog.look_again();
  if (!context) return analysis;
  if (analyses_.size() >= kMaxRemembered) analyses_.clear();
  analyses_.insert_or_assign(key, analysis);
  return analysis;
}

}  // namespace tapri::session
