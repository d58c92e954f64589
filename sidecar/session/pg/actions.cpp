#include "session/pg/actions.h"

#include <utility>

namespace tapri::session::pg {

void ChunkList::add(ByteView bytes) {
  if (bytes.empty()) return;
  if (!chunks_.empty()) {
    Chunk& last = chunks_.back();
    if (!last.owner && last.bytes.data() + last.bytes.size() == bytes.data()) {
      last.bytes = ByteView(last.bytes.data(), last.bytes.size() + bytes.size());
      return;
    }
  }
  chunks_.push_back({bytes, nullptr});
}

void ChunkList::add(ByteView bytes, std::shared_ptr<const void> owner) {
  if (!bytes.empty()) chunks_.push_back({bytes, std::move(owner)});
}

void ChunkList::add_copy(std::string bytes) {
  auto owned = std::make_shared<const std::string>(std::move(bytes));
  const ByteView view = *owned;
  add(view, std::move(owned));
}

void Actions::clear() {
  to_client.clear();
  to_upstream.clear();
  close = wait_for_flight = orphaned = false;
}

}  // namespace tapri::session::pg
