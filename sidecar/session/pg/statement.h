// Prepared statements and portals, as far as a session knows them.
//
// Thread-safety: none; they belong to their session. Views in a Portal: see there.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "session/accepted_parses.h"
#include "session/analysis.h"
#include "session/context.h"
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

}  // namespace tapri::session::pg
