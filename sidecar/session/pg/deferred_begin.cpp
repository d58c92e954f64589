#include "session/pg/deferred_begin.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "session/pg/session.h"
#include "sql/pg/scanner.h"
#include "wire/pg/frontend.h"

namespace tapri::session::pg {
namespace {

using sql::Verb;
using telemetry::BeginResult;
using wire::pg::Frame;
using wire::pg::kIdle;

constexpr std::string_view kBeginName = "_tapri_begin";

constexpr ByteView kBegin("C\0\0\0\12BEGIN\0", 11);
constexpr ByteView kStartTransaction("C\0\0\0\26START TRANSACTION\0", 23);
constexpr ByteView kCommit("C\0\0\0\13COMMIT\0", 12);
constexpr ByteView kRollback("C\0\0\0\15ROLLBACK\0", 14);

// COMMIT and ROLLBACK, which may end a transaction of which the server knows nothing; and BEGIN.
bool controls_only(const ShapeRef& shape) {
  if (!shape || !shape->facts().single()) return false;
  const auto& facts = shape->facts().statements.front();
  return facts.verb == Verb::begin || ((facts.verb == Verb::commit || facts.verb == Verb::rollback) && !facts.chain);
}

// It gives neither parameters nor formats for any, which the server might refuse.
bool binds_nothing(const wire::pg::Bind& bind) { return bind.parameter_count == 0 && bind.parameter_format_count == 0; }

}  // namespace

ByteView completion_of_begin(ByteView sql) {
  const std::size_t at = sql::pg::end_of_blanks(sql, 0);
  if (at >= sql.size()) return {};
  if (sql[at] == 'b' || sql[at] == 'B') return kBegin;
  return sql[at] == 's' || sql[at] == 'S' ? kStartTransaction : ByteView();
}

void append_begin(std::string& out, const DeferredBegin& begin) {
  using namespace wire::pg;
  // A Query drops the unnamed statement: so do these then, and else they leave it alone.
  const std::string_view statement = begin.simple ? std::string_view() : kBeginName;
  const std::string_view portal = begin.unnamed_portal ? std::string_view() : kBeginName;
  append_close(out, 'S', statement);  // what a BEGIN that failed has left
  append_parse(out, statement, begin.sql);
  append_bind(out, portal, statement);
  append_execute(out, portal);
  append_close(out, 'S', statement);
  if (!begin.unnamed_portal) append_close(out, 'P', portal);
}

void append_failure(std::string& out) {
  wire::pg::append_execute(out, kBeginName);  // there is no such portal
}

void Session::note_listening(const Shape& shape) {
  const auto& statements = shape.facts().statements;
  const bool any = std::any_of(statements.begin(), statements.end(),
                               [](const sql::StatementFacts& facts) { return facts.verb == Verb::listen; });
  if (!any) return;
  const std::size_t at = sql::pg::end_of_blanks(shape.text(), 0);
  const char first = at < shape.text().size() ? shape.text()[at] : ' ';
  listens_ = listens_ || statements.size() > 1 || first == 'l' || first == 'L';  // not NOTIFY
}

char Session::client_status() const { return deferred_ ? wire::pg::kInTransaction : tracker_.status(); }

bool Session::at_rest() const {
  return slots_.empty() && tracker_.idle() && tracker_.status() == kIdle && !batch_open_ && !skipping_ && !deferred_;
}

bool Session::may_be_answered_here(const StatementRef& statement) const {
  if (!services_.shared.limits.lazy_begin || !statement || statement->text.empty()) return false;
  if (!controls_only(statement->shape)) return false;
  return statement->shape->facts().statements.front().verb == Verb::begin ? at_rest() : deferred_.has_value();
}

void Session::note_control_text(Statement& statement, ByteView sql) {
  // With parameters declared, an execution without any is refused.
  const bool has_types = statement.types != std::string_view("\0\0", 2);
  if (controls_only(statement.shape) && !has_types) statement.text = sql;
}

Lookup Session::answer_control(const ShapeRef& shape, ByteView sql, bool simple, LocalReply& reply, Actions& actions) {
  if (!controls_only(shape)) return Lookup::forward;
  const Verb verb = shape->facts().statements.front().verb;
  if (verb == Verb::begin) return defer_begin(shape, sql, simple, reply, actions);
  if (!deferred_) return Lookup::forward;
  deferred_.reset();
  services_.metrics.began(BeginResult::avoided);
  reply.completion = verb == Verb::commit ? kCommit : kRollback;
  return Lookup::hit;
}

Lookup Session::defer_begin(const ShapeRef& shape, ByteView sql, bool simple, LocalReply& reply, Actions& actions) {
  if (!services_.shared.limits.lazy_begin || identity_.replication || listens_ || !at_rest()) return Lookup::forward;
  if (!services_.shared.caching.load(std::memory_order_relaxed)) return Lookup::forward;
  const sql::StatementFacts& facts = shape->facts().statements.front();
  const auto suits = [&](sql::Isolation level) {
    return level == sql::Isolation::read_committed ||
           (level == sql::Isolation::repeatable_read && may_read_snapshot(facts));
  };
  if (facts.isolation != sql::Isolation::unchanged && !suits(facts.isolation)) return Lookup::forward;
  const ByteView completion = completion_of_begin(sql);
  if (completion.empty()) return Lookup::forward;
  if (!context_known()) return start_probe(actions) ? Lookup::blocked : Lookup::forward;
  if (context_->standby || context_->temporary) return Lookup::forward;
  const bool plain = facts.isolation == sql::Isolation::unchanged;
  const sql::Isolation level = plain ? context_->default_isolation : facts.isolation;
  if (!suits(level)) return Lookup::forward;
  deferred_ = DeferredBegin{.shape = shape,
                            .sql = std::string(sql),
                            .simple = simple,
                            .repeatable = level == sql::Isolation::repeatable_read,
                            .snapshot = {},
                            .unnamed_portal = !simple};
  reply.completion = completion;
  return Lookup::hit;
}

Session::Step Session::execute_control(const Frame& frame, Actions& actions) {
  const StatementRef statement = portal_.statement;
  LocalReply reply;
  Lookup outcome = Lookup::forward;
  Frame bound;
  wire::pg::Bind message;
  if (held_is_one_execution(reply) && held_bind(bound, message) && binds_nothing(message)) {
    outcome = answer_control(statement->shape, statement->text, false, reply, actions);
  }
  if (outcome == Lookup::blocked) return Step::blocked;
  if (outcome == Lookup::forward) {
    const BoundPortal portal = portal_;
    return execute_forwarded(frame, portal, Reason::none, actions);
  }
  portal_ = {};  // the end of a transaction is its end
  if (deferred_) {
    portal_.statement = statement;
    portal_.round = tracker_.round();
  }
  drop_held();
  deliver(std::move(reply), actions, statement);
  return Step::done;
}

void Session::forget_unnamed_portal() {
  portal_ = {};
  if (deferred_) deferred_->unnamed_portal = false;
}

void Session::send_begin(Actions& actions) {
  if (!deferred_) return;
  begin_ = *std::exchange(deferred_, std::nullopt);
  begin_state_ = BeginState::sent;
  snapshot_lease_.reset();
  if (begin_.repeatable) snapshot_lease_ = services_.shared.log.lease();
  services_.metrics.began(BeginResult::sent);
  std::string bytes;
  append_begin(bytes, begin_);
  actions.to_upstream.add_copy(std::move(bytes));
  const AnalysisRef analysis =
      services_.analyzer.analyse(begin_.shape, context_known() ? context_ : nullptr, asker(), *catalog_);
  for (const SlotKind kind : {SlotKind::close, SlotKind::parse, SlotKind::bind, SlotKind::execute}) {
    Slot& slot = slots_.emplace_back();
    slot.kind = kind;
    slot.swallowed = slot.begin = true;
  }
  slots_.back().analysis = analysis;
  slots_.back().reason = analysis->reason;
  slots_.back().started = services_.shared.clock.now();
  for (int count = begin_.unnamed_portal ? 1 : 2; count > 0; --count) {
    Slot& slot = slots_.emplace_back();
    slot.kind = SlotKind::close;
    slot.swallowed = true;
  }
  tracker_.forwarding(*analysis, *analysis, bind_write(*analysis),
                      context_known() ? isolation_of(context_->default_isolation) : TransactionIsolation::unknown);
  tracker_.end_begin();
  // It is asked before: should it ever not be, the client must not go on with two moments in one transaction.
  if (begin_.snapshot.any())
    refuse("40001", "answers from the cache may not be of the transaction's snapshot", actions);
}

bool Session::waits_for_begin() {
  // In an open batch the server has no reason yet to tell what became of it.
  if (begin_state_ == BeginState::settled || tracker_.unit_open()) return false;
  waiting_ = Waiting::begin;
  return true;
}

void Session::settle_begin(BeginState state) {
  begin_state_ = state;
  if (waiting_ != Waiting::begin) return;
  waiting_ = Waiting::nothing;
  resumable_ = true;
}

void Session::begin_ended() {
  if (begin_state_ == BeginState::sent) settle_begin(BeginState::settled);
  tracker_.ready(wire::pg::kInTransaction);  // what it would say if it was asked
}

void Session::begin_failed(Actions& actions) {
  tracker_.end_skipped();
  if (begin_state_ == BeginState::breaking) return give_up_begin(actions);
  settle_begin(BeginState::failed);
  if (!slots_.empty() || batch_open_) return;  // the client's Sync ends it
  // It was a Query: the server skips that too, up to a Sync.
  if (mid_message()) return give_up_begin(actions);
  skipping_ = false;
  std::string bytes;
  wire::pg::append_sync(bytes);
  actions.to_upstream.add_copy(std::move(bytes));
  slots_.emplace_back().kind = SlotKind::sync;
  tracker_.forwarding_harmless();
  tracker_.end_unit();
}

void Session::give_up_begin(Actions& actions) { refuse("25P01", "a transaction could not be begun", actions); }

void Session::break_transaction(Actions& actions) {
  if (!deferred_) {
    deferred_ = begin_;
    deferred_->unnamed_portal = false;
  }
  send_begin(actions);
  fail_transaction(actions);
}

void Session::fail_transaction(Actions& actions) {
  begin_state_ = BeginState::breaking;
  std::string bytes;
  append_failure(bytes);
  wire::pg::append_sync(bytes);
  actions.to_upstream.add_copy(std::move(bytes));
  for (const SlotKind kind : {SlotKind::execute, SlotKind::sync}) {
    Slot& slot = slots_.emplace_back();
    slot.kind = kind;
    slot.swallowed = true;
  }
  tracker_.forwarding_harmless();
  tracker_.end_unit();
}

void Session::begin_round_ended(Actions& actions) {
  if (begin_state_ == BeginState::breaking) settle_begin(BeginState::settled);
  if (waiting_ == Waiting::snapshot) return snapshot_round_ended(actions);
  if (begin_state_ != BeginState::failed) return;
  // It was told that a transaction is open: it has to be told that it failed, and find it so.
  break_transaction(actions);
  deliver({.ready = true}, actions);
}

}  // namespace tapri::session::pg
