// Logins: what of the greeting is passed on, TLS on either leg, and passwords that one leg sends otherwise than the
// other.
#include "session/mysql/login.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "unit/session/mysql/messages.h"
#include "wire/mysql/handshake_response.h"
#include "wire/mysql/response.h"

namespace tapri::session::mysql::test {
namespace {

using namespace wire::mysql;

constexpr std::string_view kNonce = "abcdefghijklmnopqrst";
constexpr Capabilities kServer = kUsual | capability::kSsl | capability::kCompress | capability::kConnectAttrs |
                                 capability::kSessionTrack | capability::kZstdCompression;

std::string bytes_of(ChunkList& list) {
  std::string bytes;
  for (const auto& chunk : list.chunks()) bytes += chunk.bytes;
  return bytes;
}

std::string greeting(Capabilities capabilities = kServer) {
  HandshakeV10 handshake;
  handshake.server_version = "9.7.4";
  handshake.connection_id = 4711;
  handshake.capabilities = capabilities;
  handshake.status = status::kAutocommit;
  handshake.auth_data_size = kNonceSize + 1;
  handshake.auth_data_1 = kNonce.substr(0, 8);
  const std::string rest = std::string(kNonce.substr(8)) + '\0';
  handshake.auth_data_2 = rest;
  handshake.auth_plugin = auth_plugin::kCachingSha2Password;
  std::string out;
  std::uint8_t sequence = 0;
  append_handshake(out, sequence, handshake);
  return out;
}

std::string response(Capabilities capabilities, std::uint8_t sequence = 1) {
  HandshakeResponse41 answer;
  answer.capabilities = capabilities;
  answer.max_packet = 1 << 24;
  answer.collation = 45;
  answer.user = "ann";
  answer.auth_response = "0123456789abcdef0123456789abcdef";
  answer.database = "shop";
  answer.auth_plugin = auth_plugin::kCachingSha2Password;
  std::string out;
  append_handshake_response(out, sequence, answer);
  return out;
}

std::string more(std::string_view data, std::uint8_t sequence) {
  std::string out;
  append_auth_more_data(out, sequence, data);
  return out;
}

class LoginTest : public testing::Test {
 protected:
  void begin(Login::Legs legs = {}) { login_.emplace(std::move(legs)); }
  // What goes on to the other side; the bytes must all be taken.
  std::string server(const std::string& bytes) {
    Actions actions;
    EXPECT_EQ(login_->on_upstream_data(bytes, actions), bytes.size());
    closed_ = actions.close;
    to_server_ = bytes_of(actions.to_upstream);
    return bytes_of(actions.to_client);
  }
  std::string client(const std::string& bytes) {
    Actions actions;
    EXPECT_EQ(login_->on_client_data(bytes, actions), bytes.size());
    closed_ = actions.close;
    to_client_ = bytes_of(actions.to_client);
    return bytes_of(actions.to_upstream);
  }
  std::string encrypt_upstream() {
    Actions actions;
    login_->upstream_encrypted(actions);
    return bytes_of(actions.to_upstream);
  }
  std::uint16_t error_of(const std::string& bytes) {
    Err error;
    return decode(ByteView(bytes).substr(kPacketHeaderSize), error) ? error.code : std::uint16_t{0};
  }
  static std::shared_ptr<const RsaKey> key() {
    static const auto made = std::make_shared<const RsaKey>(*RsaKey::generate());
    return made;
  }

  std::optional<Login> login_;
  bool closed_ = false;
  std::string to_client_, to_server_;
};

Capabilities offered(const std::string& greeting) {
  HandshakeV10 handshake;
  EXPECT_TRUE(decode(ByteView(greeting).substr(kPacketHeaderSize), handshake));
  return handshake.capabilities;
}

TEST_F(LoginTest, PassesTheGreetingWithoutCompressionAndTls) {
  begin();
  const Capabilities capabilities = offered(server(greeting()));
  EXPECT_EQ(capabilities & (capability::kAnyCompression | capability::kSsl), 0U);
  EXPECT_TRUE(has(capabilities, kUsual | capability::kConnectAttrs | capability::kSessionTrack));
}

TEST_F(LoginTest, PassesTheGreetingWithoutMariadbsLeavingOutOfDefinitions) {
  constexpr Capabilities kExtended =
      capability::kMariaProgress | capability::kMariaStmtBulkOperations | capability::kMariaExtendedMetadata;
  begin();
  const Capabilities capabilities =
      offered(server(greeting((kServer & ~capability::kLongPassword) | kExtended | capability::kMariaCacheMetadata)));
  EXPECT_TRUE(has(capabilities, kExtended));
  EXPECT_FALSE(has(capabilities, capability::kMariaCacheMetadata)) << "no answer would be whole";
}

TEST_F(LoginTest, OffersTlsWhereTapriHasIt) {
  begin({.client = Tls::offered});
  EXPECT_TRUE(has(offered(server(greeting(kUsual))), capability::kSsl)) << "whatever the server has";
}

TEST_F(LoginTest, LetsInAsTheServerDoes) {
  begin();
  (void)server(greeting());
  const std::string sent = client(response(kUsual));
  EXPECT_EQ(sent, response(kUsual));
  EXPECT_FALSE(login_->done());
  const std::string fast = more("\x03", 2);
  EXPECT_EQ(server(fast), fast);
  EXPECT_EQ(server(ok(status::kAutocommit, 3)), ok(status::kAutocommit, 3));
  EXPECT_TRUE(login_->done());
  const Identity identity = login_->take_identity();
  EXPECT_EQ(identity.user, "ann");
  EXPECT_EQ(identity.database, "shop");
  EXPECT_EQ(identity.connection_id, 4711U);
  EXPECT_EQ(identity.capabilities, kUsual);
  EXPECT_EQ(identity.version.major, 9);
  EXPECT_EQ(identity.status, status::kAutocommit);
}

TEST_F(LoginTest, ABytewiseLoginIsTheSame) {
  begin();
  const auto bytewise = [&](const std::string& bytes, bool from_server) {
    std::string passed, rest;
    for (const char byte : bytes) {
      rest += byte;
      Actions actions;
      const std::size_t taken =
          from_server ? login_->on_upstream_data(rest, actions) : login_->on_client_data(rest, actions);
      rest.erase(0, taken);
      passed += bytes_of(from_server ? actions.to_client : actions.to_upstream);
    }
    EXPECT_EQ(rest, "");
    return passed;
  };
  EXPECT_NE(bytewise(greeting(), true), "");
  EXPECT_EQ(bytewise(response(kUsual), false), response(kUsual));
  EXPECT_EQ(bytewise(ok(2, 2), true), ok(2, 2));
  EXPECT_TRUE(login_->done());
}

TEST_F(LoginTest, ARefusalIsPassedOnAndEndsIt) {
  begin();
  (void)server(greeting());
  (void)client(response(kUsual));
  EXPECT_EQ(error_of(server(err(1045, "Access denied", 2))), 1045);
  EXPECT_TRUE(closed_);
  EXPECT_FALSE(login_->done());
}

TEST_F(LoginTest, AServerThatWantsNoConnectionSaysSo) {
  begin();
  EXPECT_EQ(error_of(server(err(1040, "Too many connections", 0))), 1040);
  EXPECT_TRUE(closed_);
}

TEST_F(LoginTest, CapabilitiesThatWereNotOfferedAreNotAgreedOn) {
  begin();
  (void)server(greeting());
  HandshakeResponse41 answer;
  const std::string sent = client(response(kUsual | capability::kCompress | capability::kZstdCompression));
  ASSERT_TRUE(decode(ByteView(sent).substr(kPacketHeaderSize), answer));
  EXPECT_EQ(answer.capabilities, kUsual);
}

TEST_F(LoginTest, TlsWithTheServerComesBeforeTheClientsAnswer) {
  begin({.upstream = Tls::required});
  (void)server(greeting());
  const std::string request = client(response(kUsual));
  EXPECT_EQ(request.size(), kPacketHeaderSize + kSslRequestSize);
  EXPECT_EQ(login_->need(), Login::Need::upstream_tls);
  const std::string sent = encrypt_upstream();
  EXPECT_EQ(sequences(sent), std::vector<int>{2});
  HandshakeResponse41 answer;
  ASSERT_TRUE(decode(ByteView(sent).substr(kPacketHeaderSize), answer));
  EXPECT_TRUE(has(answer.capabilities, capability::kSsl));
  // The client counts its own.
  EXPECT_EQ(sequences(server(ok(2, 3))), std::vector<int>{2});
  EXPECT_TRUE(login_->done());
}

TEST_F(LoginTest, AServerWithoutTlsIsRefusedWhereItIsRequired) {
  begin({.upstream = Tls::required});
  EXPECT_EQ(error_of(server(greeting(kUsual))), 2026);
  EXPECT_TRUE(closed_);
}

TEST_F(LoginTest, AClientWithoutTlsIsRefusedWhereItIsRequired) {
  begin({.client = Tls::required});
  (void)server(greeting());
  EXPECT_EQ(client(response(kUsual)), "");
  EXPECT_EQ(error_of(to_client_), 3159);
  EXPECT_TRUE(closed_);
}

TEST_F(LoginTest, TlsWithTheClientTakesOneIdOfItsLeg) {
  begin({.client = Tls::offered});
  (void)server(greeting());
  std::string request;
  std::uint8_t sequence = 1;
  append_ssl_request(request, sequence, {.capabilities = kUsual | capability::kSsl});
  EXPECT_EQ(client(request), "");
  EXPECT_EQ(login_->need(), Login::Need::client_tls);
  login_->client_encrypted();
  EXPECT_EQ(sequences(client(response(kUsual | capability::kSsl, 2))), std::vector<int>{1});
  EXPECT_EQ(sequences(server(ok(2, 2))), std::vector<int>{3});
}

TEST_F(LoginTest, TlsThatPassesIsRelayedFromTheRequestOn) {
  begin({.client_tls_passes = true});
  EXPECT_TRUE(has(offered(server(greeting())), capability::kSsl));
  std::string request;
  std::uint8_t sequence = 1;
  append_ssl_request(request, sequence, {.capabilities = kUsual | capability::kSsl});
  EXPECT_EQ(client(request), request);
  EXPECT_EQ(login_->need(), Login::Need::relay);
}

TEST_F(LoginTest, APasswordForASafeServerIsTakenByTaprisKey) {
  begin({.upstream_is_local = true, .key = key()});
  (void)server(greeting());
  (void)client(response(kUsual));
  (void)server(more(std::string(1, kPerformFullAuth), 2));
  EXPECT_EQ(client(packet(3, kRequestPublicKey)), "") << "the server would take that for the password";
  ASSERT_EQ(payloads(to_client_), std::vector<std::string>{'\1' + key()->public_key()});
  EXPECT_EQ(sequences(to_client_), std::vector<int>{4});
  Nonce nonce;
  std::copy_n(kNonce.data(), nonce.size(), nonce.data());
  const auto encrypted = rsa_response("hush", nonce, key()->public_key());
  ASSERT_TRUE(encrypted);
  EXPECT_EQ(client(packet(5, *encrypted)), packet(3, ByteView("hush\0", 5)));
  EXPECT_EQ(sequences(server(ok(2, 4))), std::vector<int>{6});
}

TEST_F(LoginTest, APasswordThatIsEncryptedToNobodysKeyIsRefused) {
  begin({.upstream_is_local = true, .key = key()});
  (void)server(greeting());
  (void)client(response(kUsual));
  (void)server(more(std::string(1, kPerformFullAuth), 2));
  EXPECT_EQ(client(packet(3, std::string(256, 'x'))), "");
  EXPECT_EQ(error_of(to_client_), 1045);
  EXPECT_TRUE(closed_);
}

TEST_F(LoginTest, APasswordFromASafeClientIsEncryptedToTheServersKey) {
  begin({.client_is_local = true});
  (void)server(greeting());
  (void)client(response(kUsual));
  (void)server(more(std::string(1, kPerformFullAuth), 2));
  EXPECT_EQ(client(packet(3, ByteView("hush\0", 5))), packet(3, kRequestPublicKey));
  EXPECT_EQ(server(more(key()->public_key(), 4)), "");
  const auto sent = payloads(to_server_);
  ASSERT_EQ(sent.size(), 1U);
  Nonce nonce;
  std::copy_n(kNonce.data(), nonce.size(), nonce.data());
  EXPECT_EQ(key()->password(sent.front(), nonce), "hush");
  EXPECT_EQ(sequences(server(ok(2, 6))), std::vector<int>{4});
}

TEST_F(LoginTest, ForSha256PasswordASocketIsNotSafe) {
  begin({.upstream_is_local = true, .key = key()});
  (void)server(greeting());
  (void)client(response(kUsual));
  std::string request;
  std::uint8_t sequence = 2;
  append_auth_switch_request(request, sequence, auth_plugin::kSha256Password, std::string(kNonce) + '\0');
  (void)server(request);
  EXPECT_EQ(client(packet(3, kSha256RequestPublicKey)), packet(3, kSha256RequestPublicKey));
}

TEST_F(LoginTest, APasswordThatIsSentInClearIsPassedOnAsItIs) {
  begin({.upstream_is_local = true, .key = key()});
  (void)server(greeting());
  (void)client(response(kUsual));
  (void)server(more(std::string(1, kPerformFullAuth), 2));
  EXPECT_EQ(client(packet(3, ByteView("hush\0", 5))), packet(3, ByteView("hush\0", 5)));
}

TEST_F(LoginTest, BetweenLegsThatAreAlikeThePasswordIsRelayed) {
  begin();
  (void)server(greeting());
  (void)client(response(kUsual));
  (void)server(more(std::string(1, kPerformFullAuth), 2));
  EXPECT_EQ(client(packet(3, kRequestPublicKey)), packet(3, kRequestPublicKey));
  EXPECT_EQ(server(more("the server's key", 4)), more("the server's key", 4));
  EXPECT_EQ(client(packet(5, std::string(256, 'x'))), packet(5, std::string(256, 'x')));
}

// The nonce is the server's, the answer a signature of it: both legs must carry the same bytes, TLS or not.
TEST_F(LoginTest, ParsecIsRelayedWithOrWithoutAFirstByteOfItsOwn) {
  const std::string salt = std::string("P\0", 2) + "abcdefghijklmnopqr";
  for (const std::string& first : {std::string("\1"), std::string()}) {
    begin({.client_is_local = true, .key = key()});
    (void)server(greeting());
    (void)client(response(kUsual));
    std::string request;
    std::uint8_t sequence = 2;
    append_auth_switch_request(request, sequence, auth_plugin::kMariadbParsec, std::string(32, '\xa5'));
    EXPECT_EQ(server(request), request);
    EXPECT_EQ(client(packet(3, "")), packet(3, "")) << "which asks for the salt";
    EXPECT_EQ(server(packet(4, first + salt)), packet(4, first + salt));
    const std::string signature = packet(5, std::string(32, '\1') + std::string(64, '\xfe'));
    EXPECT_EQ(client(signature), signature);
    EXPECT_EQ(server(ok(2, 6)), ok(2, 6));
    EXPECT_TRUE(login_->done());
  }
}

TEST_F(LoginTest, OldClientsAndOldPasswordsAreRefused) {
  begin();
  (void)server(greeting());
  EXPECT_EQ(client(packet(1, ByteView("\x05\x00\x00\x00\x00"
                                      "ann\0",
                                      9))),
            "");
  EXPECT_EQ(error_of(to_client_), 1043);
  begin();
  (void)server(greeting());
  (void)client(response(kUsual));
  EXPECT_EQ(error_of(server(packet(2, "\xfe"))), 2061);
  EXPECT_TRUE(closed_);
}

TEST_F(LoginTest, AMessageThatIsTooLargeForALoginIsRefusedAtItsLength) {
  begin();
  (void)server(greeting());
  Actions actions;
  EXPECT_EQ(login_->on_client_data(ByteView("\xff\xff\xff\x01", 4), actions), 0U);
  EXPECT_TRUE(actions.close);
}

}  // namespace
}  // namespace tapri::session::mysql::test
