#include "proxy/cancel_registry.h"

#include <gtest/gtest.h>

#include <string>

namespace tapri::proxy {
namespace {

std::string key(std::size_t size, char filler = 'k') { return std::string(size, filler); }

// Keys of protocol 3.0 and 3.2.
class CancelKeys : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Sizes, CancelKeys, testing::Values(4, 32, 256));

TEST_P(CancelKeys, TheWholeKeyMustFit) {
  CancelRegistry registry;
  int called = 0;
  registry.add(7, key(GetParam()), [&called] { ++called; });
  std::string other = key(GetParam());
  other.back() ^= 1;
  registry.cancel(7, other);
  registry.cancel(7, key(GetParam() - 1));
  registry.cancel(7, key(GetParam() + 1));
  registry.cancel(7, "");
  registry.cancel(8, key(GetParam()));
  EXPECT_EQ(called, 0);
  registry.cancel(7, key(GetParam()));
  EXPECT_EQ(called, 1);
}

TEST_P(CancelKeys, ANulIsAByteLikeAnyOther) {
  CancelRegistry registry;
  int called = 0;
  std::string secret = key(GetParam());
  secret[1] = '\0';
  registry.add(7, secret, [&called] { ++called; });
  std::string other = secret;
  other.back() = 'x';
  registry.cancel(7, other);
  EXPECT_EQ(called, 0);
  registry.cancel(7, secret);
  EXPECT_EQ(called, 1);
}

TEST(CancelRegistry, ProcessesMayShareAnIdentifier) {
  CancelRegistry registry;
  std::string called;
  registry.add(7, "aaaa", [&called] { called += "a"; });
  registry.add(7, "bbbb", [&called] { called += "b"; });
  registry.cancel(7, "bbbb");
  EXPECT_EQ(called, "b");
  registry.remove(7, "bbbb");
  registry.cancel(7, "bbbb");
  registry.cancel(7, "aaaa");
  EXPECT_EQ(called, "ba");
}

// Two servers may give the same process id and key: each upstream has a registry of its own.
TEST(CancelRegistry, UpstreamsNeverCross) {
  CancelRegistry one;
  CancelRegistry other;
  int of_one = 0;
  int of_other = 0;
  one.add(7, "aaaa", [&of_one] { ++of_one; });
  other.add(7, "aaaa", [&of_other] { ++of_other; });
  one.cancel(7, "aaaa");
  EXPECT_EQ(of_one, 1);
  EXPECT_EQ(of_other, 0);
  one.remove(7, "aaaa");
  other.cancel(7, "aaaa");
  EXPECT_EQ(of_other, 1);
}

TEST(CancelRegistry, RemovingWhatIsNotThereDoesNothing) {
  CancelRegistry registry;
  int called = 0;
  registry.add(7, "aaaa", [&called] { ++called; });
  registry.remove(7, "bbbb");
  registry.remove(8, "aaaa");
  registry.cancel(7, "aaaa");
  EXPECT_EQ(called, 1);
}

// What is called may end the session that it belongs to.
TEST(CancelRegistry, ACallbackMayRemoveItself) {
  CancelRegistry registry;
  int called = 0;
  registry.add(7, "aaaa", [&] {
    ++called;
    registry.remove(7, "aaaa");
  });
  registry.cancel(7, "aaaa");
  registry.cancel(7, "aaaa");
  EXPECT_EQ(called, 1);
}

}  // namespace
}  // namespace tapri::proxy
