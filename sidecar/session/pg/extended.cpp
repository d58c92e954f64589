// The extended protocol: Parse, Bind, Describe, Execute, Close, Flush and Sync.
#include <utility>

#include "session/keeping.h"
#include "session/pg/session.h"

namespace tapri::session::pg {

using wire::pg::Frame;

namespace {

// A buffer that grew beyond this is given back.
constexpr std::size_t kMaxKeptBind = 1024;

// Whether the messages begin with a Parse of that name.
bool is_parse_of(ByteView messages, ByteView name) {
  if (messages.front() != wire::pg::frontend::kParse) return false;
  const ByteView body = messages.substr(wire::pg::kFrameHeaderSize);
  return body.size() > name.size() && body.starts_with(name) && body[name.size()] == '\0';
}

}  // namespace

Session::Step Session::parse(const Frame& frame, Actions& actions) {
  wire::pg::Parse message;
  if (!wire::pg::decode(frame.body, message)) {
    if (all_parses_go_first(nullptr, actions) || takes_snapshot_first(actions)) return Step::blocked;
    release_held(actions);
    forward_harmless(frame.whole, SlotKind::parse, actions);
    forget_parsed(frame.whole);
    parses_.names_unseen = true;
    return Step::done;
  }
  const StatementRef existing = find_statement(message.name);
  if (existing && !message.name.empty()) {
    if (waits_for_parse(existing) || takes_snapshot_first(actions)) return Step::blocked;
    if (parse_goes_first(existing, actions)) return Step::blocked;
    release_held(actions);  // the server refuses a name that is taken
    if (!tracker_.surely_failed()) materialise(existing, actions);
    forward_harmless(frame.whole, SlotKind::parse, actions);
    return Step::done;
  }
  // Should what removes the name fail, a deferred statement of that name is all there is of it.
  const bool removing = services_.shared.limits.lazy_prepare && !message.name.empty() && removal_pending(message.name);
  if (wait_for_rounds(removing)) return Step::blocked;
  auto statement = std::make_shared<Statement>();
  statement->name = message.name;
  if (texts_are_safe()) {
    const ParsedText parsed = services_.analyzer.parse(message.sql);
    statement->shape = parsed.shape;
    // More is in no key; one byte more says so.
    statement->literals = parsed.literals.substr(0, services_.shared.limits.max_key + 1);
  }
  statement->types = frame.body.substr(message.name.size() + 1 + message.sql.size() + 1);
  note_control_text(*statement, message.sql);
  const bool to_be_held = may_be_held(statement) || may_be_answered_here(statement);
  if (message.name.empty() && to_be_held && !removal_pending(message.name)) {
    statement->text = message.sql;
    note_parsed(*statement);
    remember_statement(statement);
    if (find_statement(message.name) == statement) {
      hold(frame);
      return Step::done;
    }
  } else if (statement->shape && !analyse(*statement, actions)) {
    return Step::blocked;
  }
  if (defers_parse(statement, message.sql, actions)) {
    hold(frame);
    return Step::done;
  }
  if (all_parses_go_first(statement->analysis.get(), actions) || takes_snapshot_first(actions)) return Step::blocked;
  settle_held(actions);
  auto learning = learns_parse(statement, message.sql);
  note_parse_sent(*statement);
  remember_statement(statement);
  forward_harmless(frame.whole, SlotKind::parse, actions);
  slots_.back().statement = std::move(statement);
  if (learning) send_learning(std::move(learning), message.name, actions);
  return Step::done;
}

Session::Step Session::bind(const Frame& frame, Actions& actions) {
  wire::pg::Bind message;
  if (!wire::pg::decode(frame.body, message)) {
    if (all_parses_go_first(nullptr, actions) || takes_snapshot_first(actions)) return Step::blocked;
    release_held(actions);
    forward_harmless(frame.whole, SlotKind::bind, actions);
    named_portals_.clear();
    portal_ = {};
    return Step::done;
  }
  StatementRef statement = find_statement(message.statement);
  if (waits_for_parse(statement)) return Step::blocked;
  if (message.portal.empty() && (may_be_held(statement) || may_be_answered_here(statement))) {
    // Held before it is nothing but the Parse of its own statement.
    const bool others = portal_.held || (!held_.empty() && !is_parse_of(held_, message.statement));
    if (others && takes_snapshot_first(actions)) return Step::blocked;
    if (others) settle_held(actions);
    note_bound(message.portal, std::move(statement), nullptr);
    portal_.held = true;
    portal_.bind = message;
    portal_.bind_at = frame.whole.data();
    hold(frame);
    return Step::done;
  }
  if (statement && statement->shape && !analyse(*statement, actions)) return Step::blocked;
  const Analysis* analysis = statement ? statement->analysis.get() : nullptr;
  if (statement && all_parses_go_first(analysis, actions)) return Step::blocked;
  if (takes_snapshot_first(actions) || parse_goes_first(statement, actions)) return Step::blocked;
  release_held(actions);
  note_bound(message.portal, std::move(statement), &message);
  forward_bind(frame.whole, message.statement, actions);
  return Step::done;
}

Session::Step Session::describe(const Frame& frame, Actions& actions) {
  wire::pg::Describe message;
  const bool decoded = wire::pg::decode(frame.body, message);
  const bool unnamed = decoded && message.kind == 'P' && message.name.empty();
  if (unnamed && portal_.held) {
    hold(frame);
    return Step::done;
  }
  const StatementRef statement = decoded && message.kind == 'S' ? find_statement(message.name) : nullptr;
  if (answers_description(statement, actions)) return Step::done;
  if (statement && statement->accepted && waits_for_parse(statement)) return Step::blocked;
  if (statement && statement->deferred() && !analyse(*statement, actions)) return Step::blocked;
  if (takes_snapshot_first(actions) || parse_goes_first(statement, actions, true)) return Step::blocked;
  if (unnamed && portal_.finished_local) {
    // Closed with its statement, if the server has never had that.
    const StatementRef& bound = portal_.statement;
    if (bound && bound->deferred() && find_statement(bound->name) != bound) {
      drop_finished_portal(actions);
    } else if (parse_goes_first(bound, actions)) {
      return Step::blocked;
    }
  }
  if (unnamed) restore_finished_portal(actions);
  release_held(actions);
  if (statement) materialise(statement, actions);
  const bool portal = decoded && message.kind == 'P';
  forward_harmless(frame.whole, portal ? SlotKind::describe_portal : SlotKind::describe_statement, actions);
  return Step::done;
}

Session::Step Session::execute(const Frame& frame, Actions& actions) {
  wire::pg::Execute message;
  if (!wire::pg::decode(frame.body, message)) {
    if (all_parses_go_first(nullptr, actions) || takes_snapshot_first(actions)) return Step::blocked;
    forward_unknown(frame.whole, SlotKind::execute, actions);
    return Step::done;
  }
  if (!message.portal.empty()) {
    const auto found = named_portals_.find(message.portal);
    const BoundPortal bound = found == named_portals_.end() ? BoundPortal{} : found->second;
    if (waits_for_bind(bound)) return Step::blocked;
    return execute_forwarded(frame, bound, Reason::named_portal, actions);
  }
  if ((portal_.finished_local || portal_.read_out) && tracker_.status() != wire::pg::kInFailedTransaction) {
    if (!held_.empty() && !holds_deferred_parse() && takes_snapshot_first(actions)) return Step::blocked;
    settle_held(actions);
    deliver({.nothing_more = true}, actions);
    return Step::done;
  }
  restore_finished_portal(actions);  // in a failed transaction: for the server to refuse
  if (portal_.held && !may_be_held(portal_.statement)) return execute_control(frame, actions);
  if (portal_.held && message.max_rows <= 0) return execute_held(frame, actions);
  if (!portal_.held && waits_for_bind(portal_)) return Step::blocked;
  const BoundPortal portal = portal_;
  return execute_forwarded(frame, portal, Reason::row_limit, actions);
}

Session::Step Session::execute_held(const Frame& frame, Actions& actions) {
  Statement& statement = *portal_.statement;
  LocalReply reply;
  if (std::exchange(cancel_pending_, false)) {
    (void)held_is_one_execution(reply);
    reply.description = false;
    fail_cancelled(std::move(reply), actions);
    return Step::done;
  }
  const AnalysisRef analysis = analyse(statement, actions);
  if (!analysis) return Step::blocked;
  wire::pg::Bind message;
  Frame bind;
  if (!held_bind(bind, message)) return execute_forwarded(frame, BoundPortal(portal_), Reason::not_understood, actions);
  const ExecutionValues values = values_of(statement, message);
  Reason reason = obstacle_now(*analysis, values);
  const bool kept = keeps_snapshot_read(*analysis, reason);
  if (kept) reason = Reason::none;
  if (reason == Reason::none && !held_is_one_execution(reply)) reason = Reason::row_limit;
  if (reason == Reason::none) reason = key_of_held(statement, message);
  bool may_keep = true;
  Reason otherwise = reason == Reason::none ? parsed_otherwise(statement, *analysis, may_keep) : reason;
  if (kept && otherwise == Reason::none) otherwise = Reason::snapshot_isolation;
  if (reason != Reason::none || !may_keep) return execute_forwarded(frame, BoundPortal(portal_), otherwise, actions);
  Found found = otherwise == Reason::none ? look_up(analysis, values, reply.description, actions)
                                          : look_past(analysis, values, otherwise);
  switch (found.outcome) {
    case Lookup::blocked:
      return Step::blocked;
    case Lookup::forward:
      if (takes_snapshot_first(actions) || held_parse_goes_first(actions)) return Step::blocked;
      release_held(actions, found.recording);
      forward_execute(frame, BoundPortal(portal_), std::move(found.recording), found.reason, actions);
      return Step::done;
    case Lookup::hit:
      break;
  }
  count_hit(services_, *analysis, *found.entry, found.came, now_);
  finish_portal(bind.whole);
  StatementRef parsed = reply.parse_complete ? portal_.statement : nullptr;
  reply.rows = true;
  reply.entry = std::move(found.entry);
  deliver(std::move(reply), actions, std::move(parsed));
  drop_held();
  return Step::done;
}

void Session::finish_portal(ByteView bind) {
  portal_.held = false;
  portal_.finished_local = true;
  if (finished_bind_.capacity() > kMaxKeptBind) finished_bind_ = {};
  finished_bind_.assign(bind);
}

Session::Step Session::execute_forwarded(const Frame& frame, const BoundPortal& portal, Reason reason,
                                         Actions& actions) {
  const StatementRef& statement = portal.statement;
  AnalysisRef analysis;
  if (statement && statement->shape) {
    analysis = analyse(*statement, actions);
    if (!analysis || waits_for_parse(*analysis)) return Step::blocked;
    if (!analysis->cacheable) reason = analysis->reason;
    // What it does is not what the analysis says.
    if (!analysis->harmless && context_known() && !means_the_same(*statement, *analysis)) analysis = nullptr;
  }
  if (all_parses_go_first(analysis.get(), actions) || takes_snapshot_first(actions)) return Step::blocked;
  if (held_parse_goes_first(actions)) return Step::blocked;
  release_held(actions);
  forward_execute(frame, portal, nullptr, reason, actions);
  return Step::done;
}

void Session::forward_execute(const Frame& frame, const BoundPortal& portal, RecordingRef recording, Reason reason,
                              Actions& actions) {
  const StatementRef& statement = portal.statement;
  if (!statement || !statement->shape) {
    forward_unknown(frame.whole, SlotKind::execute, actions);
    return;
  }
  // In the middle of a batch there may be no context: then the analysis says so, and a write is one to everything.
  send_begin(actions);
  AnalysisRef analysis =
      context_known() && statement->analysis
          ? statement->analysis
          : services_.analyzer.analyse(statement->shape, context_known() ? context_ : nullptr, asker(), *catalog_);
  note_meaning(*statement, analysis);
  if (statement->moved && !analysis->harmless) {
    forward_unknown(frame.whole, SlotKind::execute, actions);
    return;
  }
  if (analysis->changes_session) {
    // Parsed later it might be read otherwise.
    if (const StatementRef unnamed = find_statement({}); unnamed && unnamed != statement) materialise(unnamed, actions);
  }
  const bool bound = portal.write && portal.write->analysis == analysis;
  Slot slot = note_forwarded(analysis, bound ? portal.write->footprint : bind_write(*analysis));
  batch_open_ = true;
  pass(frame.whole, actions);
  slot.kind = SlotKind::execute;
  slot.executed = statement;
  slot.recording = std::move(recording);
  slot.analysis = std::move(analysis);
  slot.reason = reason;
  slots_.push_back(std::move(slot));
}

Session::Step Session::close(const Frame& frame, Actions& actions) {
  wire::pg::Close message;
  if (wire::pg::decode(frame.body, message)) {
    if (message.kind == 'S') return close_statement(frame, message.name, actions);
    if (message.name.empty() && portal_.finished_local) {
      if (!held_.empty() && !holds_deferred_parse() && takes_snapshot_first(actions)) return Step::blocked;
      settle_held(actions);
      forget_unnamed_portal();
      deliver({.close_complete = true}, actions);
      return Step::done;
    }
    if (const auto found = named_portals_.find(message.name); found != named_portals_.end()) {
      named_portals_.erase(found);
    }
  }
  release_held(actions);
  forward_harmless(frame.whole, SlotKind::close, actions);
  return Step::done;
}

Session::Step Session::close_statement(const Frame& frame, ByteView name, Actions& actions) {
  settle_held(actions);
  const StatementRef statement = find_statement(name);
  if (answers_removal(statement, {.close_complete = true}, actions)) return Step::done;
  if (statement) statements_.erase(statement->name);
  forward_harmless(frame.whole, SlotKind::close, actions);
  // Should the server skip it, the statement lives on.
  if (statement) {
    slots_.back().removed = std::make_shared<TextMap<StatementRef>>();
    slots_.back().removed->emplace(statement->name, statement);
  }
  return Step::done;
}

Session::Step Session::sync(const Frame& frame, Actions& actions) {
  settle_held(actions);
  // The unnamed portal ends with the transaction.
  if (client_status() == wire::pg::kIdle) portal_ = {};
  // A Sync with a body is for the server to refuse.
  const bool copying = !slots_.empty() && copying_in();
  if (!batch_open_ && !skipping_ && !copying && frame.body.empty()) {
    deliver({.ready = true}, actions);
    return Step::done;
  }
  send_begin(actions);
  tracker_.forwarding_harmless();
  batch_open_ = copying;  // a server in COPY IN ignores it
  skipping_ = false;
  pass(frame.whole, actions);
  Slot& slot = slots_.emplace_back();
  slot.kind = SlotKind::sync;
  slot.maybe_ignored = copying;
  tracker_.end_unit();
  return Step::done;
}

Session::Step Session::flush(const Frame& frame, Actions& actions) {
  settle_held(actions);
  if (!frame.body.empty()) {
    forward_harmless(frame.whole, SlotKind::close, actions);  // for the server to refuse
  } else if (!slots_.empty()) {
    pass(frame.whole, actions);
  }
  return Step::done;
}

}  // namespace tapri::session::pg
