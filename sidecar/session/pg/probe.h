// The session probe: one query, sent over the client's own session and swallowed, that reads every setting which may
// change a result's bytes. Its answer makes the session's Context.
//
// It travels in the extended protocol under names of its own, so that the client's unnamed statement and portal live
// on, and every function in it is written with its schema, so that no search_path can bend it. It changes nothing and
// takes no locks but those of any read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "session/context.h"
#include "session/pg/write_tracker.h"

namespace tapri::session::pg {

// Appends the probe's messages up to and including Sync. `custom` are names of settings with a dot ("app.tenant") that
// the session has set: they are part of the answer.
void append_probe(std::string& out, std::span<const std::string> custom);

struct ProbeAnswer {
  std::string canonical;  // everything, unambiguous
  Context context;        // without id
  TransactionIsolation transaction_isolation = TransactionIsolation::unknown;
};

// Reads the probe's DataRow; false if it is not one.
[[nodiscard]] bool read_probe(ByteView data_row_body, ProbeAnswer& out);

}  // namespace tapri::session::pg
