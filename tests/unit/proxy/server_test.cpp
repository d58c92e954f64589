// The whole data plane on real sockets: what connections share, and how it ends.
#include "proxy/server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>

#include "unit/proxy/proxied.h"
#include "unit/proxy/sockets.h"
#include "wire/pg/startup.h"

namespace tapri::proxy::test {
namespace {

namespace script = session::test;

// What another thread brings about, and nothing tells of.
bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

// A server in front of two databases that give the same process ids and keys.
class ServerTest : public testing::Test {
 protected:
  // The worlds count for one worker: with more, nobody asks anything.
  void start(std::size_t workers, std::size_t max_connections) {
    std::vector<UpstreamServices> upstreams;
    for (std::size_t i = 0; i < 2; ++i) {
      upstreams.push_back({.target = {.address = {"127.0.0.1", databases_[i].port(), ""},
                                      .host = "127.0.0.1",
                                      .mode = io::SslMode::disable},
                           .shared = worlds_[i].shared.get(),
                           .backend_alive = [](int, const auto& reply) { reply(std::nullopt); }});
    }
    Server::Config config;
    config.workers = workers;
    config.max_connections = max_connections;
    config.find_secret = [](const std::string&) { return std::nullopt; };
    server_ = std::make_unique<Server>(std::move(config), std::move(upstreams), clock_);
    const io::Address any{"127.0.0.1", 0, ""};
    auto listening = server_->start({{any, 0}, {any, 1}});
    ASSERT_TRUE(listening) << listening.error().message;
    ports_ = {(*listening)[0].port, (*listening)[1].port};
  }
  // A client of database `index`, and what it was answered.
  Socket log_in(std::size_t index, const std::string& answer = "R S S K Z") {
    Socket client = Socket::to(ports_[index]);
    client.send(startup_message());
    EXPECT_EQ(letters(client.read_to(answer.starts_with('E') ? 'E' : 'Z')), answer);
    return client;
  }
  [[nodiscard]] std::uint64_t refused() const {
    std::uint64_t sum = 0;
    for (const auto* metrics : server_->metrics()) sum += metrics->connections_refused.value();
    return sum;
  }

  // Both sessions of database 1 ask the same, the second waits for the first one's answer, and that is held back.
  bool waits_for(const Socket& leader, const Socket& waiter) {
    databases_[1].hold_answers(true);
    leader.send(script::query("select c from orders"));
    if (!eventually([&] { return databases_[1].queries() == 1; })) return false;
    waiter.send(script::query("select c from orders"));
    return eventually([&] { return worlds_[1].flights.waiters() == 1; });
  }

  SystemClock clock_;
  Database databases_[2];
  session::test::World worlds_[2];
  std::unique_ptr<Server> server_;  // ends first
  std::vector<std::uint16_t> ports_;
};

TEST_F(ServerTest, TheLimitOfConnectionsHoldsOverAllWorkersAndListeners) {
  start(2, 3);
  std::optional<Socket> first(log_in(0));
  const Socket second = log_in(1);
  const Socket third = log_in(0);
  EXPECT_EQ(server_->connections(), 3U);
  for (std::size_t index : {0UL, 1UL}) {
    const Socket refused = log_in(index, "E(53300)");
    EXPECT_EQ(refused.read_to_end(), "");
  }
  EXPECT_EQ(refused(), 2U);
  // Its place is free again once it has left.
  first.reset();
  ASSERT_TRUE(eventually([&] { return server_->connections() == 2; }));
  const Socket next = log_in(0);
  EXPECT_EQ(server_->connections(), 3U);
}

TEST_F(ServerTest, ConnectionsGoToTheWorkerWithTheFewest) {
  start(3, 100);
  std::vector<Socket> clients;
  for (int i = 0; i < 6; ++i) clients.push_back(log_in(0));
  for (const auto* metrics : server_->metrics()) EXPECT_EQ(metrics->connections_opened.value(), 2U);
}

// A session of database 1 waits for another's answer when somebody cancels what has that very process id and key, but
// of database 0.
TEST_F(ServerTest, ACancelRequestNeverCrossesToAnotherDatabase) {
  start(1, 100);
  const Socket leader = log_in(1);
  const Socket waiter = log_in(1);
  ASSERT_TRUE(waits_for(leader, waiter));

  std::string request;
  wire::pg::append_cancel_request(request, 2, kSecret);
  const Socket canceller = Socket::to(ports_[0]);
  canceller.send(request);
  ASSERT_TRUE(eventually([&] { return !databases_[0].cancels().empty(); }));
  EXPECT_EQ(databases_[0].cancels(), std::vector<std::string>{request});
  EXPECT_EQ(canceller.read_to_end(), "");

  databases_[1].hold_answers(false);
  EXPECT_EQ(letters(leader.read_to('Z')), "T D C Z");
  EXPECT_EQ(letters(waiter.read_to('Z')), "T D C Z") << "not 57014";
  EXPECT_TRUE(databases_[1].cancels().empty());
}

TEST_F(ServerTest, ACancelRequestOfItsOwnDatabaseEndsTheWait) {
  start(1, 100);
  const Socket leader = log_in(1);
  const Socket waiter = log_in(1);
  ASSERT_TRUE(waits_for(leader, waiter));
  std::string request;
  wire::pg::append_cancel_request(request, 2, kSecret);
  const Socket canceller = Socket::to(ports_[1]);
  canceller.send(request);
  EXPECT_EQ(letters(waiter.read_to('Z')), "E(57014) Z");
  databases_[1].hold_answers(false);
  EXPECT_EQ(letters(leader.read_to('Z')), "T D C Z");
}

TEST_F(ServerTest, DrainEndsWhatIsIdleAndWaitsForWhatRuns) {
  start(1, 100);
  const Socket idle = log_in(0);
  const Socket busy = log_in(1);
  databases_[1].hold_answers(true);
  busy.send(script::query("select c from orders"));
  ASSERT_TRUE(eventually([&] { return databases_[1].queries() == 1; }));
  server_->drain();
  EXPECT_EQ(letters(idle.read_to_end()), "E(57P01)");
  ASSERT_TRUE(eventually([&] { return server_->connections() == 1; }));
  ASSERT_TRUE(eventually([&] { return Socket::to(ports_[0]).bad(); })) << "accepts no more";
  databases_[1].hold_answers(false);
  EXPECT_EQ(letters(busy.read_to_end()), "T D C Z E(57P01)");
  ASSERT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(ServerTest, StopClosesWhatIsLeft) {
  start(1, 100);
  const Socket idle = log_in(0);
  const Socket busy = log_in(1);
  databases_[1].hold_answers(true);
  busy.send(script::query("select c from orders"));
  ASSERT_TRUE(eventually([&] { return databases_[1].queries() == 1; }));
  server_->stop();
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(busy.read_to_end(), "");
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start(1, 100);
  Server second({}, {}, clock_);
  const auto listening = second.start({{{"127.0.0.1", ports_[0], ""}, 0}});
  ASSERT_FALSE(listening);
  EXPECT_NE(listening.error().message.find("cannot listen on 127.0.0.1:"), std::string::npos)
      << listening.error().message;
}

}  // namespace
}  // namespace tapri::proxy::test
