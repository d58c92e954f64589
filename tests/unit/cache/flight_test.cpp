#include "cache/flight.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace tapri::cache {
namespace {

void nothing() {}

class FlightTest : public testing::Test {
 protected:
  // Joins as one who counts wake-ups.
  Flights::Joined join(ByteView key) {
    return flights_.join(make_key(key), [this] { ++woken_; });
  }
  int woken_ = 0;
  Flights flights_{{.max_waiters = 3}};
};

TEST_F(FlightTest, TheFirstLeadsTheNextWaits) {
  const Flights::Joined first = join("a");
  EXPECT_TRUE(first.lead.leads());
  EXPECT_EQ(first.ticket, nullptr);
  const Flights::Joined second = join("a");
  EXPECT_FALSE(second.lead.leads());
  EXPECT_NE(second.ticket, nullptr);
  EXPECT_EQ(flights_.waiters(), 1U);
  EXPECT_EQ(woken_, 0);
}

TEST_F(FlightTest, OtherKeysFlyByThemselves) {
  const Flights::Joined first = join("a");
  const Flights::Joined second = join("b");
  EXPECT_TRUE(first.lead.leads());
  EXPECT_TRUE(second.lead.leads());
}

TEST_F(FlightTest, EqualHashesAreNotEqualKeys) {
  const Flights::Joined first = flights_.join({"a", 7}, nothing);
  const Flights::Joined second = flights_.join({"b", 7}, nothing);
  EXPECT_TRUE(first.lead.leads());
  EXPECT_TRUE(second.lead.leads());
  EXPECT_NE(flights_.join({"a", 7}, nothing).ticket, nullptr);
}

TEST_F(FlightTest, TheKeyIsCopied) {
  ByteString key = "a";
  const Flights::Joined first = flights_.join(make_key(key), nothing);
  key = "b";
  EXPECT_NE(join("a").ticket, nullptr);
  EXPECT_TRUE(join("b").lead.leads());
}

TEST_F(FlightTest, LandingWakesEachWaiterOnce) {
  Flights::Joined first = join("a");
  const Flights::Joined second = join("a");
  const Flights::Joined third = join("a");
  first.lead.land();
  EXPECT_FALSE(first.lead.leads());
  EXPECT_EQ(woken_, 2);
  EXPECT_EQ(flights_.waiters(), 0U);
  first.lead.land();
  EXPECT_EQ(woken_, 2);
}

TEST_F(FlightTest, AnAbandonedLeaderLands) {
  Flights::Joined second;
  {
    const Flights::Joined first = join("a");
    second = join("a");
    EXPECT_EQ(woken_, 0);
  }
  EXPECT_EQ(woken_, 1);
}

TEST_F(FlightTest, AMovedFlightLandsOnce) {
  std::optional<Flight> moved;
  Flights::Joined second;
  {
    Flights::Joined first = join("a");
    second = join("a");
    moved.emplace(std::move(first.lead));
  }
  EXPECT_EQ(woken_, 0);
  EXPECT_TRUE(moved->leads());
  moved.reset();
  EXPECT_EQ(woken_, 1);
}

TEST_F(FlightTest, AssigningOverAFlightLandsIt) {
  Flights::Joined first = join("a");
  const Flights::Joined waiting = join("a");
  Flights::Joined other = join("b");
  first.lead = std::move(other.lead);
  EXPECT_EQ(woken_, 1);
  EXPECT_TRUE(first.lead.leads());
  EXPECT_TRUE(join("a").lead.leads());
  EXPECT_NE(join("b").ticket, nullptr);
}

TEST_F(FlightTest, AJoinAfterTheLandingStartsANewFlight) {
  Flights::Joined first = join("a");
  first.lead.land();
  const Flights::Joined again = join("a");
  EXPECT_TRUE(again.lead.leads());
  first.lead = Flight();
  EXPECT_NE(join("a").ticket, nullptr) << "the old leader must not end the new flight";
}

TEST_F(FlightTest, ADestroyedTicketIsForgotten) {
  Flights::Joined first = join("a");
  const Flights::Joined stays = join("a");
  {
    const Flights::Joined leaves = join("a");
    EXPECT_EQ(flights_.waiters(), 2U);
  }
  EXPECT_EQ(flights_.waiters(), 1U);
  first.lead.land();
  EXPECT_EQ(woken_, 1);
}

TEST_F(FlightTest, WaitersAreBoundedOverAllFlights) {
  Flights::Joined a = join("a");
  const Flights::Joined b = join("b");
  std::vector<Flights::Joined> waiting;
  waiting.push_back(join("a"));
  waiting.push_back(join("a"));
  waiting.push_back(join("b"));
  const Flights::Joined refused = join("a");
  EXPECT_FALSE(refused.lead.leads());
  EXPECT_EQ(refused.ticket, nullptr);
  EXPECT_TRUE(join("c").lead.leads()) << "leading needs no place in a queue";
  waiting.pop_back();
  EXPECT_NE(join("b").ticket, nullptr) << "a place was left";
  a.lead.land();
  EXPECT_EQ(woken_, 2);
  EXPECT_NE(join("b").ticket, nullptr);
}

TEST_F(FlightTest, NoBoundOfZeroWaits) {
  Flights none({.max_waiters = 0});
  const Flights::Joined first = none.join(make_key("a"), nothing);
  EXPECT_TRUE(first.lead.leads());
  const Flights::Joined second = none.join(make_key("a"), nothing);
  EXPECT_FALSE(second.lead.leads());
  EXPECT_EQ(second.ticket, nullptr);
}

TEST_F(FlightTest, ACallbackMayLeaveJoinAndLand) {
  Flights::Joined first = join("a");
  Flights::Joined second;
  Flights::Joined third = join("a");
  bool led = false;
  second = flights_.join(make_key("a"), [&] {
    second.ticket.reset();
    third.ticket.reset();
    Flights::Joined next = flights_.join(make_key("a"), nothing);
    led = next.lead.leads();
    next.lead.land();
  });
  first.lead.land();
  EXPECT_TRUE(led);
  EXPECT_EQ(woken_, 1);
  EXPECT_EQ(flights_.waiters(), 0U);
}

TEST_F(FlightTest, ACallbackMayForgetAnotherThatWasToComeNext) {
  Flights::Joined first = join("a");
  Flights::Joined second;
  Flights::Joined third;
  second = flights_.join(make_key("a"), [&] { third.ticket.reset(); });
  third = join("a");
  first.lead.land();
  EXPECT_EQ(woken_, 0);
}

TEST_F(FlightTest, ALockIsHeldUntilItHasLanded) {
  struct Lock final : RemoteLock {
    explicit Lock(int& count) : held(count) { ++held; }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() override { --held; }
    int& held;
  };
  int held = 0;
  Flights::Joined first = join("a");
  first.lead.hold(std::make_unique<Lock>(held));
  Flight moved = std::move(first.lead);
  first.lead = Flight();
  EXPECT_EQ(held, 1);
  moved.land();
  EXPECT_EQ(held, 0);
  {
    const Flights::Joined second = join("a");
    moved = join("b").lead;
    moved.hold(std::make_unique<Lock>(held));
    moved = Flight();
    EXPECT_EQ(held, 0);
    moved = join("b").lead;
    moved.hold(std::make_unique<Lock>(held));
    const Flight gone = std::move(moved);
    EXPECT_EQ(held, 1);
  }
  EXPECT_EQ(held, 0);
}

TEST_F(FlightTest, WhatWasHandedOutOutlivesFlights) {
  auto flights = std::make_unique<Flights>(Flights::Config{});
  Flights::Joined first = flights->join(make_key("a"), [] {});
  const Flights::Joined second = flights->join(make_key("a"), [this] { ++woken_; });
  flights.reset();
  first.lead.land();
  EXPECT_EQ(woken_, 1);
}

// Every waiter either leads, is refused, leaves, or is woken: nobody is forgotten and nobody is woken after it left.
TEST(FlightStress, NoWakeUpIsLost) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 3'000;
  struct Shared {
    std::atomic<int> woken{0};
    std::atomic<int> airborne{0};
    std::atomic<bool> two_leaders{false};
  };
  Shared shared;
  std::atomic<int> waited{0};
  Flights flights({.max_waiters = 100});
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < kRounds; ++round) {
        auto mine = std::make_shared<std::atomic<int>>(0);
        Flights::Joined joined = flights.join(make_key("a"), [mine, &shared] {
          mine->fetch_add(1);
          shared.woken.fetch_add(1);
          mine->notify_one();
        });
        if (joined.lead.leads()) {
          if (shared.airborne.fetch_add(1) != 0) shared.two_leaders = true;
          std::this_thread::yield();
          shared.airborne.fetch_sub(1);
          joined.lead.land();
        } else if (joined.ticket != nullptr && (round + thread) % 3 == 0) {
          joined.ticket.reset();
        } else if (joined.ticket != nullptr) {
          waited.fetch_add(1);
          mine->wait(0);  // for ever, if the wake-up is lost
          EXPECT_EQ(mine->load(), 1);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(shared.two_leaders.load());
  EXPECT_GE(shared.woken.load(), waited.load());
  EXPECT_EQ(flights.waiters(), 0U);
}

}  // namespace
}  // namespace tapri::cache
