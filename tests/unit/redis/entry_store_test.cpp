// What is asked of Redis for entries, and what is made of its replies.
#include "redis/entry_store.h"

#include <gmock/gmock.h>

#include "coherence/fleet_writer.h"

#include <atomic>
#include <limits>
#include <optional>

#include "unit/redis/fake_client.h"

namespace tapri::redis {
namespace {

using namespace std::chrono_literals;
using cache::NewEntry;
using cache::RemoteStats;
using cache::remote::GlobalKey;
using cache::remote::Miss;
using testing::ElementsAre;
using testing::IsEmpty;

GlobalKey key_of(ByteView text) { return cache::remote::make_global_key(Protocol::postgres, {&text, 1}); }

class EntryStoreTest : public testing::Test {
 protected:
  EntryStoreTest() {
    config_.name = "near";
    config_.prefix = "tapri:shop:e:";
    entry_.payload = "rows";
    entry_.dependencies = {1, 2};
    entry_.as_of = 42;
    entry_.stored_at = clock_.now();
    entry_.expires_at = TimePoint::max();
    make();
  }
  void make() { store_.emplace(config_, client_, clock_, keys_); }
  [[nodiscard]] RemoteStats stats() const { return store_->stats().front(); }
  [[nodiscard]] bool fetch() {
    return store_->fetch(key_, [this](Result<NewEntry, Miss> found) {
      ++answers_;
      found_ = std::move(found);
    });
  }
  // Stores the entry and gives what was sent.
  Command stored() {
    client_.commands.clear();
    store_->store(key_, entry_);
    return client_.commands.empty() ? Command() : client_.commands.back();
  }
  // As Redis would answer a fetch of what was stored.
  void expect_miss(Miss why) {
    ASSERT_EQ(answers_, 1);
    ASSERT_FALSE(*found_);
    EXPECT_EQ(miss_name(found_->error()), miss_name(why));
    EXPECT_EQ(stats().misses[static_cast<std::size_t>(why)], 1U);
    EXPECT_EQ(stats().hits, 0U);
    answers_ = 0;
  }

  ManualClock clock_;
  FakeClient client_;
  EntryStore::Config config_;
  std::shared_ptr<cache::remote::SealKeyring> keys_;
  std::optional<EntryStore> store_;
  GlobalKey key_ = key_of("k");
  std::string name_ = "tapri:shop:e:" + std::string(key_.name());
  NewEntry entry_;
  std::optional<Result<NewEntry, Miss>> found_;
  int answers_ = 0;
};

TEST_F(EntryStoreTest, AnEntryIsSetWithItsTimeAndFoundAgain) {
  const Command set = stored();
  ASSERT_EQ(set.size(), 5U);
  EXPECT_THAT(set, ElementsAre("SET", name_, set[2], "PX", "3600000"));
  EXPECT_EQ(stats().stored, 0U) << "until Redis says so";
  client_.answer(Reply::Kind::status, "OK");
  EXPECT_EQ(stats().stored, 1U);
  EXPECT_EQ(stats().bytes_stored, set[2].size());

  client_.commands.clear();
  ASSERT_TRUE(fetch());
  EXPECT_THAT(client_.commands, ElementsAre(ElementsAre("PTTL", name_), ElementsAre("GET", name_)));
  EXPECT_THAT(client_.deadlines, ElementsAre(1s, 50ms, 50ms));
  clock_.advance(10s);
  client_.answer_integer(3'590'000);
  EXPECT_EQ(answers_, 0);
  client_.answer(Reply::Kind::string, set[2]);
  ASSERT_EQ(answers_, 1);
  ASSERT_TRUE(*found_);
  EXPECT_EQ((*found_)->payload, "rows");
  EXPECT_EQ((*found_)->dependencies, entry_.dependencies);
  EXPECT_EQ((*found_)->as_of, 42U);
  EXPECT_EQ((*found_)->stored_at, clock_.now() - 20s) << "as of when it was asked for, and not when it came";
  EXPECT_EQ(stats().hits, 1U);
  EXPECT_EQ(stats().bytes_fetched, set[2].size());
  EXPECT_EQ(stats().tier, "near");
}

// What a position means depends on the log, and servers with entries may outlive it.
class EntryStoreInAFleetTest : public EntryStoreTest {
 protected:
  EntryStoreInAFleetTest() {
    config_.epoch = &epoch_;
    make();
  }
  static std::uint64_t tag(std::uint64_t number, coherence::Writer id) { return coherence::tag_of({number, id}); }
  std::atomic<std::uint64_t> epoch_{0};
};

TEST_F(EntryStoreInAFleetTest, WithoutAnEpochNothingIsAskedForNorKept) {
  entry_.as_of = coherence::position_of(1, 5);
  EXPECT_FALSE(store_->usable());
  EXPECT_FALSE(fetch());
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_EQ(stats().stores_dropped, 1U);
}

TEST_F(EntryStoreInAFleetTest, EachLogHasNamesOfItsOwnThoughNumbersAreTheSame) {
  entry_.as_of = coherence::position_of(1, 5);
  epoch_ = tag(1, 0xaaaa);
  const std::string first = stored().at(1);
  EXPECT_EQ(first, "tapri:shop:e:10000000aaaa:" + std::string(key_.name()));
  client_.commands.clear();
  ASSERT_TRUE(fetch());
  EXPECT_EQ(client_.commands.at(1).at(1), first);
  epoch_ = tag(1, 0xbbbb);
  EXPECT_NE(stored().at(1), first);
  client_.commands.clear();
  ASSERT_TRUE(fetch());
  EXPECT_NE(client_.commands.at(1).at(1), first);
}

TEST_F(EntryStoreInAFleetTest, WhatIsOfAnotherEpochIsNotKept) {
  epoch_ = tag(2, 0xaaaa);
  entry_.as_of = coherence::position_of(1, 5);
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_EQ(stats().stores_outdated, 1U);
  entry_.dependencies.clear();
  EXPECT_EQ(stored().at(0), "SET") << "it rests on no log";
}

TEST_F(EntryStoreTest, ItIsKeptNoLongerThanTheTierAllowsNorThanItsTtl) {
  config_.max_ttl = 60s;
  make();
  EXPECT_EQ(stored().at(4), "60000");
  entry_.expires_at = clock_.now() + 90s;
  EXPECT_EQ(stored().at(4), "60000");
  entry_.expires_at = clock_.now() + 5s + 999us;
  EXPECT_EQ(stored().at(4), "5000");
  entry_.expires_at = clock_.now() + 1ms;
  EXPECT_EQ(stored().at(4), "1");
  entry_.expires_at = clock_.now() + 999us;
  EXPECT_THAT(stored(), IsEmpty());
  entry_.expires_at = clock_.now() - 5s;
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_EQ(stats().stores_expired, 2U);
}

TEST_F(EntryStoreTest, WhyThereIsNoneIsCounted) {
  const std::string value = stored()[2];
  client_.answer(Reply::Kind::status, "OK");
  const auto ask = [&](std::int64_t left, Reply::Kind kind, const std::string& text) {
    ASSERT_TRUE(fetch());
    client_.answer_integer(left);
    client_.answer(kind, text);
  };
  ask(-2, Reply::Kind::nil, "");
  expect_miss(Miss::absent);
  ask(3'600'000, Reply::Kind::error, "LOADING Redis is loading the dataset in memory");
  expect_miss(Miss::failed);
  ask(-1, Reply::Kind::string, value);
  expect_miss(Miss::malformed);
  ask(std::numeric_limits<std::int64_t>::min(), Reply::Kind::string, value);
  ASSERT_EQ(answers_, 1);
  EXPECT_EQ(found_->error(), Miss::absent) << "no such time";
  answers_ = 0;
  key_ = key_of("another");
  ask(3'600'000, Reply::Kind::string, value);
  expect_miss(Miss::other_key);
}

TEST_F(EntryStoreTest, ATimeThatNobodyHasSetIsNoneToGoBy) {
  entry_.expires_at = clock_.now() + 5s;
  const std::string value = stored()[2];
  client_.answer(Reply::Kind::status, "OK");
  ASSERT_TRUE(fetch());
  client_.answer_integer(std::numeric_limits<std::int64_t>::max());
  client_.answer(Reply::Kind::string, value);
  expect_miss(Miss::expired);
}

TEST_F(EntryStoreTest, WithoutBothRepliesThereIsNone) {
  const std::string value = stored()[2];
  client_.answer(Reply::Kind::status, "OK");
  ASSERT_TRUE(fetch());
  client_.fail();
  client_.fail();
  expect_miss(Miss::failed);
  ASSERT_TRUE(fetch());
  client_.answer(Reply::Kind::error, "ERR");
  client_.answer(Reply::Kind::string, value);
  expect_miss(Miss::absent);
}

TEST_F(EntryStoreTest, AStoreThatRedisRefusesOrDoesNotAnswerHasFailed) {
  (void)stored();
  client_.answer(Reply::Kind::error, "OOM command not allowed when used memory > 'maxmemory'.");
  (void)stored();
  client_.fail();
  EXPECT_EQ(stats().stores_failed, 2U);
  EXPECT_EQ(stats().stored, 0U);
  EXPECT_EQ(stats().bytes_stored, 0U);
}

TEST_F(EntryStoreTest, NothingIsSentWhileThereIsNoConnection) {
  client_.is_connected = false;
  EXPECT_FALSE(store_->usable());
  EXPECT_FALSE(fetch());
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_THAT(client_.commands, IsEmpty());
  EXPECT_EQ(answers_, 0);
  EXPECT_EQ(stats().fetches_dropped, 1U);
  EXPECT_EQ(stats().stores_dropped, 1U);
}

TEST_F(EntryStoreTest, NoMoreIsInFlightThanIsAllowed) {
  config_.max_fetches = 2;
  config_.max_stores = 2;
  make();
  EXPECT_TRUE(fetch());
  EXPECT_TRUE(fetch());
  EXPECT_FALSE(store_->usable());
  EXPECT_FALSE(fetch());
  for (int i = 0; i < 2; ++i) client_.fail();
  EXPECT_TRUE(store_->usable());
  EXPECT_TRUE(fetch());
  for (int i = 0; i < 4; ++i) client_.fail();
  EXPECT_EQ(stats().fetches_dropped, 1U);

  EXPECT_THAT(stored(), testing::Not(IsEmpty()));
  EXPECT_THAT(stored(), testing::Not(IsEmpty()));
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_EQ(stats().stores_dropped, 1U);
  client_.fail();
  EXPECT_THAT(stored(), testing::Not(IsEmpty()));
}

TEST_F(EntryStoreTest, NoMoreBytesAreInFlightThanIsAllowed) {
  const std::size_t size = stored()[2].size();
  config_.max_store_bytes = 2 * size;
  make();
  client_.waiting.clear();
  EXPECT_THAT(stored(), testing::Not(IsEmpty()));
  EXPECT_THAT(stored(), testing::Not(IsEmpty()));
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_EQ(stats().stores_dropped, 1U);
  client_.answer(Reply::Kind::status, "OK");
  EXPECT_THAT(stored(), testing::Not(IsEmpty()));
}

TEST_F(EntryStoreTest, LargeEntriesAreLeftOut) {
  config_.codec.max_contents = 1000;
  make();
  entry_.payload.resize(1000);
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_EQ(stats().stores_too_large, 1U);
}

TEST_F(EntryStoreTest, RepliesMayComeWhenItIsGone) {
  const std::string value = stored()[2];
  ASSERT_TRUE(fetch());
  store_.reset();
  client_.answer(Reply::Kind::status, "OK");
  client_.answer_integer(3'600'000);
  client_.answer(Reply::Kind::string, value);
  EXPECT_EQ(answers_, 1);
  EXPECT_TRUE(*found_);
}

TEST_F(EntryStoreTest, KeysThatAreReplacedAreTakenUp) {
  const auto keys = [](const std::string& text) { return *cache::remote::SealKeys::parse(text, "keys"); };
  const std::string old_key = "1 " + std::string(64, 'a') + "\n";
  const std::string new_key = "2 " + std::string(64, 'b') + "\n";
  const std::string plain = stored()[2];
  keys_ = std::make_shared<cache::remote::SealKeyring>(keys(old_key));
  make();
  const std::string by_old = stored()[2];
  const auto opens = [this](const std::string& value) {
    client_.waiting.clear();
    EXPECT_TRUE(fetch());
    client_.answer_integer(3'600'000);
    client_.answer(Reply::Kind::string, value);
    return found_->has_value();
  };
  EXPECT_FALSE(opens(plain));
  EXPECT_TRUE(opens(by_old));
  keys_->replace(keys(new_key + old_key));
  const std::string by_new = stored()[2];
  EXPECT_TRUE(opens(by_old)) << "as it is in the file still";
  EXPECT_TRUE(opens(by_new));
  keys_->replace(keys(old_key));
  EXPECT_FALSE(opens(by_new)) << "or it was not sealed with the first key";
  keys_->replace(keys(new_key));
  EXPECT_TRUE(opens(by_new));
  EXPECT_FALSE(opens(by_old));
  EXPECT_EQ(stats().misses[static_cast<std::size_t>(Miss::not_authentic)], 1U);
  EXPECT_EQ(stats().misses[static_cast<std::size_t>(Miss::unknown_seal_key)], 2U);
}

TEST_F(EntryStoreTest, ConfigIsChecked) {
  EXPECT_TRUE(config_.validate());
  for (const auto& spoil : std::vector<std::function<void(EntryStore::Config&)>>{
           [](auto& config) { config.prefix.clear(); }, [](auto& config) { config.max_ttl = 0s; },
           [](auto& config) { config.fetch_deadline = 0s; }, [](auto& config) { config.store_deadline = -1s; },
           [](auto& config) { config.codec.level = 100; }}) {
    EntryStore::Config config = config_;
    spoil(config);
    EXPECT_FALSE(config.validate());
  }
}

}  // namespace
}  // namespace tapri::redis
