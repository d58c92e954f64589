#include "session.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace bench {
namespace {

constexpr std::size_t kBuffer = 65'536;
constexpr int kPatience = 60'000;  // milliseconds for an answer while connecting

[[noreturn]] void failed(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

int connected(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    throw std::runtime_error("no IPv4 address: " + host);
  }
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  if (made < 0 || connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0 || fcntl(made, F_SETFL, O_NONBLOCK) != 0) {
    failed("connect");
  }
  return made;
}

}  // namespace

Session::Session(const Workload& workload, const std::vector<Encoder>& encoders)
    : socket_(connected(workload.host, workload.port)), reader_(make_reader(workload)), in_(kBuffer) {
  log_in(workload);
  for (const auto& encoder : encoders) {
    prepared_.push_back(encoder.preparation().empty() ? 0 : ask(encoder.preparation()).prepared);
  }
}

Session::~Session() { close(socket_); }

void Session::log_in(const Workload& workload) {
  const auto protocol = workload.statements.front().protocol;
  if (is_mysql(protocol)) {
    const auto& greeting = wait_for_answer();
    ask(mysql_login(workload.user, workload.database, greeting.plugin));
  } else if (!is_key_value(protocol)) {
    ask(startup(workload.user, workload.database));
  }
}

const Answer& Session::ask(const std::string& bytes) {
  out_ += bytes;
  flush();
  return wait_for_answer();
}

const Answer& Session::wait_for_answer() {
  const auto* answer = next();
  while (answer == nullptr) {
    pollfd waiting{socket_, POLLIN, 0};
    if (poll(&waiting, 1, kPatience) != 1) {
      throw std::runtime_error("no answer while connecting");
    }
    receive();
    answer = next();
  }
  if (!answer->error.empty()) {
    throw std::runtime_error(answer->error);
  }
  return *answer;
}

void Session::flush() {
  while (sent_ < out_.size()) {
    const auto count = send(socket_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    if (count < 0) {
      failed("send");
    }
    sent_ += static_cast<std::size_t>(count);
  }
  out_.clear();
  sent_ = 0;
}

void Session::receive() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (end_ == in_.size()) {
    std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == in_.size()) {
      in_.resize(2 * in_.size());
    }
  }
  const auto count = recv(socket_, in_.data() + end_, in_.size() - end_, 0);
  if (count == 0) {
    throw std::runtime_error("the server has closed a connection");
  }
  if (count < 0 && errno != EAGAIN && errno != EINTR) {
    failed("recv");
  }
  end_ += static_cast<std::size_t>(count > 0 ? count : 0);
}

const Answer* Session::next() {
  std::string_view data(in_.data() + begin_, end_ - begin_);
  const bool complete = reader_->read(data);
  begin_ = end_ - data.size();
  return complete ? &reader_->answer() : nullptr;
}

}  // namespace bench
