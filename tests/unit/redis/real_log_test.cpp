// Two instances' logs and a real Redis between them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "redis/log_transport.h"
#include "support/redis_server.h"

namespace tapri::redis {
namespace {

using coherence::Dependency;
using coherence::DirtyMark;
using coherence::FleetMode;
using coherence::Footprint;
using coherence::InvalidationLog;
using coherence::Validity;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tapri::test::RedisServer;

// What waits for something that another thread does looks again now and then; only how long it takes hangs on it.
[[nodiscard]] bool eventually(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

struct Instance {
  Instance(const RedisServer& server, FleetMode mode, LogConfig config = {})
      : freshness(mode, seconds(1)),
        transport(
            std::move(config), clock, log, freshness, [&](io::Loop& loop) { return client(loop, server); },
            [&](io::Loop& loop) { return client(loop, server); },
            [this](const coherence::SchemaHint&) { hints.fetch_add(1); }) {
    transport.start();
  }
  ~Instance() { transport.stop(); }
  std::unique_ptr<Client> client(io::Loop& loop, const RedisServer& server) {
    Config config;
    config.addresses = {{"127.0.0.1", static_cast<std::uint16_t>(server.port()), ""}};
    config.breaker.failures = 0;
    config.reconnect = {.first = milliseconds(10), .most = milliseconds(50)};
    config.link.connect_timeout = milliseconds(500);
    config.link.stall = milliseconds(500);
    return make_client(loop, clock, std::move(config));
  }
  [[nodiscard]] bool ready() {
    return eventually([this] {
      const LogStatus status = transport.status();
      return status.appending && status.following && freshness.fresh(clock.now());
    });
  }
  [[nodiscard]] Validity check(Dependency dependency, coherence::Position as_of) const {
    const std::array<Dependency, 1> one{dependency};
    return log.check(one, as_of);
  }
  // Waits for the ticket; whether it was told.
  bool told(coherence::Announcer::Ticket ticket) {
    std::mutex mutex;
    std::condition_variable woken;
    bool done = false;
    transport.when_completed(ticket, [&] {
      const std::lock_guard lock(mutex);
      done = true;
      woken.notify_all();
    });
    std::unique_lock lock(mutex);
    woken.wait(lock, [&] { return done; });
    return !transport.failed(ticket);
  }
  bool write(Dependency dependency) {
    DirtyMark mark(log, Footprint({dependency}));
    return told(mark.commit());
  }
  bool sync() {
    std::mutex mutex;
    std::condition_variable woken;
    std::optional<bool> good;
    transport.sync([&](bool result) {
      const std::lock_guard lock(mutex);
      good = result;
      woken.notify_all();
    });
    std::unique_lock lock(mutex);
    woken.wait(lock, [&] { return good.has_value(); });
    return *good;
  }

  SystemClock clock;
  InvalidationLog log{1'024};
  coherence::Freshness freshness;
  std::atomic<int> hints{0};
  LogTransport transport;
};

class TwoInstances : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(one.ready());
    ASSERT_TRUE(other.ready());
  }
  RedisServer server;
  Instance one{server, FleetMode::bounded};
  Instance other{server, FleetMode::bounded};
};

TEST_F(TwoInstances, AWriteOfOneIsSeenByTheOther) {
  const auto as_of = other.log.lease().as_of();
  EXPECT_EQ(other.check(1, as_of), Validity::valid);
  EXPECT_TRUE(one.write(1));
  EXPECT_EQ(one.check(1, one.log.lease().as_of() - 1), Validity::invalidated);
  EXPECT_TRUE(eventually([&] { return other.check(1, as_of) == Validity::invalidated; }));
  EXPECT_EQ(other.check(2, as_of), Validity::valid);
  EXPECT_TRUE(eventually([&] { return one.log.position() == other.log.position(); }));
  EXPECT_EQ(other.check(1, other.log.lease().as_of()), Validity::valid);
}

TEST_F(TwoInstances, HowLongAWriteTakesToTheOther) {
  std::vector<double> delays;
  for (int i = 0; i < 500; ++i) {
    const auto as_of = other.log.lease().as_of();
    const auto begun = std::chrono::steady_clock::now();
    DirtyMark mark(one.log, Footprint({7}));
    (void)mark.commit();
    ASSERT_TRUE(eventually([&] { return other.check(7, as_of) == Validity::invalidated; }));
    delays.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count());
    ASSERT_TRUE(eventually([&] { return other.check(7, other.log.lease().as_of()) == Validity::valid; }));
  }
  std::ranges::sort(delays);
  std::printf("from commit to the other's table: p50 %.0f us, p99 %.0f us\n", delays[delays.size() / 2],
              delays[delays.size() * 99 / 100]);
}

TEST(RealLog, AnIntentKeepsTheOtherFromHits) {
  const RedisServer server;
  Instance one(server, FleetMode::strict, {.fleet = {.lease = milliseconds(200)}});
  Instance other(server, FleetMode::strict, {.fleet = {.lease = milliseconds(200)}});
  ASSERT_TRUE(one.ready());
  ASSERT_TRUE(other.ready());
  DirtyMark mark(one.log, Footprint({1}));
  ASSERT_TRUE(one.told(mark.intent()));
  ASSERT_TRUE(other.sync());
  EXPECT_EQ(other.check(1, other.log.lease().as_of()), Validity::write_in_flight);
  mark.lower();
  EXPECT_TRUE(eventually([&] { return other.check(1, other.log.lease().as_of()) == Validity::valid; }));
  EXPECT_TRUE(one.write(2));
  const auto as_of = one.log.position();
  ASSERT_TRUE(other.sync());
  EXPECT_EQ(other.check(2, as_of - 1), Validity::invalidated);
}

TEST(RealLog, AWriterThatIsSilentCountsAsHavingWritten) {
  const RedisServer server;
  const LogConfig hasty{.fleet = {.lease = milliseconds(150), .grace = milliseconds(50)}};
  Instance other(server, FleetMode::strict, hasty);
  ASSERT_TRUE(other.ready());
  coherence::Position as_of = 0;
  {
    Instance one(server, FleetMode::strict, hasty);
    ASSERT_TRUE(one.ready());
    DirtyMark mark(one.log, Footprint({1}));
    ASSERT_TRUE(one.told(mark.intent()));
    ASSERT_TRUE(other.sync());
    as_of = other.log.lease().as_of();
    EXPECT_EQ(other.check(1, as_of), Validity::write_in_flight);
    one.transport.stop();  // and the mark's end comes to nobody
  }
  EXPECT_TRUE(eventually([&] { return other.transport.status().open_elsewhere == 0; }));
  EXPECT_EQ(other.check(1, as_of), Validity::invalidated);
  EXPECT_EQ(other.check(1, other.log.lease().as_of()), Validity::valid);
}

TEST_F(TwoInstances, ARestartOfRedisIsAnotherEpochAndEndsWhatWasRead) {
  ASSERT_TRUE(one.write(1));
  const auto as_of = other.log.lease().as_of();
  server.kill();
  EXPECT_TRUE(eventually([&] { return !one.transport.status().appending; }));
  EXPECT_FALSE(one.write(2)) << "nobody can be told";
  EXPECT_TRUE(one.log.unannounced());
  EXPECT_TRUE(eventually([&] { return !other.freshness.fresh(other.clock.now()); }));
  server.start();
  ASSERT_TRUE(one.ready());
  ASSERT_TRUE(other.ready());
  EXPECT_TRUE(eventually([&] { return !one.log.unannounced(); })) << "they are told now";
  EXPECT_TRUE(eventually([&] { return other.check(3, as_of) == Validity::invalidated; }));
  EXPECT_GT(coherence::epoch_of(other.log.position()), coherence::epoch_of(as_of));
  ASSERT_TRUE(one.write(4));
  EXPECT_TRUE(eventually([&] { return one.log.position() == other.log.position(); }));
}

TEST(RealLog, ARedisThatStandsStillEndsHitsAndFailsWrites) {
  const RedisServer server;
  Instance one(server, FleetMode::bounded, {.deadline = milliseconds(100)});
  ASSERT_TRUE(one.ready());
  server.pause();
  EXPECT_FALSE(one.write(1));
  EXPECT_TRUE(eventually([&] { return !one.freshness.fresh(one.clock.now()); }));
  EXPECT_FALSE(one.sync());
  server.resume();
  ASSERT_TRUE(one.ready());
  EXPECT_TRUE(eventually([&] { return !one.log.unannounced(); }));
  EXPECT_TRUE(one.write(2));
}

TEST_F(TwoInstances, ConnectionsThatAreKilledComeBack) {
  const auto epoch = coherence::epoch_of(one.log.position());
  for (Dependency dependency = 1; dependency <= 5; ++dependency) {
    const auto as_of = other.log.lease().as_of();
    server.run({"CLIENT", "KILL", "TYPE", "normal"});
    (void)one.write(dependency);
    EXPECT_TRUE(eventually([&] { return other.check(dependency, as_of) == Validity::invalidated; }));
  }
  EXPECT_TRUE(eventually([&] { return !one.log.unannounced(); }));
  EXPECT_EQ(coherence::epoch_of(one.log.position()), epoch) << "it is the same Redis";
}

TEST(RealLog, WhatIsTrimmedBeforeItIsReadEndsWhatWasRead) {
  const RedisServer server;
  Instance one(server, FleetMode::bounded);
  ASSERT_TRUE(one.ready());
  const auto as_of = one.log.lease().as_of();
  const auto gaps = one.transport.status().gaps;
  const std::string epoch = std::to_string(coherence::epoch_of(as_of));
  // At once: nobody reads in between.
  server.run({"EVAL",
              "for i = 1, 10 do redis.call('XADD', KEYS[1], ARGV[1], 'r', 'x') end "
              "redis.call('XTRIM', KEYS[1], 'MAXLEN', '2')",
              "1", "tapri:{default}:log", epoch + "-*"});
  EXPECT_TRUE(eventually([&] { return one.transport.status().gaps > gaps; }));
  EXPECT_EQ(one.check(1, as_of), Validity::invalidated);
  ASSERT_TRUE(one.write(1));
  server.run({"EVAL", "redis.call('XADD', KEYS[1], ARGV[1], 'r', 'x') redis.call('XTRIM', KEYS[1], 'MAXLEN', '0')", "1",
              "tapri:{default}:log", epoch + "-*"});
  const auto before = one.log.lease().as_of();
  EXPECT_TRUE(eventually([&] { return one.log.base() >= before; })) << "nothing is left, and yet it shows";
  ASSERT_TRUE(one.write(1));
}

TEST_F(TwoInstances, ALogThatIsDeletedBeginsAnew) {
  for (const char* const command : {"FLUSHALL", "FLUSHDB"}) {
    const auto as_of = other.log.lease().as_of();
    server.run({command});
    EXPECT_TRUE(eventually([&] { return other.check(1, as_of) == Validity::invalidated; }));
    ASSERT_TRUE(one.write(1));
    EXPECT_TRUE(eventually([&] { return one.log.position() > as_of; }));
  }
}

TEST_F(TwoInstances, AFlushReachesAll) {
  const auto as_of = other.log.lease().as_of();
  ASSERT_TRUE(one.told(one.transport.flush({})));
  EXPECT_TRUE(eventually([&] { return other.check(9, as_of) == Validity::invalidated; }));
}

TEST_F(TwoInstances, AFlushByNameReachesAllAndNothingElse) {
  const Dependency tag = coherence::tag_scope("prices");
  const Dependency another = coherence::tag_scope("stock");
  const auto as_of = other.log.lease().as_of();
  ASSERT_TRUE(one.told(one.transport.flush(Footprint({tag, 8}))));
  EXPECT_TRUE(one.log.flushes().flushed(std::span(&tag, 1), as_of)) << "here when it is told";
  EXPECT_TRUE(eventually([&] { return other.log.flushes().flushed(std::span(&tag, 1), as_of); }));
  EXPECT_FALSE(other.log.flushes().flushed(std::span(&another, 1), as_of));
  EXPECT_EQ(other.check(8, as_of), Validity::invalidated);
  EXPECT_EQ(other.check(9, as_of), Validity::valid);
}

TEST(RealLog, AFlushFailsWithoutRedis) {
  RedisServer server;
  Instance one(server, FleetMode::bounded);
  ASSERT_TRUE(one.ready());
  server.kill();
  EXPECT_FALSE(one.told(one.transport.flush(Footprint({coherence::tag_scope("prices")}))));
}

TEST_F(TwoInstances, AWriterOfTheSchemaIsHeardOf) {
  const int before = other.hints.load();
  const int own = one.hints.load();
  DirtyMark mark(one.log, {});
  mark.may_change_schema();
  mark.extend(Footprint({Dependency{2} << 61U}));
  ASSERT_TRUE(one.told(mark.commit()));
  EXPECT_TRUE(eventually([&] { return other.hints.load() > before; }));
  EXPECT_EQ(one.hints.load(), own);
}

TEST(RealLog, AfterStopEverythingFailsAtOnce) {
  const RedisServer server;
  Instance one(server, FleetMode::bounded);
  ASSERT_TRUE(one.ready());
  one.transport.stop();
  EXPECT_FALSE(one.write(1));
  EXPECT_FALSE(one.sync());
}

}  // namespace
}  // namespace tapri::redis
