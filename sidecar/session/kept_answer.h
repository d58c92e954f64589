// Whether what came from outside of the process is an answer as sessions keep it, and as they rely on it: whatever it
// says, a client gets whole messages, and no byte is looked for that is not there.
//
// Thread-safety: pure.
#pragma once

#include "base/bytes.h"
#include "base/protocol.h"
#include "cache/entry.h"

namespace tapri::session {

// `local_key`: of the answer in this process, which says how its client is answered. Notes how many rows it has.
[[nodiscard]] bool is_kept_answer(Protocol protocol, ByteView local_key, cache::NewEntry& entry);

}  // namespace tapri::session
