#include "config/users_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace tapri::config {
namespace {

std::string error_of(std::string_view text) {
  const auto users = parse_users(text, "u.txt");
  return users ? "parsed" : users.error().message;
}

TEST(ParseUsersTest, ReadsPgBouncersFormat) {
  const auto users = parse_users(
      "; people\n"
      "\"alice\" \"secret\"\n"
      "\n"
      "  \"bob \"\"b\"\"\"\t\"a \"\"b\"\" c\" \"10\" ignored\r\n"
      "\"none\" \"\"\n"
      "\"last\" \"SCRAM-SHA-256$4096:c2FsdA==$a:b\"",
      "u.txt");
  ASSERT_TRUE(users) << users.error().message;
  EXPECT_EQ(users->secrets.size(), 4U);
  EXPECT_EQ(users->secrets.at("alice"), "secret");
  EXPECT_EQ(users->secrets.at("bob \"b\""), "a \"b\" c");
  EXPECT_EQ(users->secrets.at("none"), "");
  EXPECT_EQ(secret_kind(users->secrets.at("last")), SecretKind::scram_verifier);
}

TEST(ParseUsersTest, EmptyFileHasNoUsers) { EXPECT_TRUE(parse_users("", "u.txt")->secrets.empty()); }

TEST(ParseUsersTest, ErrorsNameTheLineAndNoSecret) {
  EXPECT_EQ(error_of("\"a\" \"b\"\nc \"hush\""), "u.txt:2: expected \"user\" in double quotes");
  EXPECT_EQ(error_of("\"a\" hush"), "u.txt:1: expected \"secret\" in double quotes");
  EXPECT_EQ(error_of("\"a\""), "u.txt:1: expected a blank and \"secret\" after the user");
  EXPECT_EQ(error_of("\"a\" "), "u.txt:1: expected \"secret\" in double quotes");
  EXPECT_EQ(error_of("\"a\"\"hush\""), "u.txt:1: expected a blank and \"secret\" after the user");
  EXPECT_EQ(error_of("\"a\" \"hush"), "u.txt:1: the quote that opens the secret is never closed");
  EXPECT_EQ(error_of("\"a"), "u.txt:1: the quote that opens the user is never closed");
  EXPECT_EQ(error_of("\"\" \"b\""), "u.txt:1: the user's name is empty");
  EXPECT_EQ(error_of("\"a\" \"b\"\n\n\"a\" \"hush\""), "u.txt:3: the user 'a' is given twice");
}

// Taken for a password, the hash itself would let a client in.
TEST(ParseUsersTest, AnMd5HashIsNoPassword) {
  const auto users = parse_users(
      "\"a\" \"secret\"\n\"hashed\" \"md50123456789abcdef0123456789abcdef\"\n\"c\" \"md5 is no hash\"", "u.txt");
  ASSERT_TRUE(users) << users.error().message;
  EXPECT_EQ(users->secrets.size(), 2U);
  EXPECT_FALSE(users->secrets.contains("hashed"));
  ASSERT_EQ(users->warnings.size(), 1U);
  EXPECT_EQ(users->warnings[0].rfind("u.txt:2: the secret of 'hashed' is an md5 hash", 0), 0U) << users->warnings[0];
  EXPECT_EQ(error_of("\"a\" \"md50123456789abcdef0123456789abcdef\"\n\"a\" \"b\""),
            "u.txt:2: the user 'a' is given twice");
}

TEST(SecretKindTest, TellsThemApart) {
  EXPECT_EQ(secret_kind("md50123456789abcdef0123456789ABCDEF"), SecretKind::md5);
  EXPECT_EQ(secret_kind("md50123456789abcdef0123456789ABCDE"), SecretKind::password);
  EXPECT_EQ(secret_kind("md50123456789abcdef0123456789ABCDEG"), SecretKind::password);
  EXPECT_EQ(secret_kind("SCRAM-SHA-256$x"), SecretKind::scram_verifier);
  EXPECT_EQ(secret_kind(""), SecretKind::password);
}

TEST(LoadUsersTest, WarnsOfAFileThatEverybodyCanRead) {
  const std::string path = testing::TempDir() + "users_" + std::to_string(::getpid());
  std::ofstream(path) << "\"a\" \"b\"\n";
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  const auto open = load_users(path);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->warnings.size(), 1U);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_TRUE(load_users(path)->warnings.empty());
  ::unlink(path.c_str());
  EXPECT_EQ(load_users(path).error().message, "cannot read " + path + ": No such file or directory");
}

}  // namespace
}  // namespace tapri::config
