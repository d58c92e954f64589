#include "session/actions.h"

#include <cstring>
#include <functional>
#include <utility>

namespace tapri::session {
namespace {

using Room = std::unique_ptr<char[]>;

// Rooms that no list of this thread needs now: a hit takes one and gives it back with its reply, and sessions that are
// idle have none.
class SpareRooms {
 public:
  SpareRooms() { rooms_.reserve(kMost); }
  [[nodiscard]] Room take() {
    if (rooms_.empty()) return std::make_unique_for_overwrite<char[]>(ChunkList::kRoom);
    Room room = std::move(rooms_.back());
    rooms_.pop_back();
    return room;
  }
  void give_back(Room room) {
    if (rooms_.size() < kMost) rooms_.push_back(std::move(room));
  }

 private:
  static constexpr std::size_t kMost = 64;
  std::vector<Room> rooms_;
};

thread_local SpareRooms spare_rooms;

}  // namespace

void ChunkList::add(ByteView bytes) {
  if (bytes.empty()) return;
  if (!chunks_.empty()) {
    Chunk& last = chunks_.back();
    if (!last.owner && !last.entry && last.bytes.data() + last.bytes.size() == bytes.data()) {
      last.bytes = ByteView(last.bytes.data(), last.bytes.size() + bytes.size());
      return;
    }
  }
  chunks_.push_back({bytes, nullptr, nullptr});
}

void ChunkList::add(ByteView bytes, std::shared_ptr<const void> owner) {
  if (!bytes.empty()) chunks_.push_back({bytes, std::move(owner), nullptr});
}

void ChunkList::add(ByteView bytes, cache::EntryRef entry) {
  if (!bytes.empty()) chunks_.push_back({bytes, nullptr, std::move(entry)});
}

void ChunkList::add_small(ByteView bytes, const cache::EntryRef& entry) {
  if (bytes.size() > kSmall || bytes.size() > kRoom - used_) return entry ? add(bytes, entry) : add(bytes);
  if (!room_) room_ = spare_rooms.take();
  char* const copy = room_.get() + used_;
  std::memcpy(copy, bytes.data(), bytes.size());
  used_ += bytes.size();
  add(ByteView(copy, bytes.size()));
}

void ChunkList::add_copy(std::string bytes) {
  auto owned = std::make_shared<const std::string>(std::move(bytes));
  const ByteView view = *owned;
  add(view, std::move(owned));
}

void ChunkList::take(ChunkList& other) {
  if (empty()) return swap(other);
  for (Chunk& chunk : other.chunks_) {
    if (other.copied_here(chunk)) {
      add_copy(std::string(chunk.bytes));  // its room goes with the other list
    } else {
      chunks_.push_back(std::move(chunk));
    }
  }
  other.clear();
}

void ChunkList::swap(ChunkList& other) noexcept {
  chunks_.swap(other.chunks_);
  room_.swap(other.room_);
  std::swap(used_, other.used_);
}

bool ChunkList::copied_here(const Chunk& chunk) const {
  const char* const begin = room_.get();
  return begin != nullptr && std::less_equal<>()(begin, chunk.bytes.data()) &&
         std::less<>()(chunk.bytes.data(), begin + kRoom);
}

void ChunkList::give_room_back() {
  spare_rooms.give_back(std::move(room_));
  used_ = 0;
}

}  // namespace tapri::session
