// What FOUND_ROWS() says where an answer from the cache, and perhaps something else, comes before it.
#include <gtest/gtest.h>

#include <string>

#include "unit/session/mysql/hits.h"

namespace tapri::session::mysql::test {
namespace {

using wire::mysql::Command;

const std::string kQuestion = query("select found_rows()");
const std::string kTold = result({"found_rows()"}, {{"2"}});
const std::string kTwoRows = query("SELECT 1 UNION ALL SELECT 1 LIMIT 2");

// In its process nobody has asked for FOUND_ROWS() so far.
class FoundRows : public HitsTest {
 protected:
  // Somebody has.
  void asked() {
    EXPECT_EQ(s.client(kQuestion), kQuestion);
    (void)s.server(kTold);
  }
  // The server is told of two rows, and then sent this.
  void told_first(const std::string& command) {
    EXPECT_EQ(s.client(command), kTwoRows);
    EXPECT_EQ(s.server(kAnswer), "");
    EXPECT_EQ(s.to_server, command);
  }
};

TEST_F(FoundRows, AreThoseOfTheAnswerWhateverIsInTheTableByNow) {
  EXPECT_TRUE(hit());
  told_first(kQuestion);
}

TEST_F(FoundRows, StayWhereAStatementLeavesThem) {
  for (const char* statement : {"set @a = 1", "begin", "insert into books values (1)", "delete from books where a = 1",
                                "update books set a = 1", "savepoint a", "create table other_one (a int)"}) {
    Script t;
    (void)t.client(kRead);
    (void)t.settings();
    (void)t.server(kAnswer);
    EXPECT_TRUE(t.hits(kRead));
    EXPECT_EQ(t.client(query(statement)), query(statement)) << "nobody is known to ask";
    (void)t.server(ok());
    EXPECT_EQ(t.client(kQuestion), kTwoRows) << statement;
    (void)t.server(kAnswer);
    EXPECT_EQ(t.to_server, kQuestion);
  }
}

TEST_F(FoundRows, StayAfterAnError) {
  EXPECT_TRUE(hit());
  (void)s.client(query("insert into books values (1)"));
  (void)s.server(err(1062, "duplicate"));
  told_first(kQuestion);
}

TEST_F(FoundRows, AreTheServersAfterARead) {
  EXPECT_TRUE(hit());
  EXPECT_FALSE(hit(query("select a from items")));
  EXPECT_EQ(s.client(kQuestion), kQuestion);
}

TEST_F(FoundRows, AreTheServersAfterAnUpdateOfMysqlThatSucceeds) {
  for (const bool fails : {false, true}) {
    Script t(kUsual, "9.1.0");
    (void)t.client(kRead);
    (void)t.settings();
    (void)t.server(kAnswer);
    EXPECT_TRUE(t.hits(kRead));
    (void)t.client(query("update books set a = 1"));
    (void)t.server(fails ? err(1690, "out of range") : ok());
    EXPECT_EQ(t.client(kQuestion), fails ? kTwoRows : kQuestion);
  }
}

TEST_F(FoundRows, AreNotToldAtTheCostOfRowCount) {
  EXPECT_TRUE(hit());
  done(query("insert into books values (1)"));
  const std::string both = query("select row_count(), found_rows()");
  EXPECT_EQ(s.client(both), both);
  (void)s.server(kTold);
  EXPECT_TRUE(hit());
  told_first(query("insert into books values (1)"));
  (void)s.server(ok());
  EXPECT_EQ(s.client(both), both) << "the server has been told before";
}

TEST_F(FoundRows, AreToldBeforeEachStatementOnceSomebodyAsks) {
  asked();
  for (const std::string& next : {query("update books set a = (select max(a) from items)"), query("call p()"),
                                  query("show variables"), command(Command::init_db, "shop"), command(Command::ping)}) {
    (void)s.client(kRead);
    if (s.to_server.find("SELECT DATABASE()") != std::string::npos) (void)s.settings();
    if (s.session->blocked()) break;
    told_first(next);
    (void)s.server(ok());
  }
}

TEST_F(FoundRows, AreAskedForInAnySessionOnceABodyDoes) {
  auto source = shop();
  catalog::Routine asks{.schema = "shop", .name = "rows_before", .effects = catalog::Effects::by_body};
  catalog::RoutineBody body;
  body.statements.emplace_back().functions.push_back({.schema = "", .name = "found_rows"});
  asks.body = std::make_shared<const catalog::RoutineBody>(std::move(body));
  source.functions.push_back(std::move(asks));
  EXPECT_TRUE(catalog::Snapshot::build(source)->asks_found_rows());
  EXPECT_FALSE(catalog::Snapshot::build(shop())->asks_found_rows());
}

TEST_F(FoundRows, TextsThatAreKeptForLaterCountAsAsking) {
  done(query("prepare p from 'select FOUND_ROWS()'"));
  (void)hit();
  EXPECT_TRUE(hit());
  told_first(query("insert into books values (1)"));
}

TEST_F(FoundRows, OfAReadWithAnOffsetAreForTheServerToSay) {
  asked();
  const std::string page = query("select a from orders limit 2 offset 4");
  EXPECT_FALSE(hit(page));
  EXPECT_TRUE(hit(page));
  const std::string write = query("insert into books values (1)");
  EXPECT_EQ(s.client(write), page);
  EXPECT_EQ(s.server(kAnswer), "");
  EXPECT_EQ(s.to_server, write);
}

TEST_F(FoundRows, OfMariadbsAggregatesMayBeThoseFromBefore) {
  asked();
  const std::string sum = query("select sum(a) from orders");
  EXPECT_FALSE(hit(sum));
  EXPECT_TRUE(hit());
  EXPECT_TRUE(hit(sum));
  EXPECT_EQ(s.client(kQuestion), kTwoRows);
  EXPECT_EQ(s.server(kAnswer), "");
  EXPECT_EQ(s.to_server, sum);
  EXPECT_EQ(s.server(kAnswer), "");
  EXPECT_EQ(s.to_server, kQuestion);
}

TEST_F(FoundRows, OutliveTheQuestionForTheSettings) {
  done(query("set names latin1"));
  const std::string write = query("insert into books values (1)");
  EXPECT_NE(s.client(write), write);
  EXPECT_NE(s.to_server.find("FOUND_ROWS()"), std::string::npos);
  EXPECT_EQ(s.settings({.charset = "latin1", .found_rows = "3"}), write);
  (void)s.server(ok());
  EXPECT_EQ(s.client(kQuestion), query("SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1 LIMIT 3"));
}

TEST_F(FoundRows, AreNotAskedForBeforeWhatMayAskForRowCount) {
  done(query("set names latin1"));
  EXPECT_EQ(s.client(query("execute p")), query("execute p"));
}

// Its settings are asked for at each execution, since it may change them.
TEST_F(FoundRows, AreToldOnceBeforeAStatementThatMayDoAnything) {
  asked();
  (void)s.client(command(Command::stmt_prepare, "set sql_select_limit = 2"));
  (void)s.server(prepared(7, 0));
  done(query("set div_precision_increment = 5"));
  const std::string execute = command(Command::stmt_execute, number(7) + '\0' + number(1));
  (void)s.client(execute);
  EXPECT_EQ(s.settings({.found_rows = "2"}), kTwoRows);
  EXPECT_EQ(s.server(kAnswer), "");
  EXPECT_EQ(s.to_server, execute);
}

TEST(AppendRows, AsManyAsAreWanted) {
  const auto asked_for = [](std::uint64_t count) {
    std::string out;
    append_rows(out, kUsual, count);
    return out;
  };
  EXPECT_EQ(asked_for(0), query("SELECT 1 LIMIT 0"));
  EXPECT_EQ(asked_for(1), query("SELECT 1 LIMIT 1"));
  EXPECT_EQ(asked_for(2), kTwoRows);
  EXPECT_NE(asked_for(5'000'000).find(" LIMIT 4999999, 1"), std::string::npos);
  EXPECT_LT(asked_for(5'000'000).size(), 2000U);
}

}  // namespace
}  // namespace tapri::session::mysql::test
