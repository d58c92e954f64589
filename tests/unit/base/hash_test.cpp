#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tapri {
namespace {

// The values that XXH3 itself gives: what is kept by them may be looked up by another build.
TEST(Hash, IsXxh3) {
  EXPECT_EQ(hash64(""), 0x2D06800538D394C2ULL);
  EXPECT_EQ(hash64("a"), 0xE6C632B61E964E1FULL);
  EXPECT_EQ(hash64("abc"), 0x78AF5F94892F3950ULL);
}

TEST(Hash, Of128BitsIsXxh3) {
  EXPECT_EQ(hash128(""), (Hash128{0x99AA06D3014798D8ULL, 0x6001C324468D497FULL}));
  EXPECT_EQ(hash128("a"), (Hash128{0xA96FAF705AF16834ULL, 0xE6C632B61E964E1FULL}));
  EXPECT_EQ(hash128("abc"), (Hash128{0x06B05AB6733A6185ULL, 0x78AF5F94892F3950ULL}));
}

TEST(Hash, SeedsSeparateFamilies) {
  EXPECT_EQ(hash64("abc", 0), hash64("abc"));
  EXPECT_NE(hash64("abc", 1), hash64("abc"));
  EXPECT_NE(hash64("abc", 1), hash64("abc", 2));
  EXPECT_NE(hash64("", 1), hash64(""));
}

TEST(Hash, EveryByteCountsAtEveryLength) {
  for (std::size_t size = 1; size <= 300; ++size) {
    std::set<std::uint64_t> seen;
    std::string bytes(size, '\0');
    seen.insert(hash64(bytes));
    for (std::size_t place = 0; place < size; ++place) {
      bytes[place] = 1;
      EXPECT_TRUE(seen.insert(hash64(bytes)).second) << size << " " << place;
      bytes[place] = 0;
    }
  }
}

TEST(Hash, DoesNotReadPastTheEnd) {
  for (std::size_t size = 0; size <= 300; ++size) {
    const std::string longer(size + 8, 'x');
    // A heap block that ends where the view does: the sanitizers see a byte too many.
    const std::string exact(longer.data(), size);
    EXPECT_EQ(hash64(exact), hash64(std::string_view(longer).substr(0, size)));
  }
}

}  // namespace
}  // namespace tapri
