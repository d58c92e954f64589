// Listening sockets, made and unmade. No event loop here.
//
// Thread-safety: any thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "io/detail/file_descriptor.h"
#include "io/loop.h"

namespace tapri::io::detail {

// The file of a Unix socket that this process listens on; removed when destroyed, if it is still the same file.
class SocketFile {
 public:
  SocketFile() = default;
  explicit SocketFile(std::string path);
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;
  ~SocketFile() { remove(); }
  void remove();

 private:
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct ListenSocket {
  FileDescriptor socket;
  int family = 0;
  Address address;  // with the port that the system picked
  SocketFile file;
};

// Non-blocking, bound and listening. A host name is resolved here and now: for start-up only. A Unix socket is open to
// every user of the machine, as PostgreSQL's is by default: the protocol authenticates.
[[nodiscard]] Result<ListenSocket> make_listen_socket(const Address& address);

}  // namespace tapri::io::detail
