#include "session/pg/session.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "catalog/resolve.h"
#include "session/no_catalog.h"
#include "session/pg/flush.h"
#include "session/pg/probe.h"
#include "wire/pg/backend.h"

namespace tapri::session::pg {
namespace {

// A larger message of the client's is not waited for while others are held.
constexpr std::size_t kMaxHeld = 64UL * 1024;

// Is there any name whose meaning depends on the search path?
bool needs_context(const sql::StatementFacts& statement) {
  return catalog::rests_on_schema(statement) || !statement.writes.empty() || !statement.functions.empty() ||
         std::any_of(statement.inner.begin(), statement.inner.end(),
                     [](const auto& inner) { return needs_context(inner); });
}

bool needs_context(const sql::Facts& facts) {
  return std::any_of(facts.statements.begin(), facts.statements.end(),
                     [](const auto& statement) { return needs_context(statement); });
}

// Without a database the server takes no SQL.
std::shared_ptr<CatalogSource> catalog_of(const Shared& shared, const Identity& identity) {
  if (!identity.replication || !identity.database.empty()) return shared.catalog(identity.database);
  return std::make_shared<NoCatalog>(shared.upstream + "/");
}

}  // namespace

Session::Session(WorkerServices services, Identity identity, std::function<void()> wake)
    : services_(services),
      identity_(std::move(identity)),
      texts_(text_rules(identity_)),
      catalog_(catalog_of(services.shared, identity_)),
      upstream_database_(catalog_->name_space()),
      tracker_(services.shared, *catalog_, upstream_database_),
      wake_(std::move(wake)) {}

Session::~Session() {
  if (deferred_) services_.metrics.began(telemetry::BeginResult::avoided);
  for (const StatementRef& statement : parses_.all) {
    if (statement->deferred()) services_.metrics.prepared(telemetry::PrepareResult::avoided);
  }
}

std::size_t Session::on_client_data(ByteView data, Actions& actions) {
  resumable_ = false;
  client_wanted_ = 0;
  now_ = services_.shared.clock.now();
  held_ = data.substr(0, held_size_);
  std::size_t position = held_size_;
  while (position < data.size() && waiting_ == Waiting::nothing && !actions.close) {
    const ByteView rest = data.substr(position);
    if (client_stream_ > 0) {
      position += stream_client(rest, actions);
      continue;
    }
    if (((paused_ || !slots_.empty()) && owes_too_much(actions)) || waits_for_begin()) break;
    wire::pg::FrameHeader header;
    const auto status = wire::pg::peek_frame(rest, header);
    if (status == wire::pg::FrameStatus::incomplete) break;
    if (status == wire::pg::FrameStatus::invalid || header.size > services_.shared.limits.max_message) {
      refuse(status == wire::pg::FrameStatus::invalid ? "08P01" : "54000",
             "a message of the client has an invalid length or is longer than limits.max_message", actions);
      break;
    }
    wire::pg::Frame frame;
    if (wire::pg::take_frame(rest, frame) != wire::pg::FrameStatus::complete) {
      const bool too_much = !held_.empty() && held_.size() + header.size > kMaxHeld;
      const bool large = header.size > max_whole_message();
      // What the server skips has no effect, and would not be answered.
      const bool skipped = skipping_ || discarding_;
      if ((too_much || large) && !skipped && (takes_snapshot_first(actions) || held_parse_goes_first(actions))) break;
      if (large && !skipped && large_waits_for_parses(rest, header.type, actions)) break;
      if (too_much) release_held(actions);
      if (begin_client_stream(rest, header, actions)) continue;
      // No more than is kept whole: of a larger one only the front is needed.
      client_wanted_ = held_.size() + std::min<std::size_t>(header.size, max_whole_message());
      break;
    }
    const std::size_t held_before = held_.size();
    if (client_frame(frame, actions) == Step::blocked) break;
    wait_ = {};  // it was about this message
    parses_.tried = false;
    position += frame.whole.size();
    const bool too_much = held_.size() > kMaxHeld && held_.size() > held_before;
    if (too_much && !takes_snapshot_first(actions) && !held_parse_goes_first(actions)) release_held(actions);
  }
  held_size_ = held_.size();
  held_ = {};
  return position - held_size_;
}

bool Session::owes_too_much(Actions& actions) {
  const bool was_paused = std::exchange(paused_, slots_.size() >= kMaxOwed);
  if (!paused_ || was_paused) return paused_;
  flush_upstream(actions);
  return true;
}

AnalysisRef Session::analyse(const ShapeRef& shape, Actions& actions) {
  if (!context_known() && needs_context(shape->facts()) && start_probe(actions)) return nullptr;
  return services_.analyzer.analyse(shape, context_known() ? context_ : nullptr, asker(), *catalog_);
}

AnalysisRef Session::analyse(Statement& statement, Actions& actions) {
  if (statement.analysis && context_known() && statement.context == context_->id &&
      services_.analyzer.current(*statement.analysis, *catalog_)) {
    return statement.analysis;
  }
  AnalysisRef analysis = analyse(statement.shape, actions);
  if (!analysis) return nullptr;
  statement.analysis = analysis;
  statement.context = context_known() ? context_->id : 0;
  return analysis;
}

bool Session::context_known() const {
  if (!context_) return false;
  const std::uint64_t generation = catalog_->generation();
  if (generation != 0 && generation != context_generation_) return false;
  return settings_generation_ == catalog_->settings_generation();
}

bool Session::start_probe(Actions& actions) {
  if (identity_.replication || probe_failed_ || copying_in()) return false;
  if (tracker_.status() == wire::pg::kInFailedTransaction || tracker_.unit_open() || batch_open_) return false;
  if (context_) forget_context();
  context_generation_ = catalog_->generation();
  settings_generation_ = catalog_->settings_generation();
  std::string probe;
  append_probe(probe, identity_.custom_settings);
  actions.to_upstream.add_copy(std::move(probe));
  for (const SlotKind kind : {SlotKind::close, SlotKind::close, SlotKind::parse, SlotKind::bind, SlotKind::execute,
                              SlotKind::close, SlotKind::close, SlotKind::sync}) {
    Slot& slot = slots_.emplace_back();
    slot.kind = kind;
    slot.swallowed = slot.probe = true;
  }
  tracker_.forwarding_harmless();
  tracker_.end_unit();
  services_.metrics.probes.add();
  waiting_ = Waiting::probe;
  return true;
}

void Session::probe_answered(ByteView data_row_body) {
  ProbeAnswer answer;
  if (!read_probe(data_row_body, answer)) return;
  std::string canonical = upstream_database_;
  canonical.append(1, '\0').append(identity_.user).append(1, '\0').append(identity_.settings).append(1, '\0');
  canonical += answer.canonical;
  for (const auto& name : identity_.custom_settings) canonical.append(1, '\0').append(name);
  if (private_serial_ != 0) canonical.append("\0private ", 9).append(std::to_string(private_serial_));
  answer.context.shareable = private_serial_ == 0;
  if (tracker_.status() != wire::pg::kIdle) tracker_.set_isolation(answer.transaction_isolation);
  context_ = services_.shared.contexts.intern(canonical, std::move(answer.context));
}

void Session::probe_ended() {
  probe_failed_ = context_ == nullptr;
  if (waiting_ != Waiting::probe) return;
  waiting_ = Waiting::nothing;
  resumable_ = true;
}

void Session::forget_context() {
  context_.reset();
  ++settings_serial_;
}

Asker Session::asker() const {
  return {.upstream_database = upstream_database_,
          .database = identity_.database,
          .user = identity_.user,
          .application = identity_.application};
}

void Session::flight_landed() {
  if (waiting_ != Waiting::flight) return;
  wait_.end();
  waiting_ = Waiting::nothing;
  resumable_ = true;
}

void Session::flight_timed_out() { flight_landed(); }

void Session::cancelled() {
  if (waiting_ != Waiting::flight) return;
  flight_landed();
  cancel_pending_ = true;
}

bool Session::idle() const {
  return slots_.empty() && held_size_ == 0 && tracker_.idle() && client_status() == wire::pg::kIdle &&
         waiting_ == Waiting::nothing && client_stream_ == 0 && server_stream_ == 0;
}

coherence::DirtyMark Session::upstream_lost() {
  SchemaChange schema = SchemaChange::none;
  coherence::DirtyMark orphan = tracker_.upstream_lost(schema);
  tracker_.schema_changed(schema);
  if (!orphan.empty()) services_.shared.log.append(orphan.footprint());
  slots_.clear();
  return orphan;
}

void Session::settings_unknown() {
  static std::atomic<std::uint64_t> serial{0};
  if (unknown_settings_round_ != tracker_.round()) private_serial_before_ = private_serial_;
  unknown_settings_round_ = tracker_.round();
  private_serial_ = ++serial;
  forget_context();
}

}  // namespace tapri::session::pg
