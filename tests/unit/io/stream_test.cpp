#include "io/stream.h"

#include <gtest/gtest.h>

#include "unit/io/harness.h"

namespace tapri::io::test {
namespace {

// Every test runs over TCP and over a Unix socket.
class Streams : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override { net_.connect(); }

  Driver& driver() { return net_.driver; }
  Endpoint& client() { return *net_.client(); }
  Endpoint& server() { return *net_.server(); }

  TempFolder folder_;
  Net net_{GetParam() ? Address{"", 0, folder_.file("socket")} : loopback()};
};
INSTANTIATE_TEST_SUITE_P(Transports, Streams, testing::Bool(),
                         [](const auto& tested) { return tested.param ? "unix" : "tcp"; });

TEST_P(Streams, CarryBytesBothWays) {
  server().read_all();
  client().read_all();
  client().write("ping");
  ASSERT_TRUE(driver().until([&] { return server().received == "ping"; }));
  server().write("pong!");
  ASSERT_TRUE(driver().until([&] { return client().received == "pong!" && server().writes == 1; }));
  EXPECT_EQ(client().writes, 1);
  EXPECT_FALSE(*client().write_error);
  EXPECT_FALSE(*server().write_error);
}

TEST_P(Streams, NeverCallBackFromInsideACall) {
  server().write("waiting already");
  ASSERT_TRUE(driver().until([&] { return server().writes == 1; }));
  client().read();
  client().write("x");
  ASSERT_TRUE(driver().until([&] { return client().reads == 1 && client().writes == 1; }));
  EXPECT_FALSE(client().called_back_inside);
  EXPECT_FALSE(server().called_back_inside);
}

TEST_P(Streams, WriteNothing) {
  client().write(std::vector<std::string_view>{});
  ASSERT_TRUE(driver().until([&] { return client().writes == 1; }));
  EXPECT_FALSE(*client().write_error);
  client().write({"", "", ""});
  ASSERT_TRUE(driver().until([&] { return client().writes == 2; }));
  EXPECT_FALSE(*client().write_error);
  EXPECT_FALSE(client().called_back_inside);
}

TEST_P(Streams, RefuseToReadIntoNothing) {
  client().read(0);
  ASSERT_TRUE(driver().until([&] { return client().reads == 1; }));
  EXPECT_EQ(*client().read_error, std::errc::invalid_argument);
}

TEST_P(Streams, GatherMoreViewsThanOneCallTakes) {
  const std::string bytes = pattern(5000);
  std::vector<std::string_view> views;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    views.emplace_back(bytes.data() + i, 1);
    views.emplace_back();
  }
  server().read_all();
  client().write(views);
  ASSERT_TRUE(driver().until([&] { return server().received.size() == bytes.size() && client().writes == 1; }));
  EXPECT_EQ(server().received, bytes);
}

// The writer is far ahead of the reader, so that writes are partial in the middle of views.
TEST_P(Streams, GatherTenMegabytesForASlowReader) {
  const std::string bytes = pattern(10'000'000);
  std::vector<std::string_view> views;
  std::size_t start = 0;
  for (std::size_t size = 1; start < bytes.size(); size = size * 2 % 700'001 + 1) {
    views.push_back(std::string_view(bytes).substr(start, size));
    start += size;
  }
  client().write(views);
  driver().turn();
  EXPECT_EQ(client().writes, 0);
  while (server().received.size() < bytes.size()) {
    const int before = server().reads;
    server().read(10'007);
    ASSERT_TRUE(driver().until([&] { return server().reads > before; }));
    ASSERT_FALSE(*server().read_error);
  }
  EXPECT_TRUE(server().received == bytes);
  ASSERT_TRUE(driver().until([&] { return client().writes == 1; }));
  EXPECT_FALSE(*client().write_error);
}

TEST_P(Streams, TryWriteTakesWhatFitsAndNothingWhenFull) {
  server().stream->try_write(std::vector<std::string_view>{});
  const std::vector<std::string_view> views = {"one ", "", "two"};
  EXPECT_EQ(client().stream->try_write(views), 7U);
  server().read();
  ASSERT_TRUE(driver().until([&] { return server().reads == 1; }));
  EXPECT_EQ(server().received, "one two");

  const std::string block(1'000'000, 'x');
  const std::vector<std::string_view> blocks = {block};
  std::size_t taken = 0;
  std::size_t last = 0;
  do {
    last = client().stream->try_write(blocks);
    taken += last;
  } while (last > 0);
  EXPECT_EQ(client().stream->try_write(blocks), 0U);
  client().write("end");
  EXPECT_EQ(client().stream->try_write(views), 0U) << "a write is outstanding";
  server().received.clear();
  server().read_all();
  ASSERT_TRUE(driver().until([&] { return server().received.size() == taken + 3 && client().writes == 1; }));
  EXPECT_TRUE(server().received.ends_with("end"));
  EXPECT_EQ(client().writes, 1);
}

TEST_P(Streams, HalfCloseKeepsTheOtherDirection) {
  server().read_all();
  client().read_all();
  client().write("last words");
  client().stream->shutdown_write();
  ASSERT_TRUE(driver().until([&] { return server().at_end; }));
  EXPECT_EQ(server().received, "last words");
  server().write("an answer");
  ASSERT_TRUE(driver().until([&] { return client().received == "an answer"; }));
  client().write("too late");
  ASSERT_TRUE(driver().until([&] { return client().writes == 2; }));
  EXPECT_EQ(*client().write_error, std::errc::broken_pipe);
}

TEST_P(Streams, HalfCloseWaitsForTheOutstandingWrite) {
  const std::string bytes = pattern(8'000'000);
  client().write(bytes);
  client().stream->shutdown_write();
  server().read_all();
  ASSERT_TRUE(driver().until([&] { return server().at_end; }));
  EXPECT_TRUE(server().received == bytes);
  EXPECT_FALSE(*client().write_error);
}

TEST_P(Streams, CloseEndsOutstandingOperationsWithAnError) {
  const std::string bytes = pattern(20'000'000);
  client().read();
  client().write(bytes);
  driver().turn();
  client().stream->close();
  EXPECT_EQ(client().reads, 0);
  ASSERT_TRUE(driver().until([&] { return client().reads == 1 && client().writes == 1; }));
  EXPECT_EQ(*client().read_error, std::errc::operation_canceled);
  EXPECT_EQ(*client().write_error, std::errc::operation_canceled);
  EXPECT_FALSE(client().called_back_inside);
  server().read_all();
  ASSERT_TRUE(driver().until([&] { return server().at_end || *server().read_error; }));
}

TEST_P(Streams, OperationsAfterCloseEndWithAnError) {
  client().stream->close();
  client().stream->close();
  client().stream->shutdown_write();
  EXPECT_EQ(client().stream->try_write(std::vector<std::string_view>{"x"}), 0U);
  client().read();
  client().write("x");
  ASSERT_TRUE(driver().until([&] { return client().reads == 1 && client().writes == 1; }));
  EXPECT_EQ(*client().read_error, std::errc::operation_canceled);
  EXPECT_EQ(*client().write_error, std::errc::operation_canceled);
}

TEST_P(Streams, DestructionEndsOutstandingOperationsWithAnError) {
  const std::string bytes = pattern(20'000'000);
  client().read();
  client().write(bytes);
  driver().turn();
  client().stream.reset();
  ASSERT_TRUE(driver().until([&] { return client().reads == 1 && client().writes == 1; }));
  EXPECT_EQ(*client().read_error, std::errc::operation_canceled);
  EXPECT_EQ(*client().write_error, std::errc::operation_canceled);
}

TEST_P(Streams, MayBeDestroyedInsideACallback) {
  client().during_read = [this] { client().stream.reset(); };
  client().read();
  client().write("x");
  server().write("y");
  ASSERT_TRUE(driver().until([&] { return client().reads == 1 && client().writes == 1; }));
  server().read_all();
  ASSERT_TRUE(driver().until([&] { return server().at_end || (server().read_error && *server().read_error); }));
}

TEST_P(Streams, MayBeClosedInsideACallbackWithAWriteOutstanding) {
  const std::string bytes = pattern(20'000'000);
  client().during_read = [this] { client().stream->close(); };
  client().read();
  client().write(bytes);
  server().write("y");
  ASSERT_TRUE(driver().until([&] { return client().writes == 1; }));
  EXPECT_EQ(client().received, "y");
  EXPECT_EQ(*client().write_error, std::errc::operation_canceled);
}

TEST_P(Streams, KeepTheListenerOnlyWhileAnOperationIsOutstanding) {
  struct Silent final : StreamListener {
    explicit Silent(Driver& owner) : driver(owner) {}
    void on_read(int, std::error_code, std::size_t) override { driver.wake(); }
    void on_written(int, std::error_code) override { driver.wake(); }
    void on_ready(int, std::error_code) override {}
    Driver& driver;
  };
  auto listener = std::make_shared<Silent>(driver());
  const std::weak_ptr<Silent> watch = listener;
  std::array<char, 8> buffer{};
  client().stream->read_some(buffer, std::move(listener), 0);
  driver().turn();
  EXPECT_FALSE(watch.expired());
  server().write("x");
  ASSERT_TRUE(driver().until([&] { return watch.expired(); }));
}

// Outstanding operations are dropped with the loop; nothing may touch what is gone, nor leak.
TEST_P(Streams, MayBeOutstandingWhenTheLoopEnds) {
  client().read();
  client().write(std::string_view("x"));
  server().read();
  SUCCEED();
}

TEST(Loop, StreamsAndTimersMayOutliveIt) {
  std::shared_ptr<Endpoint> client;
  std::unique_ptr<Timer> timer;
  bool called = false;
  {
    Net net;
    net.connect();
    client = net.client();
    client->write("decided, but not called back yet");
    client->read();
    timer = net.driver.loop().make_timer();
    timer->set(std::chrono::milliseconds(0), [&] { called = true; });
  }
  client->stream->close();
  client->read();
  client->write("x");
  timer->set(std::chrono::milliseconds(0), [&] { called = true; });
  timer->cancel();
  client->stream.reset();
  EXPECT_EQ(client->reads, 0);
  EXPECT_EQ(client->writes, 0);
  EXPECT_FALSE(called);
}

TEST(TcpStream, PeerResetIsAnError) {
  Net net;
  net.connect();
  // The reset comes from closing with unread bytes.
  net.client()->write("unread");
  ASSERT_TRUE(net.driver.until([&] { return net.client()->writes == 1; }));
  net.client()->read_all();
  net.server()->stream.reset();
  ASSERT_TRUE(net.driver.until([&] { return net.client()->reads == 1; }));
  EXPECT_EQ(*net.client()->read_error, std::errc::connection_reset);
  net.client()->write("x");
  ASSERT_TRUE(net.driver.until([&] { return net.client()->writes == 2; }));
  EXPECT_TRUE(*net.client()->write_error);
}

TEST(TcpStream, NamesItsPeer) {
  Net net;
  net.connect();
  EXPECT_EQ(net.client()->stream->peer(), net.listener->address().text());
  EXPECT_TRUE(net.server()->stream->peer().starts_with("127.0.0.1:"));
  EXPECT_FALSE(net.client()->stream->is_tls());
  EXPECT_EQ(net.client()->stream->certificate_hash(), "");
}

TEST(UnixStream, NamesItsPeer) {
  const TempFolder folder;
  Net net({"", 0, folder.file("s")});
  net.connect();
  EXPECT_EQ(net.client()->stream->peer(), "unix:" + folder.file("s"));
  EXPECT_EQ(net.server()->stream->peer(), "unix:" + folder.file("s"));
}

// An endless exchange on one connection must not starve the others.
TEST(Loop, OneBusyStreamDoesNotStarveAnother) {
  Net net;
  net.connect();
  const auto peer_of_busy = net.server();
  struct Busy final : StreamListener, std::enable_shared_from_this<Busy> {
    void go() { stream->write(std::span<const std::string_view>(), shared_from_this(), 0); }
    void on_written(int, std::error_code error) override {
      if (!error && stream) go();
    }
    void on_read(int, std::error_code, std::size_t) override {}
    void on_ready(int, std::error_code) override {}
    std::unique_ptr<Stream> stream;
  };
  auto busy = std::make_shared<Busy>();
  busy->stream = std::move(net.client()->stream);
  net.driver.loop().post([&] { busy->go(); });
  net.connect();
  net.server()->read_all();
  net.client()->write("still served");
  EXPECT_TRUE(net.driver.until([&] { return net.server()->received == "still served"; }));
  busy->stream.reset();
  net.driver.turn();
}

}  // namespace
}  // namespace tapri::io::test
