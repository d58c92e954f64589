// The frames that packets are sent in where compression was agreed on: zlib (kCompress) or zstd (kZstdCompression)
// (MySQL Internals, "Compressed Packet").
//
// A frame is a 3-byte length of what it holds, a sequence id of its own count, the 3-byte size of that before it was
// compressed (0: it was not), and the bytes. What comes out is a stream of packets: one may be cut anywhere by frames,
// and a frame may hold several.
//
// Bounds: a frame holds and makes at most 16 MiB - 1, whatever it says; CompressedReader buffers nothing, and inflates
// one frame at a time, only when all of it is there, into exactly as many bytes as were declared. A limit below that,
// and one on the ratio, are the caller's to set. Errors: by status; nothing throws. Thread-safety: an object belongs to
// one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"

namespace tapri::wire::mysql {

inline constexpr std::size_t kCompressedHeaderSize = 7;

enum class Compression : std::uint8_t { none, zlib, zstd };

// What a client that asks for these gets: zlib if it asks for both, as servers choose.
[[nodiscard]] constexpr Compression compression_of(Capabilities capabilities) {
  if (has(capabilities, capability::kCompress)) return Compression::zlib;
  return has(capabilities, capability::kZstdCompression) ? Compression::zstd : Compression::none;
}

struct CompressedHeader {
  std::uint32_t size = 0;  // of the bytes behind the header
  std::uint8_t sequence = 0;
  std::uint32_t inflated_size = 0;  // 0: they are not compressed

  // Bytes that come out of the frame.
  [[nodiscard]] std::uint32_t payload_size() const { return inflated_size == 0 ? size : inflated_size; }
};

// True says that `out` is known, not that the frame is there. Every header can be.
[[nodiscard]] bool peek_compressed(ByteView buffer, CompressedHeader& out);

enum class CompressionStatus : std::uint8_t {
  complete,
  incomplete,  // more bytes are needed
  too_large,   // the frame declares more than the limits allow: known from its header
  corrupt,     // the bytes do not inflate to exactly what was declared
  failed,      // the library has no memory
};

struct CompressionLimits {
  std::uint32_t max_inflated = 0xffffff;  // bytes that a frame may declare
  // Declared bytes for each byte sent; 0: no limit. Honest results of zeros reach 1,000 with zlib and far more with
  // zstd.
  std::uint32_t max_ratio = 0;
};

// Takes frames apart.
class CompressedReader {
 public:
  explicit CompressedReader(Compression kind, CompressionLimits limits = {}) : kind_(kind), limits_(limits) {}

  // Appends what the first frame of `buffer` holds to `out`, if all of it is there, and sets `size` to its bytes. `out`
  // and `size` are left alone otherwise.
  [[nodiscard]] CompressionStatus take(ByteView buffer, std::string& out, std::size_t& size);

  // Of the frame that was taken last: what an answer goes on from.
  [[nodiscard]] std::uint8_t sequence() const { return sequence_; }

 private:
  [[nodiscard]] CompressionStatus inflate(ByteView body, std::uint32_t declared, std::string& out) const;

  Compression kind_;
  CompressionLimits limits_;
  std::uint8_t sequence_ = 0;
};

// Puts packets into frames.
class CompressedWriter {
 public:
  // `level` is the library's: zlib 1 to 9, zstd 1 to 22; others are brought into those bounds.
  CompressedWriter(Compression kind, int level);

  // Appends `packets`, which may be cut anywhere, in as many frames as needed; ids count up from `sequence`. Small
  // ones, and what does not shrink, go as they are. False if the library has no memory; `out` is then left with whole
  // frames only.
  [[nodiscard]] bool append(std::string& out, std::uint8_t& sequence, ByteView packets) const;

 private:
  [[nodiscard]] bool deflate(ByteView bytes, std::string& out, std::size_t& size) const;

  Compression kind_;
  int level_;
};

}  // namespace tapri::wire::mysql
