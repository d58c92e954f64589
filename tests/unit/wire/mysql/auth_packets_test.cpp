#include "wire/mysql/auth_packets.h"

#include <gtest/gtest.h>

#include "unit/wire/mysql/vectors.h"
#include "wire/mysql/packet.h"

namespace tapri::wire::mysql {
namespace {

constexpr Capabilities kUsual = capability::kProtocol41 | capability::kLongPassword | capability::kSecureConnection |
                                capability::kPluginAuth | capability::kConnectAttrs;

// As MariaDB 10.11 sent it.
const std::string kSwitch =
    hex("30000002fe636c69656e745f6564323535313900d137fcfd128df220b5a8d739780d5928a97161b2bd7a0c044071c73606ff2f8f");

TEST(MysqlAuthPackets, AreToldApart) {
  EXPECT_EQ(classify_auth_packet(hex("00000002000000"), kUsual), AuthPacket::ok);
  EXPECT_EQ(classify_auth_packet(hex("ff1504"), kUsual), AuthPacket::err);
  EXPECT_EQ(classify_auth_packet(payload_of(kSwitch), kUsual), AuthPacket::switch_plugin);
  EXPECT_EQ(classify_auth_packet("\xfe", kUsual), AuthPacket::old_switch);
  EXPECT_EQ(classify_auth_packet(hex("0104"), kUsual), AuthPacket::more_data);
  EXPECT_EQ(classify_auth_packet(hex("0241"), kUsual), AuthPacket::plugin_data);
  EXPECT_EQ(classify_auth_packet(hex("0241"), kUsual | capability::kMultiFactorAuthentication),
            AuthPacket::next_factor);
  EXPECT_EQ(classify_auth_packet("Password: ", kUsual), AuthPacket::plugin_data);
  EXPECT_EQ(classify_auth_packet("", kUsual), AuthPacket::plugin_data);
}

TEST(MysqlAuthPackets, SwitchRequest) {
  AuthSwitchRequest request;
  ASSERT_TRUE(decode(payload_of(kSwitch), request));
  EXPECT_EQ(request.plugin, auth_plugin::kMariadbEd25519);
  EXPECT_EQ(request.data.size(), 32U);
  std::string again;
  std::uint8_t sequence = 2;
  append_auth_switch_request(again, sequence, request.plugin, request.data);
  EXPECT_EQ(again, kSwitch);
  for (std::size_t size = 0; size < 16; ++size) {
    EXPECT_FALSE(decode(ExactBuffer(payload_of(kSwitch).substr(0, size)).view(), request)) << size;
  }
  EXPECT_TRUE(decode(ExactBuffer(payload_of(kSwitch).substr(0, 16)).view(), request));
  EXPECT_EQ(request.data, "");
  EXPECT_FALSE(decode(hex("00") + raw("a\0"), request));
}

TEST(MysqlAuthPackets, MoreDataAndNextFactor) {
  std::string out;
  std::uint8_t sequence = 4;
  append_auth_more_data(out, sequence, raw("\0key"));
  EXPECT_EQ(out, hex("05000004 01 006b6579"));
  AuthMoreData data;
  ASSERT_TRUE(decode(payload_of(out), data));
  EXPECT_EQ(data.data, raw("\0key"));
  EXPECT_FALSE(decode("", data));
  EXPECT_FALSE(decode(hex("0204"), data));
  AuthNextFactor next;
  const std::string factor = hex("02") + raw("plugin\0data");
  ASSERT_TRUE(decode(factor, next));
  EXPECT_EQ(next.plugin, "plugin");
  EXPECT_EQ(next.data, "data");
  EXPECT_FALSE(decode(hex("02") + "plugin", next));
  EXPECT_FALSE(decode(hex("01") + raw("plugin\0"), next));
}

ChangeUser change() {
  ChangeUser out;
  out.user = "anna";
  out.auth_response = "response";
  out.database = "shop";
  out.has_collation = true;
  out.collation = 45;
  out.auth_plugin = auth_plugin::kNativePassword;
  out.attributes = ByteView(
      "\x01"
      "a"
      "\x01"
      "b",
      4);
  return out;
}

TEST(MysqlAuthPackets, ChangeUser) {
  std::string out;
  std::uint8_t sequence = 0;
  append_change_user(out, sequence, kUsual, change());
  const std::string payload(payload_of(out));
  ChangeUser found;
  ASSERT_TRUE(decode(payload, kUsual, found));
  EXPECT_EQ(found.user, "anna");
  EXPECT_EQ(found.auth_response, "response");
  EXPECT_EQ(found.database, "shop");
  EXPECT_EQ(found.collation, 45);
  EXPECT_EQ(found.auth_plugin, auth_plugin::kNativePassword);
  EXPECT_EQ(found.attributes, change().attributes);
  // Servers take it with fewer fields: without collation and what follows, and without attributes.
  const std::size_t database_end = 1 + 5 + 9 + 5;
  const std::size_t plugin_end = database_end + 2 + auth_plugin::kNativePassword.size() + 1;
  for (std::size_t size = 0; size < payload.size(); ++size) {
    const bool whole = size == database_end || size == database_end + 2 || size == plugin_end;
    const ExactBuffer cut(ByteView(payload).substr(0, size));
    EXPECT_EQ(decode(cut.view(), kUsual, found), whole) << size;
    EXPECT_TRUE(!whole || found.has_collation == (size > database_end));
  }
  const std::string longer = payload + "xy";
  ASSERT_TRUE(decode(longer, kUsual, found));
  EXPECT_EQ(found.trailing, "xy");
  EXPECT_FALSE(decode("\x03" + payload.substr(1), kUsual, found));
}

TEST(MysqlAuthPackets, ChangeUserOfOldClients) {
  const Capabilities old = capability::kProtocol41;
  std::string out;
  std::uint8_t sequence = 0;
  ChangeUser command = change();
  command.has_collation = false;
  append_change_user(out, sequence, old, command);
  EXPECT_EQ(payload_of(out), hex("11") + raw("anna\0response\0shop\0"));
  ChangeUser found;
  ASSERT_TRUE(decode(payload_of(out), old, found));
  EXPECT_EQ(found.auth_response, "response");
  EXPECT_FALSE(found.has_collation);
  EXPECT_FALSE(decode(hex("11") + raw("a\0") + hex("05") + "abcd", kUsual, found));
}

}  // namespace
}  // namespace tapri::wire::mysql
