// Entries in a real Redis.
#include <gmock/gmock.h>

#include <optional>

#include "redis/entry_store.h"
#include "support/redis_server.h"
#include "unit/io/harness.h"

namespace tapri::redis {
namespace {

using namespace std::chrono_literals;
using cache::NewEntry;
using cache::remote::GlobalKey;
using cache::remote::Miss;
using tapri::test::RedisServer;

GlobalKey key_of(ByteView text) { return cache::remote::make_global_key(Protocol::mysql, {&text, 1}); }

class EntryStoreServerTest : public testing::Test {
 protected:
  EntryStoreServerTest() {
    Config config;
    config.addresses = {{"127.0.0.1", static_cast<std::uint16_t>(server_.port()), ""}};
    client_ = make_client(driver_.loop(), clock_, config);
    client_->watch([this](bool) { driver_.wake(); });
    EXPECT_TRUE(driver_.until([this] { return client_->connected(); }));
    EntryStore::Config of_store;
    of_store.prefix = "tapri:shop:e:";
    of_store.fetch_deadline = of_store.store_deadline = 20s;
    store_.emplace(of_store, *client_, clock_);
    entry_.payload = std::string(3000, 'x') + std::string("\0\r\n", 3);
    entry_.dependencies = {7};
    entry_.as_of = 1;
    entry_.stored_at = clock_.now() - 5s;
    entry_.expires_at = TimePoint::max();
  }

  Result<NewEntry, Miss> fetch() {
    std::optional<Result<NewEntry, Miss>> found;
    EXPECT_TRUE(store_->fetch(key_, [&](Result<NewEntry, Miss> answer) {
      found = std::move(answer);
      driver_.wake();
    }));
    EXPECT_TRUE(driver_.until([&] { return found.has_value(); }));
    return found.value_or(tl::unexpected(Miss::failed));
  }

  RedisServer server_;
  SystemClock clock_;
  io::test::Driver driver_;
  std::unique_ptr<Client> client_;
  std::optional<EntryStore> store_;
  GlobalKey key_ = key_of("k");
  NewEntry entry_;
};

TEST_F(EntryStoreServerTest, AnEntryIsThereForItsTimeUnderItsName) {
  EXPECT_EQ(fetch().error(), Miss::absent);
  const TimePoint before = clock_.now();
  entry_.expires_at = before + 60s;
  store_->store(key_, entry_);
  const auto found = fetch();
  ASSERT_TRUE(found) << miss_name(found.error());
  EXPECT_EQ(found->payload, entry_.payload);
  EXPECT_EQ(found->dependencies, entry_.dependencies);
  EXPECT_LE(found->expires_at, entry_.expires_at);
  EXPECT_LE(found->stored_at, entry_.stored_at);
  EXPECT_GT(found->expires_at + (clock_.now() - before) + 10ms, entry_.expires_at);
  const std::string name = "tapri:shop:e:" + std::string(key_.name());
  EXPECT_EQ(server_.run({"KEYS", "*"}), name);
  EXPECT_GT(std::stol(server_.run({"PTTL", name})), 0);
  EXPECT_EQ(store_->stats().front().stored, 1U);
}

TEST_F(EntryStoreServerTest, WhatAnotherHasPutThereIsAMiss) {
  const std::string name = "tapri:shop:e:" + std::string(key_.name());
  server_.run({"SET", name, "something", "PX", "60000"});
  EXPECT_EQ(fetch().error(), Miss::malformed);
  server_.run({"DEL", name});
  server_.run({"LPUSH", name, "something"});
  EXPECT_EQ(fetch().error(), Miss::failed);
}

TEST_F(EntryStoreServerTest, ARedisThatIsFullLosesNothingButTheEntry) {
  server_.run({"CONFIG", "SET", "maxmemory", "1"});
  store_->store(key_, entry_);
  EXPECT_EQ(fetch().error(), Miss::absent);
  EXPECT_EQ(store_->stats().front().stores_failed, 1U);
}

TEST_F(EntryStoreServerTest, WithRedisGoneItIsNotUsableUntilItIsBack) {
  server_.kill();
  ASSERT_TRUE(driver_.until([this] { return !client_->connected(); }));
  EXPECT_FALSE(store_->usable());
  EXPECT_FALSE(store_->fetch(key_, [](const auto&) { FAIL(); }));
  server_.start();
  ASSERT_TRUE(driver_.until([this] { return client_->connected(); }));
  store_->store(key_, entry_);
  EXPECT_TRUE(fetch());
}

}  // namespace
}  // namespace tapri::redis
