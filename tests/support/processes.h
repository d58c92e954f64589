// Processes and ports of the servers that tests start.
//
// Errors throw std::runtime_error.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace tapri::test {

// Rows of text; NULL is an empty string.
using Rows = std::vector<std::vector<std::string>>;

// Free at this moment, and below the range from which the kernel takes the ports of clients by itself.
[[nodiscard]] int free_port();

// Who a process runs as, from which folder, and where it writes what it has to say.
struct Surroundings {
  uid_t user = 0;
  gid_t group = 0;
  std::string folder;
  std::string log;
  int signal_at_end = 0;  // that it gets when this process dies
};

// The process's number. What cannot be run ends with 126 or 127.
[[nodiscard]] pid_t spawn(const std::vector<std::string>& command, const Surroundings& surroundings);
// The last words of a file.
[[nodiscard]] std::string tail_of(const std::string& file);
// Sends the signal and waits for the end; nothing where `process` is 0, which it is then.
void end(pid_t& process, int signal);

}  // namespace tapri::test
