// A client on a loop that does what it is told, and the far end of its connection in the test's hand.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "redis/client.h"
#include "unit/proxy/scripted_loop.h"

namespace tapri::redis {

using proxy::test::Remote;
using proxy::test::ScriptedLoop;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kPing = "*1\r\n$4\r\nPING\r\n";

class ScriptedClientTest : public testing::Test {
 protected:
  ScriptedClientTest() {
    config_.addresses = {{"one", 6379, ""}, {"two", 6379, ""}};
    config_.link.client_name = "";
    // What the jitter draws does not matter.
    config_.reconnect = {.first = Duration(1), .most = Duration(1)};
  }
  void make() {
    client_ = make_client(loop_, clock_, config_);
    client_->watch([this](bool connected) {
      changes_ += connected ? "+" : "-";
      if (connected && at_connect_) at_connect_();
    });
    loop_.turn();
  }
  void accept() {
    remote_ = std::make_shared<Remote>(loop_);
    loop_.connected(remote_->stream());
  }
  void log_in() {
    accept();
    EXPECT_EQ(remote_->received(), kPing);
    remote_->send("+PONG\r\n");
    EXPECT_TRUE(client_->connected());
  }
  void start() {
    make();
    log_in();
  }
  // The time between two attempts, whatever was drawn of it.
  [[nodiscard]] bool wait_for_attempt() { return loop_.fire(Duration(0)) || loop_.fire(Duration(1)); }
  void send(const std::string& name, Duration deadline = milliseconds(100)) {
    const std::string_view command[] = {"GET", name};
    inside_ = true;
    client_->send(command, deadline, [this, name](const Result<Reply>& reply) {
      EXPECT_FALSE(inside_) << "called from inside send()";
      replies_ += name + "=" + (reply ? std::string(reply->text()) : reply.error().message) + ";";
      if (during_) std::exchange(during_, nullptr)();
    });
    inside_ = false;
  }
  [[nodiscard]] std::string replies() { return std::exchange(replies_, {}); }
  static std::string get(const std::string& name) {
    return "*2\r\n$3\r\nGET\r\n$" + std::to_string(name.size()) + "\r\n" + name + "\r\n";
  }

  ScriptedLoop loop_;
  ManualClock clock_;
  Config config_;
  std::unique_ptr<Client> client_;
  std::shared_ptr<Remote> remote_;
  std::string replies_;
  std::string changes_;
  std::function<void()> at_connect_;
  std::function<void()> during_;
  bool inside_ = false;
};

}  // namespace tapri::redis
