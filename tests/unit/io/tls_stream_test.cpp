#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "io/detail/tls_context.h"
#include "unit/io/certificates.h"
#include "unit/io/harness.h"

namespace tapri::io::test {
namespace {

class TlsStreams : public testing::Test {
 protected:
  using Context = std::shared_ptr<const TlsContext>;

  Driver& driver() { return net_.driver; }
  Endpoint& client() { return *net_.client(); }
  Endpoint& server() { return *net_.server(); }

  [[nodiscard]] static Context server_context(const CertificateFiles& files, const std::string& client_ca = "") {
    return *make_tls_server({files.certificate, files.key, client_ca});
  }
  [[nodiscard]] Context client_context(SslMode mode) const {
    return *make_tls_client({mode, authority_.file(), "", ""});
  }

  // Both ends at once, until both know.
  void shake_hands(const Context& for_server, const Context& for_client, std::string_view host = "db.example") {
    net_.connect();
    server().start_tls(*for_server);
    client().start_tls(*for_client, host);
    ASSERT_TRUE(driver().until([&] { return client().ready_error.has_value(); }));
    // A server learns of a client's refusal by its leaving.
    if (*client().ready_error) client().stream->close();
    ASSERT_TRUE(driver().until([&] { return server().ready_error.has_value(); }));
  }
  void expect_secure(const Context& for_server, const Context& for_client, std::string_view host = "db.example") {
    shake_hands(for_server, for_client, host);
    EXPECT_FALSE(*client().ready_error) << client().ready_error->message();
    EXPECT_FALSE(*server().ready_error) << server().ready_error->message();
  }
  void expect_refused(const Context& for_server, const Context& for_client, std::string_view host,
                      const std::string& why) {
    shake_hands(for_server, for_client, host);
    ASSERT_TRUE(*client().ready_error);
    EXPECT_TRUE(*server().ready_error);
    EXPECT_NE(client().ready_error->message().find(why), std::string::npos) << client().ready_error->message();
  }

  TempFolder folder_;
  Authority authority_{folder_.file(""), "ca"};
  Authority stranger_{folder_.file(""), "stranger"};
  CertificateFiles files_ = authority_.issue({"tapri test", "DNS:db.example,IP:127.0.0.1,IP:::1"});
  Net net_;
};

TEST_F(TlsStreams, CarryBytesBothWays) {
  expect_secure(server_context(files_), client_context(SslMode::verify_full));
  EXPECT_TRUE(client().stream->is_tls());
  EXPECT_TRUE(server().stream->is_tls());
  server().read_all();
  client().read_all();
  client().write({"pi", "", "ng"});
  ASSERT_TRUE(driver().until([&] { return server().received == "ping"; }));
  server().write("pong");
  ASSERT_TRUE(driver().until([&] { return client().received == "pong"; }));
  EXPECT_FALSE(client().called_back_inside);
  EXPECT_FALSE(server().called_back_inside);
}

TEST_F(TlsStreams, CarryAMegabyteBothWaysAtOnce) {
  expect_secure(server_context(files_), client_context(SslMode::verify_full));
  const std::string bytes = pattern(1'000'003);
  const std::string other(bytes.rbegin(), bytes.rend());
  const std::vector<std::string_view> views = {
      std::string_view(bytes).substr(0, 10), std::string_view(bytes).substr(10, 20'000),
      std::string_view(bytes).substr(20'010, 16'384), std::string_view(bytes).substr(36'394)};
  server().read_all();
  client().read_all();
  client().write(views);
  server().write(other);
  ASSERT_TRUE(driver().until([&] {
    return server().received.size() >= bytes.size() && client().received.size() >= other.size() &&
           client().writes == 1 && server().writes == 1;
  }));
  EXPECT_TRUE(server().received == bytes);
  EXPECT_TRUE(client().received == other);
}

TEST_F(TlsStreams, WaitForASlowReader) {
  expect_secure(server_context(files_), client_context(SslMode::verify_full));
  const std::string bytes = pattern(10'000'000);
  client().write(bytes);
  driver().turn();
  EXPECT_EQ(client().writes, 0);
  while (server().received.size() < bytes.size()) {
    const int before = server().reads;
    server().read(50'000);
    ASSERT_TRUE(driver().until([&] { return server().reads > before; }));
    ASSERT_FALSE(*server().read_error);
  }
  EXPECT_TRUE(server().received == bytes);
  ASSERT_TRUE(driver().until([&] { return client().writes == 1; }));
}

TEST_F(TlsStreams, TryWriteLeavesItToWrite) {
  expect_secure(server_context(files_), client_context(SslMode::verify_full));
  EXPECT_EQ(client().stream->try_write(std::vector<std::string_view>{"x"}), 0U);
}

TEST_F(TlsStreams, WriteNothing) {
  expect_secure(server_context(files_), client_context(SslMode::verify_full));
  client().write("");
  ASSERT_TRUE(driver().until([&] { return client().writes == 1; }));
  EXPECT_FALSE(*client().write_error);
}

TEST_F(TlsStreams, HalfCloseKeepsTheOtherDirection) {
  expect_secure(server_context(files_), client_context(SslMode::verify_full));
  const std::string bytes = pattern(3'000'000);
  client().write(bytes);
  client().stream->shutdown_write();
  server().read_all();
  ASSERT_TRUE(driver().until([&] { return server().at_end; }));
  EXPECT_TRUE(server().received == bytes);
  client().read_all();
  server().write("an answer");
  ASSERT_TRUE(driver().until([&] { return client().received == "an answer"; }));
}

TEST_F(TlsStreams, CloseSaysGoodbye) {
  expect_secure(server_context(files_), client_context(SslMode::verify_full));
  server().read_all();
  client().write("bye");
  ASSERT_TRUE(driver().until([&] { return client().writes == 1; }));
  client().stream.reset();
  ASSERT_TRUE(driver().until([&] { return server().at_end; }));
  EXPECT_EQ(server().received, "bye");
  EXPECT_FALSE(*server().read_error);
}

TEST_F(TlsStreams, CloseEndsOutstandingOperationsWithAnError) {
  expect_secure(server_context(files_), client_context(SslMode::verify_full));
  const std::string bytes = pattern(20'000'000);
  client().read();
  client().write(bytes);
  driver().turn();
  client().stream.reset();
  ASSERT_TRUE(driver().until([&] { return client().reads == 1 && client().writes == 1; }));
  EXPECT_EQ(*client().read_error, std::errc::operation_canceled);
  EXPECT_EQ(*client().write_error, std::errc::operation_canceled);
}

TEST_F(TlsStreams, CloseDuringTheHandshakeEndsIt) {
  net_.connect();
  client().start_tls(*client_context(SslMode::require));
  driver().turn();
  client().stream.reset();
  ASSERT_TRUE(driver().until([&] { return client().ready_error.has_value(); }));
  EXPECT_EQ(*client().ready_error, std::errc::operation_canceled);
}

TEST_F(TlsStreams, PeerThatLeavesDuringTheHandshakeIsAnError) {
  net_.connect();
  server().start_tls(*server_context(files_));
  client().stream.reset();
  ASSERT_TRUE(driver().until([&] { return server().ready_error.has_value(); }));
  EXPECT_EQ(server().ready_error->message(), "TLS: unexpected eof while reading");
}

TEST_F(TlsStreams, PeerThatSpeaksNoTlsIsAnError) {
  net_.connect();
  server().start_tls(*server_context(files_));
  client().write("hello, is anybody there?");
  ASSERT_TRUE(driver().until([&] { return server().ready_error.has_value(); }));
  EXPECT_EQ(server().ready_error->message(), "TLS: wrong version number");
}

TEST_F(TlsStreams, MayNotStartTwiceOrDuringAnotherOperation) {
  net_.connect();
  server().read();
  server().start_tls(*server_context(files_));
  ASSERT_TRUE(driver().until([&] { return server().ready_error.has_value(); }));
  EXPECT_EQ(*server().ready_error, std::errc::invalid_argument);
}

// sslmode

TEST_F(TlsStreams, WrongAuthorityIsRefusedWhereAuthoritiesAreGiven) {
  const Context context = server_context(stranger_.issue({"tapri test", "DNS:db.example"}));
  for (const SslMode mode : {SslMode::prefer, SslMode::require, SslMode::verify_ca, SslMode::verify_full})
    expect_refused(context, client_context(mode), "db.example", "unable to get local issuer certificate");
}

TEST_F(TlsStreams, SystemAuthoritiesDoNotKnowUs) {
  expect_refused(server_context(files_), *make_tls_client({SslMode::verify_ca, "", "", ""}), "db.example",
                 "certificate not accepted");
}

TEST_F(TlsStreams, RequireWithoutAuthoritiesTakesAnyCertificate) {
  const Context context = server_context(stranger_.issue({}));
  for (const SslMode mode : {SslMode::allow, SslMode::prefer, SslMode::require})
    expect_secure(context, *make_tls_client({mode, "", "", ""}), "whatever");
}

TEST_F(TlsStreams, VerifyCaIgnoresTheName) {
  expect_secure(server_context(files_), client_context(SslMode::verify_ca), "other.example");
  expect_secure(server_context(files_), client_context(SslMode::require), "other.example");
}

TEST_F(TlsStreams, VerifyFullChecksTheName) {
  const Context context = client_context(SslMode::verify_full);
  expect_secure(server_context(files_), context, "DB.example");
  expect_refused(server_context(files_), context, "other.example", "hostname mismatch");
  expect_refused(server_context(files_), context, "sub.db.example", "hostname mismatch");
}

TEST_F(TlsStreams, VerifyFullChecksIpAddresses) {
  const Context context = client_context(SslMode::verify_full);
  expect_secure(server_context(files_), context, "127.0.0.1");
  expect_secure(server_context(files_), context, "::1");
  expect_refused(server_context(files_), context, "127.0.0.2", "hostname mismatch");
}

TEST_F(TlsStreams, VerifyFullTakesTheCommonNameOfOldCertificates) {
  expect_secure(server_context(authority_.issue({"old.example"})), client_context(SslMode::verify_full), "old.example");
}

TEST_F(TlsStreams, VerifyFullTakesWholeWildcardsOnly) {
  const Context context = client_context(SslMode::verify_full);
  expect_secure(server_context(authority_.issue({"x", "DNS:*.example.com"})), context, "db.example.com");
  expect_refused(server_context(authority_.issue({"x", "DNS:d*.example.com"})), context, "db.example.com", "mismatch");
}

TEST_F(TlsStreams, VerifyFullMatchesNamesAsLibpqDoes) {
  const Context context = client_context(SslMode::verify_full);
  const auto certificate = [this](const std::string& name, const std::string& alternative) {
    return server_context(authority_.issue({name, alternative}));
  };
  expect_secure(certificate("x", "DNS:127.0.0.1"), context, "127.0.0.1");
  expect_secure(certificate("127.0.0.1", ""), context, "127.0.0.1");
  expect_secure(certificate("127.0.0.1", "DNS:db.example"), context, "127.0.0.1");
  expect_secure(certificate("db.example", "IP:127.0.0.1"), context, "db.example");
  expect_secure(certificate("x", "DNS:*.internal"), context, "db.internal");
  expect_refused(certificate("127.0.0.1", "IP:127.0.0.2"), context, "127.0.0.1", "hostname mismatch");
  expect_refused(certificate("db.example", "DNS:other.example"), context, "db.example", "hostname mismatch");
  expect_refused(certificate("x", "DNS:*.internal"), context, "a.db.internal", "hostname mismatch");
  expect_refused(certificate("x", "DNS:*.internal"), context, "internal", "hostname mismatch");
}

TEST_F(TlsStreams, VerifyFullWithoutAHostIsRefused) {
  net_.connect();
  client().start_tls(*client_context(SslMode::verify_full), "");
  ASSERT_TRUE(driver().until([&] { return client().ready_error.has_value(); }));
  EXPECT_NE(client().ready_error->message().find("hostname mismatch"), std::string::npos);
}

// Client certificates

TEST_F(TlsStreams, ClientCertificateIsAskedForAndChecked) {
  const Context context = server_context(files_, authority_.file());
  const CertificateFiles mine = authority_.issue({"a client"});
  expect_secure(context, *make_tls_client({SslMode::verify_full, authority_.file(), mine.certificate, mine.key}));
}

TEST_F(TlsStreams, MissingClientCertificateIsRefused) {
  net_.connect();
  server().start_tls(*server_context(files_, authority_.file()));
  client().start_tls(*client_context(SslMode::verify_full), "db.example");
  ASSERT_TRUE(driver().until([&] { return server().ready_error && client().ready_error; }));
  EXPECT_EQ(server().ready_error->message(), "TLS: peer did not return a certificate");
  // In TLS 1.3 the client is done before it hears of it.
  client().read();
  ASSERT_TRUE(driver().until([&] { return client().reads == 1; }));
  EXPECT_NE(client().read_error->message().find("certificate required"), std::string::npos)
      << client().read_error->message();
}

TEST_F(TlsStreams, ClientCertificateOfAStrangerIsRefused) {
  const CertificateFiles theirs = stranger_.issue({"a stranger"});
  net_.connect();
  server().start_tls(*server_context(files_, authority_.file()));
  client().start_tls(*make_tls_client({SslMode::require, "", theirs.certificate, theirs.key}).value(), "db.example");
  ASSERT_TRUE(driver().until([&] { return server().ready_error.has_value(); }));
  EXPECT_NE(server().ready_error->message().find("unable to get local issuer certificate"), std::string::npos)
      << server().ready_error->message();
}

// Channel binding

TEST_F(TlsStreams, CertificateHashIsTheSameOnBothSides) {
  const Authority rsa(folder_.file(""), "rsa", "RSA");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"SHA256", "SHA256"}, {"SHA384", "SHA384"}, {"SHA512", "SHA512"}};
  for (const auto& [signature, hash] : expected) {
    CertificateOptions options;
    options.digest = signature;
    options.key = "RSA";
    const CertificateFiles files = rsa.issue(options);
    expect_secure(server_context(files), *make_tls_client({SslMode::require, "", "", ""}));
    EXPECT_EQ(server().stream->certificate_hash(), file_digest(files.certificate, hash)) << signature;
    EXPECT_EQ(client().stream->certificate_hash(), server().stream->certificate_hash()) << signature;
  }
}

TEST_F(TlsStreams, CertificateHashIsUndefinedForEd25519) {
  const Authority modern(folder_.file(""), "modern", "ED25519");
  const CertificateFiles files = modern.issue({"x", "", "EC"});
  expect_secure(server_context(files), *make_tls_client({SslMode::require, "", "", ""}));
  EXPECT_EQ(server().stream->certificate_hash(), "");
  EXPECT_EQ(client().stream->certificate_hash(), "");
}

// Direct TLS (PostgreSQL 17): the ClientHello is read before it is known to be one.

class DirectTls : public TlsStreams {
 protected:
  void start(const Context& for_client) {
    net_.connect();
    client().start_tls(*for_client, "db.example");
    server().read(100);
    ASSERT_TRUE(driver().until([&] { return server().reads == 1; }));
    const std::string first = std::exchange(server().received, {});
    server().start_tls(*server_context(files_), "", first);
    ASSERT_TRUE(driver().until([&] { return server().ready_error.has_value(); }));
  }
};

TEST_F(DirectTls, TakesUpWhatWasRead) {
  start(client_context(SslMode::verify_full));
  ASSERT_FALSE(*server().ready_error) << server().ready_error->message();
  ASSERT_TRUE(driver().until([&] { return client().ready_error.has_value(); }));
  ASSERT_FALSE(*client().ready_error);
  server().read_all();
  client().write("start-up");
  EXPECT_TRUE(driver().until([&] { return server().received == "start-up"; }));
}

// Our own clients always offer ALPN; this one offers what it is told to (wire form; empty: nothing).
std::shared_ptr<const TlsContext> client_with_alpn(const std::string& offer) {
  detail::SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  EXPECT_EQ(SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(offer.data()),
                                    static_cast<unsigned int>(offer.size())),
            0);
  return std::make_shared<const detail::OpenSslContext>(std::move(context), false, false);
}

TEST_F(DirectTls, WithoutAlpnIsRefused) {
  start(client_with_alpn(""));
  EXPECT_EQ(server().ready_error->message(), "TLS: direct connection without ALPN");
}

TEST_F(TlsStreams, NegotiatedTlsNeedsNoAlpn) {
  expect_secure(server_context(files_), client_with_alpn(""));
  expect_secure(server_context(files_), client_with_alpn("\x0apostgresql"));
}

TEST_F(TlsStreams, ForeignAlpnIsRefused) {
  expect_refused(server_context(files_), client_with_alpn("\x08http/1.1"), "db.example", "no application protocol");
}

}  // namespace
}  // namespace tapri::io::test
