#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <future>
#include <thread>

#include "io/detail/file_descriptor.h"
#include "unit/io/harness.h"

namespace tapri::io::test {
namespace {

using detail::FileDescriptor;

Result<std::unique_ptr<Listener>> listen_on(Driver& driver, const Address& address) {
  return driver.loop().listen(
      address, [&driver]() -> Loop& { return driver.loop(); }, [](Loop&, std::unique_ptr<Stream>) {});
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// Leaves a socket file on which nobody listens.
void leave_stale_socket(const std::string& path) {
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strcpy(name.sun_path, path.c_str());
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
}

TEST(Listen, PortZeroGivesTheRealOne) {
  const Net net;
  EXPECT_EQ(net.listener->address().host, "127.0.0.1");
  EXPECT_NE(net.listener->address().port, 0);
}

TEST(Listen, PortInUseIsAnError) {
  Net net;
  const auto second = listen_on(net.driver, net.listener->address());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "cannot listen on " + net.listener->address().text() + ": Address already in use");
}

TEST(Listen, PortIsFreeAgainOnceDestroyed) {
  Net net;
  net.connect();
  const Address address = net.listener->address();
  net.listener.reset();
  EXPECT_FALSE(connect_to(net.driver, address));
  net.server()->stream.reset();
  EXPECT_TRUE(listen_on(net.driver, address));
}

TEST(Listen, NoHostIsAnError) {
  Driver driver;
  EXPECT_FALSE(listen_on(driver, {"", 0, ""}));
}

TEST(Listen, UnixFileIsReachableByAllAndRemovedAtTheEnd) {
  const TempFolder folder;
  const std::string path = folder.file("s");
  {
    const Net net({"", 0, path});
    EXPECT_EQ(net.listener->address().unix_path, path);
    struct stat made {};
    ASSERT_EQ(::stat(path.c_str(), &made), 0);
    EXPECT_EQ(made.st_mode & 0777U, 0777U);
  }
  EXPECT_FALSE(exists(path));
}

TEST(Listen, UnixFileIsRemovedBeforeTheLoopRunsAgain) {
  const TempFolder folder;
  Net net({"", 0, folder.file("s")});
  net.listener.reset();
  EXPECT_FALSE(exists(folder.file("s")));
}

TEST(Listen, UnixFileOfAnotherIsLeftAlone) {
  const TempFolder folder;
  const std::string path = folder.file("s");
  Net first({"", 0, path});
  ASSERT_EQ(::unlink(path.c_str()), 0);
  const Net second({"", 0, path});
  first.listener.reset();
  EXPECT_TRUE(exists(path));
}

TEST(Listen, StaleUnixFileIsReplaced) {
  const TempFolder folder;
  const std::string path = folder.file("s");
  leave_stale_socket(path);
  Net net({"", 0, path});
  net.connect();
}

TEST(Listen, UnixSocketInUseIsAnError) {
  const TempFolder folder;
  Net net({"", 0, folder.file("s")});
  const auto second = listen_on(net.driver, net.listener->address());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another process listens there"), std::string::npos);
  net.connect();
}

TEST(Listen, OtherFilesAreNeverReplaced) {
  const TempFolder folder;
  const std::string path = folder.file("precious");
  std::ofstream(path) << "data";
  Driver driver;
  const auto result = listen_on(driver, {"", 0, path});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("is no socket"), std::string::npos);
  EXPECT_TRUE(exists(path));
}

TEST(Listen, UnixPathTooLongIsAnError) {
  Driver driver;
  EXPECT_FALSE(listen_on(driver, {"", 0, "/tmp/" + std::string(103, 'x')}));
}

TEST(Listen, ManyConnections) {
  constexpr std::size_t kCount = 1000;
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  ASSERT_GT(files.rlim_cur, 2 * kCount + 50);

  Net net;
  std::vector<std::shared_ptr<Endpoint>> clients;
  for (std::size_t i = 0; i < kCount; ++i) {
    net.driver.loop().connect(net.listener->address(), std::chrono::seconds(50), [&](auto result) {
      ASSERT_TRUE(result) << result.error().message;
      clients.push_back(std::make_shared<Endpoint>(net.driver));
      clients.back()->stream = std::move(*result);
      net.driver.wake();
    });
  }
  ASSERT_TRUE(net.driver.until([&] { return clients.size() == kCount && net.accepted.size() == kCount; }));
  std::vector<std::shared_ptr<Endpoint>> servers;
  for (auto& stream : net.accepted) {
    servers.push_back(std::make_shared<Endpoint>(net.driver));
    servers.back()->stream = std::move(stream);
    servers.back()->read();
  }
  for (const auto& client : clients) client->write("hello");
  for (const auto& server : servers) {
    ASSERT_TRUE(net.driver.until([&] { return server->reads == 1; }));
    EXPECT_EQ(server->received, "hello");
  }
}

// Not in the asan build: UBSan opens a pipe to look at an object, and takes it for broken where there is none to be
// had.
#ifndef __SANITIZE_ADDRESS__

// Lowers the limit so that accept() fails, and restores it.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit lowered = before_;
    const FileDescriptor next(::dup(0));
    lowered.rlim_cur = static_cast<rlim_t>(next.get());
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Listen, GoesOnOnceDescriptorsAreFreeAgain) {
  Net net;
  const FileDescriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  {
    const NoDescriptors shortage;
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(net.listener->address().port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)::connect(client.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
    for (int i = 0; i < 20; ++i) net.driver.turn();
    EXPECT_TRUE(net.accepted.empty());
  }
  EXPECT_TRUE(net.driver.until([&] { return net.accepted.size() == 1; }));
}

#endif

// A loop on a thread of its own that echoes what its streams bring.
class EchoLoop {
 public:
  EchoLoop() : thread_([this] { loop_->run(); }) {}
  EchoLoop(const EchoLoop&) = delete;
  EchoLoop& operator=(const EchoLoop&) = delete;
  ~EchoLoop() {
    loop_->stop();
    thread_.join();
  }
  [[nodiscard]] Loop& loop() { return *loop_; }
  [[nodiscard]] std::thread::id thread_id() const { return thread_.get_id(); }

 private:
  std::unique_ptr<Loop> loop_ = make_loop();
  std::thread thread_;
};

struct Echo final : StreamListener, std::enable_shared_from_this<Echo> {
  void go() { stream->read_some(buffer, shared_from_this(), 0); }
  void on_read(int, std::error_code error, std::size_t size) override {
    if (error || size == 0) return stream.reset();
    const std::array<std::string_view, 1> views = {std::string_view(buffer.data(), size)};
    stream->write(views, shared_from_this(), 0);
  }
  void on_written(int, std::error_code error) override {
    if (!error && stream) go();
  }
  void on_ready(int, std::error_code) override {}
  std::unique_ptr<Stream> stream;
  std::array<char, 4096> buffer{};
};

TEST(Listen, HandsStreamsToOtherLoops) {
  Driver driver;
  std::array<EchoLoop, 2> workers;
  std::atomic<int> wrong_thread = 0;
  std::size_t next = 0;
  auto listener = driver.loop().listen(
      loopback(), [&]() -> Loop& { return workers[next++ % workers.size()].loop(); },
      [&](Loop& loop, std::unique_ptr<Stream> stream) {
        const bool first = &loop == &workers[0].loop();
        if (std::this_thread::get_id() != workers[first ? 0 : 1].thread_id()) ++wrong_thread;
        auto echo = std::make_shared<Echo>();
        echo->stream = std::move(stream);
        echo->go();
      });
  ASSERT_TRUE(listener);
  for (int i = 0; i < 20; ++i) {
    auto connected = connect_to(driver, (*listener)->address());
    ASSERT_TRUE(connected);
    auto client = std::make_shared<Endpoint>(driver);
    client->stream = std::move(*connected);
    const std::string bytes = pattern(100'000);
    client->read_all();
    client->write(bytes);
    ASSERT_TRUE(driver.until([&] { return client->received.size() == bytes.size(); }));
    EXPECT_TRUE(client->received == bytes);
    client->stream.reset();
  }
  EXPECT_EQ(next, 20U);
  EXPECT_EQ(wrong_thread, 0);
}

TEST(Listen, MayBeDestroyedInsideItsCallback) {
  Driver driver;
  std::unique_ptr<Listener> listener;
  bool accepted = false;
  listener = std::move(*driver.loop().listen(
      loopback(), [&]() -> Loop& { return driver.loop(); },
      [&](Loop&, std::unique_ptr<Stream>) {
        accepted = true;
        listener.reset();
        driver.wake();
      }));
  const auto client = connect_to(driver, listener->address());
  ASSERT_TRUE(driver.until([&] { return accepted; }));
  EXPECT_FALSE(listener);
}

}  // namespace
}  // namespace tapri::io::test
