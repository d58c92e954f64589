// What a session that has run stored routines writes, and what it is still answered.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unit/session/mysql/hits.h"

namespace tapri::session::mysql::test {
namespace {

sql::StatementFacts reading(std::string table) {
  sql::StatementFacts facts;
  facts.verb = sql::Verb::select;
  facts.obstacle = Reason::none;
  facts.reads = {{"", std::move(table)}};
  return facts;
}

sql::StatementFacts writing(std::string table) {
  sql::StatementFacts facts;
  facts.verb = sql::Verb::insert;
  facts.obstacle = Reason::not_a_read;
  facts.writes = {{"", std::move(table)}};
  return facts;
}

// Without a statement: what it does is not known.
catalog::Routine routine(std::string name, std::optional<sql::StatementFacts> statement, std::string schema = "shop") {
  catalog::Routine out;
  out.schema = std::move(schema);
  out.name = std::move(name);
  out.takes_row = false;
  out.volatility = statement ? catalog::Volatility::stable : catalog::Volatility::is_volatile;
  out.effects = statement ? catalog::Effects::by_body : catalog::Effects::unknown;
  if (!statement) return out;
  out.body = std::make_shared<const catalog::RoutineBody>(
      catalog::RoutineBody{{std::move(*statement)}, std::vector<std::string>{out.schema}, false});
  return out;
}

// adds() writes items, looks() reads books, nobody knows what unknown() does.
class StoredTest : public HitsTest {
 protected:
  void SetUp() override {
    s.world.catalog->load(stored(reading("books")));
    begin();
  }
  static catalog::Snapshot::Source stored(sql::StatementFacts looks) {
    catalog::Snapshot::Source source = shop();
    source.functions = {routine("adds", writing("items")), routine("looks", std::move(looks)),
                        routine("unknown", std::nullopt)};
    return source;
  }
};

TEST_F(StoredTest, ACallWritesWhatItsBodySaysAndLeavesTheSessionAsItWas) {
  EXPECT_EQ(s.client(query("call adds()")), query("call adds()"));
  EXPECT_TRUE(s.world.dirty(kItems));
  EXPECT_FALSE(s.world.dirty(kOrders));
  EXPECT_FALSE(s.world.all_dirty());
  (void)s.server(ok());
  EXPECT_TRUE(hit());
  EXPECT_EQ(s.client(query("do looks()")), kRead) << "it may go by the answer before";
  EXPECT_EQ(s.server(kAnswer), "");
  EXPECT_EQ(s.to_server, query("do looks()"));
  (void)s.server(ok());
  EXPECT_TRUE(hit());
}

TEST_F(StoredTest, AfterOneThatNobodyKnowsNothingIsAnswered) {
  EXPECT_EQ(s.client(query("call unknown()")), query("call unknown()"));
  EXPECT_TRUE(s.world.all_dirty());
  (void)s.server(ok());
  (void)s.client(kRead);
  (void)s.settings();
  (void)s.server(kAnswer);
  EXPECT_FALSE(hit());
}

TEST_F(StoredTest, ACallCommitsNothingButMayEndATransactionForAllThatIsKnown) {
  done(query("begin"), kOpen);
  done(query("update orders set a = 1"), kOpen);
  (void)s.client(query("call adds()"));
  EXPECT_TRUE(s.world.dirty(kOrders));
  EXPECT_TRUE(s.world.dirty(kItems));
}

TEST_F(StoredTest, AFunctionThatReadsIsAnsweredUntilWhatItReadsIsWritten) {
  const std::string read = query("select looks() from orders");
  EXPECT_FALSE(hit(read));
  EXPECT_TRUE(hit(read));
  done(query("update books set a = 1"));
  EXPECT_FALSE(hit(read));
}

// The server may have run another body than the one that was known.
TEST_F(StoredTest, ACallThatMeetsAnotherSchemaCountsAsAWriteToEverything) {
  for (const char* statement : {"select looks()", "call looks()", "do looks()"}) {
    (void)s.client(query(statement));
    const auto before = s.world.log.position();
    s.world.catalog->load(stored(writing("books")));
    (void)s.server(ok());
    EXPECT_TRUE(s.world.all_written(before)) << statement;
    s.world.catalog->load(stored(reading("books")));
  }
}

TEST_F(StoredTest, InATransactionItCountsAgainWhenThatIsCommitted) {
  done(query("begin"), kOpen);
  (void)s.client(query("select looks()"));
  s.world.catalog->load(stored(writing("books")));
  (void)s.server(ok(kOpen));
  const auto before = s.world.log.position();
  (void)s.client(query("commit"));
  EXPECT_TRUE(s.world.all_dirty());
  (void)s.server(ok());
  EXPECT_TRUE(s.world.all_written(before));
}

}  // namespace
}  // namespace tapri::session::mysql::test
