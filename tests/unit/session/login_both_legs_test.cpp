// Logins where TLS ends on both legs and the user's secret is known: each leg is authenticated by itself.
#include "unit/session/login_script.h"
#include "unit/wire/scram_exchange.h"

namespace tapri::session::test {
namespace {

class LoginOnBothLegsTest : public LoginTest {};
INSTANTIATE_TEST_SUITE_P(Splits, LoginOnBothLegsTest, ::testing::ValuesIn(kSplits));

// Both legs: the client and the server of wire::pg play the peers, each bound to the channel of its leg.
class BothLegs {
 public:
  BothLegs(std::size_t split, std::string_view client_password, std::string_view secret,
           std::string_view server_leg = kUpstreamLeg)
      : client(client_options(std::string(client_password), std::string(kClientLeg))),
        server(make_scram_verifier(kSecret, "salt of server").value_or(ScramVerifier{}),
               server_options(std::string(server_leg))),
        party(split, legs(true, true), startup(), std::string(secret)) {
    party.server(sasl(server.mechanisms()));
  }

  // The client's part, up to the server's signature; what the server then got.
  std::string prove_client() {
    const Authentication offer = authentication(offered = party.to_client());
    EXPECT_EQ(client.start(offer.mechanisms), ScramStatus::proceed);
    EXPECT_EQ(client.mechanism(), kPlus);
    party.client(made(append_sasl_initial_response, client.mechanism(), client.output()));
    const std::string challenge = party.to_client();
    EXPECT_EQ(client.proceed(authentication(challenge).data), ScramStatus::proceed);
    party.client(made(append_sasl_response, client.output()));
    return party.to_server();
  }

  ScramClient client;
  ScramServer server;
  Party party;
  std::string offered;
};

TEST_P(LoginOnBothLegsTest, AreAuthenticatedAndBound) {
  BothLegs both(GetParam(), kSecret, kSecret);
  const auto initial = both.prove_client();
  const std::string proof = both.party.to_client();
  EXPECT_EQ(authentication(proof).kind, AuthenticationKind::sasl_final);
  EXPECT_EQ(both.client.finish(authentication(proof).data), ScramStatus::done);
  const auto first = sasl_message<SaslInitialResponse>(initial);
  EXPECT_EQ(first.mechanism, kPlus);
  ASSERT_EQ(both.server.start(first.mechanism, first.response), ScramStatus::proceed);
  both.party.server(made(append_auth_sasl_continue, both.server.output()));
  EXPECT_EQ(both.party.to_client(), "") << "the client has nothing to do with the server's challenge";
  const std::string final_message = both.party.to_server();
  ASSERT_EQ(both.server.finish(sasl_message<SaslResponse>(final_message).data), ScramStatus::done);
  both.party.server(made(append_auth_sasl_final, both.server.output()) + welcome());
  EXPECT_EQ(both.party.to_client(), welcome()) << "the client has had its proof already";
  EXPECT_TRUE(both.party.login.done());
  EXPECT_FALSE(both.party.closed);
}

TEST_P(LoginOnBothLegsTest, WithAVerifierUseTheClientsKeys) {
  const auto verifier = make_scram_verifier(kSecret, "salt of server");
  ASSERT_TRUE(verifier);
  BothLegs both(GetParam(), kSecret, format_scram_verifier(*verifier));
  const std::string initial = both.prove_client();
  const auto first = sasl_message<SaslInitialResponse>(initial);
  ASSERT_EQ(both.server.start(first.mechanism, first.response), ScramStatus::proceed);
  both.party.server(made(append_auth_sasl_continue, both.server.output()));
  const std::string final_message = both.party.to_server();
  EXPECT_EQ(both.server.finish(sasl_message<SaslResponse>(final_message).data), ScramStatus::done);
}

TEST_P(LoginOnBothLegsTest, WithAWrongPasswordNeverReachTheServer) {
  BothLegs both(GetParam(), "wrong", kSecret);
  EXPECT_EQ(both.prove_client(), "");
  EXPECT_EQ(refused_with(both.party.to_client()), "28P01");
  EXPECT_TRUE(both.party.closed);
}

TEST_P(LoginOnBothLegsTest, WithSomebodyInBetweenAreFoundOut) {
  BothLegs both(GetParam(), kSecret, kSecret, "hash of another certificate");
  const std::string initial = both.prove_client();
  const auto first = sasl_message<SaslInitialResponse>(initial);
  ASSERT_EQ(both.server.start(first.mechanism, first.response), ScramStatus::proceed);
  both.party.server(made(append_auth_sasl_continue, both.server.output()));
  const std::string final_message = both.party.to_server();
  EXPECT_EQ(both.server.finish(sasl_message<SaslResponse>(final_message).data), ScramStatus::failed);
  EXPECT_EQ(both.server.failure(), ScramFailure::channel_binding);
}

TEST_P(LoginOnBothLegsTest, RefuseAServerThatKnowsNoPassword) {
  BothLegs both(GetParam(), kSecret, kSecret);
  const std::string initial = both.prove_client();
  (void)both.party.to_client();
  const auto first = sasl_message<SaslInitialResponse>(initial);
  ASSERT_EQ(both.server.start(first.mechanism, first.response), ScramStatus::proceed);
  both.party.server(made(append_auth_sasl_continue, both.server.output()));
  both.party.server(made(append_auth_sasl_final, kVectorServerFinal) + welcome());
  EXPECT_EQ(refused_with(both.party.to_client()), "28000");
  EXPECT_TRUE(both.party.closed);
  EXPECT_FALSE(both.party.login.done());
}

TEST_P(LoginOnBothLegsTest, RefuseWhatIsNoScram) {
  for (const ByteView bad : {ByteView(""), ByteView("x"), ByteView("n,,n=,r=")}) {
    Party party(GetParam(), legs(true, true), startup(), std::string(kSecret));
    party.server(sasl({kPlus, kScram}));
    (void)party.to_client();
    party.client(made(append_sasl_initial_response, kScram, bad));
    EXPECT_EQ(refused_with(party.to_client()), "28000") << bad;
    EXPECT_TRUE(party.closed);
    EXPECT_EQ(party.to_server(), "");
  }
  Party party(GetParam(), legs(true, true), startup(), std::string(kSecret));
  party.server(sasl({kPlus, kScram}));
  (void)party.to_client();
  party.client(message('p', "no mechanism's end"));
  EXPECT_EQ(refused_with(party.to_client()), "08P01");
}

TEST_P(LoginOnBothLegsTest, MessagesAtAnyTime) {
  BothLegs both(GetParam(), kSecret, kSecret);
  both.party.server(notice());
  const std::string offer = both.party.to_client();
  ASSERT_TRUE(offer.ends_with(notice()));
  ASSERT_EQ(both.client.start(authentication(offer).mechanisms), ScramStatus::proceed);
  both.party.client(made(append_sasl_initial_response, both.client.mechanism(), both.client.output()));
  both.party.server(parameter("TimeZone", "UTC"));
  const std::string got = both.party.to_client();
  EXPECT_EQ(authentication(got).kind, AuthenticationKind::sasl_continue);
  EXPECT_TRUE(got.ends_with(parameter("TimeZone", "UTC")));
  EXPECT_FALSE(both.party.closed);
}

}  // namespace
}  // namespace tapri::session::test
