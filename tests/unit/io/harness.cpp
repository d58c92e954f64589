#include "unit/io/harness.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

namespace tapri::io::test {
namespace {

constexpr int kReadTag = 1;
constexpr int kWriteTag = 2;
constexpr int kReadyTag = 3;

}  // namespace

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "tapri-io-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool Driver::until(const std::function<bool()>& holds) {
  bool expired = false;
  const auto limit = loop_->make_timer();
  limit->set(std::chrono::seconds(60), [&] {
    expired = true;
    wake();
  });
  while (!expired && !holds()) loop_->run();
  return holds();
}

void Driver::turn() {
  bool done = false;
  loop_->post([&] {
    done = true;
    wake();
  });
  EXPECT_TRUE(until([&] { return done; }));
}

void Endpoint::read(std::size_t at_most) {
  buffer_.resize(at_most);
  inside_call = true;
  stream->read_some(buffer_, shared_from_this(), kReadTag);
  inside_call = false;
}

void Endpoint::read_all() {
  reads_all_ = true;
  read();
}

void Endpoint::write(const std::vector<std::string_view>& views) {
  inside_call = true;
  stream->write(views, shared_from_this(), kWriteTag);
  inside_call = false;
}

void Endpoint::start_tls(const TlsContext& context, std::string_view host, std::string_view buffered) {
  inside_call = true;
  stream->start_tls(context, host, {.bytes = buffered, .direct = !buffered.empty()}, shared_from_this(), kReadyTag);
  inside_call = false;
}

void Endpoint::called_back() {
  called_back_inside = called_back_inside || inside_call;
  driver_.wake();
}

void Endpoint::on_read(int tag, std::error_code error, std::size_t size) {
  EXPECT_EQ(tag, kReadTag);
  called_back();
  ++reads;
  read_error = error;
  at_end = !error && size == 0;
  received.append(buffer_.data(), size);
  if (during_read) during_read();
  if (reads_all_ && !error && size != 0 && stream) read();
}

void Endpoint::on_written(int tag, std::error_code error) {
  EXPECT_EQ(tag, kWriteTag);
  called_back();
  ++writes;
  write_error = error;
}

void Endpoint::on_ready(int tag, std::error_code error) {
  EXPECT_EQ(tag, kReadyTag);
  called_back();
  ready_error = error;
}

Net::Net(const Address& address) {
  auto made = driver.loop().listen(
      address, [this]() -> Loop& { return driver.loop(); },
      [this](Loop&, std::unique_ptr<Stream> stream) {
        accepted.push_back(std::move(stream));
        driver.wake();
      });
  if (!made) {
    ADD_FAILURE() << made.error().message;
    std::abort();
  }
  listener = std::move(*made);
}

void Net::connect() {
  client_ = std::make_shared<Endpoint>(driver);
  server_ = std::make_shared<Endpoint>(driver);
  const std::size_t before = accepted.size();
  auto connected = connect_to(driver, listener->address());
  ASSERT_TRUE(connected) << connected.error().message;
  client_->stream = std::move(*connected);
  ASSERT_TRUE(driver.until([&] { return accepted.size() > before; }));
  server_->stream = std::move(accepted.back());
  accepted.pop_back();
}

Address loopback() { return {"127.0.0.1", 0, ""}; }

Result<std::unique_ptr<Stream>> connect_to(Driver& driver, const Address& address, Duration timeout) {
  std::optional<Result<std::unique_ptr<Stream>>> result;
  bool inside = true;
  driver.loop().connect(address, timeout, [&](Result<std::unique_ptr<Stream>> connected) {
    EXPECT_FALSE(inside);
    result.emplace(std::move(connected));
    driver.wake();
  });
  inside = false;
  if (!driver.until([&] { return result.has_value(); })) return fail("never called back");
  return std::move(*result);
}

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 2654435761U) >> 13);
  return bytes;
}

}  // namespace tapri::io::test
