#include "unit/proxy/sockets.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "unit/proxy/proxied.h"
#include "wire/pg/startup.h"

namespace tapri::proxy::test {

namespace script = session::test;

Socket::Socket(int descriptor) : descriptor_(descriptor) {
  const timeval patience{30, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

Socket Socket::to(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return Socket(descriptor);
  }
  ::close(descriptor);
  return Socket(-1);
}

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Socket::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t size = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return;  // the other side has left: what it said is to be read
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::string Socket::read_some(std::size_t size) const {
  std::string bytes(size, '\0');
  const ssize_t got = ::recv(descriptor_, bytes.data(), size, 0);
  EXPECT_TRUE(got >= 0 || errno == ECONNRESET) << "nothing came";
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

std::string Socket::read_message() const {
  std::string message;
  std::size_t wanted = 5;
  while (message.size() < wanted) {
    const std::string more = read_some(wanted - message.size());
    if (more.empty()) break;
    message += more;
    if (message.size() == 5) wanted = 1 + wire::load_u32(message.data() + 1);
  }
  return message;
}

std::string Socket::read_to(char type) const {
  std::string all;
  for (std::string message = read_message(); !message.empty(); message = read_message()) {
    all += message;
    if (message[0] == type) break;
  }
  return all;
}

void Socket::shut_down() const { ::shutdown(descriptor_, SHUT_RDWR); }

Database::Database() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  EXPECT_EQ(::bind(listener_, generic, size), 0);
  EXPECT_EQ(::listen(listener_, 64), 0);
  EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
  port_ = ntohs(address.sin_port);
  accepts_ = std::thread([this] { accept_all(); });
}

Database::~Database() {
  ::shutdown(listener_, SHUT_RDWR);
  accepts_.join();
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }
  changed_.notify_all();
  for (std::thread& session : sessions_) session.join();
  ::close(listener_);
}

void Database::accept_all() {
  for (;;) {
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const std::lock_guard lock(mutex_);
    open_.push_back(descriptor);
    sessions_.emplace_back([this, descriptor] { serve(descriptor); });
  }
}

void Database::serve(int descriptor) {
  const Socket socket(descriptor);
  std::string packet;
  wire::pg::StartupPacket startup;
  auto kind = wire::pg::StartupKind::incomplete;
  while (kind == wire::pg::StartupKind::incomplete) {
    const std::string more = socket.read_some(1000);
    if (more.empty()) break;
    kind = wire::pg::take_startup(packet += more, startup);
  }
  if (kind == wire::pg::StartupKind::cancel_request) {
    const std::lock_guard lock(mutex_);
    cancels_.push_back(packet);
  } else if (kind == wire::pg::StartupKind::startup) {
    socket.send(logged_in(next_process()));
    std::string probe;
    for (std::string message = socket.read_message(); !message.empty(); message = socket.read_message()) {
      answer(socket, message, probe);
    }
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, descriptor);
}

std::uint32_t Database::next_process() {
  const std::lock_guard lock(mutex_);
  return ++processes_;
}

void Database::answer(const Socket& socket, std::string_view message, std::string& probe) {
  wire::pg::Frame frame;
  if (wire::pg::take_frame(message, frame) != wire::pg::FrameStatus::complete) return;
  wire::pg::Parse parse;
  if (frame.type == 'P' && decode(frame.body, parse)) probe = parse.sql;
  if (frame.type == 'S') socket.send(script::probe_answer(probe, {}));
  if (frame.type == 'X') socket.shut_down();
  if (frame.type != 'Q') return;
  {
    std::unique_lock lock(mutex_);
    ++queries_;
    changed_.wait(lock, [this] { return !hold_ || ends_; });
  }
  socket.send(script::result("1") + script::ready());
}

void Database::hold_answers(bool hold) {
  {
    const std::lock_guard lock(mutex_);
    hold_ = hold;
  }
  changed_.notify_all();
}

std::size_t Database::queries() {
  const std::lock_guard lock(mutex_);
  return queries_;
}

std::vector<std::string> Database::cancels() {
  const std::lock_guard lock(mutex_);
  return cancels_;
}

}  // namespace tapri::proxy::test
