// What is not kept because somebody told the server to end it.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "unit/session/mysql/hits.h"

namespace tapri::session::mysql::test {
namespace {

using telemetry::FillResult;
using wire::mysql::Command;

const std::string kWithSubQuery = query("select a from orders where id = (select max(id) from items)");

class KillsTest : public HitsTest {
 protected:
  Kills& kills() { return s.world.shared->kills; }
  bool under_way() { return !kills().none_since(kills().mark()); }
  void expect_under_way(const std::string& kill) {
    EXPECT_EQ(s.client(kill), kill);
    EXPECT_TRUE(under_way()) << kill;
    EXPECT_EQ(s.server(ok()), ok());
    EXPECT_FALSE(under_way()) << kill;
  }
  // Its answer is kept, after all that `meanwhile` does once it was sent.
  template <typename Meanwhile>
  bool kept(const std::string& command, Meanwhile meanwhile) {
    EXPECT_EQ(s.client(command), command);
    meanwhile();
    EXPECT_EQ(s.server(kAnswer), kAnswer);
    if (s.client(command).empty()) return true;
    EXPECT_EQ(s.server(kAnswer), kAnswer);
    return false;
  }
};

TEST_F(KillsTest, ASubQueryThatMayHaveBeenEndedIsNotKept) {
  EXPECT_FALSE(kept(kWithSubQuery, [&] { const Kills::UnderWay other(kills()); }));
  EXPECT_EQ(s.world.filled(FillResult::refused_kill), 1U);
  EXPECT_TRUE(hit(kWithSubQuery));
}

TEST_F(KillsTest, NorOneThatWasSentBeforeTheKillWasAnswered) {
  std::optional<Kills::UnderWay> other(std::in_place, kills());
  EXPECT_FALSE(kept(kWithSubQuery, [&] { other.reset(); }));
  EXPECT_TRUE(hit(kWithSubQuery));
}

TEST_F(KillsTest, WithoutASubQueryTheServerSaysThatItWasEnded) {
  EXPECT_TRUE(kept(query("select a from orders where id = 1"), [&] { const Kills::UnderWay other(kills()); }));
}

TEST_F(KillsTest, OneIsUnderWayUntilItIsAnswered) {
  for (const std::string& kill : {query("kill query 5"), query("KILL 5"), command(Command::process_kill, "\5")}) {
    expect_under_way(kill);
  }
}

TEST_F(KillsTest, SoIsWhatIsNotKnownButByItsName) { expect_under_way(query("call mysql.rds_kill_query(5)")); }

TEST_F(KillsTest, SoIsWhatIsNotUnderstood) { expect_under_way(query("kill soft what")); }

TEST_F(KillsTest, OneWhoseSessionEndsIsUnderWayNoMore) {
  const std::string kill = query("kill query 5");
  EXPECT_EQ(s.client(kill), kill);
  s.session.reset();
  EXPECT_FALSE(under_way());
}

TEST_F(KillsTest, OneThatWasFoundByTheServersCountersEndsWhatWasKept) {
  EXPECT_TRUE(kept(kWithSubQuery, [] {}));
  s.world.log.flush_here(coherence::Footprint({coherence::cut_short_scope("another")}));
  EXPECT_TRUE(hit(kWithSubQuery));
  s.world.log.flush_here(coherence::Footprint({coherence::cut_short_scope(s.world.shared->upstream)}));
  EXPECT_FALSE(hit(kWithSubQuery));
  EXPECT_TRUE(hit());
}

}  // namespace
}  // namespace tapri::session::mysql::test
