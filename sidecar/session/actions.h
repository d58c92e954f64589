// What a session wants done: bytes to write to either side, in order, and a few requests to the driver.
//
// The driver clears an Actions, calls the session, and carries out what it finds. Views point into the input that was
// handed to the session, into constants, into `owner` or `entry`, or into the list itself: all of them stay good until
// the bytes are written if the driver keeps input and list.
// Thread-safety: none; a ChunkList stays on the thread that filled it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "cache/entry.h"

namespace tapri::session {

struct Chunk {
  ByteView bytes;
  std::shared_ptr<const void> owner;  // null: see above
  cache::EntryRef entry;              // likewise
};

class ChunkList {
 public:
  // What add_small() copies at most: to hand the system pieces as small as this takes longer than to copy them.
  static constexpr std::size_t kSmall = 256;
  // What a list keeps of copied bytes.
  static constexpr std::size_t kRoom = 2048;

  ChunkList() = default;
  ~ChunkList() {
    if (room_) give_room_back();
  }
  ChunkList(ChunkList&& other) noexcept { swap(other); }
  ChunkList& operator=(ChunkList&& other) noexcept {
    swap(other);
    return *this;
  }
  ChunkList(const ChunkList&) = delete;
  ChunkList& operator=(const ChunkList&) = delete;

  // Joins the chunk before where the bytes lie behind each other and nobody owns them.
  void add(ByteView bytes);
  void add(ByteView bytes, std::shared_ptr<const void> owner);
  void add(ByteView bytes, cache::EntryRef entry);
  // Bytes of an entry, or constants (null): copied behind what was copied before if they are few and there is room, so
  // that a reply of several small parts is one piece.
  void add_small(ByteView bytes, const cache::EntryRef& entry = nullptr);
  // Keeps a copy.
  void add_copy(std::string bytes);
  // Takes over what `other` has, behind what is there.
  void append(ChunkList& other) {
    if (!other.empty()) take(other);
  }
  [[nodiscard]] bool empty() const { return chunks_.empty(); }
  [[nodiscard]] const std::vector<Chunk>& chunks() const { return chunks_; }
  void clear() {
    if (!chunks_.empty()) chunks_.clear();
    if (room_) give_room_back();
  }
  void swap(ChunkList& other) noexcept;

 private:
  [[nodiscard]] bool copied_here(const Chunk& chunk) const;
  void take(ChunkList& other);
  void give_room_back();

  std::vector<Chunk> chunks_;
  std::unique_ptr<char[]> room_;  // kRoom bytes, lent by the thread; null: none needed yet
  std::size_t used_ = 0;          // of room_
};

// Who carries out what a session wants.
class Driver {
 public:
  Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // What was wanted up to now is carried out: the kernel has what it takes of the bytes, and the Actions are clear. For
  // sessions that have more to do than the other side should wait for.
  virtual void carry_out_now() = 0;

 protected:
  ~Driver() = default;
};

struct Actions {
  ChunkList to_client;
  ChunkList to_upstream;
  // Everything in to_client is to be written, then both sides are to be closed.
  bool close = false;
  // The session waits for another session's answer: call flight_timed_out() after Limits::flight_wait.
  bool wait_for_flight = false;
  Driver* driver = nullptr;  // null: all is carried out when the session returns

  void carry_out_now() {
    if (driver != nullptr) driver->carry_out_now();
  }
  void clear() {
    to_client.clear();
    to_upstream.clear();
    close = wait_for_flight = false;
  }
};

}  // namespace tapri::session
