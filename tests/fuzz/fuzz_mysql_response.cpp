// What a MySQL server answers: eight bytes of capabilities, a command, and a stream. It is followed in one piece and in
// bytes, which must come to the same; every message goes through every decoder of a response.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "wire/mysql/column.h"
#include "wire/mysql/response.h"
#include "wire/mysql/response_stream.h"
#include "wire/mysql/rows.h"
#include "wire/mysql/session_track.h"

namespace {

using namespace tapri::wire::mysql;

constexpr std::size_t kMaxMessage = 200;

void check(bool holds) {
  if (!holds) std::abort();
}

struct Followed {
  std::vector<ResponsePart> parts;
  std::size_t passed = 0;
  bool done = false;
  std::uint64_t rows = 0;
  std::uint16_t status = 0;
  bool operator==(const Followed&) const = default;
};

Followed follow(tapri::ByteView bytes, Capabilities capabilities, Command command, std::size_t piece) {
  ResponseStream stream(capabilities, kMaxMessage);
  stream.begin(command);
  Followed out;
  for (std::size_t shown = 0; shown < bytes.size() && !stream.done();) {
    shown = std::min(bytes.size(), shown + piece);
    for (;;) {
      const tapri::ByteView data = bytes.substr(out.passed, shown - out.passed);
      const ResponseStream::Step step = stream.advance(data);
      check(step.passed <= data.size());
      out.passed += step.passed;
      if (step.part == ResponsePart::none) {
        check(stream.done() || step.wanted > data.size() - step.passed);
        // No more waits than one message that is shown whole.
        check(data.size() - step.passed < kMaxMessage + kPacketHeaderSize || stream.done());
        break;
      }
      out.parts.push_back(step.part);
      if (stream.done()) break;
    }
  }
  out.done = stream.done();
  out.rows = stream.follower().summary().rows;
  out.status = stream.follower().summary().status;
  return out;
}

void check_ok(tapri::ByteView payload, Capabilities capabilities) {
  Ok ok;
  if (!decode(payload, capabilities, ok)) return;
  std::size_t size = 0;
  const auto status = for_each_session_change(ok.session_state, [&size](const SessionChange& change) {
    size += change.name.size() + change.value.size();
    TransactionState state;
    if (change.type == SessionTrack::transaction_state)
      static_cast<void>(decode_transaction_state(change.value, state));
  });
  check(size <= payload.size());
  static_cast<void>(status);
  std::string again;
  std::uint8_t sequence = 0;
  append_ok(again, sequence, capabilities, ok);
  Ok second;
  check(decode(tapri::ByteView(again).substr(kPacketHeaderSize), capabilities, second));
  check(second.affected_rows == ok.affected_rows && second.info == ok.info);
  check(second.session_state == ok.session_state);
}

void check_column(tapri::ByteView payload, Capabilities capabilities) {
  ColumnDefinition column;
  if (!decode(payload, capabilities, column)) return;
  for_each_extended_metadata(column.extended, [](ExtendedMetadata, tapri::ByteView) {});
  std::string again;
  std::uint8_t sequence = 0;
  append_column_definition(again, sequence, capabilities, column);
  ColumnDefinition second;
  check(decode(tapri::ByteView(again).substr(kPacketHeaderSize), capabilities, second));
  check(second.name == column.name && second.type == column.type && second.extended == column.extended);
}

void check_rows(tapri::ByteView payload) {
  for (std::size_t columns = 0; columns < 4; ++columns) {
    std::vector<std::optional<tapri::ByteView>> values;
    const bool good = for_each_text_value(payload, columns, [&values](bool is_null, tapri::ByteView value) {
      values.push_back(is_null ? std::nullopt : std::optional(value));
    });
    if (good) {
      std::string again;
      std::uint8_t sequence = 0;
      append_text_row(again, sequence, values);
      check(again.size() <= payload.size() + kPacketHeaderSize);
    }
    constexpr Type kTypes[] = {Type::datetime, Type::string, Type::longlong};
    std::size_t visited = 0;
    if (for_each_binary_value(payload, std::span(kTypes).first(columns), [&](bool, tapri::ByteView) { ++visited; })) {
      check(visited == columns);
    }
  }
}

void check_message(tapri::ByteView payload, Capabilities capabilities) {
  check_ok(payload, capabilities);
  check_column(payload, capabilities);
  check_rows(payload);
  Err err;
  static_cast<void>(decode(payload, err));
  Eof eof;
  static_cast<void>(decode(payload, eof));
  LocalInfile file;
  static_cast<void>(decode(payload, file));
  ColumnCount count;
  static_cast<void>(decode(payload, capabilities, count));
  PrepareOk prepared;
  static_cast<void>(decode(payload, capabilities, prepared));
  Progress progress;
  static_cast<void>(decode(payload, progress));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kHead = 9;
  if (size < kHead) return 0;
  const auto* const bytes = reinterpret_cast<const char*>(data);
  const Capabilities capabilities = load_little(bytes, 8);
  const auto command = static_cast<Command>(data[8]);
  tapri::ByteView stream(bytes + kHead, size - kHead);
  const Followed whole = follow(stream, capabilities, command, stream.size() + 1);
  check(follow(stream, capabilities, command, 1) == whole);
  check(follow(stream, capabilities, command, 7) == whole);
  Packet packet;
  while (take_packet(stream, packet)) {
    check_message(packet.payload, capabilities);
    stream.remove_prefix(packet.whole.size());
  }
  check_message(stream, capabilities);
  return 0;
}
