#include "wire/mysql/compression.h"

#include <gtest/gtest.h>

#include "unit/wire/mysql/vectors.h"
#include "wire/mysql/packet.h"

namespace tapri::wire::mysql {
namespace {

// As MySQL 9.7 answered select repeat('tapri ', 40) union all select 'x'.
const std::string kZlib = hex(
    "530000014d0100789c6364606064b4636060624e494d63606010294a2d484d2cd1502f492c28ca5450d7513031d0c42ac8f39fe1003303c35f"
    "0610f8c8c0c0fc01223b724826060616c60a760606d67fc00004860200897c6df8");
const std::string kZstd = hex(
    "5d0000014d010028b52ffd604d009d0200440401000001013e00000203646566000000147265706561742827746170726920272c203430290c"
    "ff00c0030000fd00f1000003f002000004017807000005fe0000020000000400e7140aac1a8d0b4ef19b4f");
const std::string kPlain =
    hex("270000000000002300000003000173656c65637420404076657273696f6e5f636f6d6d656e74206c696d69742031");

std::string inflated(Compression kind, const std::string& frame) {
  CompressedReader reader(kind);
  std::string out;
  std::size_t size = 0;
  EXPECT_EQ(reader.take(ExactBuffer(frame).view(), out, size), CompressionStatus::complete);
  EXPECT_EQ(size, frame.size());
  return out;
}

TEST(MysqlCompression, OfARealServer) {
  for (const auto& [kind, frame] : {std::pair(Compression::zlib, kZlib), std::pair(Compression::zstd, kZstd)}) {
    const std::string packets = inflated(kind, frame);
    EXPECT_EQ(packets.size(), 333U);
    EXPECT_TRUE(packets.starts_with(hex("01000001 01 3e000002 03") + "def"));
    EXPECT_TRUE(packets.ends_with(hex("07000005 fe 00 00 0200 0000")));
    EXPECT_NE(packets.find("tapri tapri"), std::string::npos);
  }
  CompressedReader reader(Compression::zlib);
  std::string out = "before ";
  std::size_t size = 0;
  ASSERT_EQ(reader.take(kZlib, out, size), CompressionStatus::complete);
  EXPECT_EQ(reader.sequence(), 1);
  EXPECT_TRUE(out.starts_with("before " + hex("0100000101")));
}

TEST(MysqlCompression, FramesThatAreNotCompressed) {
  for (const Compression kind : {Compression::none, Compression::zlib, Compression::zstd}) {
    EXPECT_EQ(inflated(kind, kPlain), kPlain.substr(7));
    EXPECT_EQ(inflated(kind, hex("00000005000000")), "");
  }
}

TEST(MysqlCompression, WaitsForTheWholeFrame) {
  for (const auto& [kind, frame] : {std::pair(Compression::zlib, kZlib), std::pair(Compression::zstd, kZstd),
                                    std::pair(Compression::none, kPlain)}) {
    CompressedReader reader(kind);
    for (std::size_t size = 0; size < frame.size(); ++size) {
      std::string out = "untouched";
      std::size_t taken = 77;
      EXPECT_EQ(reader.take(ExactBuffer(frame.substr(0, size)).view(), out, taken), CompressionStatus::incomplete);
      EXPECT_EQ(out, "untouched");
      EXPECT_EQ(taken, 77U);
    }
  }
}

CompressionStatus status_of(Compression kind, const std::string& frame, CompressionLimits limits = {}) {
  CompressedReader reader(kind, limits);
  std::string out = "untouched";
  std::size_t size = 0;
  const CompressionStatus status = reader.take(ExactBuffer(frame).view(), out, size);
  EXPECT_TRUE(status == CompressionStatus::complete || out == "untouched");
  return status;
}

std::string declaring(const std::string& frame, std::uint32_t size) {
  std::string out = frame;
  store_u24(out.data() + 4, size);
  return out;
}

TEST(MysqlCompression, RefusesWhatDoesNotInflateToWhatWasDeclared) {
  for (const auto& [kind, frame] : {std::pair(Compression::zlib, kZlib), std::pair(Compression::zstd, kZstd)}) {
    for (const std::uint32_t declared : {1U, 332U, 334U, 0xffffffU}) {
      EXPECT_EQ(status_of(kind, declaring(frame, declared)), CompressionStatus::corrupt) << declared;
    }
    for (std::size_t i = 7; i < frame.size(); ++i) {
      std::string wrong = frame;
      wrong[i] = static_cast<char>(wrong[i] ^ 0x55);
      const CompressionStatus status = status_of(kind, wrong);
      // zstd's frames have a checksum; a bit here and there may not matter to zlib.
      EXPECT_TRUE(status == CompressionStatus::corrupt || status == CompressionStatus::complete) << i;
    }
    std::string longer = frame + "x";
    store_u24(longer.data(), static_cast<std::uint32_t>(frame.size() - 6));
    EXPECT_EQ(status_of(kind, longer), CompressionStatus::corrupt);
  }
  EXPECT_EQ(status_of(Compression::zlib, kZstd), CompressionStatus::corrupt);
  EXPECT_EQ(status_of(Compression::zstd, kZlib), CompressionStatus::corrupt);
  EXPECT_EQ(status_of(Compression::none, kZlib), CompressionStatus::corrupt);
  EXPECT_EQ(status_of(Compression::zlib, hex("00000000 010000")), CompressionStatus::corrupt);
  EXPECT_EQ(status_of(Compression::zstd, hex("00000000 010000")), CompressionStatus::corrupt);
}

TEST(MysqlCompression, LimitsHoldBeforeAnythingIsInflated) {
  EXPECT_EQ(status_of(Compression::zlib, kZlib, {.max_inflated = 332}), CompressionStatus::too_large);
  EXPECT_EQ(status_of(Compression::zlib, kZlib, {.max_inflated = 333}), CompressionStatus::complete);
  EXPECT_EQ(status_of(Compression::zlib, kZlib, {.max_ratio = 3}), CompressionStatus::too_large);
  EXPECT_EQ(status_of(Compression::zlib, kZlib, {.max_ratio = 5}), CompressionStatus::complete);
  EXPECT_EQ(status_of(Compression::zlib, kZlib.substr(0, 7), {.max_inflated = 332}), CompressionStatus::too_large);
  EXPECT_EQ(status_of(Compression::none, kPlain, {.max_inflated = 38}), CompressionStatus::too_large);
  EXPECT_EQ(status_of(Compression::none, kPlain, {.max_inflated = 39, .max_ratio = 1}), CompressionStatus::complete);
}

TEST(MysqlCompression, GoesThereAndBack) {
  std::string packets;
  std::uint8_t packet_sequence = 0;
  append_message(packets, packet_sequence, std::string(20'000'000, 'a'));
  for (int i = 0; i < 5000; ++i) append_message(packets, packet_sequence, std::to_string(i * i));
  for (const Compression kind : {Compression::none, Compression::zlib, Compression::zstd}) {
    const CompressedWriter writer(kind, 3);
    std::string frames;
    std::uint8_t sequence = 255;
    ASSERT_TRUE(writer.append(frames, sequence, packets));
    EXPECT_EQ(sequence, 1);
    EXPECT_EQ(frames.size() < packets.size() / 100, kind != Compression::none);
    CompressedReader reader(kind);
    std::string out;
    std::size_t size = 0;
    for (ByteView rest = frames; !rest.empty(); rest.remove_prefix(size)) {
      ASSERT_EQ(reader.take(rest, out, size), CompressionStatus::complete);
    }
    EXPECT_TRUE(out == packets);
    EXPECT_EQ(reader.sequence(), 0);
  }
}

TEST(MysqlCompression, SmallOnesAndWhatDoesNotShrinkGoAsTheyAre) {
  for (const Compression kind : {Compression::zlib, Compression::zstd}) {
    const CompressedWriter writer(kind, 99);
    std::string frames;
    std::uint8_t sequence = 0;
    ASSERT_TRUE(writer.append(frames, sequence, std::string(49, 'a')));
    EXPECT_EQ(frames, hex("31000000000000") + std::string(49, 'a'));
    std::string noise;
    std::uint32_t state = 1;
    for (int i = 0; i < 200; ++i) noise.push_back(static_cast<char>((state = state * 1664525 + 1013904223) >> 24));
    frames.clear();
    ASSERT_TRUE(writer.append(frames, sequence, noise));
    EXPECT_EQ(frames, hex("c8000001000000") + noise);
    frames.clear();
    ASSERT_TRUE(writer.append(frames, sequence, ""));
    EXPECT_EQ(frames, "");
    EXPECT_EQ(sequence, 2);
  }
}

TEST(MysqlCompression, IsChosenAsServersChoose) {
  EXPECT_EQ(compression_of(0), Compression::none);
  EXPECT_EQ(compression_of(capability::kCompress), Compression::zlib);
  EXPECT_EQ(compression_of(capability::kZstdCompression), Compression::zstd);
  EXPECT_EQ(compression_of(capability::kAnyCompression), Compression::zlib);
}

}  // namespace
}  // namespace tapri::wire::mysql
