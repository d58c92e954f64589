#include "wire/mysql/handshake.h"

#include <gtest/gtest.h>

#include "unit/wire/mysql/vectors.h"
#include "wire/mysql/handshake_response.h"
#include "wire/mysql/packet.h"

namespace tapri::wire::mysql {
namespace {

// As MariaDB 10.11 and MySQL 9.7 sent them.
const std::string kMariadb = hex(
    "640000000a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531006f000000645d253f4e4b6c5c00fef7080200ff"
    "81150000000000001d0000006a2263524d6c59582f7d4c44006d7973716c5f6e61746976655f70617373776f726400");
const std::string kMysql = hex(
    "4b0000000a392e372e342d320077000000166c381737545d5d00ffffff0200ffdf150000000000000000000071232802724f521251696c0500"
    "63616368696e675f736861325f70617373776f726400");
// As their command-line clients answered.
const std::string kMariadbClient = hex(
    "cf00000184a2bf000000100021000000000000000000000000000000000000001d0000006e61740014f7bd34e5f6a0059f9e9494604dd61523"
    "acf9ddb96d7973716c5f6e61746976655f70617373776f7264007f035f6f73054c696e75780c5f636c69656e745f6e616d650a6c69626d6172"
    "69616462045f7069640531393039320f5f636c69656e745f76657273696f6e06332e332e3230095f706c6174666f726d067838365f36340c70"
    "726f6772616d5f6e616d65056d7973716c0c5f7365727665725f686f7374093132372e302e302e31");
const std::string kMysqlClient = hex(
    "ce00000185a2bf1900000001ff000000000000000000000000000000000000000000000073686100206b08314416fddbbc6ea85856820d4302"
    "280cb5904ce8791920689e51656e703263616368696e675f736861325f70617373776f72640072045f706964053139313935095f706c617466"
    "6f726d067838365f3634035f6f73054c696e75780c5f636c69656e745f6e616d65086c69626d7973716c076f735f7573657204726f6f740f5f"
    "636c69656e745f76657273696f6e05392e372e340c70726f6772616d5f6e616d65056d7973716c");

bool decodes(ByteView payload) {
  HandshakeV10 out;
  return decode(payload, out);
}

TEST(MysqlHandshake, OfRealServers) {
  HandshakeV10 mariadb;
  ASSERT_TRUE(decode(payload_of(kMariadb), mariadb));
  EXPECT_EQ(mariadb.server_version, "5.5.5-10.11.19-MariaDB-0+deb12u1");
  EXPECT_EQ(mariadb.connection_id, 0x6fU);
  EXPECT_TRUE(is_mariadb(mariadb.capabilities));
  EXPECT_TRUE(has(mariadb.capabilities, capability::kMariaProgress | capability::kMariaCacheMetadata |
                                            capability::kMariaExtendedMetadata | capability::kMariaStmtBulkOperations |
                                            capability::kDeprecateEof));
  EXPECT_FALSE(has(mariadb.capabilities, capability::kMariaComMulti));
  EXPECT_EQ(mariadb.auth_plugin, "mysql_native_password");
  EXPECT_EQ(mariadb.auth_data_size, 21);
  Nonce nonce{};
  ASSERT_TRUE(mariadb.nonce(nonce));
  EXPECT_EQ(ByteView(nonce.data(), nonce.size()), "d]%?NKl\\j\"cRMlYX/}LD");

  HandshakeV10 mysql;
  ASSERT_TRUE(decode(payload_of(kMysql), mysql));
  EXPECT_EQ(mysql.server_version, "9.7.4-2");
  EXPECT_FALSE(is_mariadb(mysql.capabilities));
  EXPECT_EQ(mysql.capabilities >> 32, 0U);
  EXPECT_TRUE(has(mysql.capabilities, capability::kQueryAttributes | capability::kZstdCompression));
  EXPECT_EQ(mysql.collation, 255);
  EXPECT_EQ(mysql.status, 2);
  EXPECT_EQ(mysql.auth_plugin, "caching_sha2_password");
}

TEST(MysqlHandshake, IsWrittenAsItWasRead) {
  for (const std::string& packet : {kMariadb, kMysql}) {
    HandshakeV10 handshake;
    ASSERT_TRUE(decode(payload_of(packet), handshake));
    std::string again;
    std::uint8_t sequence = 0;
    append_handshake(again, sequence, handshake);
    EXPECT_EQ(again, packet);
    EXPECT_EQ(sequence, 1);
  }
}

TEST(MysqlHandshake, RefusesEveryCut) {
  for (const std::string& packet : {kMariadb, kMysql}) {
    const ByteView payload = payload_of(packet);
    for (std::size_t size = 0; size < payload.size(); ++size) {
      // Without its NUL the plug-in's name ends with the packet.
      const bool in_name = payload.substr(size).find('\0') == payload.size() - size - 1 &&
                           payload.size() - size <= ByteView("mysql_native_password").size() + 1;
      EXPECT_EQ(decodes(ExactBuffer(payload.substr(0, size)).view()), in_name) << size;
    }
    EXPECT_FALSE(decodes(std::string(payload) + "x"));
  }
  EXPECT_FALSE(decodes(hex("09") + "5.0"));
  EXPECT_FALSE(decodes(hex("ff1004") + "Too many connections"));
}

TEST(MysqlHandshake, MaskKeepsTheFlagThatTellsServersApart) {
  const Capabilities allowed = capability::kProtocol41 | capability::kMariaProgress;
  HandshakeV10 mariadb;
  ASSERT_TRUE(decode(payload_of(kMariadb), mariadb));
  EXPECT_EQ(mask_offer(mariadb.capabilities, allowed), allowed);
  HandshakeV10 mysql;
  ASSERT_TRUE(decode(payload_of(kMysql), mysql));
  EXPECT_EQ(mask_offer(mysql.capabilities | capability::kMariaMask, allowed),
            capability::kProtocol41 | capability::kLongPassword);

  mysql.capabilities = mask_offer(mysql.capabilities, capability::kProtocol41 | capability::kSecureConnection);
  std::string out;
  std::uint8_t sequence = 0;
  append_handshake(out, sequence, mysql);
  HandshakeV10 masked;
  ASSERT_TRUE(decode(payload_of(out), masked));
  EXPECT_EQ(masked.capabilities, mysql.capabilities);
  EXPECT_EQ(masked.auth_plugin, "");
  Nonce before{};
  Nonce after{};
  ASSERT_TRUE(mysql.nonce(before) && masked.nonce(after));
  EXPECT_EQ(before, after);
}

// What MySQL's peers have in the bytes that it reserves means nothing.
TEST(MysqlHandshake, ReadsMariadbsFlagsOnlyWhereTheyAre) {
  std::string server(payload_of(kMysql));
  const std::size_t reserved = server.find(hex("ffdf15")) + 3 + 6;
  server.replace(reserved, 4, hex("ffffffff"));
  HandshakeV10 handshake;
  ASSERT_TRUE(decode(server, handshake));
  EXPECT_EQ(handshake.capabilities >> 32, 0U);
  std::string client(payload_of(kMysqlClient));
  client.replace(28, 4, hex("ffffffff"));
  HandshakeResponse41 response;
  ASSERT_TRUE(decode(client, response));
  EXPECT_EQ(response.capabilities >> 32, 0U);
  EXPECT_EQ(response.user, "sha");
}

TEST(MysqlHandshake, HasNoNonceWithoutItsSecondPart) {
  HandshakeV10 handshake;
  handshake.auth_data_1 = "12345678";
  Nonce nonce{};
  EXPECT_FALSE(handshake.nonce(nonce));
}

TEST(MysqlHandshake, TellsVersionsApart) {
  const ServerVersion mariadb = parse_version("5.5.5-10.11.19-MariaDB-0+deb12u1");
  EXPECT_TRUE(mariadb.mariadb);
  EXPECT_EQ(mariadb.major, 10);
  EXPECT_EQ(mariadb.minor, 11);
  EXPECT_EQ(mariadb.patch, 19);
  const ServerVersion newer = parse_version("11.8.2-MariaDB");
  EXPECT_TRUE(newer.mariadb);
  EXPECT_EQ(newer.major, 11);
  const ServerVersion mysql = parse_version("9.7.4-2");
  EXPECT_FALSE(mysql.mariadb);
  EXPECT_EQ(mysql.major, 9);
  EXPECT_EQ(mysql.patch, 4);
  const ServerVersion old = parse_version("5.5.5-log");
  EXPECT_FALSE(old.mariadb);
  EXPECT_EQ(old.major, 5);
  EXPECT_EQ(old.patch, 5);
  EXPECT_EQ(parse_version("99999999999.1").major, 65535);
  EXPECT_EQ(parse_version("").major, 0);
  EXPECT_EQ(parse_version("x.1").minor, 0);
}

TEST(MysqlHandshakeResponse, OfRealClients) {
  HandshakeResponse41 mariadb;
  ASSERT_TRUE(decode(payload_of(kMariadbClient), mariadb));
  EXPECT_TRUE(has(mariadb.capabilities, capability::kMariaProgress | capability::kMariaStmtBulkOperations));
  EXPECT_EQ(mariadb.user, "nat");
  EXPECT_EQ(mariadb.auth_response.size(), 20U);
  EXPECT_EQ(mariadb.database, "");
  EXPECT_EQ(mariadb.auth_plugin, "mysql_native_password");
  std::vector<std::pair<std::string, std::string>> attributes;
  for_each_attribute(mariadb.attributes, [&](ByteView name, ByteView value) { attributes.emplace_back(name, value); });
  ASSERT_EQ(attributes.size(), 7U);
  EXPECT_EQ(attributes[1], (std::pair<std::string, std::string>("_client_name", "libmariadb")));
  EXPECT_EQ(mariadb.trailing, "");

  HandshakeResponse41 mysql;
  ASSERT_TRUE(decode(payload_of(kMysqlClient), mysql));
  EXPECT_EQ(mysql.user, "sha");
  EXPECT_EQ(mysql.auth_response.size(), 32U);
  EXPECT_EQ(mysql.collation, 255);
  EXPECT_EQ(mysql.max_packet, 0x1000000U);
  EXPECT_EQ(mysql.capabilities >> 32, 0U);
}

TEST(MysqlHandshakeResponse, IsWrittenAsItWasRead) {
  for (const std::string& packet : {kMariadbClient, kMysqlClient}) {
    HandshakeResponse41 response;
    ASSERT_TRUE(decode(payload_of(packet), response));
    std::string again;
    std::uint8_t sequence = 1;
    append_handshake_response(again, sequence, response);
    EXPECT_EQ(again, packet);
  }
}

TEST(MysqlHandshakeResponse, RefusesEveryCut) {
  const auto decodes_response = [](ByteView payload) {
    HandshakeResponse41 out;
    return decode(payload, out);
  };
  for (const std::string& packet : {kMariadbClient, kMysqlClient}) {
    const ByteView payload = payload_of(packet);
    for (std::size_t size = 0; size < payload.size(); ++size) {
      EXPECT_FALSE(decodes_response(ExactBuffer(payload.substr(0, size)).view())) << size;
    }
    HandshakeResponse41 longer;
    const std::string bytes = std::string(payload) + "xyz";
    ASSERT_TRUE(decode(bytes, longer));
    EXPECT_EQ(longer.trailing.size(), 3U);
  }
}

HandshakeResponse41 response_of(Capabilities capabilities) {
  HandshakeResponse41 out;
  out.capabilities = capabilities;
  out.user = "anna";
  out.auth_response = "secret";
  out.database = "shop";
  out.auth_plugin = "plugin";
  out.attributes = ByteView(
      "\x01"
      "a"
      "\x01"
      "b",
      4);
  out.zstd_level = 3;
  return out;
}

TEST(MysqlHandshakeResponse, SendsWhatTheCapabilitiesName) {
  using namespace capability;
  for (const Capabilities form : {kPluginAuthLenencData | kSecureConnection, kSecureConnection, Capabilities{0}}) {
    for (const Capabilities parts :
         {kConnectWithDb | kPluginAuth | kConnectAttrs | kZstdCompression, Capabilities{0}}) {
      const HandshakeResponse41 sent = response_of(kProtocol41 | kLongPassword | form | parts);
      std::string out;
      std::uint8_t sequence = 1;
      append_handshake_response(out, sequence, sent);
      HandshakeResponse41 found;
      ASSERT_TRUE(decode(payload_of(out), found));
      EXPECT_EQ(found.auth_response, "secret");
      EXPECT_EQ(found.database, parts != 0 ? "shop" : "");
      EXPECT_EQ(found.auth_plugin, parts != 0 ? "plugin" : "");
      EXPECT_EQ(found.attributes, parts != 0 ? sent.attributes : "");
      EXPECT_EQ(found.zstd_level, parts != 0 ? 3 : 0);
      EXPECT_EQ(found.trailing, "");
    }
  }
}

TEST(MysqlHandshakeResponse, RefusesAttributesThatAreTooManyOrCutShort) {
  using namespace capability;
  const std::string start =
      std::string(payload_of(kMysqlClient).substr(0, 32)) + raw("u\0") + hex("00") + raw("plugin\0");
  HandshakeResponse41 out;
  EXPECT_TRUE(decode(start + hex("00"), out));
  EXPECT_FALSE(decode(start + hex("02 01"), out));
  EXPECT_FALSE(decode(start + hex("feffffffffffffffff 01"), out));
  EXPECT_FALSE(decode(start + hex("fb"), out));
  EXPECT_FALSE(decode(start + hex("fd010001") + std::string(65537, 'a'), out));
  EXPECT_TRUE(decode(start + hex("fd000001") + std::string(65536, 'a'), out));
  std::size_t pairs = 0;
  for_each_attribute(hex("0141 0142 0143"), [&pairs](ByteView, ByteView) { ++pairs; });
  EXPECT_EQ(pairs, 1U);
}

TEST(MysqlHandshakeResponse, TellsFirstPacketsApart) {
  std::string request;
  std::uint8_t sequence = 1;
  append_ssl_request(request, sequence, {.capabilities = capability::kMariaProgress, .max_packet = 7, .collation = 45});
  const ByteView payload = payload_of(request);
  EXPECT_EQ(client_first(payload), ClientFirst::ssl_request);
  expect_exact(payload, [](ByteView bytes) {
    SslRequest out;
    return decode(bytes, out);
  });
  SslRequest found;
  ASSERT_TRUE(decode(payload, found));
  EXPECT_TRUE(has(found.capabilities, capability::kSsl | capability::kProtocol41 | capability::kMariaProgress));
  EXPECT_EQ(found.max_packet, 7U);
  EXPECT_EQ(client_first(payload_of(kMysqlClient)), ClientFirst::response);
  EXPECT_EQ(client_first(hex("0510000000") + "old"), ClientFirst::old_response);
  EXPECT_EQ(client_first(payload.substr(0, 31)), ClientFirst::invalid);
  EXPECT_EQ(client_first(payload_of(kMysqlClient).substr(0, 32)), ClientFirst::invalid);
  EXPECT_EQ(client_first("\x05"), ClientFirst::invalid);
}

}  // namespace
}  // namespace tapri::wire::mysql
