// Named statements that the server need not hear of: which those are, and what is answered without it.
#include "session/pg/deferred_parse.h"

#include <algorithm>
#include <utility>

#include "session/pg/session.h"
#include "wire/pg/backend.h"

namespace tapri::session::pg {
namespace {

using sql::Verb;
using telemetry::PrepareResult;
using wire::pg::kIdle;
using wire::pg::kInFailedTransaction;

constexpr std::size_t kMaxName = 63;  // NAMEDATALEN - 1
constexpr ByteView kDeallocate("C\0\0\0\17DEALLOCATE\0", 16);

bool is_of_system(const sql::QualifiedName& name) {
  return name.schema == "pg_catalog" || name.schema == "information_schema" || name.name.starts_with("pg_");
}

// INSERT, UPDATE, DELETE or MERGE that is known to do no more than that.
bool only_writes_rows(const Analysis& analysis, const sql::StatementFacts& facts) {
  if (analysis.catalog_generation == 0 || analysis.changes_session || analysis.changes_unknown_setting) return false;
  if (analysis.changes_catalog || facts.writes_unknown) return false;
  const auto& written = analysis.footprint.dependencies();
  if (std::ranges::any_of(written,
                          [](auto each) { return coherence::kind_of(each) == coherence::DependencyKind::all; })) {
    return false;
  }
  return std::ranges::none_of(facts.reads, is_of_system) && std::ranges::none_of(facts.functions, is_of_system);
}

// Appends what matters of each column; formats are the portal's.
bool append_columns(ByteView description, std::string& out) {
  wire::pg::Frame frame;
  while (wire::pg::take_frame(description, frame) == wire::pg::FrameStatus::complete) {
    description.remove_prefix(frame.whole.size());
    wire::pg::RowDescription rows;
    if (frame.type != wire::pg::backend::kRowDescription) continue;
    if (!wire::pg::decode(frame.body, rows)) return false;
    rows.for_each_field([&](const wire::pg::FieldDescription& field) {
      out.append(field.name).append(1, '\0');
      wire::append_u32(out, field.type);
      wire::append_u32(out, static_cast<std::uint32_t>(field.type_modifier));
    });
  }
  return description.empty();
}

}  // namespace

bool is_plain_name(ByteView name) {
  const auto plain = [](char character) { return character > ' ' && character < '\x7f'; };
  return !name.empty() && name.size() <= kMaxName && std::ranges::all_of(name, plain);
}

bool leaves_parses_alone(const Analysis& analysis) {
  if (analysis.cacheable) return true;
  if (!analysis.shape->facts().single()) return false;
  const sql::StatementFacts& facts = analysis.shape->facts().statements.front();
  switch (facts.verb) {
    case Verb::begin:
    case Verb::commit:
    case Verb::rollback:
    case Verb::savepoint:
    case Verb::rollback_to:
    case Verb::set_transaction:
    case Verb::show:
    case Verb::empty:
    case Verb::deallocate:
    case Verb::listen:
    case Verb::lock:
      return true;
    case Verb::discard:
      return !facts.settings.empty();
    case Verb::insert:
    case Verb::update:
    case Verb::delete_rows:
    case Verb::merge:
      return only_writes_rows(analysis, facts);
    default:
      return false;
  }
}

bool changes_only_how_literals_are_read(const Analysis& analysis) {
  if (!analysis.shape->facts().single()) return false;
  const sql::StatementFacts& facts = analysis.shape->facts().statements.front();
  const auto decides_more = [](const std::string& setting) {
    return setting.empty() || setting == "role" || setting == "session_authorization" || setting == "search_path" ||
           setting.ends_with("transaction_isolation");
  };
  return facts.verb == Verb::set && !std::ranges::any_of(facts.settings, decides_more);
}

bool asks_for_one_snapshot(const Analysis& analysis) {
  if (!analysis.shape->facts().single()) return false;
  const sql::StatementFacts& facts = analysis.shape->facts().statements.front();
  if (facts.verb != Verb::begin && facts.verb != Verb::set_transaction) return false;
  return facts.isolation != sql::Isolation::unchanged && facts.isolation != sql::Isolation::read_committed;
}

bool may_hold_literals(ByteView shape, ByteView literals) {
  if (!literals.empty() || shape.find('\'') != ByteView::npos) return true;
  for (std::size_t at = shape.find('$'); at != ByteView::npos; at = shape.find('$', at + 1)) {
    if (at + 1 == shape.size() || shape[at + 1] < '0' || shape[at + 1] > '9') return true;  // no parameter
  }
  return false;
}

void append_accepted(std::string& out, ByteView name, const AcceptedParse& parse) {
  wire::pg::Frame parameters;
  (void)wire::pg::take_frame(parse.description, parameters);
  out += wire::pg::frontend::kParse;
  wire::append_u32(out,
                   static_cast<std::uint32_t>(4 + name.size() + 1 + parse.text.size() + 1 + parameters.body.size()));
  out.append(name).append(1, '\0').append(parse.text).append(1, '\0').append(parameters.body);
}

bool same_result(ByteView one, ByteView other) {
  std::string first;
  std::string second;
  return append_columns(one, first) && append_columns(other, second) && first == second;
}

std::string changed_result_error() {
  std::string body;
  const auto field = [&](char type, std::string_view value) { body.append(1, type).append(value).append(1, '\0'); };
  field('S', "ERROR");
  field('V', "ERROR");
  field('C', "0A000");
  field('M', "cached plan must not change result type");
  field('F', "plancache.c");
  field('R', "RevalidateCachedQuery");
  body += '\0';
  std::string out(1, wire::pg::backend::kErrorResponse);
  wire::append_u32(out, static_cast<std::uint32_t>(4 + body.size()));
  return out + body;
}

bool Session::may_defer_parses() const {
  if (!services_.shared.limits.lazy_prepare || identity_.replication || parses_.names_unseen || private_serial_ != 0) {
    return false;
  }
  if (!services_.shared.caching.load(std::memory_order_relaxed) || !context_known()) return false;
  // A Parse takes the snapshot of a transaction that has only one.
  if (context_->temporary || context_->standby || context_->default_isolation != sql::Isolation::read_committed) {
    return false;
  }
  const char status = client_status();
  if (status == kInFailedTransaction || transaction_changed_session_ || !tracker_.open_unit_harmless()) return false;
  if (tracker_.in_flight() > 0 && (status != kIdle || !tracker_.in_flight_harmless())) return false;
  if (deferred_) return !deferred_->repeatable;
  if (status == kIdle) return true;
  return tracker_.isolation() == TransactionIsolation::read_committed &&
         !tracker_.transaction_footprint().contains(coherence::all_of(upstream_database_));
}

bool Session::may_be_deferred(const StatementRef& statement) const {
  if (!is_plain_name(statement->name) || !may_be_held(statement) || !statement->analysis) return false;
  const Analysis& analysis = *statement->analysis;
  return analysis.cacheable && !analysis.dependencies.empty() && analysis.catalog_generation != 0 &&
         analysis.catalog_generation == catalog_->generation() && may_defer_parses() &&
         !removal_pending(statement->name);
}

bool Session::still_accepted(const AcceptedParse& parse) const {
  return context_known() && context_->id == parse.context && catalog_->generation() == parse.generation &&
         services_.shared.log.check(parse.rests_on, parse.as_of) == coherence::Validity::valid;
}

bool Session::defers_parse(const StatementRef& statement, ByteView sql, Actions& actions) {
  if (!may_be_deferred(statement)) return false;
  AcceptedParseRef accepted = services_.analyzer.accepted_parses().find(sql, statement->types, context_->id);
  if (!accepted || !still_accepted(*accepted)) return false;
  forget_settled_parses();
  if (parses_.all.size() >= kMaxDeferredParses) return false;
  settle_held(actions);
  note_parsed(*statement);
  remember_statement(statement);
  if (find_statement(statement->name) != statement) return false;
  statement->accepted = std::move(accepted);
  parses_.all.push_back(statement);
  return true;
}

void Session::forget_settled_parses() {
  std::erase_if(parses_.all, [&](const StatementRef& statement) {
    if (statement->upstream) return statement->parse_round == 0;  // else it may still fail
    if (find_statement(statement->name) == statement || removal_pending(statement->name)) return false;
    services_.metrics.prepared(PrepareResult::avoided);
    return true;
  });
}

StatementRef Session::held_statement() const {
  wire::pg::Frame frame;
  wire::pg::Parse message;
  if (wire::pg::take_frame(held_, frame) != wire::pg::FrameStatus::complete) return nullptr;
  if (frame.type != wire::pg::frontend::kParse || !wire::pg::decode(frame.body, message)) return nullptr;
  return find_statement(message.name);
}

bool Session::holds_deferred_parse() const {
  if (held_.empty()) return false;
  const StatementRef statement = held_statement();
  wire::pg::Frame frame;
  return statement && statement->deferred() && wire::pg::take_frame(held_, frame) == wire::pg::FrameStatus::complete &&
         frame.whole.size() == held_.size();
}

void Session::settle_held(Actions& actions) {
  if (held_.empty()) {
    portal_.held = false;
    return;
  }
  const StatementRef statement = holds_deferred_parse() ? held_statement() : nullptr;
  if (!statement || !may_defer_parses() || !still_accepted(*statement->accepted)) {
    release_held(actions);
    return;
  }
  drop_held();
  deliver({.parse_complete = true}, actions, statement);
}

bool Session::answers_description(const StatementRef& statement, Actions& actions) {
  if (!statement || !statement->deferred() || !may_defer_parses() || !still_accepted(*statement->accepted)) {
    return false;
  }
  if (!held_.empty() && held_statement() != statement) return false;
  if (!held_.empty() && !holds_deferred_parse()) return false;
  settle_held(actions);
  deliver({.described = statement->accepted}, actions);
  return true;
}

bool Session::answers_removal(const StatementRef& statement, LocalReply reply, Actions& actions) {
  if (!statement || !statement->deferred()) return false;
  statements_.erase(statement->name);
  deliver(std::move(reply), actions);
  // Should an error before it end the batch, the statement lives on.
  if (!slots_.empty()) {
    slots_.back().removed = std::make_shared<TextMap<StatementRef>>();
    slots_.back().removed->emplace(statement->name, statement);
  }
  forget_settled_parses();
  return true;
}

bool Session::answers_deallocate(const Shape& shape, Actions& actions) {
  if (parses_.all.empty() || !slots_.empty() || client_status() == kInFailedTransaction) return false;
  if (!shape.facts().single()) return false;
  const sql::StatementFacts& facts = shape.facts().statements.front();
  if (facts.verb != Verb::deallocate || facts.name.empty()) return false;
  return answers_removal(find_statement(facts.name), {.completion = kDeallocate, .ready = true}, actions);
}

}  // namespace tapri::session::pg
