// Session truth: when the probe is sent, what its answer is worth, and when it is forgotten.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

constexpr const char* kSelect = "select c from orders where id = 1";

struct Settings : ::testing::Test {
  World world;
  Peer a{world}, b{world};
};

TEST_F(Settings, AreAskedForOnceAndAgainAfterSet) {
  a.miss(kSelect, "1");
  EXPECT_TRUE(a.hits(kSelect));
  EXPECT_EQ(a.probes, 1);
  (void)a.to_client();
  a.settings["TimeZone"] = "UTC";
  a.run("set timezone = 'UTC'", "SET");
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_EQ(a.probes, 2);
  a.settings.erase("TimeZone");
  a.run("reset timezone", "RESET");
  EXPECT_TRUE(a.hits(kSelect));
}

TEST_F(Settings, AreNotAskedForByStatementsThatNameNothing) {
  a.run("begin", "BEGIN", 'T');
  a.run("commit", "COMMIT");
  a.run("listen x", "LISTEN");
  EXPECT_EQ(a.probes, 0);
}

// A user's operator or type may be meant.
TEST_F(Settings, AreAskedForByStatementsThatNameAnOperatorOrAType) {
  a.run("select 1 = 2", "SELECT 1");
  EXPECT_EQ(a.probes, 1);
  b.run("select '1'::int4", "SELECT 1");
  EXPECT_EQ(b.probes, 1);
}

TEST_F(Settings, AreAskedForAgainWhenTheServerSaysThatOneChanged) {
  a.miss(kSelect, "1");
  a.server(parameter("TimeZone", "UTC"));
  EXPECT_TRUE(a.hits(kSelect));
  EXPECT_EQ(a.probes, 2);
  a.server(parameter("application_name", "x"));
  EXPECT_TRUE(a.hits(kSelect));
  EXPECT_EQ(a.probes, 2);
}

TEST_F(Settings, AreAskedForAgainWhenTheConfigurationOrTheSchemaChanged) {
  a.miss(kSelect, "1");
  ++world.catalog->settings;
  EXPECT_TRUE(a.hits(kSelect));
  EXPECT_EQ(a.probes, 2);
  world.catalog->load(shop());
  EXPECT_TRUE(a.hits(kSelect));
  EXPECT_EQ(a.probes, 3);
}

TEST_F(Settings, SetLocallyEndWithTheTransaction) {
  b.miss(kSelect, "1");
  a.run("begin", "BEGIN", 'T');
  a.settings["TimeZone"] = "Asia/Kolkata";
  a.run("set local timezone = 'Asia/Kolkata'", "SET", 'T');
  EXPECT_FALSE(a.hits(kSelect));
  a.settings.clear();
  a.run("commit", "COMMIT");
  EXPECT_TRUE(a.hits(kSelect));
}

TEST_F(Settings, OfTheApplicationsOwnAreInTheKey) {
  a.miss(kSelect, "1");
  a.settings["app.tenant"] = "7";
  a.run("set app.tenant = '7'", "SET");
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_TRUE(a.hits(kSelect));
  (void)a.to_client();
  a.settings["app.tenant"] = "8";
  a.run("set app.tenant = '8'", "SET");
  EXPECT_FALSE(a.hits(kSelect));
  (void)a.to_client();
  EXPECT_TRUE(b.hits(kSelect));
}

TEST_F(Settings, SetUnderAComputedNameMakeTheSessionItsOwn) {
  b.miss(kSelect, "1");
  EXPECT_TRUE(a.hits(kSelect));
  (void)a.to_client();
  a.client(query("select set_config(c, 'x', false) from orders"));
  a.server(result("x") + ready());
  (void)a.to_client();
  (void)a.to_server();
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_TRUE(a.hits(kSelect));
  (void)a.to_client();
  a.run("discard all", "DISCARD ALL");
  EXPECT_TRUE(a.hits(kSelect)) << "back to what all share";
}

TEST_F(Settings, OfSearchPathDecideWhatIsReadAndWritten) {
  a.settings["search_path"] = "app\1public";
  a.miss(kSelect, "app's");
  b.miss(kSelect, "public's");
  b.run("update orders set c = 1", "UPDATE 1");
  EXPECT_TRUE(a.hits(kSelect));
  (void)a.to_client();
  b.run("update app.orders set c = 1", "UPDATE 1");
  EXPECT_FALSE(a.hits(kSelect));
}

TEST_F(Settings, OfTemporaryTablesStopCaching) {
  a.miss(kSelect, "1");
  a.settings["temporary"] = "1234";
  a.settings["search_path"] = "pg_temp_3\1pg_catalog\1public";
  a.run("create temporary table orders (c int)", "CREATE TABLE");
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_FALSE(a.hits(kSelect));
}

TEST_F(Settings, UnknownInABatchMakeItsReadsUncachedAndItsWritesWritesToEverything) {
  a.miss("select c from prices", "p");
  const auto since = world.log.position();
  a.client(extended("set search_path = app") + extended("update orders set c = 2") + sync());
  EXPECT_TRUE(world.all_dirty());
  a.server(parsed() + bound() + no_data() + complete("SET") + parsed() + bound() + no_data() + complete("UPDATE 1") +
           ready());
  EXPECT_TRUE(world.all_written(since));
}

TEST_F(Settings, OfAPortalAreThoseItWasBoundUnder) {
  a.miss(kSelect, "1");
  a.run("begin", "BEGIN", 'T');
  a.client(parse("s", "update orders set c = 2") + bind_message("p", "s") + sync());
  a.server(parsed() + bound() + ready('T'));
  a.settings["search_path"] = "app";
  (void)a.to_client();
  (void)a.to_server();
  a.run("set search_path = app", "SET", 'T');
  a.client(execute("p") + sync());
  a.server(complete("UPDATE 1") + ready('T'));
  const auto since = world.log.position();
  (void)a.to_client();
  (void)a.to_server();
  a.run("commit", "COMMIT");
  EXPECT_TRUE(world.written(kOrders, since) || world.all_written(since));
}

TEST_F(Settings, ThatCannotBeAskedForLeaveTheStatementAlone) {
  a.probe_error = error("42501");
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_EQ(a.probes, 1) << "not asked again before something changes";
  EXPECT_EQ(world.bypassed(Reason::session_unknown) + world.bypassed(Reason::catalog_pending) +
                world.bypassed(Reason::catalog_unavailable),
            2U);
}

TEST_F(Settings, ProbeThatFailsInATransactionShowsItsErrorAtTheClientsOwnStatement) {
  a.run("begin", "BEGIN", 'T');
  a.probe_error = error("57014");
  a.client(query(kSelect));
  EXPECT_EQ(a.to_server(), "Q(select c from orders where id = 1)");
  a.server(error("25P02") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(57014) Z(E)");
  a.status = 'E';
  a.run("rollback", "ROLLBACK");
  a.client(query("select c from nowhere"));
  a.server(error("42P01") + ready());
  EXPECT_EQ(a.to_client(), "E(42P01) Z(I)");
}

TEST_F(Settings, ProbeErrorThatWasNeverShownIsNotShownToALaterStatement) {
  a.run("begin", "BEGIN", 'T');
  a.probe_error = error("57014");
  a.client(query("rollback; select c from orders"));
  a.server(complete("ROLLBACK") + result("1") + ready());
  EXPECT_EQ(a.to_client(), "C(ROLLBACK) T D(1) C(SELECT 1) Z(I)");
  a.status = 'I';
  a.client(query("select c from nowhere"));
  a.server(error("42P01") + ready());
  EXPECT_EQ(a.to_client(), "E(42P01) Z(I)");
}

TEST_F(Settings, ThatMakeTextsUnsafePassThemUnread) {
  World other;
  Peer c(other, 0, {.user = "ann", .database = "shop", .client_encoding = "SJIS"});
  const auto since = other.log.position();
  EXPECT_FALSE(c.hits(kSelect));
  EXPECT_FALSE(c.hits(kSelect));
  EXPECT_TRUE(other.all_written(since));
}

// A catalog that goes out of force between the look at its generation and the look at its snapshot, once.
class FlickeringCatalog final : public CatalogSource {
 public:
  explicit FlickeringCatalog(FakeCatalog& inner) : inner_(inner) {}
  [[nodiscard]] const std::string& name_space() const override { return inner_.name_space(); }
  [[nodiscard]] std::uint64_t generation() const override { return inner_.generation(); }
  [[nodiscard]] std::shared_ptr<const catalog::Snapshot> snapshot() const override {
    return std::exchange(flickered_, true) ? inner_.snapshot() : nullptr;
  }
  [[nodiscard]] bool known() const override { return true; }
  void invalidate() override {}
  void write_began(std::uint64_t) override {}
  void write_ended(std::uint64_t) override {}
  [[nodiscard]] std::uint64_t settings_generation() const override { return 1; }

 private:
  FakeCatalog& inner_;
  mutable bool flickered_ = false;
};

TEST(AnalyzerTest, AnalysesAnewWhatItAnalysedWithoutASnapshot) {
  World world;
  FlickeringCatalog catalog(*world.catalog);
  const ParsedText text = world.analyzer->parse(kSelect);
  const ContextRef context = world.contexts.intern("x", {.user = "ann", .search_path = {"public"}});
  const Asker asker{.upstream_database = "test/shop", .database = "shop", .user = "ann"};
  EXPECT_FALSE(world.analyzer->analyse(text.shape, context, asker, catalog)->cacheable);
  EXPECT_TRUE(world.analyzer->analyse(text.shape, context, asker, catalog)->cacheable);
}

}  // namespace
}  // namespace tapri::session::test
