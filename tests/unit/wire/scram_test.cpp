#include "wire/pg/scram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/wire/scram_exchange.h"

namespace tapri::wire::pg {
namespace {

using ::testing::ElementsAre;

TEST(Scram, ServerFollowsTheVectorOfRfc7677) {
  ScramServer server(vector_verifier(), server_options());
  ASSERT_EQ(server.start(kScramSha256, kVectorClientFirst), ScramStatus::proceed);
  EXPECT_EQ(server.output(), kVectorServerFirst);
  EXPECT_FALSE(server.keys().has_value());
  ASSERT_EQ(server.finish(kVectorClientFinal), ScramStatus::done);
  EXPECT_EQ(server.output(), kVectorServerFinal);
  EXPECT_EQ(server.failure(), ScramFailure::none);
}

TEST(Scram, ClientFollowsTheVectorOfRfc7677) {
  ScramClient::Options options = client_options("pencil");
  options.user = "user";
  ScramClient client(options);
  ASSERT_EQ(client.start(std::vector<ByteView>{kScramSha256}), ScramStatus::proceed);
  EXPECT_EQ(client.mechanism(), kScramSha256);
  EXPECT_EQ(client.output(), kVectorClientFirst);
  ASSERT_EQ(client.proceed(kVectorServerFirst), ScramStatus::proceed);
  EXPECT_EQ(client.output(), kVectorClientFinal);
  EXPECT_EQ(client.finish(kVectorServerFinal), ScramStatus::done);
}

TEST(Scram, BothSidesAgree) {
  for (const std::string& password :
       {std::string("pencil"), std::string(), std::string("p\xc3\xa4ssword\xc2\xa0"), std::string(500, 'x')}) {
    const auto verifier = make_scram_verifier(password, "some salt");
    ASSERT_TRUE(verifier.has_value());
    ScramServer server(*verifier, {});
    ScramClient::Options options;
    options.password = password;
    ScramClient client(options);
    const Outcome outcome = exchange(client, server, server.mechanisms());
    EXPECT_EQ(outcome.server, ScramStatus::done);
    EXPECT_EQ(outcome.client, ScramStatus::done);
  }
}

TEST(Scram, AnyOtherPasswordIsRefused) {
  for (const char* password : {"pencil ", "Pencil", "", "pencils"}) {
    ScramServer server(vector_verifier(), server_options());
    ScramClient client(client_options(password));
    EXPECT_EQ(exchange(client, server, server.mechanisms()).server, ScramStatus::failed);
    EXPECT_EQ(server.failure(), ScramFailure::wrong_password);
    EXPECT_TRUE(server.output().empty());
    EXPECT_FALSE(server.keys().has_value());
  }
}

TEST(Scram, BindsToTheChannel) {
  const std::string hash(32, '\x01');
  ScramServer server(vector_verifier(), server_options(hash));
  EXPECT_THAT(server.mechanisms(), ElementsAre(kScramSha256Plus, kScramSha256));
  ScramClient client(client_options("pencil", hash));
  const Outcome outcome = exchange(client, server, server.mechanisms());
  EXPECT_EQ(client.mechanism(), kScramSha256Plus);
  EXPECT_EQ(outcome.server, ScramStatus::done);
  EXPECT_EQ(outcome.client, ScramStatus::done);
}

TEST(Scram, AnotherCertificateIsRefused) {
  ScramServer server(vector_verifier(), server_options(std::string(32, '\x01')));
  ScramClient client(client_options("pencil", std::string(32, '\x02')));
  EXPECT_EQ(exchange(client, server, server.mechanisms()).server, ScramStatus::failed);
  EXPECT_EQ(server.failure(), ScramFailure::channel_binding);
}

TEST(Scram, TakingTheOfferOfPlusAwayIsNoticed) {
  const std::string hash(32, '\x01');
  ScramServer server(vector_verifier(), server_options(hash));
  ScramClient client(client_options("pencil", hash));
  EXPECT_EQ(exchange(client, server, {kScramSha256}).server, ScramStatus::failed);
  EXPECT_EQ(server.failure(), ScramFailure::channel_binding);
}

TEST(Scram, ClientOnTlsAndServerWithoutPlusAgree) {
  ScramServer server(vector_verifier(), server_options());
  ScramClient client(client_options("pencil", std::string(32, '\x01')));
  EXPECT_EQ(exchange(client, server, server.mechanisms()).client, ScramStatus::done);
}

TEST(Scram, ClientWithoutTlsMayIgnoreTheOfferOfPlus) {
  ScramServer server(vector_verifier(), server_options(std::string(32, '\x01')));
  ScramClient client(client_options("pencil"));
  EXPECT_EQ(exchange(client, server, server.mechanisms()).client, ScramStatus::done);
  EXPECT_EQ(client.mechanism(), kScramSha256);
}

TEST(Scram, RequiredBindingIsNotGivenUp) {
  ScramClient::Options options = client_options("pencil", std::string(32, '\x01'));
  options.require_channel_binding = true;
  ScramClient client(options);
  EXPECT_EQ(client.start(std::vector<ByteView>{kScramSha256}), ScramStatus::failed);
  EXPECT_EQ(client.failure(), ScramFailure::channel_binding);
  options.tls_server_end_point.clear();
  ScramClient without_tls(options);
  EXPECT_EQ(without_tls.start(std::vector<ByteView>{kScramSha256Plus, kScramSha256}), ScramStatus::failed);
}

TEST(Scram, KeysOfAProvedClientLogInElsewhere) {
  ScramServer server(vector_verifier(), server_options());
  ScramClient client(client_options("pencil"));
  ASSERT_EQ(exchange(client, server, server.mechanisms()).server, ScramStatus::done);
  ASSERT_TRUE(server.keys().has_value());

  ScramServer upstream(vector_verifier(), {});
  ScramClient::Options options;
  options.keys = server.keys();
  ScramClient relay(options);
  EXPECT_EQ(exchange(relay, upstream, upstream.mechanisms()).client, ScramStatus::done);
}

TEST(Scram, UnknownUsersLookLikeKnownOnes) {
  const ScramVerifier mock = mock_scram_verifier("nobody", "key of the process");
  const auto known = make_scram_verifier("pencil", scram_salt_for("anna", "key of the process"));
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(mock.salt, mock_scram_verifier("nobody", "key of the process").salt);
  EXPECT_NE(mock.salt, mock_scram_verifier("nobody", "another key").salt);
  EXPECT_NE(mock.salt, known->salt);

  ScramServer mock_server(mock, server_options());
  ScramServer known_server(*known, server_options());
  ScramClient mock_client(client_options("wrong"));
  ScramClient known_client(client_options("wrong"));
  const std::vector<ByteView> offered{kScramSha256};
  EXPECT_EQ(exchange(mock_client, mock_server, offered).server, ScramStatus::failed);
  EXPECT_EQ(exchange(known_client, known_server, offered).server, ScramStatus::failed);
  EXPECT_EQ(mock_server.failure(), known_server.failure());
  EXPECT_EQ(mock_client.output().size(), known_client.output().size());
}

TEST(Scram, NoPasswordOpensAMockUser) {
  ScramVerifier mock = vector_verifier();
  mock.mock = true;
  ScramServer server(mock, server_options());
  ScramClient client(client_options("pencil"));
  EXPECT_EQ(exchange(client, server, server.mechanisms()).server, ScramStatus::failed);
  EXPECT_EQ(server.failure(), ScramFailure::wrong_password);
  EXPECT_FALSE(server.keys().has_value());
}

TEST(Scram, NamesAreEscaped) {
  ScramClient::Options options = client_options("pencil");
  options.user = "a=b,c";
  ScramClient client(options);
  ASSERT_EQ(client.start(std::vector<ByteView>{kScramSha256}), ScramStatus::proceed);
  EXPECT_EQ(client.output(), "n,,n=a=3Db=2Cc,r=rOprNGfwEbeRWgbNEkqO");
}

TEST(Scram, WithoutANonceNothingIsSent) {
  ScramServer::Options options;
  options.nonce = [] { return std::string(); };
  ScramServer server(vector_verifier(), options);
  EXPECT_EQ(server.start(kScramSha256, kVectorClientFirst), ScramStatus::failed);
  EXPECT_EQ(server.failure(), ScramFailure::internal);
  ScramClient::Options broken;
  broken.nonce = always("a,b");
  ScramClient client(broken);
  EXPECT_EQ(client.start(std::vector<ByteView>{kScramSha256}), ScramStatus::failed);
  EXPECT_EQ(client.failure(), ScramFailure::internal);
}

TEST(Scram, SystemNoncesDiffer) {
  EXPECT_EQ(system_nonce().size(), 24U);
  EXPECT_NE(system_nonce(), system_nonce());
}

TEST(Scram, EveryFailureHasItsOwnText) {
  EXPECT_NE(scram_failure_text(ScramFailure::malformed), scram_failure_text(ScramFailure::wrong_password));
  EXPECT_FALSE(scram_failure_text(ScramFailure::none).empty());
}

}  // namespace
}  // namespace tapri::wire::pg
