// One client's session after login, as a pure state machine: bytes of either side in, actions out.
//
// It answers what the cache can, forwards everything else untouched, keeps the replies of both in order, records
// results worth keeping, and sees to it that no write is acknowledged before the invalidation log has it. What it does
// not understand it passes on and takes as a write to everything.
//
// Parts: session.cpp (life, probe, waiting), client_side.cpp (what the client sends), extended.cpp and held.cpp (Parse
// to Sync), parsed.cpp (statements prepared before), effects.cpp (what forwarded statements do to the session),
// lookup.cpp (keys, hits, recordings), deferred_begin.cpp (transactions that the server need not hear of),
// snapshot_reads.cpp (those at REPEATABLE READ), deferred_parse.cpp (statements that it need not hear of),
// parse_checks.cpp (those that it has to, after all),
// server_side.cpp (what the server sends), server_errors.cpp (what it did not do).
//
// Usage: call on_client_data() with all bytes not yet consumed, keep what it did not consume in front of what is read
// next, and call it again when more came or when resumable() says so. The same for on_upstream_data().
// Thread-safety: none; a session lives on its worker's thread. Never throws, blocks or does I/O.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "session/actions.h"
#include "session/answer_wait.h"
#include "session/pg/deferred_begin.h"
#include "session/pg/identity.h"
#include "session/pg/slot.h"
#include "session/pg/write_tracker.h"
#include "session/worker_services.h"
#include "wire/pg/frame.h"
#include "wire/pg/frontend.h"

namespace tapri::session::pg {

class Session {
 public:
  // `wake` is called from any thread when a flight that this session waits for has landed; the driver then calls
  // flight_landed() on the session's own thread.
  Session(WorkerServices services, Identity identity, std::function<void()> wake);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Both return how many bytes at the front of `data` are done with.
  [[nodiscard]] std::size_t on_client_data(ByteView data, Actions& actions);
  [[nodiscard]] std::size_t on_upstream_data(ByteView data, Actions& actions);
  // The first ReadyForQuery of the login came, with this status.
  void started(char status) { tracker_.ready(status); }

  // Client bytes that were left for lack of an answer can be handed in again.
  [[nodiscard]] bool resumable() const { return resumable_ || (paused_ && slots_.size() < kMaxOwed); }
  // Waits: no client bytes are taken now.
  [[nodiscard]] bool blocked() const {
    return waiting_ != Waiting::nothing || (slots_.size() >= kMaxOwed && client_stream_ == 0);
  }
  // How large the buffer of client bytes must be able to grow for the message that is coming in.
  [[nodiscard]] std::size_t client_bytes_wanted() const { return client_wanted_; }

  void flight_landed();
  void flight_timed_out();
  // A cancel request for this session: ends a wait for another session's answer with 57014.
  void cancelled();

  // Nothing is owed to the client and no transaction is open.
  [[nodiscard]] bool idle() const;
  // The front of a client's message has been handed on, its end not yet: nothing else may go to the server.
  [[nodiscard]] bool mid_message() const { return client_stream_ > 0; }
  [[nodiscard]] const WriteTracker& writes() const { return tracker_; }
  // Whether the log was read after the client's bytes came, where the promise asks for it.
  void allow_hits(bool allowed) { hits_allowed_ = allowed; }
  // Writes were sent whose outcome has not come: the upstream must be read on, even if the client is gone.
  [[nodiscard]] bool write_in_flight() const { return !tracker_.in_flight_harmless(); }
  // The upstream is gone: the writes that it may still carry out, if any, in the log already and still dirty.
  [[nodiscard]] coherence::DirtyMark upstream_lost();

 private:
  enum class Waiting : std::uint8_t { nothing, probe, flight, rounds, begin, snapshot, parse };
  enum class Step : std::uint8_t { done, blocked };
  // What is owed is memory: at so many replies the client has to wait. A server that was told to sends what it has
  // before it has made as many, so one of the two always goes on.
  static constexpr std::size_t kMaxOwed = 4096;
  // Whether the client has to wait for replies; if so, the server was told to send them.
  bool owes_too_much(Actions& actions);

  // client_side.cpp
  Step client_frame(const wire::pg::Frame& frame, Actions& actions);
  Step client_command(const wire::pg::Frame& frame, Actions& actions);
  std::size_t stream_client(ByteView data, Actions& actions);
  // Whether the message, which is not all there, is passed on in pieces rather than kept until it is.
  bool begin_client_stream(ByteView data, const wire::pg::FrameHeader& header, Actions& actions);
  [[nodiscard]] std::size_t max_whole_message() const { return services_.shared.limits.max_statement + 65536; }
  [[nodiscard]] bool texts_are_safe() const { return texts_.safe && !texts_unsettled_; }
  [[nodiscard]] bool replication_command(ByteView sql) const;
  Step simple_query(const wire::pg::Frame& frame, Actions& actions);
  Step unreadable_query(const wire::pg::Frame& frame, Actions& actions);
  void forward_query(const wire::pg::Frame& frame, const AnalysisRef& analysis, const ExecutionValues& values,
                     RecordingRef recording, Reason reason, Actions& actions);
  // The server drops the unnamed statement and portal when a Query comes.
  void forget_unnamed();
  // Whatever it is, it may do anything.
  void forward_unknown(ByteView bytes, SlotKind kind, Actions& actions);
  void forward_harmless(ByteView bytes, SlotKind kind, Actions& actions);
  void pass(ByteView bytes, Actions& actions) { actions.to_upstream.add(bytes); }
  // `reply`: what comes before the error.
  void fail_cancelled(LocalReply reply, Actions& actions);
  // No names yet in a Parse or Bind that is coming in: it has to be waited for.
  bool stream_parse(ByteView data, Actions& actions);
  bool stream_bind(ByteView data, Actions& actions);
  // Likewise of deferred statements: before a message that is passed on in pieces, the one that a Bind names last.
  bool large_waits_for_parses(ByteView data, char type, Actions& actions);
  void stream_other(char type, Actions& actions);
  void copy_ended();
  [[nodiscard]] bool copying_in() const;
  void refuse(std::string_view sqlstate, std::string_view message, Actions& actions);

  // effects.cpp
  // The statement is about to be forwarded: its writes, settings and prepared statements are noted. Returns the slot
  // for it, which the caller adds behind what it sends.
  // `write`: its footprint; an EXECUTE has that of what it executes.
  [[nodiscard]] Slot note_forwarded(const AnalysisRef& analysis, const coherence::Footprint& write);
  void note_fetched();
  void note_removed(const sql::StatementFacts& facts, Slot& slot);
  void take_back_removed(const Slot& slot);
  void all_removed();  // the first slot has
  // Whether it has still to be seen that the server did remove that statement.
  [[nodiscard]] bool removal_pending(ByteView name) const;
  void note_settings(const Analysis& analysis);
  void note_setting(const std::string& name, const Analysis& analysis);
  StatementRef note_prepared(const sql::StatementFacts& facts, const Shape& shape);
  // Sends the Parse of a statement that the server has not seen.
  void materialise(const StatementRef& statement, Actions& actions);
  // Whether evaluating the arguments of an EXECUTE may change anything.
  [[nodiscard]] bool arguments_have_effects(const Shape& shape);
  // For EXECUTE: the analysis of what it executes; null where that is not known.
  AnalysisRef executed_statement(const Analysis& analysis);
  void settings_unknown();

  // parsed.cpp
  // The statement is parsed under what is in force now.
  void note_parsed(Statement& statement);
  // Likewise, and by the server.
  void note_parse_sent(Statement& statement);
  // The server is about to look at what the statement's names mean, if it has reason to; `analysis` says what it finds.
  void note_meaning(Statement& statement, const AnalysisRef& analysis);
  // Whether the server would take the statement's names for what `analysis` does.
  [[nodiscard]] bool means_the_same(const Statement& statement, const Analysis& analysis) const;
  // Why an execution must not be answered from the cache although one of a fresh statement of that text might.
  // `may_keep`: what the server answers is nevertheless what a fresh one would get.
  Reason parsed_otherwise(Statement& statement, const Analysis& analysis, bool& may_keep) const;
  // Whether the Parse or Bind was sent in an earlier round that has not been answered yet: it may have been skipped,
  // and then the server has another statement or portal of that name, or none. If so the session waits.
  bool waits_for_parse(const StatementRef& statement);
  bool waits_for_parse(const Analysis& analysis);
  bool waits_for_bind(const BoundPortal& portal);
  bool wait_for_rounds(bool doubtful);

  // extended.cpp
  Step parse(const wire::pg::Frame& frame, Actions& actions);
  Step bind(const wire::pg::Frame& frame, Actions& actions);
  Step describe(const wire::pg::Frame& frame, Actions& actions);
  Step execute(const wire::pg::Frame& frame, Actions& actions);
  Step execute_held(const wire::pg::Frame& frame, Actions& actions);
  Step execute_forwarded(const wire::pg::Frame& frame, const BoundPortal& portal, Reason reason, Actions& actions);
  void forward_execute(const wire::pg::Frame& frame, const BoundPortal& portal, RecordingRef recording, Reason reason,
                       Actions& actions);
  Step close(const wire::pg::Frame& frame, Actions& actions);
  Step close_statement(const wire::pg::Frame& frame, ByteView name, Actions& actions);
  Step sync(const wire::pg::Frame& frame, Actions& actions);
  Step flush(const wire::pg::Frame& frame, Actions& actions);

  // held.cpp
  void hold(const wire::pg::Frame& frame);
  // Sends on what is held. `recording` belongs to the Execute that comes next; null if none.
  void release_held(Actions& actions, const RecordingRef& recording = nullptr);
  void forward_held_frame(const wire::pg::Frame& frame, const RecordingRef& recording, Actions& actions);
  void drop_held() { held_ = {}; }
  // The server skips up to Sync: so it does with what was held.
  void skip_held(Actions& actions);
  // A Bind: the statement is made known to the server first if it is not. `bytes` may be empty: they follow.
  void forward_bind(ByteView bytes, ByteView statement_name, Actions& actions);
  // `message`: null where it is not known whole.
  void note_bound(ByteView portal, StatementRef statement, const wire::pg::Bind* message);
  [[nodiscard]] BoundWriteRef bind_write_of(const StatementRef& statement, const wire::pg::Bind* message) const;
  void forget_parsed(ByteView parse_message);
  // The server gets the portal that was answered from the cache, since the client goes on using it.
  void restore_finished_portal(Actions& actions);
  // There is no such portal any more, at the server either.
  void drop_finished_portal(Actions& actions);
  // Only Parse?, Bind, Describe? are held, in that order: what a hit can answer. Says which; false: something else.
  [[nodiscard]] bool held_is_one_execution(LocalReply& reply) const;
  // Puts the key of the held execution in key_; a reason other than none: it has no key.
  [[nodiscard]] Reason key_of_held(const Statement& statement, const wire::pg::Bind& bind);
  // The Bind among what is held.
  [[nodiscard]] bool held_bind(wire::pg::Frame& frame, wire::pg::Bind& bind) const;
  void finish_portal(ByteView bind);
  [[nodiscard]] StatementRef find_statement(ByteView name) const;
  void remember_statement(const StatementRef& statement);
  [[nodiscard]] static bool may_be_held(const StatementRef& statement);

  // lookup.cpp
  // Looks up under key_; needs_description: an entry without one is of no use.
  Found look_up(const AnalysisRef& analysis, const ExecutionValues& values, bool needs_description, Actions& actions);
  // Forwards in any case, and keeps the answer.
  Found look_past(const AnalysisRef& analysis, const ExecutionValues& values, Reason reason);
  cache::EntryRef usable_entry(const Analysis& analysis, const cache::KeyView& key, bool needs_description,
                               Reason& reason);
  RecordingRef start_recording(const AnalysisRef& analysis, const ExecutionValues& values, cache::Flight flight);
  [[nodiscard]] bool executions_pending() const;
  Reason obstacle_now(const Analysis& analysis, const ExecutionValues& values) const;
  Reason transaction_obstacle(const Analysis& analysis, const ExecutionValues& values) const;
  // Whether the server reads what is sent now as UTF8, and keeps it so.
  [[nodiscard]] bool texts_are_unicode() const { return texts_.unicode && !texts_unsettled_; }
  [[nodiscard]] ExecutionValues values_of(ByteView literals) const;
  [[nodiscard]] ExecutionValues values_of(const Statement& statement, const wire::pg::Bind& bind) const;
  void key_begin(char protocol, const Shape& shape);
  void deliver(LocalReply reply, Actions& actions, StatementRef parsed = nullptr);
  void write_local(const LocalReply& reply, Actions& actions);
  void count_forwarded(const Slot& slot) const;
  void store(Recording& recording, TimePoint started);

  // deferred_begin.cpp
  // The transaction status that the client was told last, or will be.
  [[nodiscard]] char client_status() const;
  // The server has nothing to do, and no transaction is open.
  [[nodiscard]] bool at_rest() const;
  // LISTEN: notifications come between transactions only, so the server has to know of them from their beginning.
  void note_listening(const Shape& shape);
  // Whether Execute may be able to answer it: it begins or ends a transaction.
  [[nodiscard]] bool may_be_answered_here(const StatementRef& statement) const;
  static void note_control_text(Statement& statement, ByteView sql);
  // What begins or ends a transaction: hit, with the completion in `reply`, where the server need not hear of it.
  Lookup answer_control(const ShapeRef& shape, ByteView sql, bool simple, LocalReply& reply, Actions& actions);
  Lookup defer_begin(const ShapeRef& shape, ByteView sql, bool simple, LocalReply& reply, Actions& actions);
  Step execute_control(const wire::pg::Frame& frame, Actions& actions);
  // The unnamed portal is closed, or replaced by a Query's.
  void forget_unnamed_portal();
  // Comes before whatever is sent to the server for the client.
  void send_begin(Actions& actions);
  // Whether more has to wait until it is known that the BEGIN before it was carried out.
  bool waits_for_begin();
  void settle_begin(BeginState state);
  void begin_ended();
  void begin_failed(Actions& actions);
  void give_up_begin(Actions& actions);
  // Instead of the deferred BEGIN, or the one that failed: a transaction in which something has failed.
  void break_transaction(Actions& actions);
  void fail_transaction(Actions& actions);  // the one that is open
  void begin_round_ended(Actions& actions);

  // snapshot_reads.cpp
  [[nodiscard]] bool may_read_snapshot(const sql::StatementFacts& begin);
  // To be asked before anything is sent for the client: whether that has to wait until the deferred transaction has a
  // snapshot and it is known that what was answered from the cache holds in it.
  bool takes_snapshot_first(Actions& actions);
  void snapshot_round_ended(Actions& actions);
  // A read that has to be the server's is one in a snapshot whose age is known: its answer may be kept.
  [[nodiscard]] bool keeps_snapshot_read(const Analysis& analysis, Reason reason) const;
  // Messages that are not looked into by those who carry them out before they send anything.
  [[nodiscard]] bool goes_to_server(const wire::pg::Frame& frame) const;

  // deferred_parse.cpp
  [[nodiscard]] bool may_defer_parses() const;  // whose acceptance is known, if they came now
  [[nodiscard]] bool may_be_deferred(const StatementRef& statement) const;
  [[nodiscard]] bool still_accepted(const AcceptedParse& parse) const;
  // Whether the statement is one from now on: its Parse is to be held.
  bool defers_parse(const StatementRef& statement, ByteView sql, Actions& actions);
  void forget_settled_parses();                       // that the server has, or the client has no more
  [[nodiscard]] StatementRef held_statement() const;  // whose Parse is the first of what is held
  [[nodiscard]] bool holds_deferred_parse() const;
  // Answers a held Parse of a deferred statement; releases anything else.
  void settle_held(Actions& actions);
  bool answers_description(const StatementRef& statement, Actions& actions);
  bool answers_removal(const StatementRef& statement, LocalReply reply, Actions& actions);
  bool answers_deallocate(const Shape& shape, Actions& actions);

  // parse_checks.cpp
  // To be asked before anything is sent that needs the statement, or may change how deferred ones are read (null: it
  // may do anything): whether that has to wait until the server has them and it is known that they are what they were.
  bool parse_goes_first(const StatementRef& statement, Actions& actions, bool asked = false);
  bool held_parse_goes_first(Actions& actions);
  bool all_parses_go_first(const Analysis* analysis, Actions& actions);
  [[nodiscard]] StatementRef statement_named_by(const Analysis& analysis) const;  // a deferred one
  [[nodiscard]] bool fits_still(const Statement& statement) const;  // it may be what it was for the client
  bool asks_settings_first(Actions& actions);  // before a batch begins in which it would be too late
  void send_parse(const StatementRef& statement, bool in_batch, bool wanted, Actions& actions);
  void refuse_execution(const StatementRef& statement, Actions& actions);
  void statement_described(const ParseCheck& check, bool alone, Actions& actions);
  void parses_checked();
  bool fails_execute(const Analysis& analysis, Actions& actions);
  [[nodiscard]] std::shared_ptr<ParseCheck> learns_parse(const StatementRef& statement, ByteView sql) const;
  void send_learning(std::shared_ptr<ParseCheck> check, ByteView name, Actions& actions);

  // session.cpp
  // The analysis of a text under the present context; null: wait, a probe is on its way.
  AnalysisRef analyse(const ShapeRef& shape, Actions& actions);
  AnalysisRef analyse(Statement& statement, Actions& actions);
  [[nodiscard]] bool context_known() const;
  // False: it cannot be asked now.
  bool start_probe(Actions& actions);
  void probe_answered(ByteView data_row_body);
  void probe_ended();
  [[nodiscard]] Asker asker() const;
  void forget_context();

  // server_side.cpp
  // Returns how many bytes are done with; 0: more are needed.
  std::size_t server_frame(ByteView data, const wire::pg::FrameHeader& header, Actions& actions);
  std::size_t stream_upstream(ByteView data, Actions& actions);
  void inspect(const wire::pg::Frame& frame, Actions& actions);
  void begin_server_message(char type);
  void pass_server_bytes(ByteView bytes, Actions& actions);
  void end_server_message(char type, Actions& actions);
  void refuse_recording(Recording& recording, telemetry::FillResult why);
  void command_complete(ByteView tag);
  void parameter_status(ByteView body);
  // A statement that failed only because a probe before it did gets the probe's error.
  bool replace_error(const wire::pg::Frame& frame, Actions& actions);
  void server_error(Actions& actions);
  void fail_batch();
  void drop_slot(Slot& slot);
  void forget_skipped(const StatementRef& statement);
  void copy_in_started();
  // Those sent while the server was in COPY IN for the front slot: it ignored them.
  void drop_ignored_syncs(bool failed);
  void server_ready(char status);
  void finish_ready(Actions& actions);
  void finish_slot(Actions& actions);
  void flush_local(Actions& actions);

  WorkerServices services_;
  Identity identity_;
  TextRules texts_;  // of identity_
  std::shared_ptr<CatalogSource> catalog_;
  std::string upstream_database_;  // what dependencies are made with
  WriteTracker tracker_;
  std::function<void()> wake_;

  std::deque<Slot> slots_;
  TextMap<StatementRef> statements_;
  TextMap<BoundPortal> named_portals_;
  Portal portal_;              // the unnamed one
  std::string finished_bind_;  // of its finished_local: the whole Bind message
  std::optional<DeferredBegin> deferred_;
  DeferredBegin begin_;  // the one that was sent last
  SnapshotReads given_;  // while the server takes the snapshot that it is held against
  // From before the snapshot of a transaction that may be answered from the cache, until that does more than read.
  std::optional<coherence::FillLease> snapshot_lease_;
  BeginState begin_state_ = BeginState::settled;
  bool listens_ = false;
  DeferredParses parses_;
  std::string key_;  // reused
  TimePoint now_{};  // when the client's bytes at hand were handed in

  // Client side.
  ByteView held_;                    // messages looked at but neither forwarded nor answered; ends where parsing stands
  std::size_t held_size_ = 0;        // between calls: held_ is that many bytes at the front
  std::uint64_t client_stream_ = 0;  // bytes of a message that is passed on without being kept whole
  std::size_t client_wanted_ = 0;
  Waiting waiting_ = Waiting::nothing;
  bool resumable_ = false;
  bool paused_ = false;  // client bytes were left because too much is owed
  bool hits_allowed_ = true;
  bool cancel_pending_ = false;  // cancelled while it waited
  bool discarding_ = false;      // after an error of our own: up to Sync
  bool skipping_ = false;        // the server skips up to Sync after its error
  bool batch_open_ = false;      // the server has messages of a batch, and not its Sync
  AnswerWait wait_;

  // Context.
  ContextRef context_;
  std::uint64_t context_generation_ = 0;
  std::uint64_t settings_generation_ = 0;
  std::uint64_t settings_serial_ = 1;         // counts how often the context was lost: settings may have changed
  std::uint64_t private_serial_ = 0;          // not 0: the settings are nobody else's
  std::uint64_t private_serial_before_ = 0;   // before the round in which they last became unknown:
  std::uint64_t unknown_settings_round_ = 0;  // this one
  bool probe_failed_ = false;                 // the last probe was no use: do not ask again before something changes
  bool transaction_changed_session_ = false;
  bool texts_changed_ = false;      // likewise a setting by which texts are read
  bool fetches_may_set_ = false;    // a cursor was declared whose query changes settings as it is fetched
  bool fetches_may_write_ = false;  // a portal was bound that SQL may fetch from, and that may change anything
  bool texts_unsettled_ = false;    // such a setting is being changed
  std::string probe_error_;         // the error that the probe got inside a transaction

  // Server side.
  char server_type_ = 0;             // of the message passing through
  std::uint64_t server_stream_ = 0;  // bytes of it still to come
  bool server_swallow_ = false;
  bool server_tag_is_prepare_ = false;
  bool server_could_not_read_ = false;     // the error passing through is about a text of which nothing was run
  Recording* server_recording_ = nullptr;  // of the front slot, while a message of it passes
  ParseCheck* server_check_ = nullptr;     // likewise
};

}  // namespace tapri::session::pg
