#include "io/detail/listen_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <utility>

#include "io/detail/socket_calls.h"

namespace tapri::io::detail {
namespace {

// The kernel lowers it to net.core.somaxconn.
constexpr int kBacklog = 4096;
constexpr int kSocketType = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

std::string error_text(int number) { return system_error(number).message(); }

tl::unexpected<Error> cannot_listen(const Address& address, const std::string& why) {
  return fail("cannot listen on " + address.text() + ": " + why);
}

std::uint16_t bound_port(int socket) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
  if (name.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(name).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(name).sin_port);
}

// Makes way for a socket file at `name`: removes one that nobody answers on. An error's text, or empty.
std::string clear_stale_file(const sockaddr_un& name) {
  struct stat found {};
  if (::lstat(name.sun_path, &found) != 0) return errno == ENOENT ? std::string() : error_text(errno);
  if (!S_ISSOCK(found.st_mode)) return "the file exists and is no socket";
  const FileDescriptor probe(::socket(AF_UNIX, kSocketType, 0));
  if (!probe.is_open()) return error_text(errno);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 || errno != ECONNREFUSED)
    return "another process listens there";
  return ::unlink(name.sun_path) == 0 ? std::string() : error_text(errno);
}

Result<ListenSocket> listen_unix(const Address& address) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.unix_path.size() >= sizeof name.sun_path)
    return cannot_listen(address, "a Unix socket's path has at most 107 bytes");
  std::memcpy(name.sun_path, address.unix_path.data(), address.unix_path.size());
  if (const std::string why = clear_stale_file(name); !why.empty()) return cannot_listen(address, why);

  ListenSocket made;
  made.socket = FileDescriptor(::socket(AF_UNIX, kSocketType, 0));
  made.family = AF_UNIX;
  made.address = address;
  if (!made.socket.is_open() || ::bind(made.socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
    return cannot_listen(address, error_text(errno));
  made.file = SocketFile(address.unix_path);
  if (::chmod(name.sun_path, S_IRWXU | S_IRWXG | S_IRWXO) != 0 || ::listen(made.socket.get(), kBacklog) != 0)
    return cannot_listen(address, error_text(errno));
  return made;
}

Result<ListenSocket> listen_on(const Address& address, const addrinfo& entry) {
  ListenSocket made;
  made.socket = FileDescriptor(::socket(entry.ai_family, kSocketType, 0));
  const int on = 1;
  if (!made.socket.is_open() || ::setsockopt(made.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(made.socket.get(), entry.ai_addr, entry.ai_addrlen) != 0 || ::listen(made.socket.get(), kBacklog) != 0)
    return cannot_listen(address, error_text(errno));
  made.family = entry.ai_family;
  made.address = address;
  made.address.port = bound_port(made.socket.get());
  return made;
}

Result<ListenSocket> listen_tcp(const Address& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  const int failure = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &raw);
  if (failure != 0) return cannot_listen(address, ::gai_strerror(failure));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> entries(raw, ::freeaddrinfo);
  Result<ListenSocket> result = cannot_listen(address, "the name has no address");
  for (const addrinfo* entry = raw; entry != nullptr; entry = entry->ai_next) {
    result = listen_on(address, *entry);
    if (result) break;
  }
  return result;
}

}  // namespace

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  struct stat made {};
  if (::lstat(path_.c_str(), &made) == 0) {
    device_ = made.st_dev;
    inode_ = made.st_ino;
  }
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  if (this == &other) return *this;
  remove();
  path_ = std::exchange(other.path_, {});
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

void SocketFile::remove() {
  if (path_.empty()) return;
  struct stat now {};
  // Another process may have replaced it meanwhile.
  if (::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_) ::unlink(path_.c_str());
  path_.clear();
}

Result<ListenSocket> make_listen_socket(const Address& address) {
  if (!address.unix_path.empty()) return listen_unix(address);
  // getaddrinfo() would take no host for all interfaces, which must be said aloud.
  if (address.host.empty()) return cannot_listen(address, "no host given");
  return listen_tcp(address);
}

}  // namespace tapri::io::detail
