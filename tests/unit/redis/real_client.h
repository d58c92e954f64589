// The client on a real loop, for tests with real servers.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "redis/client.h"
#include "support/processes.h"
#include "support/redis_server.h"
#include "unit/io/harness.h"

namespace tapri::redis {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tapri::test::RedisServer;

inline io::Address address_of(const RedisServer& server) {
  return {"127.0.0.1", static_cast<std::uint16_t>(server.port()), ""};
}

class RealClientTest : public testing::Test {
 protected:
  void connect(io::Address address) {
    config_.addresses = {std::move(address)};
    make();
  }
  void make() {
    client_ = make_client(driver_.loop(), clock_, config_);
    client_->watch([this](bool connected) {
      changes_ += connected ? "+" : "-";
      driver_.wake();
    });
  }
  [[nodiscard]] bool connected() {
    return driver_.until([this] { return client_->connected(); });
  }
  // For what wakes nobody.
  [[nodiscard]] bool until_seen(const std::function<bool()>& holds) {
    const auto timer = driver_.loop().make_timer();
    const std::function<void()> look = [&] {
      timer->set(milliseconds(5), look);
      driver_.wake();
    };
    look();
    return driver_.until(holds);
  }
  // The reply's text (or that of an element of it), or in brackets why there is none.
  std::string run(const std::vector<std::string_view>& command, Duration deadline = seconds(20),
                  std::optional<std::size_t> element = std::nullopt) {
    std::optional<std::string> text;
    send(command, deadline, text, element);
    EXPECT_TRUE(driver_.until([&] { return text.has_value(); }));
    return text.value_or("");
  }
  void send(const std::vector<std::string_view>& command, Duration deadline, std::optional<std::string>& text,
            std::optional<std::size_t> element = std::nullopt) {
    client_->send(command, deadline, [this, &text, element](const Result<Reply>& reply) {
      text = reply ? std::string((element ? (*reply)[*element] : *reply).text()) : "(" + reply.error().message + ")";
      driver_.wake();
    });
  }

  SystemClock clock_;
  io::test::Driver driver_;
  Config config_;
  std::unique_ptr<Client> client_;
  std::string changes_;
};

}  // namespace tapri::redis
