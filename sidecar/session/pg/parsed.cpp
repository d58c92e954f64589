// What the server keeps of a statement from when it parsed it, and whether it has.
//
// PostgreSQL converts literals when it parses, under the settings of then. It looks names up again when the search path
// has changed or what it found has, but not because a name would now be found elsewhere (RevalidateCachedQuery in
// plancache.c). And it refuses an execution whose result type is no longer the one that was described. So an old
// statement may answer otherwise than a fresh one of the same text, under whose key results are kept.
#include "session/pg/session.h"

namespace tapri::session::pg {

void Session::note_parsed(Statement& statement) {
  statement.unicode = texts_are_unicode();
  statement.parse_settings = settings_serial_;
  statement.parse_context = context_known() ? context_->id : 0;
  statement.checked_generation = catalog_->generation();
  statement.meaning = nullptr;
  statement.moved = false;
  if (statement.analysis) note_meaning(statement, statement.analysis);
}

void Session::note_parse_sent(Statement& statement) {
  note_parsed(statement);
  statement.upstream = true;
  statement.parse_round = tracker_.round();
}

bool Session::means_the_same(const Statement& statement, const Analysis& analysis) const {
  if (!statement.meaning || statement.meaning.get() == &analysis) return !statement.moved;
  const bool same_schema = statement.meaning->catalog_generation == analysis.catalog_generation;
  if (same_schema && statement.meaning_context->search_path != context_->search_path) return true;
  // Types that were left open stay what the server made of them.
  const bool same_types = statement.meaning->parameter_types == analysis.parameter_types;
  return !statement.moved && same_types && statement.meaning->tables == analysis.tables;
}

void Session::note_meaning(Statement& statement, const AnalysisRef& analysis) {
  if (!context_known() || analysis->catalog_generation == 0) return;
  statement.moved = !means_the_same(statement, *analysis);
  statement.meaning = analysis;
  statement.meaning_context = context_;
}

Reason Session::parsed_otherwise(Statement& statement, const Analysis& analysis, bool& may_keep) const {
  if (statement.parse_context == 0 && statement.parse_settings == settings_serial_) {
    statement.parse_context = context_->id;  // nothing was set since
  }
  may_keep = statement.parse_context == context_->id && means_the_same(statement, analysis);
  const bool checked = statement.checked_generation == analysis.catalog_generation;
  return may_keep && checked ? Reason::none : Reason::prepared_before_change;
}

bool Session::wait_for_rounds(bool doubtful) {
  if (!doubtful || tracker_.in_flight() == 0 || copying_in()) return false;
  // Before an open batch there is nothing then but the BEGIN that goes with it.
  if (begin_state_ != BeginState::settled && tracker_.unit_open()) return false;
  waiting_ = Waiting::rounds;
  return true;
}

bool Session::waits_for_parse(const StatementRef& statement) {
  return wait_for_rounds(statement && statement->parse_round != 0 && statement->parse_round != tracker_.round());
}

bool Session::waits_for_parse(const Analysis& analysis) {
  for (const auto& facts : analysis.shape->facts().statements) {
    const bool names_one = facts.verb == sql::Verb::execute || facts.verb == sql::Verb::deallocate;
    if (names_one && waits_for_parse(find_statement(facts.name))) return true;
  }
  return false;
}

bool Session::waits_for_bind(const BoundPortal& portal) {
  return wait_for_rounds(portal.round != tracker_.round()) || waits_for_parse(portal.statement);
}

}  // namespace tapri::session::pg
