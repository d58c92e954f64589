#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "io/detail/file_descriptor.h"
#include "unit/io/harness.h"

namespace tapri::io::test {
namespace {

using detail::FileDescriptor;

Address with_port(std::uint16_t port) { return {"127.0.0.1", port, ""}; }

// A listening socket that nobody accepts from, with room for one connection.
class FullBacklog {
 public:
  FullBacklog() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&name), size), 0);
    EXPECT_EQ(::listen(listener_.get(), 0), 0);
    EXPECT_EQ(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&name), &size), 0);
    port_ = ntohs(name.sin_port);
    for (int i = 0; i < 4; ++i) {
      fill_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      (void)::connect(fill_.back().get(), reinterpret_cast<const sockaddr*>(&name), size);
    }
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  FileDescriptor listener_;
  std::vector<FileDescriptor> fill_;
  std::uint16_t port_ = 0;
};

// A port that was free a moment ago.
std::uint16_t closed_port() {
  const Net net;
  return net.listener->address().port;
}

TEST(Connect, RefusedSaysWhereAndWhy) {
  const std::uint16_t port = closed_port();
  Driver driver;
  const auto result = connect_to(driver, with_port(port));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "cannot connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST(Connect, ResolvesNames) {
  Net net;
  const auto result = connect_to(net.driver, {"localhost", net.listener->address().port, ""});
  EXPECT_TRUE(result) << result.error().message;
}

TEST(Connect, UnknownNameIsAnError) {
  Driver driver;
  const auto result = connect_to(driver, {"no-such-host.invalid", 5432, ""});
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().message.starts_with("cannot connect to no-such-host.invalid:5432: "));
}

TEST(Connect, IsBoundedByItsTimeout) {
  const FullBacklog full;
  Driver driver;
  const auto result = connect_to(driver, with_port(full.port()), std::chrono::milliseconds(30));
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("timed out"), std::string::npos) << result.error().message;
}

TEST(Connect, UnixSocketMissingIsAnError) {
  const TempFolder folder;
  Driver driver;
  const auto result = connect_to(driver, {"", 0, folder.file("none")});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("No such file"), std::string::npos);
}

TEST(Connect, UnixPathTooLongIsAnError) {
  Driver driver;
  EXPECT_FALSE(connect_to(driver, {"", 0, "/" + std::string(107, 'x')}));
  EXPECT_FALSE(connect_to(driver, {"", 0, "/" + std::string(10'000, 'x')}));
}

// Linux answers EAGAIN, not EINPROGRESS, and never says when there is room again.
TEST(Connect, UnixSocketWithAFullBacklogIsTriedAgain) {
  const TempFolder folder;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strcpy(name.sun_path, folder.file("s").c_str());
  const FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  ASSERT_EQ(::listen(listener.get(), 0), 0);
  std::vector<FileDescriptor> fill;
  do {
    fill.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
  } while (::connect(fill.back().get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
  ASSERT_EQ(errno, EAGAIN);

  Driver driver;
  const auto timed_out = connect_to(driver, {"", 0, folder.file("s")}, std::chrono::milliseconds(30));
  ASSERT_FALSE(timed_out);
  EXPECT_NE(timed_out.error().message.find("timed out"), std::string::npos);

  bool connected = false;
  driver.loop().connect({"", 0, folder.file("s")}, std::chrono::seconds(20), [&](auto result) {
    EXPECT_TRUE(result) << result.error().message;
    connected = true;
    driver.wake();
  });
  driver.turn();
  EXPECT_FALSE(connected);
  while (true) {
    const FileDescriptor accepted(::accept(listener.get(), nullptr, nullptr));
    if (!accepted.is_open()) break;
  }
  EXPECT_TRUE(driver.until([&] { return connected; }));
}

TEST(Connect, SetsTheTcpOptions) {
  Net net;
  net.connect();
  // Both descriptors belong to this process: find every TCP socket whose peer is ours.
  int seen = 0;
  for (int fd = 3; fd < 256; ++fd) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || peer.ss_family != AF_INET) continue;
    int value = 0;
    socklen_t value_size = sizeof value;
    ASSERT_EQ(::getsockopt(fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &value, &value_size), 0);
    EXPECT_NE(value, 0);
    ASSERT_EQ(::getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &value_size), 0);
    EXPECT_NE(value, 0);
    EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    ++seen;
  }
  EXPECT_EQ(seen, 2);
}

TEST(Connect, MayBeOutstandingWhenTheLoopEnds) {
  const FullBacklog full;
  bool called = false;
  {
    Driver driver;
    driver.loop().connect(with_port(full.port()), std::chrono::hours(1), [&](auto) { called = true; });
    driver.turn();
  }
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace tapri::io::test
