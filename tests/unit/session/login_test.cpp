// Logins that are relayed: what either side says reaches the other to the byte, whatever pieces it comes in.
#include "unit/session/login_script.h"
#include "unit/wire/scram_exchange.h"

namespace tapri::session::test {
namespace {

INSTANTIATE_TEST_SUITE_P(Splits, LoginTest, ::testing::ValuesIn(kSplits));

TEST_P(LoginTest, TrustIsRelayedAndEndsAtReadyForQuery) {
  Party party(GetParam());
  party.server(welcome() + notice());
  EXPECT_EQ(party.to_client(), welcome());
  EXPECT_EQ(party.to_server(), "");
  ASSERT_TRUE(party.login.done());
  EXPECT_EQ(party.login.status(), 'I');
  EXPECT_EQ(party.login.process_id(), 4711U);
  EXPECT_EQ(party.login.cancel_secret(), "1234");
  EXPECT_EQ(party.server_left(), notice()) << "what follows belongs to the session";
  EXPECT_FALSE(party.closed);
}

TEST_P(LoginTest, IdentityIsOfStartupAndParameterStatus) {
  const StartupMessage message = startup({{"application_name", "asked"},
                                          {"options", "-c app.tenant=7 -c geqo=off"},
                                          {"app.other", "x"},
                                          {"_pq_.option", "x"},
                                          {"replication", "off"}});
  Party party(GetParam(), {}, message);
  party.server(auth_ok() + parameter("client_encoding", "LATIN1") + parameter("standard_conforming_strings", "off") +
               parameter("application_name", "told") + ready());
  const pg::Identity identity = party.login.take_identity();
  EXPECT_EQ(identity.user, "ann");
  EXPECT_EQ(identity.database, "shop");
  EXPECT_EQ(identity.application, "told");
  EXPECT_EQ(identity.client_encoding, "LATIN1");
  EXPECT_FALSE(identity.standard_strings);
  EXPECT_FALSE(identity.replication);
  EXPECT_EQ(identity.custom_settings, (std::vector<std::string>{"app.tenant", "app.other"}));
}

TEST(Login, DatabaseIsTheUsersByDefault) {
  StartupMessage message;
  message.parameters = {{"user", "ann"}, {"replication", "database"}};
  Party party(0, {}, message);
  const pg::Identity identity = party.login.take_identity();
  EXPECT_EQ(identity.database, "ann");
  EXPECT_TRUE(identity.replication);
}

TEST_P(LoginTest, PasswordsAreRelayed) {
  for (const std::string& request :
       {made(append_auth_cleartext_password), made(append_auth_md5_password, ByteView("salt"))}) {
    Party party(GetParam());
    party.server(request);
    EXPECT_EQ(party.to_client(), request);
    party.client(password("md5 or not"));
    EXPECT_EQ(party.to_server(), password("md5 or not"));
    party.server(welcome());
    EXPECT_EQ(party.to_client(), welcome());
    EXPECT_TRUE(party.login.done());
  }
}

TEST_P(LoginTest, WhatTheClientSendsEarlyWaits) {
  Party party(GetParam());
  party.client(query("select 1"));
  EXPECT_EQ(party.to_server(), "");
  EXPECT_EQ(party.client_left(), query("select 1"));
  party.server(welcome());
  EXPECT_EQ(party.client_left(), query("select 1"));
}

TEST_P(LoginTest, WhatFollowsThePasswordWaits) {
  Party party(GetParam());
  party.server(made(append_auth_cleartext_password));
  party.client(password("x") + query("select 1"));
  EXPECT_EQ(party.to_server(), password("x"));
  EXPECT_EQ(party.client_left(), query("select 1"));
}

TEST_P(LoginTest, TerminateIsRelayed) {
  Party party(GetParam());
  party.server(made(append_auth_cleartext_password));
  party.client(made(append_terminate));
  EXPECT_EQ(party.to_server(), made(append_terminate));
}

TEST_P(LoginTest, ScramIsRelayedWhereTlsEndsOnNoLegOrTheClients) {
  for (const bool client_tls : {false, true}) {
    Party party(GetParam(), legs(client_tls, false), startup(), std::string(kSecret));
    party.server(sasl({kPlus, kScram}));
    EXPECT_EQ(party.to_client(), sasl({kPlus, kScram}));
    const std::string first = made(append_sasl_initial_response, kScram, kVectorClientFirst);
    party.client(first);
    EXPECT_EQ(party.to_server(), first);
    const std::string challenge = made(append_auth_sasl_continue, kVectorServerFirst);
    party.server(challenge);
    EXPECT_EQ(party.to_client(), challenge);
    party.client(made(append_sasl_response, kVectorClientFinal));
    EXPECT_EQ(party.to_server(), made(append_sasl_response, kVectorClientFinal));
    const std::string last = made(append_auth_sasl_final, kVectorServerFinal) + welcome();
    party.server(last);
    EXPECT_EQ(party.to_client(), last);
    EXPECT_TRUE(party.login.done());
    EXPECT_EQ(party.asked_for, "") << "nobody's secret is looked up";
  }
}

TEST_P(LoginTest, PlusIsTakenOutWhereTlsIsUpstreamAlone) {
  Party party(GetParam(), legs(false, true), startup(), std::string(kSecret));
  party.server(sasl({kPlus, kScram}));
  EXPECT_EQ(party.to_client(), sasl({kScram}));
  // A client without TLS says "n" or "y"; both are the server's to judge.
  const std::string first = made(append_sasl_initial_response, kScram, ByteView("y,,n=,r=x"));
  party.client(first);
  EXPECT_EQ(party.to_server(), first);
}

TEST_P(LoginTest, OfferWithoutPlusIsRelayed) {
  for (const bool client_tls : {false, true}) {
    Party party(GetParam(), legs(client_tls, true));
    party.server(sasl({kScram}));
    EXPECT_EQ(party.to_client(), sasl({kScram}));
    const std::string first = made(append_sasl_initial_response, kScram, ByteView("y,,n=,r=x"));
    party.client(first);
    EXPECT_EQ(party.to_server(), first);
  }
}

TEST_P(LoginTest, UnknownUserOnBothLegsMayLogInWithoutBinding) {
  Party party(GetParam(), legs(true, true));
  party.server(sasl({kPlus, kScram}));
  EXPECT_EQ(party.to_client(), sasl({kScram}));
  EXPECT_EQ(party.asked_for, "ann");
  const std::string first = made(append_sasl_initial_response, kScram, kVectorClientFirst);
  party.client(first);
  EXPECT_EQ(party.to_server(), first);
}

TEST_P(LoginTest, UnknownUserOnBothLegsIsToldWhyBindingFails) {
  Party party(GetParam(), legs(true, true));
  party.server(sasl({kPlus, kScram}));
  (void)party.to_client();
  party.client(made(append_sasl_initial_response, kScram, ByteView("y,,n=,r=x")));
  EXPECT_EQ(party.to_server(), "");
  EXPECT_EQ(refused_with(party.to_client()), "28000");
  EXPECT_TRUE(party.closed);
}

TEST_P(LoginTest, NegotiationIsRelayedOnce) {
  const ByteView unknown = "_pq_.nothing";
  const std::string answer = made(append_negotiate_protocol_version, kProtocol30, std::span(&unknown, 1));
  Party party(GetParam(), {}, startup({{unknown, "1"}}, kProtocol32));
  party.server(answer + welcome());
  EXPECT_EQ(party.to_client(), answer + welcome());
  EXPECT_TRUE(party.login.done());
}

TEST_P(LoginTest, CancelKeysOfEveryLength) {
  for (const std::size_t size : {4U, 32U, 256U}) {
    std::string secret;
    for (std::size_t i = 0; i < size; ++i) secret += static_cast<char>(i);
    Party party(GetParam(), {}, startup({}, kProtocol32));
    party.server(welcome(secret));
    EXPECT_EQ(party.to_client(), welcome(secret));
    EXPECT_EQ(party.login.cancel_secret(), secret);
  }
}

TEST_P(LoginTest, MessagesAtAnyTimeAreRelayedWhereTheyCome) {
  const std::string extra = notice() + parameter("TimeZone", "UTC") + notice();
  const std::string request = made(append_auth_md5_password, ByteView("salt"));
  Party party(GetParam());
  party.server(extra + request + extra);
  EXPECT_EQ(party.to_client(), extra + request + extra);
  EXPECT_FALSE(party.login.done());
  party.client(password("x"));
  EXPECT_EQ(party.to_server(), password("x"));
  party.server(extra + auth_ok() + extra + parameter("client_encoding", "UTF8") + extra + key("1234") + extra);
  EXPECT_FALSE(party.login.done());
  (void)party.to_client();
  party.server(ready());
  EXPECT_EQ(party.to_client(), ready());
  EXPECT_EQ(party.login.take_identity().client_encoding, "UTF8");
}

TEST_P(LoginTest, RefusalBeforeAnyQuestionIsForTheCallerToMend) {
  Party party(GetParam());
  party.server(fatal("28000"));
  EXPECT_TRUE(party.login.refused_at_once());
  EXPECT_EQ(party.to_client(), "");
  EXPECT_EQ(party.refusal, fatal("28000"));
  EXPECT_FALSE(party.closed);
}

TEST_P(LoginTest, OtherErrorsAreRelayed) {
  for (const ByteView state : {"53300", "3D000", "28P01", "57P03"}) {
    Party party(GetParam());
    party.server(fatal(state));
    EXPECT_FALSE(party.login.refused_at_once());
    EXPECT_EQ(party.to_client(), fatal(state));
  }
  Party party(GetParam());
  party.server(made(append_auth_cleartext_password));
  party.client(password("x"));
  (void)party.to_client();
  party.server(fatal("28000"));
  EXPECT_FALSE(party.login.refused_at_once()) << "the server has asked already: another sslmode mends nothing";
  EXPECT_EQ(party.to_client(), fatal("28000"));
}

TEST_P(LoginTest, NoticeBeforeARefusalDoesNotHideIt) {
  Party party(GetParam());
  party.server(notice() + fatal("28000"));
  EXPECT_EQ(party.to_client(), notice());
  EXPECT_TRUE(party.login.refused_at_once());
}

TEST_P(LoginTest, LongestMessagesPass) {
  const std::string longest = password(std::string(65'530, 'x'));
  Party party(GetParam());
  party.server(made(append_auth_cleartext_password));
  party.client(longest);
  EXPECT_EQ(party.to_server(), longest);
  const std::string told = parameter("search_path", std::string(40'000, 'x'));
  (void)party.to_client();
  party.server(told);
  EXPECT_EQ(party.to_client(), told);
}

TEST_P(LoginTest, AbsurdLengthsAreRefusedUnread) {
  const std::string lengths[] = {std::string("\0\0\0\3", 4), std::string("\x7f\xff\xff\xff", 4),
                                 std::string("\xff\xff\xff\xff", 4), std::string("\0\1\0\0", 4)};
  for (const auto& length : lengths) {
    Party client(GetParam());
    client.client("p" + length);
    EXPECT_EQ(refused_with(client.to_client()), "08P01");
    EXPECT_TRUE(client.closed);
    Party server(GetParam());
    server.server("R" + length);
    EXPECT_EQ(refused_with(server.to_client()), "08P01");
    EXPECT_TRUE(server.closed);
  }
}

TEST_P(LoginTest, MessagesThatCannotBeDecodedAreRelayed) {
  const std::string odd = message('R', "x") + message('S', "no end") + message('K', "x") + message('N') +
                          message('y', "a message to come") + message('Z');
  Party party(GetParam());
  party.server(odd);
  EXPECT_EQ(party.to_client(), odd);
  EXPECT_TRUE(party.login.done());
  EXPECT_EQ(party.login.status(), 'I');
  EXPECT_EQ(party.login.cancel_secret(), "");
}

}  // namespace
}  // namespace tapri::session::test
