// Reply slots: what the client is owed, in order, one slot a request.
//
// A slot is answered by the server (forwarded), by the cache (local), or is Tapri's own and answered to nobody
// (swallowed). Replies leave in the order of slots, which is what keeps pipelining right.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cache/entry.h"
#include "session/pg/deferred_parse.h"
#include "session/pg/recording.h"
#include "session/pg/statement.h"

namespace tapri::session::pg {

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
