// Recordings of MySQL's results: eight bytes of capabilities that it was recorded with, eight of the client that it is
// sent to, and the recording. What is sent must be found to be the same result.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/mysql/packet.h"
#include "wire/mysql/replay.h"

namespace {

using namespace tapri::wire::mysql;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_again(tapri::ByteView recording, const ResultLayout& layout, Capabilities client) {
  std::string out;
  append_result(out, recording, layout, client, {.warnings = 3, .status = status::kAutocommit});
  const auto again = find_layout(out, client);
  check(again.has_value());
  check(again->row_count == layout.row_count && again->column_count == layout.column_count);
  check(again->rows_end - again->rows_at == layout.rows_end - layout.rows_at);
  check(again->status == status::kAutocommit && again->warnings == 3);
  std::string rows = out.substr(again->rows_at, again->rows_end - again->rows_at);
  std::uint8_t sequence = layout.rows_sequence;
  check(renumber(rows, 0, sequence) == rows.size());
  check(rows == recording.substr(layout.rows_at, rows.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kHead = 16;
  if (size < kHead) return 0;
  const auto* const bytes = reinterpret_cast<const char*>(data);
  const Capabilities from = load_little(bytes, 8);
  const Capabilities to = load_little(bytes + 8, 8);
  const tapri::ByteView recording(bytes + kHead, size - kHead);
  const auto layout = find_layout(recording, from);
  if (!layout) return 0;
  check(layout->columns_at <= layout->columns_end && layout->columns_end <= layout->rows_at);
  check(layout->rows_at <= layout->rows_end && layout->rows_end < recording.size());
  check_again(recording, *layout, from);
  if (can_replay(from, to)) check_again(recording, *layout, to);
  return 0;
}
