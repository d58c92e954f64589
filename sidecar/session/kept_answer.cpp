#include "session/kept_answer.h"

#include <cstdint>
#include <cstring>

#include "session/mysql/kept_result.h"
#include "wire/pg/backend.h"
#include "wire/pg/frame.h"

namespace tapri::session {
namespace {

// [description] rows completion.
bool is_postgres_answer(ByteView rest, std::size_t description_size) {
  wire::pg::Frame frame;
  const auto take = [&] {
    if (wire::pg::take_frame(rest, frame) != wire::pg::FrameStatus::complete) return false;
    rest.remove_prefix(frame.whole.size());
    return true;
  };
  if (description_size > 0) {
    if (!take() || frame.type != wire::pg::backend::kRowDescription) return false;
    if (frame.whole.size() != description_size) return false;
  }
  do {
    if (!take()) return false;
  } while (frame.type == wire::pg::backend::kDataRow);
  return frame.type == wire::pg::backend::kCommandComplete && rest.empty();
}

// The key has the capabilities behind its two ids.
bool is_mysql_answer(ByteView local_key, cache::NewEntry& entry) {
  constexpr std::size_t kAt = 2 * sizeof(std::uint64_t);
  wire::mysql::Capabilities capabilities = 0;
  if (local_key.size() < kAt + sizeof capabilities) return false;
  std::memcpy(&capabilities, local_key.data() + kAt, sizeof capabilities);
  const auto layout = mysql::layout_to_keep(entry.payload, capabilities);
  if (!layout || layout->columns_end != entry.description_size) return false;
  entry.rows = static_cast<std::uint32_t>(layout->row_count);
  return true;
}

}  // namespace

bool is_kept_answer(Protocol protocol, ByteView local_key, cache::NewEntry& entry) {
  if (protocol == Protocol::mysql) return is_mysql_answer(local_key, entry);
  return is_postgres_answer(entry.payload, entry.description_size);
}

}  // namespace tapri::session
