// Bytes that are no entry, or no longer one.
#include <zstd.h>

#include "unit/cache/remote/codec_fixture.h"

namespace tapri::cache::remote {
namespace {

using namespace std::chrono_literals;
using test::CodecTest;
using test::key_line;
using test::keys;

ByteString frame_of(ByteView contents, bool declares_size = true) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, declares_size ? 1 : 0);
  ByteString out(ZSTD_compressBound(contents.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), contents.data(), contents.size()));
  ZSTD_freeCCtx(context);
  return out;
}

TEST_F(CodecTest, CutAnywhereItIsNone) {
  for (const std::size_t size : {28UL, 5000UL}) {
    entry_.payload.resize(size, 'x');
    for (Codec* codec : {&plain_, &sealed_}) {
      const ByteString bytes = encode(*codec);
      for (std::size_t length = 0; length < bytes.size(); ++length) {
        const auto decoded = decode(*codec, ByteView(bytes).substr(0, length));
        ASSERT_FALSE(decoded) << length;
        const bool sealed = codec == &sealed_ && length >= 20;
        EXPECT_EQ(decoded.error(), sealed ? Miss::not_authentic : Miss::malformed) << length;
      }
      EXPECT_FALSE(decode(*codec, bytes + 'x'));
      // The sum being right.
      if (codec != &plain_) continue;
      for (std::size_t length = 12; length < bytes.size(); ++length) {
        ASSERT_FALSE(decode(plain_, summed(bytes.substr(0, length)))) << length;
      }
      EXPECT_FALSE(decode(plain_, summed(bytes + 'x')));
    }
  }
}

TEST_F(CodecTest, NoBitCanBeOtherwise) {
  for (Codec* codec : {&plain_, &sealed_}) {
    const ByteString bytes = encode(*codec);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      ByteString other = bytes;
      other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_FALSE(decode(*codec, other)) << bit;
    }
  }
}

TEST_F(CodecTest, TheHeaderIsSealedToo) {
  ByteString bytes = encode(sealed_);
  bytes[3] = static_cast<char>(bytes[3] ^ 2);  // compressed
  expect_miss(sealed_, bytes, Miss::not_authentic);
}

// Whoever has the key, and writes nonsense: there is neither a key nor a payload that would be found to be missing.
TEST_F(CodecTest, DependenciesThatAreNotThereAreMissed) {
  const auto seal_keys = keys(key_line(1, 'a'));
  Codec codec({}, seal_keys);
  entry_.payload.clear();
  entry_.description_size = 0;
  entry_.dependencies.clear();
  ByteString header = encode(codec).substr(0, 20);
  for (const char count : {'\0', '\1'}) {
    ByteString bytes = header + ByteString(test::kFixedEnd, '\0');
    bytes[20 + test::kTtlAt] = 1;
    bytes[20 + test::kDependencyCountAt] = count;
    Sealer sealer;
    Sealer::Nonce nonce{};
    header.copy(nonce.data(), nonce.size(), 8);
    ASSERT_TRUE(sealer.seal(seal_keys->first(), nonce, {.header = header, .key = key_.bytes}, bytes, 20));
    const auto decoded = decode(codec, bytes, 0s);
    EXPECT_EQ(decoded.has_value(), count == 0);
    EXPECT_EQ(decoded.has_value() ? Miss::malformed : decoded.error(), Miss::malformed);
  }
}

TEST_F(CodecTest, WhatIsOfAnotherVersionIsToldFromWhatIsDamaged) {
  ByteString bytes = encode(plain_);
  bytes[2] = 2;
  expect_miss(plain_, bytes, Miss::unknown_version);
  bytes[2] = 1;
  bytes[3] = 4;
  expect_miss(plain_, bytes, Miss::unknown_version);
  bytes[0] = 'X';
  expect_miss(plain_, bytes, Miss::malformed);
  expect_miss(plain_, "a text that somebody else keeps there", Miss::malformed);
}

TEST_F(CodecTest, SizesAreHeldAgainstLimitsAndWhatIsThere) {
  const ByteString bytes = encode(plain_);
  const auto payload = static_cast<std::uint32_t>(entry_.payload.size());
  const auto key = static_cast<std::uint32_t>(key_.bytes.size());
  expect_same(decode(plain_, with(bytes, test::kPayloadSizeAt, payload, 4)));
  for (const std::size_t at : {test::kPayloadSizeAt, test::kKeySizeAt, test::kDependencyCountAt}) {
    expect_miss(plain_, with(bytes, at, 0xffffffff, 4), Miss::too_large);
    expect_miss(plain_, with(bytes, at, 1UL << 14U, 4), Miss::malformed);
  }
  expect_miss(plain_, with(bytes, test::kPayloadSizeAt, payload + 1, 4), Miss::malformed);
  expect_miss(plain_, with(bytes, test::kPayloadSizeAt, payload - 1, 4), Miss::malformed);
  expect_miss(plain_, with(bytes, test::kDescriptionSizeAt, payload + 1, 4), Miss::malformed);
  expect_miss(plain_, with(bytes, test::kDependencyCountAt, 2, 4), Miss::malformed);
  // A byte of the payload that is said to be the key's.
  const ByteString moved = with(with(bytes, test::kPayloadSizeAt, payload - 1, 4), test::kKeySizeAt, key + 1, 4);
  expect_miss(plain_, moved, Miss::other_key);
}

TEST_F(CodecTest, AFrameMakesWhatTheEntrySaysOrNothing) {
  const ByteString head = [&] {
    entry_.dependencies.clear();
    ByteString bytes = encode(plain_).substr(0, 12 + test::kFixedEnd);
    bytes[3] = 2;
    return bytes;
  }();
  const ByteString contents = entry_.payload + key_.bytes;
  expect_same(decode(plain_, summed(head + frame_of(contents))));
  expect_miss(plain_, summed(head + frame_of(contents, false)), Miss::malformed);
  expect_miss(plain_, summed(head + frame_of(contents + 'x')), Miss::malformed);
  expect_miss(plain_, summed(head + frame_of(contents.substr(1))), Miss::malformed);
  expect_miss(plain_, summed(head + frame_of(contents) + frame_of("")), Miss::malformed);
  expect_miss(plain_, summed(head + frame_of(contents) + 'x'), Miss::malformed);
  expect_miss(plain_, summed(head + contents), Miss::malformed);
  expect_miss(plain_, summed(head), Miss::malformed);
  // Some kilobytes that make 64 MiB.
  const ByteString bomb = frame_of(ByteString(std::size_t{64} << 20U, '\0'));
  expect_miss(plain_, summed(head + bomb), Miss::malformed);
  expect_miss(plain_, with(head + bomb, test::kPayloadSizeAt, std::size_t{64} << 20U, 4), Miss::too_large);
}

TEST_F(CodecTest, WhatIsLargerThanALimitIsNotRead) {
  entry_.payload = std::string(5000, 'x');
  const ByteString bytes = encode(plain_);
  Codec::Config config;
  config.max_contents = entry_.payload.size() + key_.bytes.size();
  config.max_dependencies = 3;
  Codec wide(config, nullptr);
  expect_same(decode(wide, bytes));
  --config.max_contents;
  Codec narrow(config, nullptr);
  expect_miss(narrow, bytes, Miss::too_large);
  ++config.max_contents;
  config.max_dependencies = 2;
  Codec fewer(config, nullptr);
  expect_miss(fewer, bytes, Miss::too_large);
  expect_miss(plain_, ByteString((std::size_t{1} << 20U) + 1, 'T'), Miss::too_large);
}

}  // namespace
}  // namespace tapri::cache::remote
