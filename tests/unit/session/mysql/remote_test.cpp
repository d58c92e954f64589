// Answers that another instance has put into the tier behind the store.
#include <gtest/gtest.h>

#include "unit/session/fake_tier.h"
#include "unit/session/mysql/hits.h"

namespace tapri::session::mysql::test {
namespace {

class MysqlRemoteTest : public testing::Test {
 protected:
  // The instance has its settings, and what it was asked for is in the tier.
  void ask_and_store(Script& instance) {
    (void)instance.client(kRead);
    (void)instance.settings();
    tier.answer();
    instance.woken();
    EXPECT_EQ(instance.to_server, kRead);
    EXPECT_EQ(instance.server(kAnswer), kAnswer);
    ASSERT_EQ(tier.entries.size(), 1U);
  }
  void ask(Script& instance) {
    (void)instance.client(kRead);
    (void)instance.settings();
    EXPECT_TRUE(instance.session->blocked());
    tier.answer();
    instance.woken();
  }
  session::test::FakeTier tier;
  Script there{kUsual, "10.11.6-MariaDB", &tier}, here{kUsual, "10.11.6-MariaDB", &tier};
};

TEST_F(MysqlRemoteTest, AnAnswerOfOneInstanceServesAnother) {
  ask_and_store(there);
  ask(here);
  EXPECT_EQ(here.to_server, "");
  EXPECT_EQ(here.to_client, kAnswer);
  EXPECT_EQ(here.world.count(telemetry::Outcome::hit_l2), 1U);
  EXPECT_TRUE(here.hits(kRead));
}

TEST_F(MysqlRemoteTest, ClientsThatAreAnsweredOtherwiseHaveAnswersOfTheirOwn) {
  ask_and_store(there);
  Script old(kUsual & ~capability::kDeprecateEof, "10.11.6-MariaDB", &tier);
  ask(old);
  EXPECT_EQ(old.to_server, kRead);
}

TEST_F(MysqlRemoteTest, OneInstanceAsksForWhatTakesLong) {
  using Locks = cache::RemoteLocks;
  ask_and_store(there);
  tier.entries.begin()->second.upstream_us = 200'000;
  coherence::Footprint written;
  written.add(coherence::all_of("test/"));
  for (Script* instance : {&here, &there}) {
    instance->world.shared->limits.lock_above = std::chrono::milliseconds(50);
    instance->world.log.append(written);
  }
  (void)here.client(kRead);
  (void)here.settings();
  (void)there.client(kRead);
  EXPECT_EQ(tier.asked.size(), 2U);
  tier.answer();
  ASSERT_EQ(tier.its_locks.asked.size(), 2U);
  tier.its_locks.end(Locks::End::taken);
  tier.answer();
  here.woken();
  EXPECT_EQ(here.to_server, kRead);
  EXPECT_EQ(there.to_server, "");
  EXPECT_EQ(tier.its_locks.held, 1);
  (void)here.server(kAnswer);
  EXPECT_EQ(tier.its_locks.held, 0);
  tier.its_locks.end(Locks::End::released);
  tier.answer();
  there.woken();
  EXPECT_EQ(there.to_server, "");
  EXPECT_EQ(there.to_client, kAnswer);
}

TEST_F(MysqlRemoteTest, WhatWasWrittenSinceIsNotTaken) {
  ask_and_store(there);
  coherence::Footprint written;
  written.add(coherence::all_of("test/"));
  here.world.log.append(written);
  ask(here);
  EXPECT_EQ(here.to_server, kRead);
}

}  // namespace
}  // namespace tapri::session::mysql::test
