// What an OK tells of changes to the session, read only when asked for (MySQL Internals, "OK_Packet: Session State
// Information"; MariaDB, "OK_Packet: Session Change Type").
//
// Each change is a type, and data whose form depends on the type. The types are alike in both servers up to 5; MariaDB
// adds no other. An unknown type's data is handed out as it is.
// Views point into what was given. Nothing allocates or throws; the work is bounded by the size of the packet.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

enum class SessionTrack : std::uint8_t {
  system_variable = 0,  // name and value; MariaDB may send several in one
  schema = 1,           // value: the default database
  state_change = 2,     // value: "1" if the session's state changed otherwise, "0" if tracking was switched off
  gtids = 3,            // value: the transactions' ids as a text
  transaction_characteristics = 4,  // value: statements that would begin such a transaction; may be empty
  transaction_state = 5,            // value: eight letters
};

struct SessionChange {
  SessionTrack type = SessionTrack::system_variable;
  ByteView name;   // of a system variable
  ByteView value;  // for an unknown type: its data
};

// What a transaction_state tells; each letter is its place's, or '_'.
struct TransactionState {
  bool explicit_transaction = false;  // 'T': begun by a statement
  bool implicit_transaction = false;  // 'I': by autocommit being off
  bool read_unsafe = false;           // 'r': non-transactional tables were read
  bool read_transactional = false;    // 'R'
  bool wrote_unsafe = false;          // 'w': non-transactional tables were written
  bool wrote_transactional = false;   // 'W'
  bool unsafe_statement = false;      // 's': a statement that may not be the same on a replica
  bool result_set = false;            // 'S'
  bool locked_tables = false;         // 'L': LOCK TABLES
};

// False, and `out` in an unspecified state, if the value has not its form.
[[nodiscard]] bool decode_transaction_state(ByteView value, TransactionState& out);

// How the walk over changes ended.
enum class SessionTrackStatus : std::uint8_t {
  complete,
  malformed,  // what was visited before is good
};

namespace detail {

template <typename Visit>
void visit_change(SessionTrack type, Reader& data, Visit&& visit) {
  SessionChange change;
  change.type = type;
  switch (type) {
    case SessionTrack::system_variable:
      do {
        change.name = data.lenenc_bytes();
        change.value = data.lenenc_bytes();
        if (!data.failed()) visit(change);
      } while (data.remaining() > 0);
      return;
    case SessionTrack::gtids:
      static_cast<void>(data.u8());  // the encoding: only one is known, and nobody looks at it
      [[fallthrough]];
    case SessionTrack::schema:
    case SessionTrack::transaction_characteristics:
    case SessionTrack::transaction_state:
      change.value = data.lenenc_bytes();
      break;
    default:  // a state_change has no length of its own
      change.value = data.rest();
      break;
  }
  if (!data.failed()) visit(change);
}

}  // namespace detail

// visit(const SessionChange&), in the order sent.
template <typename Visit>
[[nodiscard]] SessionTrackStatus for_each_session_change(ByteView session_state, Visit&& visit) {
  Reader reader(session_state);
  while (reader.remaining() > 0) {
    const auto type = static_cast<SessionTrack>(reader.u8());
    const ByteView bytes = reader.lenenc_bytes();
    if (reader.failed()) return SessionTrackStatus::malformed;
    Reader data(bytes);
    detail::visit_change(type, data, visit);
    if (data.failed()) return SessionTrackStatus::malformed;
  }
  return SessionTrackStatus::complete;
}

}  // namespace tapri::wire::mysql
