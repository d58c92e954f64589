// What a session wants done: bytes to write to either side, in order, and a few requests to the driver.
//
// The driver clears an Actions, calls the session, and carries out what it finds. Views point into the input that was
// handed to the session, into constants, or into `owner`: all of them stay good until the bytes are written if the
// driver keeps input and owner.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace tapri::session::pg {

struct Chunk {
  ByteView bytes;
  std::shared_ptr<const void> owner;  // null: see above
};

class ChunkList {
 public:
  // Joins the chunk before where the bytes lie behind each other and nobody owns them.
  void add(ByteView bytes);
  void add(ByteView bytes, std::shared_ptr<const void> owner);
  // Keeps a copy.
  void add_copy(std::string bytes);
  [[nodiscard]] bool empty() const { return chunks_.empty(); }
  [[nodiscard]] std::vector<Chunk>& chunks() { return chunks_; }
  void clear() { chunks_.clear(); }

 private:
  std::vector<Chunk> chunks_;
};

struct Actions {
  ChunkList to_client;
  ChunkList to_upstream;
  // Everything in to_client is to be written, then both sides are to be closed.
  bool close = false;
  // The session waits for another session's answer: call flight_timed_out() after Limits::flight_wait.
  bool wait_for_flight = false;
  // The write's outcome is unknown because the upstream went away; the driver keeps what take_orphans() returns.
  bool orphaned = false;

  void clear();
};

}  // namespace tapri::session::pg
