// A server that reads, finds where messages end, and writes canned answers: as little as a server of PostgreSQL's
// protocol can do. integration/bench/run holds others against it.
//
//   tapri_limit FILE     FILE: a whole answer to a Query, RowDescription to ReadyForQuery. Prints the port it listens
//   on.
//
// One thread; one read and one write for what came in one piece. Every statement gets the same answer, whatever it
// says, but for a Query of "begin" or "commit".
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sockets.h"

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
  return limit::write_all(socket, out);
}

[[noreturn]] void serve_all(const Answers& answers) {
  const int epoll = epoll_create1(0);
  const int listener = limit::listening();
  limit::watch(epoll, listener);
  std::unordered_map<int, std::unique_ptr<Client>> clients;
  std::array<epoll_event, 256> events{};
  for (;;) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int at = 0; at < count; ++at) {
      const int socket = events.at(static_cast<std::size_t>(at)).data.fd;
      if (socket == listener) {
        const int accepted = limit::accepted(listener);
        clients[accepted] = std::make_unique<Client>();
        limit::watch(epoll, accepted);
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
