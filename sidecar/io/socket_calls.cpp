#include "io/detail/socket_calls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <array>
#include <cstring>

#include "io/loop.h"

namespace tapri::io::detail {

ssize_t send_views(int socket, std::span<iovec> views) {
  msghdr message{};
  message.msg_iov = views.data();
  message.msg_iovlen = views.size();
  ssize_t sent = 0;
  do {
    // The system is done sooner with one piece that is not in a list.
    sent = views.size() == 1 ? ::send(socket, views[0].iov_base, views[0].iov_len, MSG_NOSIGNAL)
                             : ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

void set_tcp_options(int socket) {
  const int on = 1;
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  (void)::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

std::string address_text(const sockaddr* address, socklen_t size) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  Address result;
  if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    result.port = ntohs(v4.sin_port);
  } else if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    result.port = ntohs(v6.sin6_port);
  } else {
    return {};
  }
  result.host = text.data();
  return result.text();
}

}  // namespace tapri::io::detail
