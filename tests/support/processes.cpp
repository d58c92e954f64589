#include "support/processes.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>

namespace tapri::test {
namespace {

// In the child: becomes the server's user, dies with its parent, writes to the log.
void become(const Surroundings& to) {
  const int output = open(to.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (output >= 0) {
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
  }
  if (getuid() != to.user && (setgroups(0, nullptr) != 0 || setgid(to.group) != 0 || setuid(to.user) != 0)) _exit(126);
  prctl(PR_SET_PDEATHSIG, to.signal_at_end);
  setenv("HOME", to.folder.c_str(), 1);
  unsetenv("PGDATA");
  if (chdir(to.folder.c_str()) != 0) _exit(126);
}

}  // namespace

// Free at this moment, and below the range from which the kernel takes the ports of clients by itself.
int free_port() {
  constexpr int kLowest = 10000;
  int ephemeral = 32768;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> ephemeral;
  std::random_device random;
  if (ephemeral <= 12000) ephemeral = 32768;  // a range that leaves no room below it: then anywhere
  std::uniform_int_distribution<int> choose(kLowest, ephemeral - 1);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int port = choose(random);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool bound = handle >= 0 && bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    if (handle >= 0) close(handle);
    if (bound) return port;
  }
  throw std::runtime_error("no free port");
}

pid_t spawn(const std::vector<std::string>& command, const Surroundings& surroundings) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t process = fork();
  if (process < 0) throw std::runtime_error("cannot fork");
  if (process == 0) {
    become(surroundings);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  return process;
}

std::string tail_of(const std::string& file) {
  std::ifstream stream(file);
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  return text.size() > 2000 ? text.substr(text.size() - 2000) : text;
}

void end(pid_t& process, int signal) {
  if (process == 0) return;
  ::kill(process, signal);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  process = 0;
}

}  // namespace tapri::test
