// What commands that are forwarded do to the session.
#include <algorithm>
#include <array>
#include <atomic>

#include "catalog/natives.h"
#include "session/mysql/probe.h"
#include "session/mysql/session.h"

namespace tapri::session::mysql {
namespace {

using sql::Verb;

// Variables that change no answer, or that the session follows otherwise.
constexpr std::array<std::string_view, 25> kHarmless = {"autocommit",
                                                        "default_storage_engine",
                                                        "idle_transaction_timeout",
                                                        "information_schema_stats_expiry",
                                                        "innodb_lock_wait_timeout",
                                                        "interactive_timeout",
                                                        "lc_messages",
                                                        "lock_wait_timeout",
                                                        "long_query_time",
                                                        "max_execution_time",
                                                        "max_statement_time",
                                                        "net_read_timeout",
                                                        "net_write_timeout",
                                                        "profiling",
                                                        "session_track_schema",
                                                        "session_track_state_change",
                                                        "session_track_system_variables",
                                                        "sql_notes",
                                                        "sql_warnings",
                                                        "transaction_isolation",
                                                        "transaction_read_only",
                                                        "tx_isolation",
                                                        "tx_read_only",
                                                        "unique_checks",
                                                        "wait_timeout"};
// Functions that tell of the statement before.
constexpr std::array<std::string_view, 2> kOfLastAnswer = {"found_rows", "row_count"};

template <typename Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What it runs is not known: it may make temporary tables.
bool runs_unknown(const sql::StatementFacts& facts) {
  return facts.verb == Verb::not_understood || facts.verb == Verb::call || facts.verb == Verb::execute;
}

}  // namespace

void Session::note_forwarded(const Analysis& analysis) {
  if (analysis.kills) kill_.emplace(services_.shared.kills);
  for (const auto& facts : analysis.shape->facts().statements) {
    const bool followed = facts.verb == Verb::call && analysis.calls_followed;
    if (facts.temporary_only || (runs_unknown(facts) && !followed)) owns_temporary_ = true;
    if (facts.verb == Verb::lock) locks_tables_ = true;
    if (facts.verb == Verb::set_transaction) next_isolation_changed_ = true;
    for (const std::string& name : facts.settings) {
      if (!follows_setting(name)) settings_unknown();
    }
  }
  if (analysis.changes_unknown_setting) note_hidden_effects(analysis.catalog_generation != 0);
  if (!analysis.changes_session) return;
  forget_context();
  texts_unsettled_ = true;
  probe_failed_ = false;
  if (!tracker_.between()) next_isolation_changed_ = true;
}

// A trigger or a function of unknown effects may have set something, or made temporary tables. `known`: there is one;
// else there may be, for all that is known of the schema.
void Session::note_hidden_effects(bool known) {
  if (!known) {
    suspects_hidden_ = true;
    return;
  }
  owns_temporary_ = true;
  settings_unknown();
}

void Session::settle_suspicion() {
  if (!suspects_hidden_) return;
  const auto snapshot = catalog_->snapshot();
  if (!snapshot) return;
  suspects_hidden_ = false;
  const bool hidden = snapshot->has_routines_with_effects() || snapshot->hidden_effects() != catalog::HiddenEffects{} ||
                      std::any_of(snapshot->relations().begin(), snapshot->relations().end(),
                                  [](const catalog::Relation& relation) { return relation.write_side_effects; });
  if (hidden) note_hidden_effects(true);
}

// Its names without a schema may be another database's: of a function that writes, of a view that calls one.
bool Session::harmless_in_any_database(const Analysis& analysis) const {
  if (!analysis.harmless) return false;
  const auto hidden = catalog_->hidden_effects();
  if (hidden && hidden->reads) return false;
  const auto& statements = analysis.shape->facts().statements;
  return std::none_of(statements.begin(), statements.end(), catalog::calls_stored);
}

bool Session::follows_setting(std::string_view name) const {
  return variables_.read(name) || is_one_of(kHarmless, name);
}

// A command that may do anything.
void Session::note_unknown() {
  tracker_.sending_unknown();
  owns_temporary_ = true;
  settings_unknown();
}

void Session::settings_unknown() {
  static std::atomic<std::uint64_t> last{0};
  private_serial_ = ++last;
  texts_unsettled_ = true;
  forget_context();
}

// COM_RESET_CONNECTION, COM_CHANGE_USER: whatever comes of it, the transaction is rolled back.
void Session::session_reset() {
  forget_context();
  statements_.clear();
  texts_unsettled_ = true;
  private_serial_ = 0;
  suspects_hidden_ = false;
  probe_failed_ = owns_temporary_ = locks_tables_ = next_isolation_changed_ = false;
}

bool Session::goes_by_last_answer(const Analysis& analysis) const {
  if (last_hit_.empty()) return false;
  if (analysis.reason == Reason::volatile_function || analysis.reason == Reason::unknown_function) return true;
  const auto& statements = analysis.shape->facts().statements;
  // GET DIAGNOSTICS, SET @n = @@warning_count: what is set comes of it.
  const auto set_by_it = [&](const sql::StatementFacts& facts) {
    return facts.verb == Verb::set && may_go_by_last_answer(analysis.shape->text());
  };
  return std::any_of(statements.begin(), statements.end(), [&](const sql::StatementFacts& facts) {
    const bool asks = std::any_of(facts.functions.begin(), facts.functions.end(),
                                  [](const auto& function) { return is_one_of(kOfLastAnswer, function.name); });
    return asks || facts.verb == Verb::show || runs_unknown(facts) || set_by_it(facts);
  });
}

bool Session::replays_first(Actions& actions) {
  note_replayed(ByteView(last_hit_).substr(wire::mysql::kPacketHeaderSize));
  actions.to_upstream.add_copy(last_hit_);
  const auto command = static_cast<wire::mysql::Command>(last_hit_[wire::mysql::kPacketHeaderSize]);
  forget_last_hit(actions);
  begin_answer(command);
  asked_by_ = Asker::replay;
  wait();
  return true;
}

}  // namespace tapri::session::mysql
