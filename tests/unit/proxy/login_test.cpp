// A connection from its first byte to its session, and cancel requests.
#include <gtest/gtest.h>

#include "proxy/pg/connection.h"
#include "unit/proxy/proxied.h"
#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"
#include "wire/pg/startup.h"

namespace tapri::proxy::test {
namespace {

using namespace session::test;

std::string ssl_request() {
  std::string out;
  wire::pg::append_ssl_request(out);
  return out;
}

std::string cancel_request(std::uint32_t process, std::string_view secret) {
  std::string out;
  wire::pg::append_cancel_request(out, process, secret);
  return out;
}

TEST(ConnectionLogin, PassesTheStartUpMessageAndTheAnswer) {
  Proxied p;
  p.log_in();
  EXPECT_EQ(p.ended, 0);
  EXPECT_EQ(p.loop.armed(), 0U) << "no time limit on a session";
}

TEST(ConnectionLogin, GoesOnByteByByte) {
  Proxied p;
  p.open();
  for (const char byte : startup_message()) {
    EXPECT_TRUE(p.loop.connects.empty());
    p.client->send({&byte, 1});
  }
  p.reach_server();
  for (const char byte : logged_in()) p.server->send({&byte, 1});
  EXPECT_EQ(p.client->received(), logged_in());
}

TEST(ConnectionLogin, OnePastTheLimitOfConnectionsIsRefused) {
  Proxied p;
  p.open(true);
  p.client->send(startup_message());
  EXPECT_EQ(p.client_got(), "E(53300)");
  EXPECT_TRUE(p.client->closed());
  EXPECT_EQ(p.ended, 1);
  EXPECT_TRUE(p.loop.connects.empty()) << "the server hears nothing";
}

TEST(ConnectionLogin, ACancelRequestPassesTheLimit) {
  Proxied p;
  p.open(true);
  p.client->send(cancel_request(kProcess, kSecret));
  p.reach_server();
  EXPECT_EQ(p.server->received(), cancel_request(kProcess, kSecret));
}

TEST(ConnectionLogin, OneThatTakesTooLongIsClosed) {
  Proxied p;
  p.open();
  p.client->send(startup_message().substr(0, 6));
  ASSERT_TRUE(p.loop.fire(p.services.login_timeout));
  EXPECT_EQ(p.ended, 1);
  EXPECT_TRUE(p.client->closed());
}

TEST(ConnectionLogin, NothingMoreIsTakenThanALoginMayTake) {
  Proxied p;
  p.open();
  p.client->send(std::string("\0\1\0\0\0\3\0\0", 8) + std::string(1UL << 20, 'x'));
  EXPECT_EQ(p.client_got(), "E(08P01)");
  EXPECT_EQ(p.ended, 1);
}

TEST(ConnectionLogin, AServerOutOfReachIsAnError) {
  Proxied p;
  p.open();
  p.client->send(startup_message());
  ASSERT_EQ(p.loop.connects.size(), 1U);
  EXPECT_EQ(p.loop.connects[0].address.host, "db");
  p.loop.connected(fail("refused"));
  EXPECT_EQ(p.client_got(), "E(08006)");
  EXPECT_EQ(p.ended, 1);
}

TEST(ConnectionLogin, AClientThatLeavesMeanwhileIsForgotten) {
  Proxied p;
  p.open();
  p.client->send(startup_message());
  p.connection->close_now();
  p.loop.turn();
  EXPECT_EQ(p.ended, 1);
  p.reach_server();
  EXPECT_TRUE(p.server->closed());
  EXPECT_EQ(p.server->received(), "");
}

TEST(ConnectionLogin, TheServersRefusalReachesTheClient) {
  Proxied p;
  p.open();
  p.client->send(startup_message());
  p.reach_server();
  std::string refusal;
  wire::pg::append_error(refusal, "FATAL", "28000", "no entry");
  p.server->send(refusal);
  EXPECT_EQ(p.client->received(), refusal);
  EXPECT_EQ(p.ended, 1);
}

TEST(ConnectionLogin, TlsThatIsNotOfferedIsDeclined) {
  Proxied p;
  p.open();
  p.client->send(ssl_request());
  EXPECT_EQ(p.client->received(), "N");
  p.client->send(startup_message());
  EXPECT_EQ(p.loop.connects.size(), 1U);
}

TEST(ConnectionLogin, BytesBehindARequestForEncryptionAreRefused) {
  Proxied p;
  p.open();
  p.client->send(ssl_request() + startup_message());
  EXPECT_EQ(p.client_got(), "E(08P01)");
  EXPECT_EQ(p.ended, 1);
}

TEST(ConnectionLogin, DrainEndsOneThatHasSaidNothing) {
  Proxied p;
  p.open();
  p.connection->drain();
  p.loop.turn();
  EXPECT_EQ(p.client_got(), "E(57P01)");
  EXPECT_EQ(p.ended, 1);
}

TEST(ConnectionLogin, ProtocolsThatAreNotSpokenAreForTheServerToRefuse) {
  Proxied p;
  p.open();
  const std::string old = startup_message(2U << 16U);
  p.client->send(old);
  p.reach_server();
  EXPECT_EQ(p.server->received(), old);
  p.server->send("Eunsupported frontend protocol\n");
  EXPECT_EQ(p.client->received(), "Eunsupported frontend protocol\n");
  p.server->end();
  EXPECT_EQ(p.ended, 1);
}

TEST(ConnectionLogin, AServerThatSpeaksThemIsCutOff) {
  Proxied p;
  p.open();
  p.client->send(startup_message(2U << 16U));
  p.reach_server();
  p.server->send("R");
  EXPECT_EQ(p.client->received(), "");
  EXPECT_EQ(p.ended, 1);
}

class Cancel : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(KeySizes, Cancel, testing::Values(4, 32, 256));

// A session waits for another's answer, which only Tapri knows of; the request goes to the server all the same.
TEST_P(Cancel, EndsAWaitAndReachesTheServer) {
  const std::string secret(GetParam(), 'k');
  Proxied p;
  p.log_in(wire::pg::kProtocol32, secret);
  p.settle();
  Peer leader(p.world);
  leader.client(query("select c from orders"));
  p.client->send(query("select c from orders"));
  ASSERT_EQ(p.world.flights.waiters(), 1U);
  const auto waiting = p.client;
  const auto its_server = p.server;
  const auto session = p.connection;

  p.open();
  p.client->send(cancel_request(kProcess, secret.substr(1) + "x"));
  p.reach_server();
  EXPECT_EQ(waiting->received(), "") << "another's key";
  p.open();
  p.client->send(cancel_request(kProcess, secret));
  EXPECT_EQ(letters(waiting->received()), "E(57014) Z");
  p.reach_server();
  EXPECT_EQ(p.server->received(), cancel_request(kProcess, secret));
  p.server->end();
  EXPECT_TRUE(p.client->closed());
  EXPECT_EQ(its_server->received(), "");
}

TEST(Cancel, ASessionThatHasEndedIsNotFound) {
  Proxied p;
  p.log_in();
  int called = 0;
  p.client->end();
  p.server->end();
  EXPECT_EQ(p.ended, 1);
  p.cancels.add(kProcess, kSecret, [&called] { ++called; });
  p.cancels.cancel(kProcess, kSecret);
  EXPECT_EQ(called, 1) << "the next one with that number has it alone";
}

TEST(FlightWait, IsBoundedInTime) {
  Proxied p;
  p.log_in();
  p.settle();
  Peer leader(p.world);
  leader.client(query("select c from orders"));
  p.client->send(query("select c from orders"));
  EXPECT_EQ(p.server_got(), "");
  EXPECT_FALSE(p.client->is_read());
  ASSERT_TRUE(p.loop.fire(p.world.shared->limits.flight_wait));
  EXPECT_EQ(p.server_got(), "Q") << "it asks by itself";
  EXPECT_EQ(p.world.flights.waiters(), 0U);
}

TEST(FlightWait, EndsWithTheAnswerOnTheSessionsOwnThread) {
  Proxied p;
  p.log_in();
  p.settle();
  Peer leader(p.world);
  leader.client(query("select c from orders"));
  p.client->send(query("select c from orders"));
  leader.server(result("1") + ready());
  EXPECT_EQ(p.client_got(), "") << "only handed over";
  p.loop.turn();
  EXPECT_EQ(p.client_got(), "T D C Z");
  EXPECT_EQ(p.server_got(), "");
  EXPECT_EQ(p.loop.armed(), 0U);
}

}  // namespace
}  // namespace tapri::proxy::test
