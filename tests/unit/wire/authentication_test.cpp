#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/wire/exact.h"
#include "wire/pg/backend.h"
#include "wire/pg/frame.h"
#include "wire/pg/scram.h"

namespace tapri::wire::pg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Authentication decoded(const std::string& bytes) {
  Frame frame;
  EXPECT_EQ(take_frame(bytes, frame), FrameStatus::complete);
  EXPECT_EQ(frame.type, backend::kAuthentication);
  Authentication message;
  EXPECT_TRUE(decode(frame.body, message));
  return message;
}

std::string sasl(std::vector<ByteView> mechanisms) {
  std::string bytes;
  append_auth_sasl(bytes, mechanisms);
  return bytes;
}

TEST(Authentication, WithoutData) {
  std::string bytes;
  append_auth_ok(bytes);
  EXPECT_EQ(bytes, raw("R\0\0\0\x08\0\0\0\0"));
  expect_exact<Authentication>(raw("\0\0\0\0"));
  expect_exact<Authentication>(raw("\0\0\0\x03"));
  bytes.clear();
  append_auth_cleartext_password(bytes);
  EXPECT_EQ(decoded(bytes).kind, AuthenticationKind::cleartext_password);
}

TEST(Authentication, Md5CarriesFourBytes) {
  std::string bytes;
  append_auth_md5_password(bytes, "salt");
  EXPECT_EQ(decoded(bytes).kind, AuthenticationKind::md5_password);
  EXPECT_EQ(decoded(bytes).data, "salt");
  expect_exact<Authentication>(raw("\0\0\0\x05salt"));
}

TEST(Authentication, SaslListsMechanisms) {
  const std::string bytes = sasl({"SCRAM-SHA-256-PLUS", "", "SCRAM-SHA-256"});
  EXPECT_EQ(decoded(bytes).kind, AuthenticationKind::sasl);
  EXPECT_THAT(decoded(bytes).mechanisms, ElementsAre("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"));
  expect_exact<Authentication>(ByteView(bytes).substr(kFrameHeaderSize));
}

TEST(Authentication, SaslDataIsBinary) {
  std::string bytes;
  append_auth_sasl_continue(bytes, raw("r=\0x"));
  EXPECT_EQ(decoded(bytes).kind, AuthenticationKind::sasl_continue);
  EXPECT_EQ(decoded(bytes).data, raw("r=\0x"));
  bytes.clear();
  append_auth_sasl_final(bytes, "v=x");
  EXPECT_EQ(decoded(bytes).kind, AuthenticationKind::sasl_final);
}

TEST(Authentication, KindsToComeArePassedOn) {
  Authentication message;
  const std::string body =
      raw("\0\0\0\x63"
          "data");
  ASSERT_TRUE(decode(body, message));
  EXPECT_EQ(static_cast<std::uint32_t>(message.kind), 99U);
  EXPECT_EQ(message.data, "data");
  for (std::size_t size = 0; size < 4; ++size) {
    EXPECT_FALSE(decode(ExactBuffer(std::string(size, '\0')).view(), message));
  }
}

TEST(RemoveScramPlus, LeavesTheOthersInOrder) {
  std::string out = "untouched";
  ASSERT_TRUE(remove_scram_plus(sasl({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}), out));
  EXPECT_EQ(out, sasl({"SCRAM-SHA-256"}));
  ASSERT_TRUE(remove_scram_plus(sasl({"A", "SCRAM-SHA-256-PLUS", "B"}), out));
  EXPECT_EQ(out, sasl({"A", "B"}));
  ASSERT_TRUE(remove_scram_plus(sasl({"SCRAM-SHA-256-PLUS"}), out));
  EXPECT_THAT(decoded(out).mechanisms, IsEmpty());
}

TEST(RemoveScramPlus, TouchesNothingElse) {
  const std::string offer = sasl({"SCRAM-SHA-256-PLUS"});
  std::string ok;
  append_auth_ok(ok);
  std::string out = "untouched";
  EXPECT_FALSE(remove_scram_plus(sasl({"SCRAM-SHA-256", "SCRAM-SHA-256-PLUSS"}), out));
  EXPECT_FALSE(remove_scram_plus(ok, out));
  EXPECT_FALSE(remove_scram_plus(offer + "x", out));
  EXPECT_FALSE(remove_scram_plus("N" + offer.substr(1), out));
  for (std::size_t size = 0; size < offer.size(); ++size) {
    EXPECT_FALSE(remove_scram_plus(ExactBuffer(offer.substr(0, size)).view(), out));
  }
  EXPECT_EQ(out, "untouched");
}

}  // namespace
}  // namespace tapri::wire::pg
