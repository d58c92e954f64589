// The session probe: when it is sent, and what its answer says.
#include <algorithm>
#include <utility>

#include "session/mysql/session.h"
#include "wire/mysql/column.h"
#include "wire/mysql/replay.h"
#include "wire/mysql/response.h"

namespace tapri::session::mysql {
namespace {

// Whether no setting makes another statement of it: nothing but plain characters, none of which is a quote in one mode
// or an operator in another.
bool reads_alike(ByteView sql) {
  return std::all_of(sql.begin(), sql.end(),
                     [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '|'; });
}

// What it runs may ask for anything that the statement before it has left, and counts as a write to everything anyway.
bool executes(ByteView sql) {
  constexpr std::string_view kWord = "execute";
  return mentions(sql.substr(0, kWord.size()), kWord);
}

}  // namespace

bool Session::understands(ByteView sql) const { return !texts_unsettled_ || reads_alike(sql); }

session::Asker Session::asker() const {
  return {.upstream_database = catalog_->name_space(),
          .database = database_,
          .user = identity_.user,
          .application = identity_.application};
}

bool Session::asks_settings_first(ByteView sql, Actions& actions) {
  if (catalog_->settings_generation() != settings_generation_) forget_context();
  if (!texts_unsettled_ && context_known()) return false;
  if (may_go_by_last_answer(sql) || executes(sql)) return false;
  if (!texts_unsettled_) {
    // Only what may be answered from the cache needs more than how to read it.
    const ParsedText parsed = services_.analyzer.parse(sql, dialect_);
    const auto& facts = parsed.shape->facts();
    const bool rests_on_names = std::any_of(facts.statements.begin(), facts.statements.end(), [](const auto& one) {
      return !one.reads.empty() || !one.writes.empty() || one.writes_unknown;
    });
    if (!rests_on_names) return false;
  }
  return start_probe(actions);
}

bool Session::start_probe(Actions& actions) {
  if (probe_failed_ || !services_.shared.caching.load(std::memory_order_relaxed)) return false;
  // What has changed of the session with a statement that failed is told with the next OK, which is to be the client's.
  if (last_failed_ && wire::mysql::has(identity_.capabilities, wire::mysql::capability::kSessionTrack)) return false;
  const bool told = last_hit_.empty() || owed_.kind == sql::FoundRows::counted;
  if (!told) {
    if (tells_first(actions)) return true;
    owed_.count.reset();
  }
  std::string probe;
  variables_.append(probe, identity_.capabilities);
  actions.to_upstream.add_copy(std::move(probe));
  forget_last_hit(actions);
  begin_answer(wire::mysql::Command::query);
  services_.metrics.probes.add();
  asked_by_ = Asker::probe;
  wait();
  return true;
}

void Session::probe_ended() {
  const auto& summary = response_.follower().summary();
  if (summary.failed()) {
    wire::mysql::Packet packet;
    wire::mysql::Err error;
    const bool read = wire::mysql::take_packet(swallowed_, packet) && wire::mysql::decode(packet.payload, error);
    // Without the variable that this server does not have the next one may succeed.
    probe_failed_ = !read || !variables_.forget(error.message);
    return;
  }
  const auto layout = wire::mysql::find_layout(swallowed_, identity_.capabilities);
  wire::mysql::Packet packet;
  wire::mysql::Packet row;
  wire::mysql::ColumnDefinition column;
  const bool found = layout && layout->row_count == 1 &&
                     wire::mysql::take_packet(ByteView(swallowed_).substr(layout->columns_at), packet) &&
                     wire::mysql::decode(packet.payload, identity_.capabilities, column) &&
                     wire::mysql::take_packet(ByteView(swallowed_).substr(layout->rows_at), row);
  ProbeAnswer answer;
  probe_failed_ = !found || !read_probe(row.payload, column.collation, variables_, dialect_, answer);
  if (probe_failed_) return;
  if (!owed_.count) owed_.count = answer.found_rows;
  dialect_ = answer.dialect;
  database_ = answer.database;
  reads_uncommitted_ = answer.reads_uncommitted;
  finds_last_insert_ = answer.finds_last_insert;
  tracks_transactions_ = answer.tracks_transactions;
  texts_are_ascii_ = answer.ascii;
  answer.canonical.insert(0, "mysql " + catalog_->name_space() + '\0');
  if (private_serial_ != 0) answer.canonical += " private " + std::to_string(private_serial_);
  answer.context.shareable = private_serial_ == 0;
  context_ = services_.shared.contexts.intern(answer.canonical, std::move(answer.context));
  settings_generation_ = catalog_->settings_generation();
  texts_unsettled_ = false;
}

}  // namespace tapri::session::mysql
