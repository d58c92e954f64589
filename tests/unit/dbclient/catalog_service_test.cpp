#include "dbclient/catalog_service.h"

#include <gtest/gtest.h>

#include "eventually.h"
#include "service_test.h"

namespace tapri::dbclient {
namespace {

using test::eventually;
using CatalogServiceTest = test::ServiceTest;

TEST_F(CatalogServiceTest, ReadsTheSchema) {
  CatalogHandle& handle = serve();
  ASSERT_TRUE(becomes_usable());
  const auto [generation, snapshot] = handle.view();
  EXPECT_EQ(generation, 1U);
  ASSERT_NE(snapshot, nullptr);
  EXPECT_NE(snapshot->find_relation("public", "orders"), nullptr);
  EXPECT_EQ(snapshot->database(), "test/" + database_);
  EXPECT_EQ(handle.name_space(), snapshot->database());
  EXPECT_EQ(service_->handle(database_).get(), &handle);
  EXPECT_FALSE(service_->degraded());
  EXPECT_EQ(changes_, 0);
}

TEST_F(CatalogServiceTest, InvalidationIsSeenAtOnceAndKeepsTheGenerationWhereNothingChanged) {
  CatalogHandle& handle = serve();
  ASSERT_TRUE(becomes_usable());
  {
    // The schema cannot be looked at while somebody holds this lock.
    tapri::test::PostgresSession blocker(server().url(database_));
    blocker.run("BEGIN; LOCK TABLE pg_catalog.pg_policy");
    service_->invalidate(database_);
    EXPECT_FALSE(handle.usable());
    EXPECT_EQ(handle.snapshot(), nullptr);
    EXPECT_TRUE(handle.known());
  }
  ASSERT_TRUE(becomes_usable());
  EXPECT_EQ(handle.generation(), 1U);
  EXPECT_EQ(handle.status().loads, 1U);
  EXPECT_EQ(changes_, 0);
}

TEST_F(CatalogServiceTest, LoadsAnewWhatWasDefined) {
  CatalogHandle& handle = serve();
  ASSERT_TRUE(becomes_usable());
  for (CatalogHandle::Generation generation = 2; generation < 6; ++generation) {
    const std::string name = "made" + std::to_string(generation);
    run("CREATE TABLE " + name + " (id int)");
    handle.invalidate();
    ASSERT_TRUE(becomes_usable());
    EXPECT_EQ(handle.generation(), generation);
    EXPECT_NE(handle.snapshot()->find_relation("public", name), nullptr);
    EXPECT_EQ(changes_, static_cast<int>(generation) - 1);
  }
}

TEST_F(CatalogServiceTest, NeverUsableWithASchemaThatWasInvalidated) {
  CatalogHandle& handle = serve();
  ASSERT_TRUE(becomes_usable());
  tapri::test::PostgresSession session(server().url(database_));
  for (int i = 0; i < 200; ++i) {
    const std::string name = "t" + std::to_string(i);
    session.run("CREATE TABLE " + name + " (id int)");
    handle.invalidate();
    // Whenever it is usable from here on, the table is known.
    const auto snapshot = handle.snapshot();
    ASSERT_TRUE(snapshot == nullptr || snapshot->find_relation("public", name) != nullptr) << i;
    ASSERT_TRUE(i % 20 != 0 || becomes_usable());
  }
  ASSERT_TRUE(becomes_usable());
  EXPECT_NE(handle.snapshot()->find_relation("public", "t199"), nullptr);
}

TEST_F(CatalogServiceTest, FindsChangesFromOutside) {
  CatalogHandle& handle = serve(std::chrono::milliseconds(20));
  ASSERT_TRUE(becomes_usable());
  run("CREATE TABLE outside (id int)");
  ASSERT_TRUE(eventually([&] { return handle.generation() == 2; }));
  EXPECT_NE(handle.snapshot()->find_relation("public", "outside"), nullptr);
  EXPECT_EQ(changes_, 1);
}

TEST_F(CatalogServiceTest, FindsAnotherConfiguration) {
  CatalogHandle& handle = serve(std::chrono::milliseconds(20));
  ASSERT_TRUE(becomes_usable());
  EXPECT_EQ(handle.settings_generation(), 0U);
  server().run("SELECT pg_reload_conf()");
  ASSERT_TRUE(eventually([&] { return handle.settings_generation() == 1 && handle.usable(); }));
  EXPECT_EQ(changes_, 1);
  EXPECT_EQ(handle.generation(), 1U);
}

// However late the process that is asked hears of it. One that does not come is not waited for for ever.
TEST_F(CatalogServiceTest, IsNotUsableBeforeAReloadThatWasAskedFor) {
  CatalogHandle& handle = serve();
  ASSERT_TRUE(becomes_usable());
  server().run("SELECT pg_reload_conf()");
  handle.reload_asked();
  EXPECT_FALSE(handle.usable());
  ASSERT_TRUE(becomes_usable());
  EXPECT_EQ(handle.settings_generation(), 1U);
  handle.reload_asked();
  for (int looks = 0; looks < 2; ++looks) {
    const auto last = handle.status().confirmed;
    ASSERT_TRUE(eventually([&] { return handle.status().confirmed != last; }));
  }
  EXPECT_FALSE(handle.usable()) << "it was looked at, and there was none";
  EXPECT_TRUE(becomes_usable());
  EXPECT_EQ(handle.settings_generation(), 1U);
}

TEST_F(CatalogServiceTest, SurvivesACrashOfTheServer) {
  CatalogHandle& handle = serve(std::chrono::milliseconds(20));
  ASSERT_TRUE(becomes_usable());
  server().kill();
  ASSERT_TRUE(eventually([&] { return !handle.usable(); }));
  EXPECT_TRUE(service_->degraded());
  EXPECT_NE(handle.status().last_error, "");
  server().start();
  ASSERT_TRUE(becomes_usable());
  EXPECT_FALSE(service_->degraded());
  EXPECT_EQ(changes_, 1);  // the configuration was loaded anew
}

TEST_F(CatalogServiceTest, TellsWhenWhatItKnowsWasLastSeenToBeSo) {
  EXPECT_FALSE(CatalogHandle("shop", "test/shop", [] {}).status().confirmed);
  const TimePoint before = SystemClock().now();
  serve(std::chrono::milliseconds(20));
  ASSERT_TRUE(becomes_usable());
  const auto known = service_->known();
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known[0].name_space, "test/" + database_);
  EXPECT_GE(known[0].status.relations, 1U);
  ASSERT_GE(known[0].status.confirmed, before);
  // Each look tells it anew; one that fails does not, and what was known stays.
  ASSERT_TRUE(eventually([&] { return handle_->status().confirmed > known[0].status.confirmed; }));
  server().kill();
  ASSERT_TRUE(eventually([&] { return !handle_->status().last_error.empty(); }));
  const auto last = handle_->status().confirmed;
  ASSERT_TRUE(last);
  settle_without_server();
  EXPECT_EQ(handle_->status().confirmed, last);
  EXPECT_EQ(handle_->status().relations, known[0].status.relations);
}

TEST_F(CatalogServiceTest, WaitsForADatabaseThatIsNotThere) {
  database_ += "_later";
  CatalogHandle& handle = serve();
  ASSERT_TRUE(eventually([&] { return !handle.status().last_error.empty(); }));
  EXPECT_FALSE(handle.usable());
  EXPECT_FALSE(handle.known());
  server().run("CREATE DATABASE " + database_);
  EXPECT_TRUE(becomes_usable());
}

TEST_F(CatalogServiceTest, NeverTellsThePassword) {
  ControlConfig wrong = config();
  wrong.conninfo = server().url(database_, "observer", "open-sesame");
  CatalogHandle& handle = serve(wrong);
  ASSERT_TRUE(eventually([&] { return !handle.status().last_error.empty(); }));
  EXPECT_NE(handle.status().last_error.find("authentication"), std::string::npos) << handle.status().last_error;
  EXPECT_EQ(handle.status().last_error.find("open-sesame"), std::string::npos);
}

TEST_F(CatalogServiceTest, RefusesAUrlThatCannotBeRead) {
  ControlConfig broken = config();
  broken.conninfo = "postgres://a:secret@[::1/x";
  serve(broken);
  const auto problem = service_->validate();
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->find("secret"), std::string::npos);
  EXPECT_FALSE(CatalogService(config(), [](const std::string&) {}).validate());
}

TEST_F(CatalogServiceTest, TellsWhetherABackendRuns) {
  serve();
  auto session = std::make_unique<tapri::test::PostgresSession>(server().url(database_));
  const int pid = session->backend();
  EXPECT_EQ(backend_alive(pid), true);
  session.reset();
  ASSERT_TRUE(eventually([&] { return backend_alive(pid) == false; }));
  server().kill();
  EXPECT_EQ(backend_alive(pid), std::nullopt);
  server().start();
  EXPECT_EQ(backend_alive(pid), false);
  service_->stop();
  EXPECT_EQ(backend_alive(pid), std::nullopt);
}

TEST_F(CatalogServiceTest, ForgetsADatabaseThatNobodyUses) {
  ControlConfig impatient = config();
  impatient.idle_timeout = std::chrono::milliseconds(50);
  serve(impatient, std::chrono::milliseconds(10));
  ASSERT_TRUE(becomes_usable());
  EXPECT_EQ(connections(), "1");
  std::weak_ptr<CatalogHandle> old = handle_;
  handle_.reset();
  ASSERT_TRUE(eventually([&] { return old.expired() && connections() == "0"; }));
  handle_ = service_->handle(database_);
  EXPECT_TRUE(becomes_usable());
}

TEST_F(CatalogServiceTest, HandleMayOutliveTheService) {
  CatalogHandle& handle = serve();
  ASSERT_TRUE(becomes_usable());
  service_.reset();
  handle.invalidate();
  EXPECT_FALSE(handle.usable());
}

}  // namespace
}  // namespace tapri::dbclient
