// What makes a deferred statement go to the server, and what keeps one from being deferred.
#include "session/pg/deferred_parse.h"
#include "unit/session/lazy_prepare.h"

namespace tapri::session::test {
namespace {

TEST_F(LazyPrepare, GoBeforeSettingsAreChangedEachInARoundOfItsOwn) {
  defer(a, "s", kLiteral);
  defer(a, "t", kLiteral);
  a.client(query("set datestyle = 'german'"));
  EXPECT_EQ(a.to_server(), sent_alone("s", kLiteral) + " " + sent_alone("t", kLiteral));
  a.server(error("42P01") + ready() + parsed() + described() + ready());
  EXPECT_EQ(a.to_client(), "") << "an error there is nobody's";
  EXPECT_EQ(a.to_server(), "Q(set datestyle = 'german')");
  a.server(complete("SET") + ready());
  EXPECT_EQ(a.to_client(), "C(SET) Z(I)");
  write_orders();
  a.client(prepared("t") + sync());
  EXPECT_EQ(a.to_server(), "B(,t) E() S");
}

TEST_F(LazyPrepare, GoBeforeSettingsAreChangedInTheExtendedProtocol) {
  defer(a, "s", kLiteral);
  a.client(parse("", "set datestyle = 'german'") + bind_message("", "") + execute() + sync());
  EXPECT_EQ(a.to_server(), sent_alone("s", kLiteral));
  a.server(parsed() + described() + ready());
  EXPECT_EQ(a.to_server(), "P(,set datestyle = 'german') B(,) E() S");
}

TEST_F(LazyPrepare, GoBeforeWhatMayDoAnythingOrShowsThem) {
  for (const char* sql : {"select set_config('datestyle', 'german', false)", "select place_order(1)",
                          "select * from pg_prepared_statements", "create table x (c int)", "explain execute s",
                          "prepare s as select 1", "do $$ begin end $$", "select 1; select 2", "set search_path = app",
                          "reset all", "set default_transaction_isolation = 'serializable'",
                          "insert into orders select 1 from pg_prepared_statements", "set role to bob"}) {
    Peer c(world);
    know(c);
    defer(c, "s", kRead);
    c.client(query(sql));
    EXPECT_EQ(c.to_server(), sent_alone("s", kRead)) << sql;
    c.server(parsed() + described() + ready());
    EXPECT_EQ(c.to_server(), std::string("Q(") + sql + ")");
    c.server(error("42601") + ready());
    world.catalog->usable = true;
  }
}

// Strings that join across lines stay in the shape.
TEST_F(LazyPrepare, GoBeforeSettingsWhereTheirLiteralsAreInTheShape) {
  const std::string joined = "select c from orders where c = '2024-01'\n'-01'";
  learn(b, "joined", joined);
  defer(a, "s", joined);
  a.client(query("set datestyle = 'german'"));
  EXPECT_EQ(a.to_server(), sent_alone("s", joined));
}

TEST(MayHoldLiterals, IsSurelyFalseOnlyWithoutAnyQuote) {
  EXPECT_FALSE(pg::may_hold_literals("select c from orders where c = $1 and d = $12", {}));
  EXPECT_TRUE(pg::may_hold_literals("select c from orders where c = ?", ByteView("\1\0\0\0001", 5)));
  EXPECT_TRUE(pg::may_hold_literals("select 'a'\n'b'", {}));
  EXPECT_TRUE(pg::may_hold_literals("select $1, $$a$$", {}));
  EXPECT_TRUE(pg::may_hold_literals("select $a$b$a$", {}));
}

// A Parse would wait for the locks of others, of which its client may hold some by another connection.
TEST_F(LazyPrepare, StayBehindSettingsThatDecideNothingOfThem) {
  for (const char* sql : {"set datestyle = 'german'", "set application_name = 'x'", "reset timezone", "listen x"}) {
    Peer c(world);
    know(c);
    defer(c, "s", kRead);
    c.client(query(sql));
    EXPECT_EQ(c.to_server(), std::string("Q(") + sql + ")");
  }
}

TEST_F(LazyPrepare, StayBehindReadsWritesAndTransactionControl) {
  defer(a, "s", kRead);
  for (const char* sql : {"select c from prices where id = 3", "update orders set c = 2", "begin", "savepoint x",
                          "insert into prices values (1)", "commit", "deallocate other"}) {
    a.client(query(sql));
    EXPECT_EQ(a.to_server(), std::string("Q(") + sql + ")");
    a.status = std::string(sql) == "commit" || a.status == 'I' ? 'I' : 'T';
    if (std::string(sql) == "begin") a.status = 'T';
    if (std::string(sql) == "commit") a.status = 'I';
    a.server(complete("X") + ready(a.status));
    (void)a.to_client();
  }
  a.client(close('S', "s") + sync());
  EXPECT_EQ(a.to_server(), "");
}

TEST_F(LazyPrepare, GoBeforeAFunctionCall) {
  defer(a, "s", kRead);
  a.client(message('F', std::string(10, '\0')));
  EXPECT_EQ(a.to_server(), sent_alone("s", kRead));
}

TEST_F(LazyPrepare, ThatSqlExecutesGoesFirst) {
  defer(a, "s", kRead);
  a.client(query("execute s"));
  EXPECT_EQ(a.to_server(), sent_alone("s", kRead));
  a.server(parsed() + described() + ready());
  EXPECT_EQ(a.to_server(), "Q(execute s)");
  a.server(result("1") + ready());
  EXPECT_EQ(a.to_client(), "T D(1) C(SELECT 1) Z(I)");
}

TEST_F(LazyPrepare, ThatSqlExecutesFailsAsItWould) {
  defer(a, "s", kRead);
  a.client(query("execute s"));
  (void)a.to_server();
  a.server(error("42P01") + ready());
  EXPECT_EQ(a.to_client(), "E(42P01) Z(I)");
  a.client(query("execute s"));
  a.server(parsed() + described_otherwise() + ready());
  EXPECT_EQ(a.to_server(), sent_alone("s", kRead) + " C(Ss) S");
  a.server(closed() + ready());
  EXPECT_EQ(a.to_client(), "E(0A000) Z(I)");
  EXPECT_EQ(a.to_server(), "");
}

TEST_F(LazyPrepare, ThatSqlExecutesInATransactionBreaksIt) {
  defer(a, "s", kRead);
  a.run("begin", "BEGIN", 'T');
  a.client(query("execute s"));
  a.server(parsed() + described_otherwise() + ready('T'));
  EXPECT_EQ(a.to_server(), sent_alone("s", kRead) + " C(Ss) S");
  a.server(closed() + ready('T'));
  EXPECT_EQ(a.to_server(), "E(_tapri_begin) S");
  a.server(error("34000") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(0A000) Z(E)");
}

TEST_F(LazyPrepare, AnotherSchemaIsNoReasonToBreakATransaction) {
  defer(a, "s", kRead);
  defer(a, "t", kLiteral);
  a.run("begin", "BEGIN", 'T');
  world.catalog->load(shop());
  a.status = 'T';
  a.client(query("set datestyle = 'german'"));
  EXPECT_EQ(a.to_server(), sent_alone("t", kLiteral)) << "s means the same behind it, and may fail";
}

TEST_F(LazyPrepare, IsCheckedAgainUnderAnotherSchema) {
  defer(a, "s", kRead);
  world.catalog->load(shop());
  a.client(describe('S', "s") + sync());
  EXPECT_EQ(a.to_server(), sent_first("s", kRead)) << "what was said of it is of another schema";
  a.server(parsed() + described());
  EXPECT_EQ(a.to_server(), "D(Ss) S");
  a.server(described() + ready());
  EXPECT_EQ(a.to_client(), "t T Z(I)");
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), "B(,s) E() S") << "once, as any that was prepared before a change";
}

TEST_F(LazyPrepare, WhoseNamesMeanOthersByNowIsRefused) {
  a.settings["search_path"] = b.settings["search_path"] = "app\1public\1pg_catalog";
  b.run("set search_path = app, public", "SET");
  a.run("set search_path = app, public", "SET");
  const std::string sql = "select c from prices";
  learn(b, "p", sql);
  (void)a.hits(sql);
  defer(a, "s", sql);
  catalog::Snapshot::Source source = shop();
  source.relations.push_back({.oid = 41, .schema = "app", .name = "prices", .kind = catalog::RelationKind::table});
  world.catalog->load(std::move(source));
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), "E(_tapri_refused) H") << "the server would find the new one";
  a.server(error("34000"));
  EXPECT_EQ(a.to_client(), "E(0A000)");
}

TEST_F(LazyPrepare, WhoseLiteralsWouldBeReadOtherwiseIsRefused) {
  defer(a, "s", kRead);
  defer(a, "t", kLiteral);
  a.settings["DateStyle"] = "German";
  a.server(parameter("DateStyle", "German"));
  (void)a.to_client();
  a.client(prepared("t") + sync());
  EXPECT_EQ(a.to_server(), "E(_tapri_refused) H");
  a.server(error("34000"));
  a.server(ready());
  EXPECT_EQ(a.to_client(), "E(0A000) Z(I)");
  (void)a.to_server();
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), sent_first("s", kRead)) << "without literals it means the same";
}

TEST_F(LazyPrepare, IsNotDeferredInATransactionThatChangedTheSession) {
  a.run("begin", "BEGIN", 'T');
  a.run("set local datestyle = 'german'", "SET", 'T');
  a.status = 'T';
  not_deferred(a, "s", kRead);
}

TEST_F(LazyPrepare, IsNotDeferredInATransactionThatChangedTheSchema) {
  a.run("begin", "BEGIN", 'T');
  a.run("alter table orders add d int", "ALTER TABLE", 'T');
  a.status = 'T';
  not_deferred(a, "s", kRead);
}

TEST_F(LazyPrepare, IsNotDeferredWithTemporaryTables) {
  a.settings["temporary"] = "1";
  a.run("create temp table x (c int)", "CREATE TABLE");
  world.catalog->usable = true;
  not_deferred(a, "s", kRead);
}

TEST_F(LazyPrepare, IsNotDeferredWhereThereIsOneSnapshot) {
  a.run("begin isolation level repeatable read", "BEGIN", 'T');
  a.status = 'T';
  not_deferred(a, "s", kRead);
}

TEST_F(LazyPrepare, IsNotDeferredWhileItsNameMayBeTaken) {
  a.run("prepare s as select 1; select c from orders", "SELECT 1");
  not_deferred(a, "s", kRead);
  not_deferred(a, std::string(64, 'x'), kRead);
  not_deferred(a, "\xc3\xa4", kRead);
  a.run("discard all", "DISCARD ALL");
  (void)a.hits("select c from prices");
  defer(a, "s", kRead);
}

TEST_F(LazyPrepare, IsNotDeferredUnderAnotherSchemaOrAfterAGrant) {
  coherence::Footprint everything;
  everything.add(coherence::all_of(world.catalog->name_space()));
  world.log.append(everything);
  learn(a, "s", kRead);
  defer(a, "t", kRead);
  world.catalog->load(shop());
  learn(a, "u", kRead);
}

TEST_F(LazyPrepare, IsNotDeferredWhenAWriteToItIsAllThatIsKnown) {
  not_deferred(a, "s", "update orders set c = 3");
  a.client(close('S', "s") + sync());
  EXPECT_EQ(a.to_server(), "C(Ss) S");
  a.server(closed() + ready());
  not_deferred(a, "s", "update orders set c = 3");
}

TEST_F(LazyPrepare, NothingIsLearnedWithANoticeOrAcrossAChange) {
  const std::string sql = "select c from prices where id = 9";
  a.client(parse("s", sql) + sync());
  a.server(notice() + parsed() + described() + ready());
  (void)a.to_server();
  (void)a.to_client();
  a.client(parse("t", sql) + sync());
  EXPECT_EQ(a.to_server(), "P(t," + sql + ") D(St) S");
  coherence::Footprint everything;
  everything.add(coherence::all_of(world.catalog->name_space()));
  world.log.append(everything);
  a.server(parsed() + described() + ready());
  (void)a.to_client();
  learn(a, "u", sql);
  defer(a, "v", sql);
}

TEST_F(LazyPrepare, OnlySoManyAreDeferred) {
  for (std::size_t number = 0; number < pg::kMaxDeferredParses; ++number) defer(a, "s" + std::to_string(number), kRead);
  not_deferred(a, "x", kRead);
  a.client(close('S', "s7") + sync());
  (void)a.to_client();
  defer(a, "y", kRead);
}

TEST_F(LazyPrepare, CanBeTurnedOff) {
  world.shared->limits.lazy_prepare = false;
  a.client(parse("s", kRead) + sync());
  EXPECT_EQ(a.to_server(), std::string("P(s,") + kRead + ") S");
}

TEST(SameResult, LeavesTablesAndFormatsAside) {
  std::string other = described();
  other[other.size() - 1] = '\1';   // the format
  other[other.size() - 15] = '\3';  // the attribute
  EXPECT_TRUE(pg::same_result(described(), other));
  EXPECT_FALSE(pg::same_result(described(), described_otherwise()));
  EXPECT_FALSE(pg::same_result(described(), message('t', std::string(2, '\0')) + no_data()));
  EXPECT_FALSE(pg::same_result(described(), described().substr(0, 20)));
}

}  // namespace
}  // namespace tapri::session::test
