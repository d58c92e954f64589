// A server that reads, finds where messages end, and writes canned answers: as little as a server of PostgreSQL's
// protocol can do. integration/bench/run holds others against it.
//
//   tapri_limit FILE     FILE: a whole answer to a Query, RowDescription to ReadyForQuery. Prints the port it listens
//   on.
//
// One thread; one read and one write for what came in one piece. Every statement gets the same answer, whatever it
// says, but for a Query of "begin" or "commit".
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

std::uint32_t number(const char* at) {
  std::uint32_t out = 0;
  std::memcpy(&out, at, sizeof out);
  return ntohl(out);
}

// By the type of a message: what it is answered with.
struct Answers {
  std::array<std::string, 256> by_type;

  explicit Answers(const std::string& whole) {
    const std::size_t description = 1 + number(whole.data() + 1);
    const std::size_t ready = whole.size() - 6;
    of('Q') = whole;
    of('P') = "1\0\0\0\4"s;
    of('B') = "2\0\0\0\4"s;
    of('D') = whole.substr(0, description);
    of('E') = whole.substr(description, ready - description);
    of('S') = whole.substr(ready);
  }

  std::string& of(char type) { return by_type[static_cast<unsigned char>(type)]; }
  [[nodiscard]] std::string_view to(char type) const { return by_type[static_cast<unsigned char>(type)]; }
};

// A view of what lasts as long as the answers.
std::string_view answer_to(std::string_view message, const Answers& answers) {
  if (message == "Q\0\0\0\12begin\0"sv) {
    return "C\0\0\0\12BEGIN\0Z\0\0\0\5T"sv;
  }
  if (message == "Q\0\0\0\13commit\0"sv) {
    return "C\0\0\0\13COMMIT\0Z\0\0\0\5I"sv;
  }
  return answers.to(message[0]);
}

const std::string kWelcome = "R\0\0\0\10\0\0\0\0"s + "Z\0\0\0\5I"s;

struct Client {
  bool welcomed = false;
  std::string rest;  // of a message that has not come whole
};

// What the whole messages in `data` are answered with; takes them from it.
void answer(Client& client, const Answers& answers, std::string_view& data, std::string& out) {
  constexpr std::size_t kHeader = 5;
  if (!client.welcomed && data.size() >= 4 && data.size() >= number(data.data())) {
    data.remove_prefix(number(data.data()));
    client.welcomed = true;
    out += kWelcome;
  }
  while (client.welcomed && data.size() >= kHeader) {
    const std::size_t size = 1 + number(data.data() + 1);
    if (data.size() < size) {
      return;
    }
    out += answer_to(data.substr(0, size), answers);
    data.remove_prefix(size);
  }
}

bool write_all(int socket, std::string_view data) {
  while (!data.empty()) {
    const auto count = send(socket, data.data(), data.size(), MSG_NOSIGNAL);
    if (count < 0) {
      return false;
    }
    data.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// False: the client has gone.
bool serve(int socket, Client& client, const Answers& answers) {
  static std::array<char, 65536> space;
  static std::string out;
  const auto count = recv(socket, space.data(), space.size(), 0);
  if (count <= 0) {
    return false;
  }
  std::string_view data(space.data(), static_cast<std::size_t>(count));
  if (!client.rest.empty()) {
    client.rest += data;
    data = client.rest;
  }
  out.clear();
  answer(client, answers, data, out);
  client.rest = std::string(data);
  return write_all(socket, out);
}

void check(bool good, const char* what) {
  if (!good) {
    throw std::system_error(errno, std::generic_category(), what);
  }
}

int listening() {
  const int made = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  check(bind(made, plain, size) == 0 && listen(made, 1024) == 0 && getsockname(made, plain, &size) == 0, "listen");
  std::cout << ntohs(address.sin_port) << std::endl;
  return made;
}

void watch(int epoll, int socket) {
  epoll_event event{EPOLLIN, {.fd = socket}};
  check(epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0, "epoll_ctl");
}

[[noreturn]] void serve_all(const Answers& answers) {
  const int epoll = epoll_create1(0);
  const int listener = listening();
  watch(epoll, listener);
  std::unordered_map<int, std::unique_ptr<Client>> clients;
  std::array<epoll_event, 256> events{};
  for (;;) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int at = 0; at < count; ++at) {
      const int socket = events.at(static_cast<std::size_t>(at)).data.fd;
      if (socket == listener) {
        const int accepted = accept(listener, nullptr, nullptr);
        check(accepted >= 0, "accept");
        const int one = 1;
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        clients[accepted] = std::make_unique<Client>();
        watch(epoll, accepted);
      } else if (!serve(socket, *clients[socket], answers)) {
        clients.erase(socket);
        close(socket);
      }
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    std::ifstream file(count == 2 ? arguments[1] : "", std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(file), {});
    if (whole.size() < 11) {
      std::cerr << "usage: tapri_limit FILE\n";
      return 2;
    }
    serve_all(Answers(whole));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
