// What passes through: COPY, messages that come at any time, large ones, and every way of cutting the bytes.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

constexpr const char* kSelect = "select c from orders where id = 1";
const std::string kCopy = "copy orders (c) from stdin";

std::string copy_data(std::string_view line) { return message('d', line); }

TEST(Copy, InTheSimpleProtocolIsAWriteAtItsEnd) {
  World world;
  Peer a(world), b(world);
  b.miss(kSelect, "1");
  a.client(query(kCopy));
  a.server(copy_in());
  EXPECT_EQ(a.to_client(), "G");
  a.client(copy_data("1\n") + message('c'));
  EXPECT_EQ(a.to_server(), "Q(copy orders (c) from stdin) d c");
  EXPECT_TRUE(world.dirty(kOrders));
  a.server(complete("COPY 1") + ready());
  EXPECT_EQ(a.to_client(), "C(COPY 1) Z(I)");
  EXPECT_FALSE(world.dirty(kOrders));
  EXPECT_FALSE(b.hits(kSelect));
}

TEST(Copy, InTheExtendedProtocolWithAnEarlySyncTakesTheLaterOne) {
  // A server in COPY IN ignores the Sync that was sent behind the Execute (libpq sends both at once).
  World world;
  Peer a(world), b(world);
  b.miss(kSelect, "1");
  a.client(extended(kCopy) + sync());
  EXPECT_EQ(a.to_server(), "P(,copy orders (c) from stdin) B(,) D(P) E() S");
  a.server(parsed() + bound() + no_data() + copy_in());
  EXPECT_EQ(a.to_client(), "1 2 n G");
  a.client(copy_data("1\n") + message('c') + sync());
  EXPECT_EQ(a.to_server(), "d c S");
  EXPECT_TRUE(world.dirty(kOrders));
  a.server(complete("COPY 1"));
  EXPECT_TRUE(world.dirty(kOrders));
  a.server(ready());
  EXPECT_EQ(a.to_client(), "C(COPY 1) Z(I)");
  EXPECT_FALSE(world.dirty(kOrders));
  EXPECT_TRUE(a.session().idle());
  EXPECT_FALSE(b.hits(kSelect));
}

TEST(Copy, WithAnEarlySyncThatFailsAtOnceIsAnsweredByThatSync) {
  World world;
  Peer a(world);
  a.client(extended(kCopy) + sync());
  a.server(parsed() + bound() + no_data() + error("42501") + ready());
  EXPECT_EQ(a.to_client(), "1 2 n E(42501) Z(I)");
  EXPECT_FALSE(world.dirty(kOrders));
  EXPECT_TRUE(a.session().idle());
  (void)a.to_server();
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_TRUE(a.hits(kSelect)) << "it goes on as before";
}

TEST(Copy, PipelinedWholeIsAnsweredByTheSyncBehindIt) {
  World world;
  Peer a(world);
  a.client(extended(kCopy) + copy_data("1\n") + message('c') + sync());
  EXPECT_EQ(a.to_server(), "P(,copy orders (c) from stdin) B(,) D(P) E() d c S");
  a.server(parsed() + bound() + no_data() + copy_in() + complete("COPY 1") + ready());
  EXPECT_EQ(a.to_client(), "1 2 n G C(COPY 1) Z(I)");
  EXPECT_TRUE(a.session().idle());
}

TEST(Copy, DataAfterAnErrorIsPassedUntilSync) {
  World world;
  Peer a(world);
  a.client(extended(kCopy) + sync());
  a.server(parsed() + bound() + no_data() + copy_in());
  a.client(copy_data("bad\n"));
  a.server(error("22P02"));
  a.client(copy_data("more\n") + message('c') + sync());
  a.server(ready());
  EXPECT_EQ(a.to_client(), "1 2 n G E(22P02) Z(I)");
  EXPECT_TRUE(a.session().idle());
}

TEST(Copy, SyncInASimpleCopyIsIgnoredByTheServerAndByUs) {
  World world;
  Peer a(world);
  a.client(query(kCopy) + sync());
  EXPECT_EQ(a.to_server(), "Q(copy orders (c) from stdin) S");
  a.server(copy_in());
  a.client(message('c'));
  a.server(complete("COPY 0") + ready());
  EXPECT_EQ(a.to_client(), "G C(COPY 0) Z(I)");
  EXPECT_TRUE(a.session().idle());
}

TEST(Copy, DataInPiecesBehindAHeldMessageLosesNothing) {
  World world;
  Peer a(world, 1);
  a.client(parse("", kSelect) + copy_data("stray") + sync());
  EXPECT_EQ(a.to_server(), "P(,select c from orders where id = 1) d S");
  a.server(parsed() + ready());
  EXPECT_EQ(a.to_client(), "1 Z(I)");
}

TEST(Messages, OfTheServersOwnAccordPassAtAnyTime) {
  World world;
  Peer a(world);
  a.miss(kSelect, "1");
  a.server(notification() + notice());
  EXPECT_EQ(a.to_client(), "A N");
  a.client(extended("select c from prices") + close('S', "none"));
  a.server(parsed() + notification() + bound() + description() + notification());
  a.server(row("1") + complete("SELECT 1") + notification() + closed());
  EXPECT_EQ(a.to_client(), "1 A 2 T A D(1) C(SELECT 1) A 3");
  a.client(sync());
  a.server(ready());
  EXPECT_EQ(world.entries(), 2U) << "a notification does not hinder keeping the result";
}

TEST(Messages, InPiecesLetALocalAnswerWaitForTheirEnd) {
  World world;
  Peer a(world);
  a.miss(kSelect, "1");
  const std::string note = notification();
  a.server(note.substr(0, 8));
  a.client(query(kSelect));
  EXPECT_EQ(a.to_client(), "(cut)");
  a.server(note.substr(8));
  EXPECT_EQ(a.to_client(), "A T D(1) C(SELECT 1) Z(I)");
}

TEST(Recording, IsRefusedForANoticeAnErrorAndAChangedSetting) {
  World world;
  Peer a(world);
  const auto after = [&](const std::string& answer) {
    a.client(query(kSelect));
    a.server(answer + ready());
    (void)a.to_client();
    (void)a.to_server();
    return world.entries();
  };
  EXPECT_EQ(after(description() + notice() + row("1") + complete("SELECT 1")), 0U);
  EXPECT_EQ(after(description() + row("1") + error()), 0U);
  EXPECT_EQ(after(description() + row("1") + parameter("TimeZone", "UTC") + complete("SELECT 1")), 0U);
  EXPECT_EQ(after(result("1")), 1U);
}

TEST(Recording, IsRefusedForANoticeOfItsParse) {
  World world;
  Peer a(world);
  a.client(extended(kSelect) + sync());
  a.server(notice() + extended_result("1") + ready());
  EXPECT_EQ(a.to_client(), "N 1 2 T D(1) C(SELECT 1) Z(I)");
  EXPECT_EQ(world.entries(), 0U);
}

TEST(Recording, BehindASettingThatChangesUnderwayIsRefused) {
  // The server reads its configuration anew before the first of two: the second is not under the old settings either.
  World world;
  Peer a(world);
  a.client(query("select c from prices"));
  a.client(query(kSelect));
  a.server(parameter("TimeZone", "UTC") + result("1") + ready() + result("1") + ready());
  EXPECT_EQ(world.entries(), 0U);
}

TEST(Recording, OfALargeResultIsRefusedAndItIsRelayed) {
  World world;
  world.rules.set(R"({"version": 1, "defaults": {"max_result": "1KiB"}})");
  Peer a(world);
  const std::string large(600, 'x');
  a.client(query(kSelect));
  a.server(description() + row(large) + row(large) + complete("SELECT 2") + ready());
  EXPECT_EQ(a.to_client(), "T D(" + large + ") D(" + large + ") C(SELECT 2) Z(I)");
  EXPECT_EQ(world.entries(), 0U);
  EXPECT_EQ(world.filled(telemetry::FillResult::refused_size), 1U);
}

// Everything at once, cut in any way, is the same conversation.
std::string conversation(std::size_t split, World& world) {
  Peer a(world, split);
  std::string said;
  const auto note = [&] { said += a.to_server() + " | " + a.to_client() + "\n"; };
  a.client(query(kSelect));
  note();
  a.server(result("1") + ready());
  note();
  a.client(query(kSelect) + extended("select c from prices") + sync());
  note();
  a.server(notification() + parsed() + bound() + notice() + result(std::string(300, 'y')) + ready());
  note();
  a.client(parse("s", kSelect) + bind_message("", "s") + execute() + sync());
  a.server(parsed() + bound() + row("1") + complete("SELECT 1") + ready());
  note();
  a.client(prepared("s") + close('S', "none") + sync());
  a.server(closed() + ready());
  note();
  a.client(parse("bad", "select c from nowhere") + prepared("s") + sync());
  a.server(error("42P01") + ready());
  note();
  a.client(extended(kCopy) + sync());
  a.server(parsed() + bound() + no_data() + copy_in());
  a.client(copy_data("1\n") + copy_data(std::string(400, 'z')) + message('c') + sync());
  a.server(complete("COPY 2") + ready());
  note();
  EXPECT_TRUE(a.session().idle());
  return said;
}

TEST(Bytes, InPiecesOfAnySizeSayTheSame) {
  World first;
  const std::string whole = conversation(0, first);
  for (std::size_t split = 1; split < 40; ++split) {
    World world;
    EXPECT_EQ(conversation(split, world), whole) << "in pieces of " << split;
  }
}

TEST(LargeMessage, OfTheServerIsStreamedAndKeptWherePossible) {
  for (const std::size_t split : {std::size_t{0}, std::size_t{1000}, std::size_t{32 * 1024 + 1}}) {
    World world;
    Peer a(world, split);
    const std::string large(100'000, 'x');
    a.miss(kSelect, large);
    EXPECT_TRUE(a.hits(kSelect));
  }
}

struct LargeStatement : ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Pieces, LargeStatement, ::testing::Values(5, 6, 1000, 70'000));

TEST_P(LargeStatement, IsStreamedAndTakenForAWriteToEverything) {
  World world;
  world.shared->limits.max_statement = 10'000;
  Peer a(world, GetParam());
  const std::string sql = "select '" + std::string(100'000, 'x') + "'";
  const auto since = world.log.position();
  a.client(query(sql));
  EXPECT_TRUE(world.all_dirty());
  EXPECT_EQ(a.to_server(), "Q(" + sql + ")");
  a.server(result("x") + ready());
  EXPECT_TRUE(world.all_written(since));
  EXPECT_TRUE(a.session().idle());
}

TEST_P(LargeStatement, ParseInPiecesLeavesOtherStatementsKnown) {
  World world;
  world.shared->limits.max_statement = 10'000;
  Peer a(world, GetParam());
  a.client(extended(kSelect) + sync());
  a.server(extended_result("1") + ready());
  a.client(parse("v", kSelect) + sync());
  a.server(parsed() + ready());
  (void)a.to_client();
  (void)a.to_server();
  const std::string sql = "select '" + std::string(100'000, 'x') + "'";
  a.client(parse("big", sql) + sync());
  EXPECT_EQ(a.to_server(), "P(big," + sql + ") S");
  a.server(parsed() + ready());
  a.client(prepared("v") + sync());
  EXPECT_EQ(a.to_client(), "1 Z(I) 2 D(1) C(SELECT 1) Z(I)");
}

TEST_P(LargeStatement, BindInPiecesFindsItsUnnamedStatement) {
  World world;
  world.shared->limits.max_statement = 10'000;
  Peer a(world, GetParam());
  const std::string sql = "select c from orders where name = $1";
  a.client(extended(sql, {"x"}) + sync());
  a.server(extended_result("1") + ready());
  a.client(extended(sql, {"x"}) + sync());  // answered from the cache: the server drops the statement at the next Parse
  EXPECT_EQ(a.to_client(), "1 2 T D(1) C(SELECT 1) Z(I) 1 2 T D(1) C(SELECT 1) Z(I)");
  (void)a.to_server();
  a.client(prepared("", {std::string(100'000, 'x')}) + sync());
  EXPECT_EQ(a.to_server(), "P(," + sql + ") B(,) E() S");
  a.server(parsed() + bound() + complete("SELECT 0") + ready());
  EXPECT_EQ(a.to_client(), "2 C(SELECT 0) Z(I)");
}

TEST_P(LargeStatement, DescribeOfAnAbsurdNameLeavesTheBatchInStep) {
  World world;
  world.shared->limits.max_statement = 10'000;
  Peer a(world, GetParam());
  a.client(describe('S', std::string(100'000, 'n')) + sync());
  a.server(error("26000") + ready());
  EXPECT_EQ(a.to_client(), "E(26000) Z(I)");
  EXPECT_TRUE(a.session().idle());
}

TEST(Message, OfAnInvalidLengthOrPastTheLimitIsRefused) {
  World world;
  Peer a(world), b(world);
  a.client(std::string("Q\0\0\0\3", 5));
  EXPECT_EQ(a.to_client(), "E(08P01)");
  EXPECT_TRUE(a.closed_down());
  b.client(std::string("Q\x7f\xff\xff\xff", 5));
  EXPECT_EQ(b.to_client(), "E(54000)");
  EXPECT_TRUE(b.closed_down());
}

}  // namespace
}  // namespace tapri::session::test
