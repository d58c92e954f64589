// Locks in a real Redis: two instances' clients.
#include <gmock/gmock.h>

#include <map>
#include <optional>

#include "redis/entry_locks.h"
#include "redis/entry_store.h"
#include "redis/slots.h"
#include "unit/redis/real_client.h"

namespace tapri::redis {
namespace {

using namespace std::chrono_literals;
using cache::RemoteLocks;
using cache::remote::GlobalKey;
using End = RemoteLocks::End;

GlobalKey key_of(ByteView text) { return cache::remote::make_global_key(Protocol::mysql, {&text, 1}); }

class RealLocksTest : public RealClientTest {
 protected:
  struct Instance {
    std::unique_ptr<Client> client;
    std::optional<EntryStore> store;
    std::unique_ptr<cache::LockAttempt> attempt;
    std::optional<End> end;
    std::unique_ptr<cache::RemoteLock> lock;
  };
  RealLocksTest() {
    config_.addresses = {address_of(server_)};
    for (Instance& instance : all_) {
      make();
      EXPECT_TRUE(connected());
      instance.client = std::move(client_);
      EntryStore::Config entries;
      entries.prefix = "tapri:shop:e:";
      entries.fetch_deadline = entries.store_deadline = 20s;
      EntryStore& store = instance.store.emplace(entries, *instance.client, clock_);
      EntryLocks::Config locks;
      locks.prefix = "tapri:shop:l:";
      locks.entry = [&store](const GlobalKey& key) { return store.name_of(key); };
      locks.deadline = 20s;
      locks.longest_wait = 20s;
      store.own(std::make_unique<EntryLocks>(locks, driver_.loop(), *instance.client, clock_));
    }
  }
  void take(Instance& instance, Duration time) {
    instance.end.reset();
    instance.attempt = instance.store->locks()->take(key_, time, [&](End end, std::unique_ptr<cache::RemoteLock> lock) {
      instance.end = end;
      instance.lock = std::move(lock);
      driver_.wake();
    });
    ASSERT_NE(instance.attempt, nullptr);
  }
  [[nodiscard]] End end_of(const Instance& instance) {
    EXPECT_TRUE(driver_.until([&] { return instance.end.has_value(); }));
    return instance.end.value_or(End::failed);
  }
  [[nodiscard]] std::string token() { return server_.run({"GET", name_}); }

  RedisServer server_;
  std::array<Instance, 2> all_;
  Instance& holder_ = all_[0];
  Instance& waiter_ = all_[1];
  GlobalKey key_ = key_of("k");
  std::string name_ = "tapri:shop:l:{tapri:shop:e:" + std::string(key_.name()) + "}";
};

TEST_F(RealLocksTest, OneHasItTheOtherIsToldWhenItIsGoneAndFindsWhatWasStored) {
  take(holder_, 1h);
  ASSERT_EQ(end_of(holder_), End::taken);
  EXPECT_EQ(token().size(), 32U);
  EXPECT_GT(std::stol(server_.run({"PTTL", name_})), 0);
  server_.run({"CONFIG", "RESETSTAT"});
  take(waiter_, 1h);
  const std::string gets = "cmdstat_get:calls=";
  ASSERT_TRUE(until_seen([&] {
    return server_.run({"INFO", "commandstats"}).find(gets) != std::string::npos;
  })) << "who waits looks";
  EXPECT_FALSE(waiter_.end);
  cache::NewEntry entry;
  entry.payload = "rows";
  entry.expires_at = TimePoint::max();
  holder_.store->store(key_, entry);
  holder_.lock.reset();
  ASSERT_EQ(end_of(waiter_), End::released);
  std::optional<bool> found;
  ASSERT_TRUE(waiter_.store->fetch(key_, [&](const auto& answer) {
    found = answer.has_value();
    driver_.wake();
  }));
  ASSERT_TRUE(driver_.until([&] { return found.has_value(); }));
  EXPECT_TRUE(*found) << "one connection's commands are carried out in order";
  EXPECT_EQ(token(), "");
}

TEST_F(RealLocksTest, WhoNeverGivesItBackDelaysNobodyPastItsTime) {
  take(holder_, 300ms);
  ASSERT_EQ(end_of(holder_), End::taken);
  const TimePoint begun = clock_.now();
  take(waiter_, 300ms);
  EXPECT_EQ(end_of(waiter_), End::expired);
  EXPECT_LT(clock_.now() - begun, 20s) << "what is waited for at most";
  // And takes nobody's away later.
  ASSERT_TRUE(until_seen([&] { return token().empty(); }));
  take(waiter_, 1h);
  ASSERT_EQ(end_of(waiter_), End::taken);
  const std::string theirs = token();
  holder_.lock.reset();
  take(holder_, 1h);
  ASSERT_TRUE(until_seen([&] {
    return server_.run({"INFO", "commandstats"}).find("cmdstat_eval:calls=1") != std::string::npos;
  }));
  EXPECT_EQ(token(), theirs);
  EXPECT_FALSE(holder_.end);
}

TEST_F(RealLocksTest, RedisThatGoesEndsEveryWait) {
  take(holder_, 1h);
  ASSERT_EQ(end_of(holder_), End::taken);
  take(waiter_, 1h);
  ASSERT_TRUE(until_seen([&] {
    return server_.run({"INFO", "commandstats"}).find("cmdstat_get:calls=") != std::string::npos;
  }));
  server_.kill();
  EXPECT_EQ(end_of(waiter_), End::failed);
}

TEST_F(RealLocksTest, WhatIsNoLockEndsTheWait) {
  server_.run({"LPUSH", name_, "something"});
  take(holder_, 1h);
  EXPECT_EQ(end_of(holder_), End::failed);
}

TEST(LocksOfACluster, AreWhereTheEntriesAre) {
  for (const char* text : {"a", "b", "c"}) {
    const std::string entry = "tapri:shop:e:" + std::string(key_of(text).name());
    EXPECT_EQ(slot_of("tapri:shop:l:{" + entry + "}"), slot_of(entry));
  }
}

}  // namespace
}  // namespace tapri::redis
