// Named statements that the server is known to accept: answered at once, and not sent.
#include "unit/session/lazy_prepare.h"

#include "session/accepted_parses.h"

namespace tapri::session::test {
namespace {

// A read like any other, which the server refuses.
constexpr const char* kBad = "select c from prices where id = 5";

TEST_F(LazyPrepare, IsAnsweredWithoutTheServer) {
  a.client(parse("s", kRead) + describe('S', "s") + sync());
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.to_client(), "1 t T Z(I)");
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(I)");
  a.client(close('S', "s") + sync());
  EXPECT_EQ(a.to_client(), "3 Z(I)");
  EXPECT_EQ(a.to_server(), "") << "of a statement that was prepared, asked about, executed and closed";
  EXPECT_EQ(prepares(telemetry::PrepareResult::avoided), 1U);
  EXPECT_EQ(prepares(telemetry::PrepareResult::sent), 0U);
}

TEST_F(LazyPrepare, IsPreparedExecutedAndDeallocatedWithoutTheServer) {
  for (int time = 0; time < 2; ++time) {
    defer(a, "pdo_stmt_00000001", kRead);
    a.client(prepared("pdo_stmt_00000001") + sync());
    EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(I)");
    a.client(query("DEALLOCATE pdo_stmt_00000001"));
    EXPECT_EQ(a.to_client(), "C(DEALLOCATE) Z(I)");
  }
  EXPECT_EQ(a.to_server(), "");
}

TEST_F(LazyPrepare, InOneBatchWithItsExecution) {
  a.client(parse("s", kRead) + bind_message("", "s") + execute() + sync());
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.to_client(), "1 2 D(1) C(SELECT 1) Z(I)");
  write_orders();
  a.client(parse("t", kRead) + bind_message("", "t") + execute() + sync());
  EXPECT_EQ(a.to_server(), std::string("P(t,") + kRead + ") B(,t) E() S") << "the client's own Parse, no round more";
  a.server(parsed() + bound() + row("2") + complete("SELECT 1") + ready());
  EXPECT_EQ(a.to_client(), "1 2 D(2) C(SELECT 1) Z(I)");
}

TEST_F(LazyPrepare, IsSentWhenItsExecutionIs) {
  defer(a, "s", kRead);
  write_orders();
  for (int time = 0; time < 2; ++time) {
    a.client(prepared("s") + sync());
    if (time == 0) {
      EXPECT_EQ(a.to_server(), sent_first("s", kRead));
      a.server(parsed() + described());
    }
    EXPECT_EQ(a.to_server(), "B(,s) E() S");
    a.server(bound() + row("2") + complete("SELECT 1") + ready());
    EXPECT_EQ(a.to_client(), "2 D(2) C(SELECT 1) Z(I)");
    write_orders();
  }
  a.client(close('S', "s") + sync());
  EXPECT_EQ(a.to_server(), "C(Ss) S");
  EXPECT_EQ(prepares(telemetry::PrepareResult::sent), 1U);
}

TEST_F(LazyPrepare, IsSentWithTheTypesThatTheServerFound) {
  const std::string sql = "select c from orders where id = $1";
  std::string types(1, '\0');
  types.append("\1\0\0\0\x17", 5);
  b.client(parse("t", sql) + sync());
  b.server(parsed() + message('t', types) + description() + ready());
  (void)b.to_server();
  defer(a, "s", sql);
  std::string got;
  pg::append_accepted(got, "s", *world.analyzer->accepted_parses().find(sql, std::string(2, '\0'), 1));
  EXPECT_EQ(got.substr(5), std::string("s\0", 2) + sql + std::string(1, '\0') + types);
}

TEST_F(LazyPrepare, WhoseResultIsOfAnotherTypeByNowIsRefused) {
  defer(a, "s", kRead);
  write_orders();
  for (int time = 0; time < 2; ++time) {
    a.client(prepared("s") + sync());
    EXPECT_EQ(a.to_server(), sent_first("s", kRead));
    a.server(parsed() + described_otherwise());
    EXPECT_EQ(a.to_server(), "C(Ss) E(_tapri_refused) H") << "the batch fails at the server, too";
    EXPECT_EQ(a.to_client(), "");
    a.server(closed() + error("34000"));
    EXPECT_EQ(a.to_client(), "E(0A000)");
    EXPECT_EQ(a.to_server(), "B(,s) E() S") << "skipped";
    a.server(ready());
    EXPECT_EQ(a.to_client(), "Z(I)");
  }
}

TEST_F(LazyPrepare, WhoseResultIsOfAnotherTypeByNowBreaksTheTransaction) {
  defer(a, "s", kRead);
  a.run("begin", "BEGIN", 'T');
  write_orders();
  a.client(prepared("s") + sync());
  a.server(parsed() + described_otherwise() + closed() + error("34000") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(0A000) Z(E)");
}

TEST_F(LazyPrepare, ThatTheServerNoLongerTakesFailsTheBatch) {
  defer(a, "s", kRead);
  write_orders();
  a.client(prepared("s") + sync());
  (void)a.to_server();
  a.server(error("42P01"));
  EXPECT_EQ(a.to_client(), "E(42P01)");
  EXPECT_EQ(a.to_server(), "B(,s) E() S");
  a.server(ready());
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), sent_first("s", kRead)) << "it is still the client's";
}

TEST_F(LazyPrepare, IsClosedBeforeItWasSentAndThenUnknown) {
  defer(a, "s", kRead);
  a.client(close('S', "s") + sync());
  EXPECT_EQ(a.to_client(), "3 Z(I)");
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), "B(,s) E() S") << "for the server to refuse";
}

TEST_F(LazyPrepare, NameThatIsTakenIsRefusedByTheServer) {
  defer(a, "s", kRead);
  a.client(parse("s", kRead) + sync());
  EXPECT_EQ(a.to_server(), sent_first("s", kRead));
  a.server(parsed() + described());
  EXPECT_EQ(a.to_server(), std::string("P(s,") + kRead + ") S");
  a.server(error("42P05") + ready());
  EXPECT_EQ(a.to_client(), "E(42P05) Z(I)");
}

TEST_F(LazyPrepare, BehindAnErrorOfItsBatchIsSkipped) {
  a.client(parse("bad", "select c from nowhere") + parse("s", kRead) + sync());
  EXPECT_EQ(a.to_server(), "P(bad,select c from nowhere) S");
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), "") << "who knows whether there is one";
  a.server(error("42P01") + ready());
  EXPECT_EQ(a.to_client(), "E(42P01) Z(I)");
  EXPECT_EQ(a.to_server(), "B(,s) E() S");
}

TEST_F(LazyPrepare, RemovedBehindAnErrorOfItsBatchLivesOn) {
  defer(a, "s", kRead);
  a.client(parse("bad", kBad) + close('S', "s") + parse("s", kLiteral) + sync());
  EXPECT_EQ(a.to_server(), std::string("P(bad,") + kBad + ") D(Sbad) P(s," + kLiteral + ") S");
  a.server(error("42P01") + ready());
  EXPECT_EQ(a.to_client(), "E(42P01) Z(I)");
  a.client(describe('S', "s") + sync());
  EXPECT_EQ(a.to_client(), "t T Z(I)");
  write_orders();
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), sent_first("s", kRead));
}

TEST_F(LazyPrepare, InAFailedTransactionIsRefused) {
  defer(a, "s", kRead);
  a.run("begin", "BEGIN", 'T');
  a.client(query(kBad));
  a.status = 'E';
  EXPECT_EQ(a.to_server(), std::string("Q(") + kBad + ")");
  a.server(error("42P01") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(42P01) Z(E)");
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), std::string("P(s,") + kRead + ") B(,s) E() S");
  a.server(error("25P02") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(25P02) Z(E)");
  a.client(describe('S', "s") + sync());
  EXPECT_EQ(a.to_server(), std::string("P(s,") + kRead + ") D(Ss) S");
  a.server(error("25P02") + ready('E'));
  a.client(parse("t", kRead) + sync());
  EXPECT_EQ(a.to_server(), std::string("P(t,") + kRead + ") S") << "nor is another one answered";
}

TEST_F(LazyPrepare, IsForgottenByDiscardAndDeallocateAll) {
  for (const char* sql : {"discard all", "deallocate all"}) {
    defer(a, "s", kRead);
    a.run(sql, sql == std::string("discard all") ? "DISCARD ALL" : "DEALLOCATE ALL");
    a.client(prepared("s") + sync());
    EXPECT_EQ(a.to_server(), "B(,s) E() S") << sql;
    a.server(error("26000") + ready());
    (void)a.to_client();
    (void)a.hits(kRead);
  }
  EXPECT_EQ(prepares(telemetry::PrepareResult::sent), 0U);
}

TEST_F(LazyPrepare, InABegunTransactionNeedsNeither) {
  world.shared->limits.lazy_begin = true;
  a.client(query("begin"));
  EXPECT_EQ(a.to_client(), "C(BEGIN) Z(T)");
  defer(a, "s", kRead, 'T');
  a.client(prepared("s") + sync() + query("deallocate s") + query("commit"));
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(T) C(DEALLOCATE) Z(T) C(COMMIT) Z(I)");
  EXPECT_EQ(a.to_server(), "");
}

TEST_F(LazyPrepare, WhoseParseWasCutAndDescribedLaterIsAskedAbout) {
  defer(a, "s", kRead);
  write_orders();
  a.client(prepared("s") + sync());
  (void)a.to_server();
  a.server(parsed() + error("57014"));
  a.server(ready());
  EXPECT_EQ(a.to_client(), "E(57014) Z(I)");
  (void)a.to_server();
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), "D(Ss) H") << "the server has it, but is it what it was?";
}

TEST(AcceptedParses, KnowsTextTypesAndContext) {
  AcceptedParses parses;
  auto parse = std::make_shared<AcceptedParse>();
  parse->text = "select 1";
  parse->types = "ab";
  parse->context = 7;
  parses.add(parse);
  EXPECT_EQ(parses.find("select 1", "ab", 7), parse);
  EXPECT_EQ(parses.find("select 2", "ab", 7), nullptr);
  EXPECT_EQ(parses.find("select 1", "ac", 7), nullptr);
  EXPECT_EQ(parses.find("select 1", "ab", 8), nullptr);
}

TEST(AcceptedParses, AreBounded) {
  AcceptedParses parses;
  for (int number = 0; number < 25'000; ++number) {
    auto parse = std::make_shared<AcceptedParse>();
    parse->text = std::to_string(number);
    parses.add(parse);
    EXPECT_LE(parses.size(), 10'000U);
  }
  auto large = std::make_shared<AcceptedParse>();
  large->text.assign(AcceptedParses::kMaxText + 1, 'x');
  parses.add(large);
  EXPECT_EQ(parses.find(large->text, "", 0), nullptr);
  for (int number = 0; number < 1000; ++number) {
    auto parse = std::make_shared<AcceptedParse>();
    parse->text = std::to_string(number) + std::string(60'000, 'x');
    parses.add(parse);
    EXPECT_LE(parses.size(), 5500U);
  }
}

}  // namespace
}  // namespace tapri::session::test
