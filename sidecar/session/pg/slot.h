// Reply slots: what the client is owed, in order, one slot a request.
//
// A slot is answered by the server (forwarded), by the cache (local), or is Tapri's own and answered to nobody
// (swallowed). Replies leave in the order of slots, which is what keeps pipelining right.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "cache/entry.h"
#include "cache/flight.h"
#include "session/accepted_parses.h"
#include "session/analysis.h"
#include "session/context.h"
#include "session/pg/bind_keys.h"
#include "wire/pg/frontend.h"

namespace tapri::session::pg {

// A prepared statement as the client knows it. The unnamed one the server gets when it needs it, and so it does one
// with a name that it is known to accept; others it has.
struct Statement {
  std::string name;           // empty: the unnamed one
  std::string text;           // of the unnamed one
  AcceptedParseRef accepted;  // with a name: while the server has not got it, it is deferred
  std::string types;          // the end of Parse: count and OIDs of declared parameter types
  ShapeRef shape;
  std::string literals;
  bool types_known = true;  // that `types` are all that was declared: not so of SQL's PREPARE
  bool unicode = false;     // the server read `literals` as UTF8
  AnalysisRef analysis;     // under `context`
  std::uint64_t context = 0;
  bool upstream = false;          // the server has it, or will have when it gets to what was sent
  bool unchecked = false;         // it has, but it is not known whether its result is the one that was described
  bool refused = false;           // deferred: when it was sent it was not what was accepted
  std::uint64_t parse_round = 0;  // the round in which its Parse was sent and not answered yet; 0: none

  // What was in force when the server parsed it, for it keeps to that.
  std::uint64_t parse_settings = 0;      // Session::settings_serial_
  std::uint64_t parse_context = 0;       // the context's id; 0: not known
  std::uint64_t checked_generation = 0;  // of the catalog, when the server has parsed or executed it; 0: not known
  AnalysisRef meaning;  // the last under which its names were known to mean what they do for the server
  ContextRef meaning_context;
  bool moved = false;  // its names may by now mean something else than what the server found

  [[nodiscard]] bool deferred() const { return accepted && !upstream; }
};
using StatementRef = std::shared_ptr<Statement>;

// What an execution writes, as far as its parameters tell.
struct BoundWrite {
  AnalysisRef analysis;  // that it was made of
  coherence::Footprint footprint;
};
using BoundWriteRef = std::shared_ptr<const BoundWrite>;

// What is known of a portal.
struct BoundPortal {
  StatementRef statement;   // null: not known
  std::uint64_t round = 0;  // in which it was bound
  BoundWriteRef write;      // null: not known
};
struct Portal : BoundPortal {
  bool held = false;            // its Bind is in the held range
  bool finished_local = false;  // answered from the cache to its end
  bool read_out = false;        // likewise, and the server has since been given a portal that stands at its start
  // While it is held: the Bind, as long as the message begins at that address.
  wire::pg::Bind bind;
  const char* bind_at = nullptr;
};

// A Describe behind a Parse whose answer is for Tapri.
struct ParseCheck {
  StatementRef statement;                  // deferred: has to be what was accepted. Null: learned from
  std::shared_ptr<AcceptedParse> learned;  // complete but for what the server says of it
  std::string described;                   // whole messages
  bool wanted = false;                     // the SQL that waits for it names it
  bool asked = false;                      // what waits for it is a Describe
  bool refuses = false;                    // of the Execute that is to fail
  bool failed = false;                     // too much, or a notice came with it

  [[nodiscard]] bool waited_for() const { return statement != nullptr; }
};

// A result on its way from the server that is to be kept.
struct Recording {
  ByteString key;
  AnalysisRef analysis;
  BoundRead read;  // what the result depends on
  coherence::FillLease lease;
  cache::Flight flight;
  ByteString payload;
  std::uint32_t description_size = 0;
  std::uint32_t rows = 0;
  bool refused = false;  // nothing more is recorded

  explicit Recording(coherence::FillLease taken) : lease(taken) {}
};
using RecordingRef = std::shared_ptr<Recording>;

// The deferred statements of a session.
struct DeferredParses {
  std::vector<StatementRef> all;  // and some that no longer are
  bool tried = false;             // for the message at hand they were sent as far as they can be
  std::string error;              // what became of the one that it names
  bool names_unseen = false;      // the server may have statements of which the session does not know
};

// What a look-up in the cache came to.
enum class Lookup : std::uint8_t { hit, forward, blocked };
struct Found {
  Lookup outcome = Lookup::forward;
  cache::EntryRef entry;
  RecordingRef recording;  // forward: keep the answer
  Reason reason = Reason::none;
  bool coalesced = false;
};

enum class SlotKind : std::uint8_t {
  query,  // ends with ReadyForQuery
  parse,
  bind,
  describe_statement,
  describe_portal,
  execute,
  close,
  sync,           // ends with ReadyForQuery
  function_call,  // ends with ReadyForQuery
  local,
};

// What a local slot answers, in this order.
struct LocalReply {
  bool parse_complete = false;
  bool bind_complete = false;
  bool description = false;    // the entry's row description
  bool rows = false;           // the entry's rows and completion
  ByteView completion;         // a constant: the CommandComplete of what begins or ends a transaction
  AcceptedParseRef described;  // what was asked of a deferred statement
  bool close_complete = false;
  bool nothing_more = false;    // a portal that was read to its end is executed again
  bool ready = false;           // ReadyForQuery
  bool in_transaction = false;  // as the client knows it; else as the server said last
  cache::EntryRef entry;
  std::shared_ptr<const std::string> error;  // a whole ErrorResponse, in place of rows
};

struct Slot {
  SlotKind kind = SlotKind::query;
  bool swallowed = false;
  bool probe = false;
  bool begin = false;          // of a deferred BEGIN, up to its Execute
  bool snapshot = false;       // of a deferred BEGIN that is sent by itself, for the snapshot to be taken
  bool copies_in = false;      // may put the server in COPY IN, and the client has not ended that yet
  bool copying = false;        // the server is in COPY IN
  bool removes_all = false;    // DEALLOCATE ALL or DISCARD ALL, and nothing else
  bool alone = false;          // of a round of Tapri's own, in which deferred statements are sent
  bool maybe_ignored = false;  // a Sync sent while the server may be in COPY IN, which ignores it
  LocalReply reply;
  StatementRef statement;  // parse, local: taken back if it fails; else remembered if it succeeds (PREPARE)
  StatementRef executed;   // execute: the one that the portal is of
  std::shared_ptr<ParseCheck> check;
  std::shared_ptr<TextMap<StatementRef>> removed;  // by Close, DEALLOCATE or DISCARD: taken back if it fails
  RecordingRef recording;                          // execute, query; what is sent with an execute: that execute's
  AnalysisRef analysis;                            // for counting; null: not counted
  Reason reason = Reason::none;                    // why it was forwarded
  TimePoint started{};
};

}  // namespace tapri::session::pg
