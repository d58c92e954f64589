#include "app/seal_keys_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tapri::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class SealKeysFileTest : public testing::Test {
 protected:
  SealKeysFileTest() {
    std::string pattern = testing::TempDir() + "seal-keys-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    write("1 " + std::string(64, '5') + "\n", 0600);
  }
  ~SealKeysFileTest() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& text, ::mode_t mode) {
    std::ofstream(path()) << text;
    ASSERT_EQ(::chmod(path().c_str(), mode), 0);
  }
  [[nodiscard]] std::string path() const { return folder_ + "/keys"; }
  [[nodiscard]] std::string error() const {
    const auto keys = read_seal_keys(path());
    return keys ? std::string() : keys.error().message;
  }
  std::string folder_;
};

TEST_F(SealKeysFileTest, KeysAreRead) {
  const auto keys = read_seal_keys(path());
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_EQ((*keys)->first().id, 1U);
}

TEST_F(SealKeysFileTest, AFileThatOthersMayReadOrChangeIsRefused) {
  for (const ::mode_t mode : {0400U, 0600U, 0640U, 0440U}) {
    ASSERT_EQ(::chmod(path().c_str(), mode), 0);
    EXPECT_EQ(error(), "") << std::oct << mode;
  }
  for (const ::mode_t mode : {0644U, 0604U, 0602U, 0620U, 0601U, 0660U}) {
    ASSERT_EQ(::chmod(path().c_str(), mode), 0);
    EXPECT_THAT(error(), HasSubstr("mode 0600")) << std::oct << mode;
  }
}

TEST_F(SealKeysFileTest, WhatIsWrongIsSaidWithThePathAndWithoutTheKeys) {
  write("1 " + std::string(63, '5') + "\n", 0600);
  EXPECT_THAT(error(), HasSubstr(path() + ":1: "));
  EXPECT_THAT(error(), Not(HasSubstr("555")));
  write(std::string(64 * 1024, '\n') + "x", 0600);
  EXPECT_THAT(error(), HasSubstr("longer than"));
  std::filesystem::remove(path());
  EXPECT_THAT(error(), HasSubstr(path() + ": No such file"));
  std::filesystem::create_directory(path());
  ASSERT_EQ(::chmod(path().c_str(), 0700), 0);
  EXPECT_THAT(error(), HasSubstr(path() + ": "));
}

}  // namespace
}  // namespace tapri::app
