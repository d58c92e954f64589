// When the service is connected to a database, and what it knows while it is not.
#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

#include "dbclient/catalog_service.h"
#include "eventually.h"
#include "service_test.h"

namespace tapri::dbclient {
namespace {

using test::eventually;

class CatalogConnectionsTest : public test::ServiceTest {
 protected:
  static constexpr Duration kNever = std::chrono::hours(1);

  // Lets go at once, and of itself does nothing else.
  ControlConfig quick() const {
    ControlConfig quick = config();
    quick.linger = Duration::zero();
    quick.idle_timeout = quick.release_time = quick.release_time_own = kNever;
    return quick;
  }
  bool disconnects() {
    return eventually([this] { return connections() == "0"; });
  }
  bool visit_becomes_usable() {
    handle_ = service_->handle(database_);
    return becomes_usable();
  }
  // Only kept, not used.
  void keep() {
    kept_ = service_->keep(database_);
    handle_.reset();
  }
  // kill -9 of a server process makes the server start all others anew.
  void crash_one_process() {
    run("CHECKPOINT");
    const tapri::test::PostgresSession victim(server().url("postgres"));
    ASSERT_EQ(::kill(victim.backend(), SIGKILL), 0);
    ASSERT_TRUE(eventually([] {
      try {
        return server().value("SELECT 1") == "1" && server().value("SELECT pg_is_in_recovery()") == "f";
      } catch (const std::runtime_error&) {
        return false;
      }
    }));
  }
  // As dropdb: fails after a while if somebody is connected.
  void drop() { server().run("DROP DATABASE " + database_); }

  std::shared_ptr<CatalogHandle> kept_;
};

TEST_F(CatalogConnectionsTest, EndWithTheLastUser) {
  serve(quick());
  auto second = service_->handle(database_);
  ASSERT_TRUE(becomes_usable());
  handle_.reset();
  settle();
  EXPECT_EQ(connections(), "1");
  EXPECT_TRUE(second->usable());
  second.reset();
  EXPECT_TRUE(disconnects());
  EXPECT_FALSE(first_.load()->usable());
  drop();
}

TEST_F(CatalogConnectionsTest, ComeBackToWhatIsStillSo) {
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  handle_.reset();
  ASSERT_TRUE(disconnects());
  ASSERT_TRUE(visit_becomes_usable());
  EXPECT_EQ(handle_->generation(), 1U);
  EXPECT_EQ(handle_->status().loads, 1U);
  EXPECT_EQ(changes_, 0);
}

TEST_F(CatalogConnectionsTest, ChangesWhileNobodyWatchedAreReported) {
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  handle_.reset();
  ASSERT_TRUE(disconnects());
  run("CREATE TABLE meanwhile (id int)");
  ASSERT_TRUE(visit_becomes_usable());
  EXPECT_EQ(handle_->generation(), 2U);
  EXPECT_NE(handle_->snapshot()->find_relation("public", "meanwhile"), nullptr);
  EXPECT_EQ(changes_, 1);
}

// The new database has the same objects with the same row versions; its rows are others.
TEST_F(CatalogConnectionsTest, ADatabaseMadeAnewFromItsTemplateIsReported) {
  const std::string original = database_;
  database_ += "_copy";
  server().run("CREATE DATABASE " + database_ + " TEMPLATE " + original);
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  handle_.reset();
  ASSERT_TRUE(disconnects());
  drop();
  server().run("CREATE DATABASE " + database_ + " TEMPLATE " + original);
  ASSERT_TRUE(visit_becomes_usable());
  EXPECT_EQ(changes_, 1);
}

TEST_F(CatalogConnectionsTest, StayWhileTheHandleIsKept) {
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  keep();
  settle();
  EXPECT_EQ(connections(), "1");
  EXPECT_TRUE(kept_->usable());
}

TEST_F(CatalogConnectionsTest, AreReleasedWhereTheHandleIsOnlyKept) {
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  keep();
  service_->release_connections("another");
  drop();
  EXPECT_FALSE(kept_->usable());
  EXPECT_FALSE(service_->degraded());
  server().run("CREATE DATABASE " + database_);
  ASSERT_TRUE(visit_becomes_usable());
  EXPECT_EQ(changes_, 1);
}

TEST_F(CatalogConnectionsTest, ComeBackOfThemselvesSomeTimeAfterARelease) {
  ControlConfig quick = this->quick();
  quick.release_time = std::chrono::milliseconds(10);
  serve(quick);
  ASSERT_TRUE(becomes_usable());
  keep();
  service_->release_connections("another");
  // Usable again, or not yet closed: either way it does not stay away.
  settle();
  EXPECT_TRUE(eventually([&] { return kept_->usable() && connections() == "1"; }));
}

TEST_F(CatalogConnectionsTest, StayWhereThereAreUsersWhenAnotherDatabaseAsks) {
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  service_->release_connections("another");
  settle();
  EXPECT_TRUE(handle_->usable());
  EXPECT_EQ(connections(), "1");
}

TEST_F(CatalogConnectionsTest, OfTheDatabaseThatAsksEndUntilItsStatementHas) {
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  tapri::test::PostgresSession session(server().url(database_));
  service_->release_connections(database_);
  session.run("CREATE DATABASE " + database_ + "_twin TEMPLATE " + database_);
  EXPECT_FALSE(handle_->usable());
  handle_->invalidate();
  ASSERT_TRUE(becomes_usable());
  EXPECT_EQ(handle_->generation(), 1U);
  EXPECT_EQ(changes_, 0);
}

TEST_F(CatalogConnectionsTest, OfTheDatabaseThatAsksComeBackOfThemselves) {
  ControlConfig quick = this->quick();
  quick.release_time_own = std::chrono::milliseconds(10);
  serve(quick);
  ASSERT_TRUE(becomes_usable());
  service_->release_connections(database_);
  settle();
  EXPECT_TRUE(becomes_usable());
  EXPECT_EQ(handle_->generation(), 1U);
}

// Nothing else has it looked at: the check interval is an hour.
TEST_F(CatalogConnectionsTest, AreMissedAtOnceWhenTheServerCrashes) {
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  server().kill();
  ASSERT_TRUE(eventually([this] { return !handle_->usable(); }));
  server().start();
  ASSERT_TRUE(becomes_usable());
  EXPECT_EQ(changes_, 1);
}

// The server itself goes on: it ends all others, throws unlogged rows away and loads no configuration.
TEST_F(CatalogConnectionsTest, ThatEndBecauseAnotherProcessCrashedAreReported) {
  run("CREATE UNLOGGED TABLE scratch (id int); INSERT INTO scratch VALUES (1)");
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  crash_one_process();
  ASSERT_TRUE(eventually([this] { return changes_ == 1 && handle_->usable(); }));
  EXPECT_EQ(handle_->generation(), 1U);
  EXPECT_EQ(server().value("SELECT count(*) FROM scratch", database_), "0");
}

// One that somebody is connected to tells of the crash for those that nobody is.
TEST_F(CatalogConnectionsTest, ThatEndInACrashAreReportedOfDatabasesThatAreNotConnected) {
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  const std::string name = database_;
  database_ += "_other";
  server().run("CREATE DATABASE " + database_);
  const auto other = service_->handle(database_);
  database_ = name;
  ASSERT_TRUE(eventually([&] { return other->usable(); }));
  handle_.reset();
  ASSERT_TRUE(disconnects());
  crash_one_process();
  ASSERT_TRUE(eventually([&] { return other_changes_ == 1 && other->usable(); }));
  EXPECT_EQ(changes_, 0);
  ASSERT_TRUE(visit_becomes_usable());
  EXPECT_EQ(changes_, 1);
}

TEST_F(CatalogConnectionsTest, ThatTheServerEndsAreReplaced) {
  serve(quick());
  ASSERT_TRUE(becomes_usable());
  server().run("DROP DATABASE " + database_ + " WITH (FORCE)");
  ASSERT_TRUE(eventually([this] { return !handle_->usable(); }));
  server().run("CREATE DATABASE " + database_);
  ASSERT_TRUE(becomes_usable());
  EXPECT_EQ(handle_->generation(), 2U);
  EXPECT_EQ(changes_, 1);
}

TEST_F(CatalogConnectionsTest, AreTriedAtOnceWhenSomebodyWasLetIn) {
  database_ += "_later";
  ControlConfig patient = config();
  patient.retry_min = patient.retry_max = kNever;
  patient.look_interval = std::chrono::milliseconds(1);
  serve(patient);
  ASSERT_TRUE(eventually([this] { return !handle_->status().last_error.empty(); }));
  server().run("CREATE DATABASE " + database_);
  const auto second = service_->handle(database_);
  EXPECT_TRUE(becomes_usable());
}

TEST_F(CatalogConnectionsTest, NoGenerationIsUsedTwice) {
  ControlConfig forgetful = quick();
  forgetful.idle_timeout = Duration::zero();
  serve(forgetful);
  ASSERT_TRUE(becomes_usable());
  std::weak_ptr<CatalogHandle> old = handle_;
  handle_.reset();
  ASSERT_TRUE(disconnects());
  settle();
  ASSERT_TRUE(visit_becomes_usable());
  EXPECT_EQ(handle_->status().loads, 1U);
  EXPECT_EQ(handle_->generation(), 2U);
}

TEST_F(CatalogConnectionsTest, LookAgainFindsAChangeAndStaysUsableUntilThen) {
  ControlConfig config = this->config();
  config.look_interval = std::chrono::milliseconds(1);
  CatalogHandle& handle = serve(config);
  ASSERT_TRUE(becomes_usable());
  {
    // The schema cannot be looked at while somebody holds this lock.
    tapri::test::PostgresSession blocker(server().url(database_));
    blocker.run("BEGIN; LOCK TABLE pg_catalog.pg_policy");
    handle.look_again();
    ASSERT_TRUE(eventually([&] { return !handle.look_wanted(); }));
    EXPECT_EQ(handle.generation(), 1U);
    blocker.run("CREATE TABLE outside (id int); COMMIT");
  }
  ASSERT_TRUE(eventually([&] {
    handle.look_again();
    return handle.generation() == 2;
  }));
  EXPECT_NE(handle.snapshot()->find_relation("public", "outside"), nullptr);
  EXPECT_EQ(changes_, 1);
}

TEST_F(CatalogConnectionsTest, LooksThatAreAskedForAreRare) {
  ControlConfig config = this->config();
  config.look_interval = kNever;
  CatalogHandle& handle = serve(config);
  ASSERT_TRUE(becomes_usable());
  handle.look_again();
  settle();
  EXPECT_TRUE(handle.look_wanted());
  EXPECT_TRUE(handle.usable());
}

}  // namespace
}  // namespace tapri::dbclient
