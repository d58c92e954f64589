#include "wire/pg/startup.h"

#include <gtest/gtest.h>

#include "unit/wire/exact.h"
#include "wire/cursor.h"

namespace tapri::wire::pg {
namespace {

std::string packet(std::uint32_t code, ByteView body) {
  std::string out;
  append_u32(out, static_cast<std::uint32_t>(8 + body.size()));
  append_u32(out, code);
  out.append(body);
  return out;
}

StartupKind kind_of(ByteView bytes) {
  const ExactBuffer buffer(bytes);
  StartupPacket packet;
  return take_startup(buffer.view(), packet);
}

// Every prefix is incomplete, and bytes behind the packet are not counted as part of it.
void expect_splits(const std::string& bytes, StartupKind kind) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(kind_of(bytes.substr(0, size)), StartupKind::incomplete) << size;
  }
  const ExactBuffer longer(bytes + "x");
  StartupPacket packet;
  EXPECT_EQ(take_startup(longer.view(), packet), kind);
  EXPECT_EQ(packet.size, bytes.size());
}

TEST(Startup, TellsRequestsApartAtEverySplitPoint) {
  expect_splits(packet(kSslRequestCode, {}), StartupKind::ssl_request);
  expect_splits(packet(kGssEncRequestCode, {}), StartupKind::gss_request);
  expect_splits(packet(kCancelRequestCode, "pidsecret..."), StartupKind::cancel_request);
  expect_splits(packet(kProtocol30, raw("user\0anna\0\0")), StartupKind::startup);
}

TEST(Startup, RequestsHaveOneLength) {
  EXPECT_EQ(kind_of(packet(kSslRequestCode, "x")), StartupKind::invalid);
  EXPECT_EQ(kind_of(packet(kGssEncRequestCode, "x")), StartupKind::invalid);
}

TEST(Startup, KeepsEveryParameterInOrder) {
  const ExactBuffer buffer(
      packet(kProtocol32, raw("user\0anna\0database\0shop\0options\0-c a=b\0replication\0database\0_pq_.x\0\0\0")));
  StartupPacket out;
  ASSERT_EQ(take_startup(buffer.view(), out), StartupKind::startup);
  EXPECT_EQ(out.startup.protocol, kProtocol32);
  EXPECT_EQ(out.startup.major_version(), 3U);
  EXPECT_EQ(out.startup.minor_version(), 2U);
  ASSERT_EQ(out.startup.parameters.size(), 5U);
  EXPECT_EQ(out.startup.parameters[2], std::pair(ByteView("options"), ByteView("-c a=b")));
  EXPECT_EQ(out.startup.find("replication"), "database");
  EXPECT_EQ(out.startup.find("_pq_.x"), "");
  EXPECT_EQ(out.startup.find("application_name"), std::nullopt);
}

TEST(Startup, TheLastOfARepeatedParameterWins) {
  const ExactBuffer buffer(packet(kProtocol30, raw("user\0anna\0user\0bert\0\0")));
  StartupPacket out;
  ASSERT_EQ(take_startup(buffer.view(), out), StartupKind::startup);
  EXPECT_EQ(out.startup.find("user"), "bert");
}

TEST(Startup, RefusesBrokenParameterLists) {
  for (const std::string& body : {raw(""), raw("user\0anna\0"), raw("user\0anna"), raw("user\0"), raw("user"),
                                  raw("user\0anna\0\0x"), raw("\0x"), raw("\0\0")}) {
    const ExactBuffer buffer(packet(kProtocol30, body));
    StartupPacket out;
    EXPECT_EQ(take_startup(buffer.view(), out), StartupKind::invalid) << body.size();
    EXPECT_EQ(out.size, 0U);
    EXPECT_TRUE(out.startup.parameters.empty());
  }
  EXPECT_EQ(kind_of(packet(kProtocol30, raw("\0"))), StartupKind::startup);
}

TEST(Startup, OtherMajorVersionsAreNotTakenApart) {
  const ExactBuffer buffer(packet(2U << 16, "fixed fields of protocol 2"));
  StartupPacket out;
  ASSERT_EQ(take_startup(buffer.view(), out), StartupKind::startup);
  EXPECT_EQ(out.startup.major_version(), 2U);
  EXPECT_TRUE(out.startup.parameters.empty());
}

TEST(Startup, RefusesLengthsBeforeAnythingElse) {
  EXPECT_EQ(kind_of(raw("\0\0\0\x07")), StartupKind::invalid);
  EXPECT_EQ(kind_of(raw("\0\0\0\0")), StartupKind::invalid);
  EXPECT_EQ(kind_of(raw("\0\0\x27\x15")), StartupKind::invalid);  // 10,005
  EXPECT_EQ(kind_of(raw("\x7f\xff\xff\xff")), StartupKind::invalid);
  EXPECT_EQ(kind_of(raw("\xff\xff\xff\xff")), StartupKind::invalid);
  EXPECT_EQ(kind_of("GET / HTTP/1.1\r\n"), StartupKind::invalid);
}

TEST(Startup, LargestPacketIsTaken) {
  std::string body = raw("user\0");
  body.append(kMaxStartupPacketSize - 8 - body.size() - 2, 'a').append(2, '\0');
  const std::string bytes = packet(kProtocol30, body);
  ASSERT_EQ(bytes.size(), kMaxStartupPacketSize);
  EXPECT_EQ(kind_of(bytes), StartupKind::startup);
  EXPECT_EQ(kind_of(bytes.substr(0, bytes.size() - 1)), StartupKind::incomplete);
}

TEST(Startup, SeesDirectTlsInItsFirstByte) {
  EXPECT_EQ(kind_of("\x16"), StartupKind::direct_tls);
  EXPECT_EQ(kind_of(raw("\x16\x03\x01\x02\x00\x01")), StartupKind::direct_tls);
  EXPECT_EQ(kind_of(""), StartupKind::incomplete);
}

TEST(Startup, CancelSecretsHaveFourTo256Bytes) {
  for (const std::size_t size : {0U, 3U, 257U, 5000U}) {
    EXPECT_EQ(kind_of(packet(kCancelRequestCode, "pid." + std::string(size, 's'))), StartupKind::invalid) << size;
  }
  EXPECT_EQ(kind_of(packet(kCancelRequestCode, "pid")), StartupKind::invalid);
  for (const std::size_t size : {4U, 5U, 32U, 256U}) {
    const std::string secret(size, 's');
    std::string bytes;
    append_cancel_request(bytes, 0x80000001U, secret);
    const ExactBuffer buffer(bytes);
    StartupPacket out;
    ASSERT_EQ(take_startup(buffer.view(), out), StartupKind::cancel_request);
    EXPECT_EQ(out.cancel.process_id, 0x80000001U);
    EXPECT_EQ(out.cancel.secret, secret);
  }
}

TEST(Startup, EncodersWriteWhatIsDecoded) {
  std::string bytes;
  append_ssl_request(bytes);
  EXPECT_EQ(bytes, raw("\0\0\0\x08\x04\xd2\x16\x2f"));
  bytes.clear();
  append_gss_request(bytes);
  EXPECT_EQ(kind_of(bytes), StartupKind::gss_request);

  bytes.clear();
  const std::string forged = raw("anna\0database\0other");
  append_startup(bytes, kProtocol30, {{"user", forged}, {"", "dropped"}, {"options", ""}});
  const ExactBuffer buffer(bytes);
  StartupPacket out;
  ASSERT_EQ(take_startup(buffer.view(), out), StartupKind::startup);
  ASSERT_EQ(out.startup.parameters.size(), 2U);
  EXPECT_EQ(out.startup.find("user"), "anna");
  EXPECT_EQ(out.startup.find("options"), "");
}

}  // namespace
}  // namespace tapri::wire::pg
