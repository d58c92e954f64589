// The server over real sockets on the loopback address. The client blocks; its reads end with the connection or, should
// the server hang, with an error after ten seconds.

#include "admin/server.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "admin/client.h"
#include "unit/admin/fake_backend.h"

namespace tapri::admin {
namespace {

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    EXPECT_EQ(::connect(socket_, generic, sizeof(address)), 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  void send(std::string_view bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  // Reads until `end` has come; what was read.
  [[nodiscard]] std::string read_until(std::string_view end) const {
    std::string out;
    std::array<char, 4096> buffer{};
    while (out.find(end) == std::string::npos) {
      const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (size <= 0) return out + (size == 0 ? "<closed>" : "<error>");
      out.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return out;
  }
  [[nodiscard]] std::string read_all() const { return read_until("<never>"); }

 private:
  int socket_;
};

class ServerTest : public testing::Test {
 protected:
  void start(Server::Config config) {
    config.router.now_unix_seconds = [] { return 0.0; };
    io::Address address;
    address.host = "127.0.0.1";
    auto server = start_server(*loop_, address, backend_, std::move(config));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    port_ = server_->address().port;
    ASSERT_NE(port_, 0);
    thread_ = std::thread([this] { loop_->run(); });
  }

  // Runs on the loop's thread, and waits for it.
  template <typename Task>
  void on_loop(Task task) {
    std::promise<void> done;
    loop_->post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  void TearDown() override {
    if (!thread_.joinable()) return;
    on_loop([this] { server_.reset(); });
    loop_->stop();
    thread_.join();
  }

  FakeBackend backend_;
  std::unique_ptr<io::Loop> loop_ = io::make_loop();
  std::unique_ptr<Server> server_;
  std::thread thread_;
  std::uint16_t port_ = 0;
};

TEST_F(ServerTest, CanBeAskedByTheClient) {
  Server::Config config;
  config.router.token = "open sesame";
  start(std::move(config));
  const io::Address address{.host = "127.0.0.1", .port = port_};
  const auto refused = ask({.address = address, .path = "/api/v1/fleet", .token = "please"});
  ASSERT_TRUE(refused) << refused.error().message;
  EXPECT_EQ(refused->status, 401);
  const auto answer = ask({.address = address, .path = "/api/v1/fleet", .token = "open sesame"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "{\"mode\":\"local\"}\n");
  EXPECT_FALSE(ask({.address = address, .path = "/livez", .token = "two\r\nlines"}));
  EXPECT_FALSE(ask({.address = address, .path = "/livez", .token = "", .most = 20}));
}

TEST(Client, TakesWholeAnswersOnly) {
  const auto body = [](std::string_view bytes) {
    const auto answer = parse_answer(bytes);
    return answer ? answer->body : "refused";
  };
  EXPECT_EQ(body("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), "ok");
  EXPECT_EQ(body("HTTP/1.1 200 OK\r\n\r\nok"), "ok");
  EXPECT_EQ(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok"), "refused");
  EXPECT_EQ(body("HTTP/1.1 200 OK\r\nX: y\r\ncontent-length: many\r\n\r\nok"), "refused");
  EXPECT_EQ(body("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"), "refused");
  EXPECT_EQ(body("HTTP/1.1 \r\n\r\n"), "refused");
  EXPECT_EQ(body("SSH-2.0-OpenSSH\r\n\r\n"), "refused");
  EXPECT_EQ(body(""), "refused");
}

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start({});
  const Client client(port_);
  client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string first = client.read_until("ok\n");
  EXPECT_TRUE(first.starts_with("HTTP/1.1 200 OK\r\n")) << first;
  client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string second = client.read_all();
  EXPECT_NE(second.find("Connection: close\r\n"), std::string::npos) << second;
  EXPECT_TRUE(second.ends_with("ok\n<closed>")) << second;
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start({});
  const Client client(port_);
  client.send(
      "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "POST /api/v1/flush HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 13\r\n\r\n{\"all\": "
      "true}");
  const std::string answers = client.read_all();
  const std::size_t first = answers.find("HTTP/1.1 200 OK");
  const std::size_t second = answers.find("HTTP/1.1 404 Not Found");
  const std::size_t third = answers.find("flushed_entries\":7");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos) << answers;
}

TEST_F(ServerTest, TheAnswerToABadRequestArrivesAlthoughMoreIsSent) {
  start({});
  const Client client(port_);
  client.send("POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n" + std::string(200'000, 'x'));
  const std::string answer = client.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 Content Too Large\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("}\n<closed>")) << answer;
}

TEST_F(ServerTest, SaysContinue) {
  start({});
  const Client client(port_);
  client.send("POST /api/v1/explain HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 16\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send(R"({"sql": "xyzzy"})");
  EXPECT_NE(client.read_until("verdict").find("HTTP/1.1 200 OK"), std::string::npos);
}

TEST_F(ServerTest, ClosesWhoStaysSilent) {
  Server::Config config;
  config.idle_timeout = std::chrono::milliseconds(20);
  start(config);
  const Client client(port_);
  client.send("GET /livez HTT");
  EXPECT_EQ(client.read_all(), "<closed>");
}

TEST_F(ServerTest, BoundsItsConnections) {
  Server::Config config;
  config.max_connections = 2;
  start(config);
  const Client first(port_);
  first.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_NE(first.read_until("ok\n").find("200 OK"), std::string::npos);
  {
    const Client second(port_);
    second.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_NE(second.read_until("ok\n").find("200 OK"), std::string::npos);
    const Client third(port_);
    EXPECT_EQ(third.read_all(), "<closed>");
    second.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(second.read_all().ends_with("<closed>"));
  }
  // The second one's place is free again once the server has seen it go.
  std::string answer;
  for (int tries = 0; tries < 1000 && answer.find("200 OK") == std::string::npos; ++tries) {
    const Client fourth(port_);
    fourth.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    answer = fourth.read_until("ok\n");
  }
  EXPECT_NE(answer.find("200 OK"), std::string::npos);
}

TEST_F(ServerTest, StrangersDoNotKeepProbesOut) {
  Server::Config config;
  config.max_connections = 4;
  config.router.token = "open sesame";
  start(config);
  const std::string hello = "GET /metrics HTTP/1.1\r\nHost: tapri\r\nAuthorization: Bearer open sesame\r\n\r\n";
  const Client scraper(port_);
  scraper.send(hello);
  EXPECT_NE(scraper.read_until("\r\n\r\n").find("200 OK"), std::string::npos);
  // They may ask, and be answered, as often as they like.
  const Client asks(port_);
  asks.send("GET /livez HTTP/1.1\r\nHost: tapri\r\n\r\n");
  EXPECT_NE(asks.read_until("ok\n").find("200 OK"), std::string::npos);
  const Client guesses(port_);
  guesses.send("GET /metrics HTTP/1.1\r\nHost: tapri\r\nAuthorization: Bearer guess\r\n\r\n");
  EXPECT_NE(guesses.read_until("\r\n\r\n").find("401"), std::string::npos);
  const Client silent(port_);
  std::vector<std::unique_ptr<Client>> probes;  // as many as there is room for beside the one who has the token
  for (int i = 0; i < 3; ++i) {
    const Client& probe = *probes.emplace_back(std::make_unique<Client>(port_));
    probe.send("GET /livez HTTP/1.1\r\nHost: tapri\r\n\r\n");
    EXPECT_NE(probe.read_until("ok\n").find("200 OK"), std::string::npos) << i;
  }
  EXPECT_TRUE(asks.read_all().ends_with("<closed>"));
  EXPECT_TRUE(guesses.read_all().ends_with("<closed>"));
  EXPECT_EQ(silent.read_all(), "<closed>");
  scraper.send(hello);
  EXPECT_NE(scraper.read_until("\r\n\r\n").find("200 OK"), std::string::npos) << "whoever has the token stays";
}

TEST_F(ServerTest, EndsItsConnectionsWithItself) {
  start({});
  const Client client(port_);
  client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_NE(client.read_until("ok\n").find("200 OK"), std::string::npos);
  on_loop([this] { server_.reset(); });
  EXPECT_EQ(client.read_all(), "<closed>");
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
  start({});
  io::Address taken;
  taken.host = "127.0.0.1";
  taken.port = port_;
  on_loop([&] {
    const auto second = start_server(*loop_, taken, backend_, {});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find(std::to_string(port_)), std::string::npos) << second.error().message;
  });
}

}  // namespace
}  // namespace tapri::admin
