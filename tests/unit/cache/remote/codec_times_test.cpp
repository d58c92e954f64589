// How old an entry is and when it ends, from what the tier says of it.
#include "unit/cache/remote/codec_fixture.h"

namespace tapri::cache::remote {
namespace {

using namespace std::chrono_literals;
using test::CodecTest;

TEST_F(CodecTest, WithoutATtlItNeverExpiresHoweverLittleTheTierWillKeepIt) {
  const ByteString bytes = encode(plain_, 1h);
  const auto decoded = decode(plain_, bytes, 1ms);
  expect_same(decoded);
  EXPECT_EQ(decoded->expires_at, TimePoint::max());
  EXPECT_EQ(decoded->stored_at, now_ - 5s - (1h - 1ms));
  EXPECT_EQ(decode(plain_, bytes, 1h)->stored_at, now_ - 5s);
}

TEST_F(CodecTest, TtlGoesOnWhileTheTierKeepsIt) {
  entry_.expires_at = now_ + 60s;
  const ByteString bytes = encode(plain_, 40s);
  EXPECT_EQ(decode(plain_, bytes, 40s)->expires_at, now_ + 60s);
  EXPECT_EQ(decode(plain_, bytes, 30s)->expires_at, now_ + 50s);
  EXPECT_EQ(decode(plain_, bytes, 30s)->stored_at, now_ - 15s);
  EXPECT_EQ(decode(plain_, bytes, 0s)->expires_at, now_ + 20s);
}

TEST_F(CodecTest, ReadersClockIsItsOwn) {
  entry_.expires_at = now_ + 60s;
  const ByteString bytes = encode(plain_, 60s);
  for (const Duration apart : {-999s, 3600s}) {
    const TimePoint there = now_ + apart;
    const auto decoded = plain_.decode(key_, bytes, 50s, there);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->stored_at, there - 15s);
    EXPECT_EQ(decoded->expires_at, there + 50s);
  }
}

TEST_F(CodecTest, AnEntryIsStoredOnceMoreWithItsAge) {
  entry_.expires_at = now_ + 60s;
  NewEntry read = *decode(plain_, encode(plain_, 60s), 50s);
  ByteString again;
  ASSERT_EQ(plain_.encode(key_, read, 50s, now_ + 1s, again), Codec::Encoded::done);
  const auto decoded = plain_.decode(key_, again, 45s, now_);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->stored_at, now_ - 15s - 1s - 5s);
  EXPECT_EQ(decoded->expires_at, now_ + 50s - 1s - 5s);
}

TEST_F(CodecTest, PartsOfAMillisecondNeverMakeItYoungerNorLastLonger) {
  entry_.stored_at = now_ - 5s - 1ns;
  entry_.expires_at = now_ + 60s - 1ns;
  const ByteString bytes = encode(plain_, 60s);
  EXPECT_EQ(decode(plain_, bytes, 60s)->stored_at, now_ - 5001ms);
  EXPECT_EQ(decode(plain_, bytes, 60s)->expires_at, now_ + 59'999ms);
  EXPECT_EQ(decode(plain_, bytes, 50s - 1ns)->stored_at, now_ - 15'002ms);
  EXPECT_EQ(decode(plain_, bytes, 50s - 1ns)->expires_at, now_ + 49'998ms);
}

TEST_F(CodecTest, NothingIsLeftOfATtl) {
  entry_.expires_at = now_ + 60s;
  const ByteString bytes = with(encode(plain_, 60s), test::kKeptAt, 100'000, 8);
  EXPECT_TRUE(decode(plain_, bytes, 40s + 1ms));
  ASSERT_FALSE(decode(plain_, bytes, 40s));
  EXPECT_EQ(decode(plain_, bytes, 40s).error(), Miss::expired);
  EXPECT_EQ(decode(plain_, bytes, -1s).error(), Miss::expired);
}

// The tier's clock was set back, or the other tier's that took over from it goes otherwise.
TEST_F(CodecTest, ATtlThatCannotBeKnownIsOver) {
  const ByteString endless = encode(plain_, 60s);
  EXPECT_EQ(decode(plain_, endless, 61s)->stored_at, now_ - 5s);
  entry_.expires_at = now_ + 60s;
  EXPECT_EQ(decode(plain_, encode(plain_, 60s), 61s).error(), Miss::expired);
}

TEST_F(CodecTest, TimesThatCannotBeAreRefused) {
  for (const std::size_t at : {test::kAgeAt, test::kTtlAt, test::kKeptAt}) {
    expect_miss(plain_, with(encode(plain_), at, 1'000'000'000'000, 8), Miss::malformed);
    expect_miss(plain_, with(encode(plain_), at, ~1ULL, 8), Miss::malformed);
  }
  entry_.expires_at = now_ + 1000s;
  expect_same(decode(plain_, with(encode(plain_), test::kTtlAt, 999'999'999'999, 8)));
}

}  // namespace
}  // namespace tapri::cache::remote
