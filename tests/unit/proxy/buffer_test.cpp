#include "proxy/buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>

namespace tapri::proxy {
namespace {

constexpr std::size_t kUsual = 64UL * 1024;

// A read of up to `size` bytes, as the stream would do it. Returns how many found room.
std::size_t put(Buffer& buffer, std::string_view bytes, std::size_t wanted = 0) {
  const std::span<char> space = buffer.space(wanted);
  const std::size_t size = std::min(space.size(), bytes.size());
  std::memcpy(space.data(), bytes.data(), size);
  buffer.filled(size);
  return size;
}

TEST(Buffer, CostsNothingBeforeItIsUsed) {
  const Buffer buffer(kUsual);
  EXPECT_EQ(buffer.capacity(), 0U);
  EXPECT_TRUE(buffer.data().empty());
}

TEST(Buffer, StartsSmall) {
  Buffer buffer(kUsual);
  EXPECT_EQ(buffer.space(0).size(), Buffer::kInitialSize);
}

TEST(Buffer, KeepsTheOrderWhateverIsReadAndConsumed) {
  std::mt19937 random(1);
  Buffer buffer(kUsual);
  std::string expected;
  char next = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 9000, '\0');
    for (char& byte : bytes) byte = ++next;
    const std::size_t size = put(buffer, bytes, random() % 8 == 0 ? random() % 20'000 : 0);
    next = static_cast<char>(next - static_cast<char>(bytes.size() - size));
    expected += bytes.substr(0, size);
    ASSERT_EQ(buffer.data(), expected);
    const std::size_t done = random() % 2 == 0 ? expected.size() : random() % (expected.size() + 1);
    buffer.consume(done);
    expected.erase(0, done);
    ASSERT_EQ(buffer.data(), expected);
  }
}

// A stream that always has more, whose bytes are done with at once.
TEST(Buffer, ReadsNoFurtherAheadThanTheUsualSize) {
  Buffer buffer(kUsual);
  const std::string much(1UL << 20, 'x');
  std::size_t most = 0;
  for (int round = 0; round < 100; ++round) {
    buffer.consume(put(buffer, much));
    most = std::max(most, buffer.capacity());
  }
  EXPECT_EQ(most, kUsual) << "and it does get there";
}

TEST(Buffer, FallsBackOnceTheStreamIsQuiet) {
  Buffer buffer(kUsual);
  const std::string much(1UL << 20, 'x');
  for (int round = 0; round < 20; ++round) buffer.consume(put(buffer, much));
  ASSERT_EQ(buffer.capacity(), kUsual);
  buffer.consume(put(buffer, "x"));
  EXPECT_EQ(buffer.space(0).size(), Buffer::kInitialSize);
}

TEST(Buffer, GivesAMessageTheRoomThatItNeeds) {
  Buffer buffer(kUsual);
  constexpr std::size_t kSize = 300'000;
  const std::string message(kSize, 'm');
  std::size_t sent = put(buffer, message);
  while (sent < kSize) {
    const std::size_t size = put(buffer, std::string_view(message).substr(sent), kSize);
    ASSERT_GT(size, 0U);
    sent += size;
  }
  EXPECT_EQ(buffer.data(), message);
  EXPECT_LE(buffer.capacity(), kSize + Buffer::kInitialSize);
  buffer.consume(kSize);
  buffer.consume(put(buffer, "x"));
  EXPECT_EQ(buffer.space(0).size(), Buffer::kInitialSize) << "and takes it back";
}

TEST(Buffer, NeverHasNoRoomAtAll) {
  Buffer buffer(Buffer::kInitialSize);
  const std::string much(1UL << 20, 'x');
  for (int round = 0; round < 10; ++round) ASSERT_GT(put(buffer, much), 0U);
}

}  // namespace
}  // namespace tapri::proxy
