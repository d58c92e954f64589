// MySQL's compressed frames: the first byte says how they are compressed and what is allowed, then come frames. What
// they hold is put into frames again, and must come out of those.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/mysql/compression.h"
#include "wire/mysql/packet.h"

namespace {

using namespace tapri::wire::mysql;

void check(bool holds) {
  if (!holds) std::abort();
}

std::string inflate_all(CompressedReader& reader, tapri::ByteView frames, CompressionStatus& status) {
  std::string out;
  std::size_t size = 0;
  while ((status = reader.take(frames, out, size)) == CompressionStatus::complete) {
    check(size >= kCompressedHeaderSize && size <= frames.size());
    frames.remove_prefix(size);
    check(out.size() < (std::size_t{1} << 24));
  }
  return out;
}

void check_messages(tapri::ByteView packets) {
  std::string joined;
  Message message;
  while (take_message(packets, 1000, joined, message) == MessageStatus::complete) {
    check(message.payload.size() <= 1000);
    packets.remove_prefix(message.whole.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr Compression kKinds[] = {Compression::none, Compression::zlib, Compression::zstd, Compression::zlib};
  const Compression kind = kKinds[data[0] & 3U];
  CompressionLimits limits;
  limits.max_inflated = (data[0] & 4U) != 0 ? 1U << 16 : 1U << 20;
  limits.max_ratio = (data[0] & 8U) != 0 ? 50 : 0;
  CompressedReader reader(kind, limits);
  CompressionStatus status{};
  const std::string packets = inflate_all(reader, {reinterpret_cast<const char*>(data) + 1, size - 1}, status);
  check_messages(packets);
  std::string frames;
  std::uint8_t sequence = data[0];
  check(CompressedWriter(kind, data[0] >> 4).append(frames, sequence, packets));
  CompressedReader again(kind);
  check(inflate_all(again, frames, status) == packets && status == CompressionStatus::incomplete);
  return 0;
}
