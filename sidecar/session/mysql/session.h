// One client's session after login, as a pure state machine: bytes of either side in, actions out.
//
// It answers what the cache can, forwards everything else untouched, records results worth keeping, and sees to it that
// no write is acknowledged before the invalidation log has it. What it does not understand it passes on and takes as a
// write to everything.
//
// The protocol is one of question and answer, so there is one command at a time on its way: a client that sends more
// without waiting is read on only when the answer before is complete. Messages pass untouched, with their sequence ids;
// only of an authentication within the session (COM_CHANGE_USER) each leg counts its own.
//
// What cannot be followed (commands without a known form of answer, an answer that is not what it should be) makes the
// session opaque: from there on bytes pass both ways unseen, and as long as it lives nothing is kept of its server.
//
// Parts: session.cpp (life, what comes in), commands.cpp (what is done with a command), executions.cpp (of prepared
// statements), effects.cpp (what it does to the session), lookup.cpp (keys, hits, recordings), answers.cpp (what the
// server says), context.cpp (the session probe), found_rows.cpp (what FOUND_ROWS() has to say).
//
// Usage: as session/pg/session.h. Thread-safety: none; a session lives on its worker's thread. Never throws, blocks or
// does I/O.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "session/actions.h"
#include "session/answer_wait.h"
#include "session/mysql/auth_relay.h"
#include "session/mysql/found_rows.h"
#include "session/mysql/identity.h"
#include "session/mysql/key_values.h"
#include "session/mysql/probe.h"
#include "session/mysql/recording.h"
#include "session/mysql/statement.h"
#include "session/mysql/write_tracker.h"
#include "session/worker_services.h"
#include "wire/mysql/commands.h"
#include "wire/mysql/packet.h"
#include "wire/mysql/response_stream.h"

namespace tapri::session::mysql {

class Session {
 public:
  // `wake` is called from any thread when a flight that this session waits for has landed; the driver then calls
  // flight_landed() on the session's own thread.
  Session(WorkerServices services, Identity identity, std::function<void()> wake);

  // Both return how many bytes at the front of `data` are done with.
  [[nodiscard]] std::size_t on_client_data(ByteView data, Actions& actions);
  [[nodiscard]] std::size_t on_upstream_data(ByteView data, Actions& actions);

  // Client bytes that were left for lack of an answer can be handed in again.
  [[nodiscard]] bool resumable() const { return resumable_; }
  // Waits: no client bytes are taken now.
  [[nodiscard]] bool blocked() const { return receiving_ == Receiving::nothing; }
  // How large the buffer of client bytes must be able to grow for the message that is coming in.
  [[nodiscard]] std::size_t client_bytes_wanted() const { return client_wanted_; }

  void flight_landed();
  void flight_timed_out();

  // Nothing is owed to the client and no transaction is open.
  [[nodiscard]] bool idle() const {
    return receiving_ == Receiving::command && !answering_ && !tracker_.may_be_inside();
  }
  [[nodiscard]] const WriteTracker& writes() const { return tracker_; }
  // Whether the log was read after the client's bytes came, where the promise asks for it.
  void allow_hits(bool allowed) { hits_allowed_ = allowed; }
  // Writes were sent whose outcome has not come: the upstream must be read on, even if the client is gone.
  [[nodiscard]] bool write_in_flight() const { return answering_ && tracker_.write_in_flight(); }
  // The upstream is gone: the writes that it may still carry out, still dirty. Empty where there are none.
  [[nodiscard]] coherence::DirtyMark upstream_lost() { return tracker_.upstream_lost(); }
  [[nodiscard]] std::uint32_t connection_id() const { return identity_.connection_id; }

 private:
  // What comes from the client next.
  enum class Receiving : std::uint8_t {
    command,
    body,            // the rest of a command that is not kept whole
    file,            // for LOAD DATA LOCAL
    authentication,  // within COM_CHANGE_USER
    nothing,         // an answer is awaited first
    anything,        // opaque
  };
  // Who asked what the server answers now.
  enum class Asker : std::uint8_t { client, probe, replay };
  enum class Step : std::uint8_t { done, blocked };

  // session.cpp. The first ones return how many bytes at the front are done with; 0: more are needed, or an answer.
  std::size_t receive(ByteView data, Actions& actions);
  std::size_t receive_command(ByteView data, Actions& actions);
  std::size_t receive_body(ByteView data, Actions& actions);
  std::size_t receive_file(ByteView data, Actions& actions);
  std::size_t receive_authentication(ByteView data, Actions& actions);
  void wait() { receiving_ = Receiving::nothing; }
  void go_on();
  void become_opaque();
  [[nodiscard]] std::size_t max_whole_message() const { return services_.shared.limits.max_statement + 65536; }

  // commands.cpp. `whole`: with its packet's header.
  Step command(ByteView whole, ByteView payload, Actions& actions);
  void large_command(ByteView head);
  Step query(ByteView whole, ByteView payload, Actions& actions);
  Step other(ByteView whole, ByteView payload, Actions& actions);
  void change_user(ByteView payload);
  Step ask_unknown(ByteView whole, Actions& actions);
  // Of a statement: its analysis, the values of this execution, and why it is not answered from the cache.
  struct Question {
    AnalysisRef analysis;
    ExecutionValues values;
    Reason reason = Reason::none;
    bool may_hit = true;
    std::string completed;  // what is sent instead of the client's command; empty: nothing
  };
  Step ask(const Question& question, ByteView whole, Actions& actions);
  static void forward(ByteView whole, Actions& actions);
  void forget_last_hit(Actions& actions);
  void begin_answer(wire::mysql::Command command);

  // executions.cpp
  Step prepare(ByteView whole, ByteView payload, Actions& actions);
  Step execute(ByteView whole, ByteView payload, Actions& actions);
  [[nodiscard]] Reason key_of_execution(const Statement& statement, const Question& question, std::uint8_t flags,
                                        ByteView types);
  [[nodiscard]] bool keeps_settings(const Statement& statement) const;
  [[nodiscard]] bool converts_parameters(const Statement& statement) const;
  [[nodiscard]] bool named_parameters() const;
  [[nodiscard]] bool lacks_types(const Statement& statement) const;
  bool sends_types_first(ByteView head, Actions& actions);
  [[nodiscard]] bool executes_again(ByteView payload) const;
  void note_replayed(ByteView payload);
  void note_statement(ByteView payload);

  // effects.cpp
  void note_forwarded(const Analysis& analysis);
  void note_unknown();
  void note_hidden_effects(bool known);
  void settle_suspicion();
  [[nodiscard]] bool follows_setting(std::string_view name) const;
  void settings_unknown();
  [[nodiscard]] bool harmless_in_any_database(const Analysis& analysis) const;
  void session_reset();
  [[nodiscard]] bool goes_by_last_answer(const Analysis& analysis) const;
  // Whether what was answered from the cache has to be asked of the server first, for what comes then goes by it.
  bool replays_first(Actions& actions);

  // found_rows.cpp
  [[nodiscard]] bool found_rows_matter();
  void note_found_rows_asked();
  bool tells_found_rows_first(Actions& actions);
  // Whether the server has to be told of what was answered without it before anything, or before this, is sent to it.
  bool tells_first(Actions& actions);
  bool tells_first(const Analysis& analysis, Actions& actions);
  void note_found_rows(const Analysis& analysis);

  // context.cpp
  [[nodiscard]] bool context_known() const { return context_ != nullptr; }
  // Whether the settings that the text is read by, or its answer depends on, have to be asked for first.
  bool asks_settings_first(ByteView sql, Actions& actions);
  // How a text is read is known, or makes no difference.
  [[nodiscard]] bool understands(ByteView sql) const;
  bool start_probe(Actions& actions);
  void probe_ended();
  void forget_context() { context_.reset(); }
  [[nodiscard]] session::Asker asker() const;

  // lookup.cpp
  [[nodiscard]] Reason obstacle_now(const Analysis& analysis, const ExecutionValues& values) const;
  void key_begin(char protocol, const Shape& shape);
  // Under key_.
  Found look_up(const AnalysisRef& analysis, Actions& actions);
  // From before the statement is sent; recording_ is completed once it is on its way.
  std::unique_ptr<Recording> start_recording(const AnalysisRef& analysis, cache::Flight flight);
  void complete_recording(const ExecutionValues& values);
  void deliver(const Analysis& analysis, const Found& found, ByteView whole, Actions& actions);
  void store(Recording& recording);
  void record(ByteView bytes);

  // answers.cpp
  std::size_t authenticate(ByteView data, Actions& actions);
  void authenticated(AuthRelay::Outcome outcome, ByteView payload);
  void inspect(const wire::mysql::ResponseStream::Step& step);
  void answer_ended();
  // Whether what was just answered ends the errors and warnings of the statements before it.
  [[nodiscard]] bool ends_conditions() const;
  void count_answer() const;

  WorkerServices services_;
  Identity identity_;
  std::shared_ptr<CatalogSource> catalog_;
  WriteTracker tracker_;
  std::function<void()> wake_;

  Receiving receiving_ = Receiving::command;
  Asker asked_by_ = Asker::client;
  wire::mysql::Command command_ = wire::mysql::Command::ping;
  bool answering_ = false;  // a command was sent, all of it or its beginning, and its answer is not complete
  bool resumable_ = false;
  std::size_t client_wanted_ = 0;
  wire::mysql::PacketWalk walk_;  // of a command's body, or of a file
  std::string joined_;            // of an authentication's message in several packets
  wire::mysql::ResponseStream response_;
  TimePoint now_{};           // when the client's bytes at hand were handed in
  TimePoint sent_{};          // the command
  std::uint16_t status_ = 0;  // flags of the server's last OK

  // Of the command that is being answered.
  AnalysisRef analysis_;  // null: not a statement, or not understood
  Reason reason_ = Reason::none;
  std::unique_ptr<Recording> recording_;
  std::unique_ptr<Recording> complete_;  // an answer that is to be kept once it is on its way to the client
  std::optional<Statement> prepared_;    // by it
  std::optional<Kills::UnderWay> kill_;
  std::string swallowed_;  // the answer to what Tapri asked itself

  AnswerWait wait_;
  bool hits_allowed_ = true;

  std::string key_;  // reused
  Statements statements_;
  // The command that was answered from the cache last, if nothing was sent since: for what goes by the last answer.
  std::string last_hit_;
  std::string held_close_;  // COM_STMT_CLOSE of the statement that it executes
  OwedRows owed_;
  std::uint64_t bodies_generation_ = 0;  // of the catalog whose bodies were looked through for FOUND_ROWS()

  // Context.
  ContextRef context_;
  sql::mysql::Dialect dialect_;
  std::string database_;  // the current one, as far as known
  ProbeVariables variables_;
  std::uint64_t settings_generation_ = 0;
  bool texts_unsettled_ = true;     // what texts are read by is not known
  bool last_failed_ = false;        // the client's last command
  bool leaves_conditions_ = false;  // what the client has asked: an error or warnings that nothing surely ended since
  bool probe_failed_ = false;       // do not ask again before something changes
  bool reads_uncommitted_ = false;
  bool finds_last_insert_ = false;    // by IS NULL, once (sql_auto_is_null)
  bool tracks_transactions_ = false;  // session_track_transaction_info
  bool texts_are_ascii_ = false;      // see ExecutionValues
  bool owns_temporary_ = false;       // tables that may shadow others
  bool suspects_hidden_ = false;      // something may have run that the catalog will know of once it is read
  bool locks_tables_ = false;
  std::uint64_t private_serial_ = 0;     // not 0: some settings are nobody else's, and no probe shows them
  bool next_isolation_changed_ = false;  // SET TRANSACTION, for the next transaction or the one that is open

  // Within COM_CHANGE_USER.
  std::optional<AuthRelay> auth_;
  Sequences sequences_;
  std::string next_user_;
};

}  // namespace tapri::session::mysql
