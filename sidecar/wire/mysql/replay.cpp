#include "wire/mysql/replay.h"

#include <limits>

#include "wire/mysql/packet.h"
#include "wire/mysql/response_follower.h"

namespace tapri::wire::mysql {

namespace {

// Any command that is answered by a result of this form: the follower reads both forms of rows alike.
constexpr Command kAnyQuery = Command::stmt_execute;

// Collects what find_layout() returns while the follower tells what is what.
class LayoutFinder {
 public:
  explicit LayoutFinder(Capabilities capabilities) : follower_(capabilities) { follower_.begin(kAnyQuery); }

  [[nodiscard]] std::optional<ResultLayout> find(ByteView recording) {
    std::size_t at = 0;
    Packet packet;
    while (take_packet(recording.substr(at), packet)) {
      if (packet.sequence != expected_++) return std::nullopt;
      const std::size_t behind = at + packet.whole.size();
      // A continuation belongs to the row before it.
      if (!continued_ && (follower_.done() || !take(packet, at, behind))) return std::nullopt;
      continued_ = packet.payload.size() == kMaxPayload;
      at = behind;
    }
    const ResponseSummary& summary = follower_.summary();
    if (!follower_.done() || continued_ || at != recording.size() || summary.results != 1 || summary.cursor) {
      return std::nullopt;
    }
    layout_.row_count = summary.rows;
    layout_.status = summary.status;
    layout_.warnings = summary.warnings;
    return layout_;
  }

 private:
  bool take(const Packet& packet, std::size_t at, std::size_t behind) {
    switch (follower_.on_message(static_cast<std::uint32_t>(packet.payload.size()), packet.payload)) {
      case ResponsePart::column_count:
        if (follower_.summary().column_count > std::numeric_limits<std::uint16_t>::max()) return false;
        layout_.column_count = static_cast<std::uint32_t>(follower_.summary().column_count);
        layout_.columns_at = layout_.columns_end = behind;
        return true;
      case ResponsePart::column:
        layout_.columns_end = behind;
        ++columns_;
        return packet.payload.size() < kMaxPayload;  // or more packets than definitions would be counted
      case ResponsePart::columns_end:
        return true;
      case ResponsePart::row:
        if (follower_.summary().rows == 1) {
          layout_.rows_at = at;
          layout_.rows_sequence = packet.sequence;
        }
        return true;
      case ResponsePart::rows_end:
        layout_.rows_end = at;
        layout_.end_sequence = packet.sequence;
        if (follower_.summary().rows == 0) {
          layout_.rows_at = at;
          layout_.rows_sequence = packet.sequence;
        }
        return columns_ == layout_.column_count;
      default:
        return false;
    }
  }

  ResponseFollower follower_;
  ResultLayout layout_;
  std::uint8_t expected_ = 1;
  std::uint32_t columns_ = 0;
  bool continued_ = false;
};

}  // namespace

std::optional<ResultLayout> find_layout(ByteView recording, Capabilities capabilities) {
  return LayoutFinder(capabilities).find(recording);
}

void append_result(std::string& out, ByteView recording, const ResultLayout& layout, Capabilities client,
                   const Eof& end) {
  std::uint8_t sequence = 1;
  append_column_count(out, sequence, client, {.count = layout.column_count, .metadata_follows = true});
  // Numbered from 2, here as there.
  out.append(recording.substr(layout.columns_at, layout.columns_end - layout.columns_at));
  sequence = static_cast<std::uint8_t>(sequence + layout.column_count);
  // Warnings are counted when the rows are there.
  if (!has(client, capability::kDeprecateEof)) append_eof(out, sequence, {.warnings = 0, .status = end.status});
  const std::size_t rows_at = out.size();
  out.append(recording.substr(layout.rows_at, layout.rows_end - layout.rows_at));
  if (sequence == layout.rows_sequence) {
    sequence = layout.end_sequence;
  } else {
    static_cast<void>(renumber(out, rows_at, sequence));
  }
  append_end_of_rows(out, sequence, client, end);
}

}  // namespace tapri::wire::mysql
