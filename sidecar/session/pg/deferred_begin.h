// A BEGIN that was answered by Tapri and has not been sent: it goes ahead of the first statement that the server must
// see, or is never sent at all (docs/adr/0008-lazy-begin.md).
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "session/pg/snapshot_reads.h"
#include "session/shape_table.h"

namespace tapri::session::pg {

struct DeferredBegin {
  ShapeRef shape;
  std::string sql;              // the client's own words
  bool simple = false;          // it came as a Query
  bool repeatable = false;      // REPEATABLE READ READ ONLY: what is answered ahead of it is of one moment
  SnapshotReads snapshot;       // what was answered
  bool unnamed_portal = false;  // it was executed in that, and with the server it would be there still
};

// Of a BEGIN that was sent, behind the client's back. While it is not settled, no more is sent than what is skipped
// with it should it fail: one message or batch.
enum class BeginState : std::uint8_t {
  settled,
  sent,
  failed,    // it did; the ReadyForQuery behind it is still to come
  breaking,  // a transaction is made for the client that has failed, as it would have with a BEGIN of its own
};

// The CommandComplete of a statement that begins a transaction; empty: not known.
[[nodiscard]] ByteView completion_of_begin(ByteView sql);

// Appends Close, Parse, Bind and Execute, and behind them Close of the statement and, unless it is the unnamed one, of
// the portal.
void append_begin(std::string& out, const DeferredBegin& begin);
// Appends an Execute that fails.
void append_failure(std::string& out);

}  // namespace tapri::session::pg
