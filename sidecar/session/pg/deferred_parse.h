// A named statement that was answered by Tapri and has not been sent: it goes to the server when that has to know of
// it, or never (docs/adr/0013-deferred-parse.md).
//
// Thread-safety: the structs belong to their session; the functions are pure.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "session/accepted_parses.h"
#include "session/analysis.h"
#include "session/pg/statement.h"

namespace tapri::session::pg {

// So many may be deferred in a session at once: all of them are sent before what may change how they are read.
inline constexpr std::size_t kMaxDeferredParses = 64;

// The deferred statements of a session.
struct DeferredParses {
  std::vector<StatementRef> all;  // and some that no longer are
  bool tried = false;             // for the message at hand they were sent as far as they can be
  std::string error;              // what became of the one that it names
  bool names_unseen = false;      // the server may have statements of which the session does not know
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

// Whether a server tells these names apart: it cuts longer ones, and may read other characters in its own way.
[[nodiscard]] bool is_plain_name(ByteView name);
// Whether settings, schema and prepared statements are the same behind it but for those that it removes, and it does
// not show which there are.
[[nodiscard]] bool leaves_parses_alone(const Analysis& analysis);
// A setting that neither names, privileges nor snapshots depend on.
[[nodiscard]] bool changes_only_how_literals_are_read(const Analysis& analysis);
// BEGIN or SET TRANSACTION of a transaction with one snapshot, which what is parsed in it would take too early.
[[nodiscard]] bool asks_for_one_snapshot(const Analysis& analysis);
// Whether anything in the text may be read otherwise under other settings: a literal, or a quote of one that was not
// lifted out of the shape.
[[nodiscard]] bool may_hold_literals(ByteView shape, ByteView literals);
// Appends the Parse with the types that the server found for the parameters, as it would itself read the text again.
void append_accepted(std::string& out, ByteView name, const AcceptedParse& parse);
// Whether the rows described are of the same types: what PostgreSQL compares before it executes a statement whose
// tables were changed. Both are descriptions as in AcceptedParse.
[[nodiscard]] bool same_result(ByteView one, ByteView other);
// What it says where they are not.
[[nodiscard]] std::string changed_result_error();

}  // namespace tapri::session::pg
