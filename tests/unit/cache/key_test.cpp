#include <gtest/gtest.h>

#include <set>

#include "cache/entry.h"

namespace tapri::cache {
namespace {

TEST(MakeKey, KeepsTheBytesAndHashesThemAlikeInOneProcess) {
  const ByteString bytes("a\0b", 3);
  const KeyView key = make_key(bytes);
  EXPECT_EQ(key.bytes.data(), bytes.data());
  EXPECT_EQ(key.bytes.size(), 3U);
  EXPECT_EQ(key.hash, make_key(ByteString("a\0b", 3)).hash);
}

TEST(MakeKey, DifferentBytesHashDifferently) {
  std::set<std::uint64_t> hashes;
  for (int i = 0; i < 1'000; ++i) hashes.insert(make_key(std::to_string(i)).hash);
  hashes.insert(make_key("").hash);
  hashes.insert(make_key(ByteString(1, '\0')).hash);
  EXPECT_EQ(hashes.size(), 1'002U);
}

}  // namespace
}  // namespace tapri::cache
