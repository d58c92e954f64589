#include "cache/remote/global_key.h"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace tapri::cache::remote {
namespace {

GlobalKey key_of(const std::vector<ByteView>& parts, Protocol protocol = Protocol::postgres) {
  return make_global_key(protocol, parts);
}

// Other builds look up what is kept by these names.
TEST(GlobalKey, LayoutAndNameAreFixed) {
  const GlobalKey key = key_of({"ab", ""}, Protocol::mysql);
  EXPECT_EQ(key.bytes, ByteString("\1\1\2\2\0\0\0ab\0\0\0\0", 13));
  EXPECT_EQ(key.name(), "d27e03a84146f6065cef335de02e4e6a");
}

TEST(GlobalKey, NoTwoListsOfPartsMakeTheSame) {
  std::set<std::string> seen;
  std::set<std::string> names;
  const std::vector<std::vector<ByteView>> lists = {{},
                                                    {""},
                                                    {"", ""},
                                                    {"ab"},
                                                    {"a", "b"},
                                                    {"", "ab"},
                                                    {"ab", ""},
                                                    {"b", "a"},
                                                    {ByteView("a\0b", 3)},
                                                    {ByteView("\1\0\0\0a", 5)},
                                                    {"a"}};
  for (const auto& list : lists) {
    for (const Protocol protocol : {Protocol::postgres, Protocol::mysql}) {
      const GlobalKey key = key_of(list, protocol);
      EXPECT_TRUE(seen.insert(key.bytes).second);
      EXPECT_TRUE(names.insert(std::string(key.name())).second);
    }
  }
}

TEST(GlobalKey, ACopyHasItsOwnName) {
  GlobalKey copy;
  {
    const GlobalKey key = key_of({"x"});
    copy = key;
  }
  EXPECT_EQ(copy.name(), key_of({"x"}).name());
}

}  // namespace
}  // namespace tapri::cache::remote
