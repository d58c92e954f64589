#include "admin/client.h"

#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "admin/http_head.h"

namespace tapri::admin {
namespace {

// One request and its answer, on a loop that runs until there is a result.
class Exchange : public io::StreamListener, public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(io::Loop& loop, const ClientRequest& request) : loop_(loop), most_(request.most) {
    text_ = "GET " + request.path + " HTTP/1.1\r\nHost: " + request.address.text() + "\r\nConnection: close\r\n";
    if (!request.token.empty()) text_ += "Authorization: Bearer " + request.token + "\r\n";
    text_ += kLineEnd;
  }

  void begin(std::unique_ptr<io::Stream> stream) {
    stream_ = std::move(stream);
    view_ = text_;
    stream_->write(std::span(&view_, 1), shared_from_this(), 0);
  }
  void end(Result<ClientAnswer> result) {
    if (result_) return;
    result_ = std::move(result);
    if (stream_) stream_->close();
    loop_.stop();
  }
  [[nodiscard]] Result<ClientAnswer> take() { return std::move(*result_); }

  void on_written(int /*tag*/, std::error_code error) override {
    if (error) return end(fail(error.message()));
    read();
  }
  void on_read(int /*tag*/, std::error_code error, std::size_t size) override {
    if (error) return end(fail(error.message()));
    if (size == 0) return end(parse_answer(answer_));
    if (answer_.size() + size > most_) return end(fail("the answer is too long"));
    answer_.append(buffer_.data(), size);
    read();
  }
  void on_ready(int /*tag*/, std::error_code /*error*/) override {}

 private:
  void read() {
    if (!result_) stream_->read_some(buffer_, shared_from_this(), 0);
  }

  io::Loop& loop_;
  std::size_t most_;
  std::string text_;
  std::string_view view_;
  std::unique_ptr<io::Stream> stream_;
  std::array<char, 16384> buffer_{};
  std::string answer_;
  std::optional<Result<ClientAnswer>> result_;
};

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<ClientAnswer> parse_answer(std::string_view bytes) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  const std::size_t head_size = bytes.find("\r\n\r\n");
  if (!bytes.starts_with(kVersion) || head_size == std::string_view::npos) {
    return fail("what answers there does not speak HTTP");
  }
  std::string_view head = bytes.substr(kVersion.size(), head_size - kVersion.size());
  const auto status = number_of<int>(head.substr(0, 3));
  if (!status || *status < 100) return fail("what answers there does not speak HTTP");
  ClientAnswer answer{*status, std::string(bytes.substr(head_size + 4))};
  while (!head.empty()) {
    const std::size_t end = head.find(kLineEnd);
    const std::string_view line = head.substr(0, end);
    head = end == std::string_view::npos ? std::string_view() : head.substr(end + kLineEnd.size());
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), "content-length")) continue;
    if (number_of<std::size_t>(line.substr(colon + 2)) != answer.body.size()) return fail("the answer was cut short");
  }
  return answer;
}

Result<ClientAnswer> ask(const ClientRequest& request) {
  // They would end the line, and begin another header.
  if (request.token.find_first_of("\r\n") != std::string::npos) return fail("the token has a line break in it");
  const auto loop = io::make_loop();
  const auto exchange = std::make_shared<Exchange>(*loop, request);
  const auto timer = loop->make_timer();
  timer->set(request.timeout, [exchange] { exchange->end(fail("no answer in time")); });
  loop->connect(request.address, request.timeout, [exchange](Result<std::unique_ptr<io::Stream>> stream) {
    if (!stream) return exchange->end(tl::unexpected<Error>(stream.error()));
    exchange->begin(std::move(*stream));
  });
  loop->run();
  return exchange->take();
}

}  // namespace tapri::admin
