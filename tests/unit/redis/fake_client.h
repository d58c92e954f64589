// A client of Redis in the test's hand: it holds what it is sent until the test answers it.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "redis/client.h"

namespace tapri::redis {

using Command = std::vector<std::string>;

class FakeClient final : public Client {
 public:
  void send(std::span<const std::string_view> arguments, Duration deadline, ReplyHandler done) override {
    commands.emplace_back(arguments.begin(), arguments.end());
    deadlines.push_back(deadline);
    waiting.push_back(std::move(done));
  }
  [[nodiscard]] bool connected() const override { return is_connected; }
  void watch(Watcher watcher) override { watchers.push_back(std::move(watcher)); }
  void close() override {}

  void answer(const Result<Reply>& reply) {
    ASSERT_FALSE(waiting.empty());
    const ReplyHandler handler = std::move(waiting.front());
    waiting.pop_front();
    handler(reply);
  }
  void answer(Reply::Kind kind, std::string text, std::int64_t integer = 0) {
    ReplyTree tree;
    tree.nodes = {{.kind = kind, .begin = 0, .size = text.size(), .integer = integer}};
    tree.text = std::move(text);
    answer(Reply(tree, 0));
  }
  void answer_integer(std::int64_t integer) { answer(Reply::Kind::integer, "", integer); }
  void fail() { answer(tl::unexpected(Error{"gone"})); }
  void disconnect() {
    is_connected = false;
    for (const auto& watcher : watchers) watcher(false);
  }

  bool is_connected = true;
  std::vector<Command> commands;
  std::vector<Duration> deadlines;
  std::deque<ReplyHandler> waiting;
  std::vector<Watcher> watchers;
};

}  // namespace tapri::redis
