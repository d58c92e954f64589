#include "unit/cache/remote/codec_fixture.h"

namespace tapri::cache::remote {
namespace {

using namespace std::chrono_literals;
using test::CodecTest;
using test::key_line;
using test::keys;

TEST_F(CodecTest, WhatWasStoredComesOut) {
  for (const std::size_t size : {0UL, 1UL, 100UL, 1000UL, 1024UL, 5000UL, 500'000UL}) {
    for (const std::size_t count : {0UL, 1UL, 100UL}) {
      entry_.payload = std::string(size / 2, 'x') + std::string(size - size / 2, 'y');
      entry_.description_size = static_cast<std::uint32_t>(size / 2);
      entry_.dependencies.assign(count, 42);
      for (Codec* codec : {&plain_, &sealed_}) expect_same(decode(*codec, encode(*codec)));
    }
  }
}

// What instances of other builds have stored is read by these.
TEST_F(CodecTest, FormatIsFixed) {
  entry_.dependencies = {0x0102030405060708ULL};
  const ByteString bytes = encode(plain_, 90min);
  ByteString expected("TE\1\0", 4);
  expected += bytes.substr(4, 8);
  expected += ByteString("\x88\x77\x66\x55\x44\x33\x22\x11\x88\x13\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 24);
  expected += ByteString("\xc0\x65\x52\0\0\0\0\0\x40\xe2\1\0\x0f\0\0\0\x1c\0\0\0\x1c\0\0\0\1\0\0\0", 28);
  expected += "\x08\x07\x06\x05\x04\x03\x02\x01";
  expected += entry_.payload + key_.bytes;
  EXPECT_EQ(bytes, summed(expected));
  EXPECT_EQ(bytes, expected) << "the checksum";
}

TEST_F(CodecTest, OnlyWhatIsLargeIsCompressedAndOnlyWhereItHelps) {
  Codec::Config config;
  config.compress_above = 200;
  Codec codec(config, nullptr);
  entry_.payload = std::string(200 - key_.bytes.size(), 'x');
  EXPECT_EQ(encode(codec)[3], 0);
  entry_.payload += 'x';
  EXPECT_EQ(encode(codec)[3], 2);
  EXPECT_LT(encode(codec).size(), 170U);
  expect_same(decode(codec, encode(codec)));
  entry_.payload.clear();
  for (std::uint64_t i = 0; i < 100; ++i) {
    const std::uint64_t random = hash64(std::to_string(i));
    entry_.payload.append(reinterpret_cast<const char*>(&random), sizeof random);
  }
  EXPECT_EQ(encode(codec)[3], 0) << "does not get shorter";
  expect_same(decode(codec, encode(codec)));
}

TEST_F(CodecTest, AnothersEntryIsNotTaken) {
  for (Codec* codec : {&plain_, &sealed_}) {
    const ByteString bytes = encode(*codec);
    const auto decoded = codec->decode(other_key_, bytes, 1h, now_);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error(), codec == &plain_ ? Miss::other_key : Miss::not_authentic);
  }
  entry_.payload = std::string(5000, 'x');
  const auto decoded = plain_.decode(other_key_, encode(plain_), 1h, now_);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error(), Miss::other_key) << "compressed";
}

TEST_F(CodecTest, ASealedEntryShowsNothingOfItself) {
  const ByteString bytes = encode(sealed_);
  EXPECT_EQ(bytes.find("rows"), ByteString::npos);
  EXPECT_EQ(bytes.find("SELECT"), ByteString::npos);
  EXPECT_NE(bytes, encode(sealed_)) << "each has a nonce of its own";
  EXPECT_NE(encode(plain_).find("rows"), ByteString::npos);
}

TEST_F(CodecTest, ARotatedKeyOpensAndOneThatIsGoneDoesNot) {
  const ByteString before = encode(sealed_);
  sealed_.use(keys(key_line(4, 'c') + key_line(3, 'a')));
  expect_same(decode(sealed_, before));
  const ByteString after = encode(sealed_);
  sealed_.use(keys(key_line(4, 'c')));
  expect_same(decode(sealed_, after));
  expect_miss(sealed_, before, Miss::unknown_seal_key);
  sealed_.use(keys(key_line(4, 'd')));
  expect_miss(sealed_, after, Miss::not_authentic);
}

TEST_F(CodecTest, WhereEntriesAreSealedNoOtherCounts) {
  expect_miss(sealed_, encode(plain_), Miss::not_authentic);
  expect_miss(plain_, encode(sealed_), Miss::unknown_seal_key);
}

TEST_F(CodecTest, WhatIsTooLargeIsNotWritten) {
  Codec::Config config;
  config.max_contents = 5000;
  config.max_encoded = 2000;
  config.max_dependencies = 10;
  Codec codec(config, nullptr);
  ByteString out;
  entry_.dependencies.assign(11, 1);
  EXPECT_EQ(codec.encode(key_, entry_, 1h, now_, out), Codec::Encoded::too_large);
  entry_.dependencies.assign(10, 1);
  entry_.payload = std::string(5000 - key_.bytes.size(), 'x');
  EXPECT_EQ(codec.encode(key_, entry_, 1h, now_, out), Codec::Encoded::done);
  entry_.payload += 'x';
  EXPECT_EQ(codec.encode(key_, entry_, 1h, now_, out), Codec::Encoded::too_large);
  config.compress_above = 5000;
  Codec without(config, nullptr);
  entry_.payload = std::string(3000, 'x');
  EXPECT_EQ(without.encode(key_, entry_, 1h, now_, out), Codec::Encoded::too_large) << "once it is encoded";
}

TEST(CodecConfig, IsChecked) {
  EXPECT_TRUE(Codec::Config{}.validate());
  EXPECT_FALSE(Codec::Config{.level = 20}.validate());
  EXPECT_FALSE(Codec::Config{.level = -8}.validate());
  EXPECT_FALSE(Codec::Config{.max_encoded = 1023}.validate());
  EXPECT_FALSE(Codec::Config{.max_contents = 1ULL << 31U}.validate());
}

}  // namespace
}  // namespace tapri::cache::remote
