// What a session does only once the bytes that the other side waits for are on their way, and what others write
// meanwhile.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "unit/session/mysql/hits.h"

namespace tapri::session::mysql::test {
namespace {

using telemetry::FillResult;

const std::string kMissed = query("select a from orders where id = 1");

class EarlyBytesTest : public HitsTest {
 protected:
  // Does `call` what is to be done meanwhile; false: there was no such moment.
  template <typename Call, typename Meanwhile>
  bool while_in(Call call, Meanwhile meanwhile) {
    bool called = false;
    s.meanwhile = [&] {
      called = true;
      meanwhile();
    };
    call();
    s.meanwhile = nullptr;
    return called;
  }
  static coherence::Footprint everything() {
    coherence::Footprint footprint;
    footprint.add(coherence::all_of("test/"));
    return footprint;
  }
};

TEST_F(EarlyBytesTest, TheServerHasTheStatementFirst) {
  EXPECT_TRUE(while_in([&] { (void)s.client(kMissed); }, [&] { EXPECT_EQ(s.to_server, kMissed); }));
  EXPECT_EQ(s.to_server, kMissed) << "once";
}

TEST_F(EarlyBytesTest, TheClientHasTheAnswerBeforeItIsKept) {
  (void)s.client(kMissed);
  EXPECT_TRUE(while_in([&] { (void)s.server(kAnswer); },
                       [&] {
                         EXPECT_EQ(s.to_client, kAnswer);
                         EXPECT_EQ(s.world.entries(), 1U);
                       }));
  EXPECT_EQ(s.to_client, kAnswer) << "once";
  EXPECT_EQ(s.world.entries(), 2U);
  EXPECT_TRUE(hit(kMissed));
}

TEST_F(EarlyBytesTest, AnAnswerInPiecesIsKeptWithItsLast) {
  (void)s.client(kMissed);
  const bool early = while_in([&] { (void)s.server(kAnswer.substr(0, 20)); }, [] {});
  EXPECT_FALSE(early);
  EXPECT_TRUE(while_in([&] { (void)s.server(kAnswer.substr(20)); }, [] {}));
  EXPECT_TRUE(hit(kMissed));
}

TEST_F(EarlyBytesTest, AnErrorIsNotKeptAndWaitsForNothing) {
  (void)s.client(kMissed);
  EXPECT_FALSE(while_in([&] { (void)s.server(err(1317, "interrupted")); }, [] {}));
  EXPECT_EQ(s.world.entries(), 1U);
}

TEST_F(EarlyBytesTest, WhatIsWrittenOnceTheServerHasTheStatementIsNotMissed) {
  EXPECT_TRUE(while_in([&] { (void)s.client(kMissed); }, [&] { s.world.log.append(everything()); }));
  (void)s.server(kAnswer);
  EXPECT_FALSE(hit(kMissed));
}

TEST_F(EarlyBytesTest, NorIsAWriteThatIsUnderWayThen) {
  std::optional<coherence::DirtyMark> write;
  EXPECT_TRUE(while_in([&] { (void)s.client(kMissed); }, [&] { write.emplace(s.world.log, everything()); }));
  write->commit();
  (void)s.server(kAnswer);
  EXPECT_FALSE(hit(kMissed));
}

TEST_F(EarlyBytesTest, NorWhatIsWrittenOnceTheClientHasTheAnswer) {
  (void)s.client(kMissed);
  EXPECT_TRUE(while_in([&] { (void)s.server(kAnswer); }, [&] { s.world.log.append(everything()); }));
  EXPECT_EQ(s.world.filled(FillResult::refused_lease), 1U);
  EXPECT_FALSE(hit(kMissed));
}

// Who asks after the client has its answer, and before that is kept, waits for it.
TEST_F(EarlyBytesTest, AnotherClientIsNotSentToTheServer) {
  const auto other = s.beside();
  (void)other->client(kRead);
  (void)other->settings();
  (void)s.client(kMissed);
  EXPECT_TRUE(while_in([&] { (void)s.server(kAnswer); },
                       [&] {
                         EXPECT_EQ(other->client(kMissed), "");
                         EXPECT_EQ(other->to_client, "");
                       }));
  other->woken();
  EXPECT_EQ(other->to_server, "");
  EXPECT_EQ(other->to_client, kAnswer);
}

}  // namespace
}  // namespace tapri::session::mysql::test
