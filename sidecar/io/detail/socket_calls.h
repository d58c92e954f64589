// System calls on sockets, with their errors in the standard's category.
//
// Thread-safety: any thread.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace tapri::io::detail {

[[nodiscard]] inline std::error_code system_error(int number) { return {number, std::system_category()}; }
[[nodiscard]] inline bool would_block(int number) { return number == EAGAIN || number == EWOULDBLOCK; }

// sendmsg() does not write to what it sends, but iovec knows no const.
[[nodiscard]] inline iovec to_iovec(std::string_view view) { return {const_cast<char*>(view.data()), view.size()}; }

// One sendmsg(), without SIGPIPE. The bytes that the kernel took, or -1 with errno set. At most IOV_MAX views.
[[nodiscard]] ssize_t send_views(int socket, std::span<iovec> views);

// What every TCP connection of ours has: no delay, and probes that find dead peers.
void set_tcp_options(int socket);

// "127.0.0.1:5432" or "[::1]:5432"; empty for other families.
[[nodiscard]] std::string address_text(const sockaddr* address, socklen_t size);

}  // namespace tapri::io::detail
