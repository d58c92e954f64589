// An entry, its key, and codecs with and without seals.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/hash.h"
#include "cache/remote/codec.h"

namespace tapri::cache::remote::test {

using namespace std::chrono_literals;

inline std::shared_ptr<const SealKeys> keys(const std::string& text) {
  auto parsed = SealKeys::parse(text, "keys");
  EXPECT_TRUE(parsed);
  return parsed ? *parsed : nullptr;
}
// "ID:DIGIT", the digit 64 times.
inline std::string key_line(int id, char digit) { return std::to_string(id) + " " + std::string(64, digit) + "\n"; }

class CodecTest : public testing::Test {
 protected:
  CodecTest() {
    const ByteView parts[] = {"upstream", "SELECT $1"};
    key_ = make_global_key(Protocol::postgres, parts);
    const ByteView other_parts[] = {"upstream", "SELECT $2"};
    other_key_ = make_global_key(Protocol::postgres, other_parts);
    entry_.payload = "the description and the rows";
    entry_.dependencies = {1, 0x0123456789abcdefULL, ~0ULL};
    entry_.as_of = 0x1122334455667788ULL;
    entry_.description_size = 15;
    entry_.upstream_us = 123'456;
    entry_.shape = 7;
    entry_.rule = 8;
    entry_.stored_at = now_ - 5s;
    entry_.expires_at = TimePoint::max();
  }

  [[nodiscard]] ByteString encode(Codec& codec, Duration kept = 1h) {
    ByteString out = "what was there";
    EXPECT_EQ(codec.encode(key_, entry_, kept, now_, out), Codec::Encoded::done);
    return out;
  }
  // From a heap block of exactly its size: the sanitizers see a byte too many.
  [[nodiscard]] Result<NewEntry, Miss> decode(Codec& codec, ByteView bytes, Duration left = 1h) const {
    const auto exact = std::make_unique<char[]>(bytes.size());
    bytes.copy(exact.get(), bytes.size());
    return codec.decode(key_, ByteView(exact.get(), bytes.size()), left, now_);
  }
  void expect_miss(Codec& codec, ByteView bytes, Miss why) {
    const auto decoded = decode(codec, bytes);
    ASSERT_FALSE(decoded) << miss_name(why);
    EXPECT_EQ(miss_name(decoded.error()), miss_name(why));
  }
  void expect_same(const Result<NewEntry, Miss>& decoded) const {
    ASSERT_TRUE(decoded) << miss_name(decoded.error());
    EXPECT_EQ(decoded->payload, entry_.payload);
    EXPECT_EQ(decoded->dependencies, entry_.dependencies);
    EXPECT_EQ(decoded->as_of, entry_.as_of);
    EXPECT_EQ(decoded->description_size, entry_.description_size);
    EXPECT_EQ(decoded->upstream_us, entry_.upstream_us);
    EXPECT_EQ(decoded->shape, 0U) << "another instance's number";
    EXPECT_EQ(decoded->rule, 0U);
  }
  // Puts a number into an entry that is not sealed, at `offset` behind the checksum, and sums it up anew.
  static ByteString with(ByteString bytes, std::size_t offset, std::uint64_t number, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes[12 + offset + i] = static_cast<char>(number >> (8 * i));
    return summed(std::move(bytes));
  }
  static ByteString summed(ByteString bytes) {
    std::uint64_t start = 0;
    for (std::size_t i = 4; i > 0; --i) start = (start << 8) | static_cast<unsigned char>(bytes[i - 1]);
    const std::uint64_t sum = hash64(ByteView(bytes).substr(12), start);
    for (std::size_t i = 0; i < 8; ++i) bytes[4 + i] = static_cast<char>(sum >> (8 * i));
    return bytes;
  }

  TimePoint now_{1000s};
  GlobalKey key_;
  GlobalKey other_key_;
  NewEntry entry_;
  Codec plain_{{}, nullptr};
  Codec sealed_{{}, keys(key_line(3, 'a') + key_line(2, 'b'))};
};

// Where the numbers of an entry that is not sealed lie, behind the checksum.
inline constexpr std::size_t kAgeAt = 8;
inline constexpr std::size_t kTtlAt = 16;
inline constexpr std::size_t kKeptAt = 24;
inline constexpr std::size_t kDescriptionSizeAt = 36;
inline constexpr std::size_t kPayloadSizeAt = 40;
inline constexpr std::size_t kKeySizeAt = 44;
inline constexpr std::size_t kDependencyCountAt = 48;
inline constexpr std::size_t kFixedEnd = 52;

}  // namespace tapri::cache::remote::test
