#include "session/remote_admission.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tapri::session {
namespace {

using namespace std::chrono_literals;
using telemetry::Withheld;

class RemoteAdmissionTest : public testing::Test {
 protected:
  std::optional<Withheld> refuse(std::size_t size = 100, std::uint32_t rule = 0) {
    return admission_.refuse(settings_, {.rule = rule, .size = size, .cost = cost_}, clock_.now());
  }
  // So many are stored before one is not, at this moment.
  int stored(std::size_t size = 100, std::uint32_t rule = 0) {
    int count = 0;
    while (count < 1000 && !refuse(size, rule)) ++count;
    return count;
  }
  ManualClock clock_;
  Duration cost_ = 3ms;
  policy::RemoteSettings settings_;
  RemoteAdmission admission_;
};

TEST_F(RemoteAdmissionTest, WithoutLimitsEverythingIsStored) { EXPECT_EQ(stored(), 1000); }

TEST_F(RemoteAdmissionTest, ARuleMaySayNoOrHowLargeAndHowDear) {
  settings_.max_size = 100;
  EXPECT_EQ(refuse(100), std::nullopt);
  EXPECT_EQ(refuse(101), Withheld::too_large);
  settings_.min_cost = 3ms;
  EXPECT_EQ(refuse(), std::nullopt);
  cost_ = 2999us;
  EXPECT_EQ(refuse(), Withheld::too_cheap);
  settings_.enabled = false;
  EXPECT_EQ(refuse(), Withheld::disabled);
}

TEST_F(RemoteAdmissionTest, NoMoreAreStoredThanInASecond) {
  settings_.max_rate = 10;
  EXPECT_EQ(stored(), 10);
  EXPECT_EQ(refuse(), Withheld::rate);
  clock_.advance(300ms);
  EXPECT_EQ(stored(), 3);
  clock_.advance(1h);
  EXPECT_EQ(stored(), 10) << "what was not used is not saved up";
}

TEST_F(RemoteAdmissionTest, ARateBelowOneASecondStillLetsOneThrough) {
  settings_.max_rate = 0.5;
  EXPECT_EQ(stored(), 1);
  clock_.advance(1s);
  EXPECT_EQ(stored(), 0);
  clock_.advance(1s);
  EXPECT_EQ(stored(), 1);
}

TEST_F(RemoteAdmissionTest, NoMoreBytesAreStoredThanInASecondButALargeOneComesInItsTime) {
  settings_.max_bytes_per_second = 1000;
  EXPECT_EQ(stored(100), 10);
  EXPECT_EQ(refuse(), Withheld::bytes);
  clock_.advance(1s);
  EXPECT_EQ(refuse(5000), std::nullopt);
  clock_.advance(4s);
  EXPECT_EQ(refuse(), Withheld::bytes) << "it is paid for first";
  clock_.advance(1ms);
  EXPECT_EQ(refuse(), std::nullopt);
}

TEST_F(RemoteAdmissionTest, WhatIsRefusedForOneRateIsNotCountedAgainstTheOther) {
  settings_.max_rate = 2;
  settings_.max_bytes_per_second = 1000;
  EXPECT_EQ(stored(10), 2);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(refuse(500), Withheld::rate);
  clock_.advance(500ms);
  EXPECT_EQ(refuse(500), std::nullopt);
}

TEST_F(RemoteAdmissionTest, RulesHaveRatesOfTheirOwn) {
  settings_.max_rate = 3;
  EXPECT_EQ(stored(100, 2), 3);
  EXPECT_EQ(stored(100, 0), 3);
  EXPECT_EQ(stored(100, 2), 0);
}

TEST_F(RemoteAdmissionTest, AClockThatStandsStillFillsNothing) {
  settings_.max_rate = 1;
  EXPECT_EQ(stored(), 1);
  EXPECT_EQ(stored(), 0);
}

}  // namespace
}  // namespace tapri::session
