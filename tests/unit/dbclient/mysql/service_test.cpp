// CatalogService over a real MySQL or MariaDB: one catalog for all its databases.
#include "dbclient/catalog_service.h"

#include <gtest/gtest.h>

#include <atomic>

#include "unit/dbclient/eventually.h"
#include "unit/dbclient/mysql/server_fixture.h"

namespace tapri::dbclient::mysql {
namespace {

using dbclient::test::eventually;

class MysqlServiceTest : public test::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    run("CREATE TABLE orders (id INT PRIMARY KEY)");
  }
  void TearDown() override {
    handle_.reset();
    service_.reset();
    server().start();
    ServerTest::TearDown();
  }

  // Outside changes are looked for `interval` apart; by default not within a test.
  CatalogHandle& serve(Duration interval = std::chrono::hours(1)) {
    ControlConfig wanted = config();
    wanted.check_interval = interval;
    service_ = std::make_unique<CatalogService>(
        std::move(wanted),
        [this](const std::string& database) {
          EXPECT_EQ(database, "");
          ++changes_;
        },
        [this] { ++interruptions_; });
    handle_ = service_->handle(database_);
    service_->start();
    EXPECT_TRUE(becomes_usable());
    return *handle_;
  }
  bool becomes_usable() {
    return eventually([this] { return handle_->usable(); });
  }
  bool knows(const std::string& table) const {
    const auto snapshot = handle_->snapshot();
    return snapshot != nullptr && snapshot->find_relation(database_, table) != nullptr;
  }

  std::atomic<int> changes_ = 0;
  std::atomic<int> interruptions_ = 0;
  std::shared_ptr<CatalogHandle> handle_;
  std::unique_ptr<CatalogService> service_;
};

TEST_F(MysqlServiceTest, AllDatabasesHaveOneCatalog) {
  CatalogHandle& handle = serve();
  EXPECT_EQ(service_->handle("another").get(), &handle);
  EXPECT_EQ(service_->keep("").get(), &handle);
  EXPECT_EQ(handle.name_space(), "test/");
  EXPECT_EQ(handle.snapshot()->database(), "test/");
  EXPECT_TRUE(knows("orders"));
}

TEST_F(MysqlServiceTest, ADefinitionIsReadAtOnce) {
  CatalogHandle& handle = serve();
  const auto before = handle.generation();
  run("CREATE TABLE customers (id INT)");
  handle.invalidate();
  ASSERT_TRUE(becomes_usable());
  EXPECT_TRUE(knows("customers"));
  EXPECT_GT(handle.generation(), before);
  EXPECT_EQ(changes_, 1);
}

TEST_F(MysqlServiceTest, ASuspicionCostsALookAndNoGeneration) {
  CatalogHandle& handle = serve();
  const auto before = handle.generation();
  handle.suspect();
  ASSERT_TRUE(becomes_usable());
  EXPECT_EQ(handle.generation(), before);
  EXPECT_EQ(changes_, 0);
}

TEST_F(MysqlServiceTest, ASuspicionThatIsRightFindsIt) {
  CatalogHandle& handle = serve();
  run("CREATE TABLE customers (id INT)");
  handle.suspect();
  ASSERT_TRUE(becomes_usable());
  EXPECT_TRUE(eventually([&] { return knows("customers"); }));
}

TEST_F(MysqlServiceTest, ChangesFromOutsideAreFound) {
  serve(std::chrono::milliseconds(20));
  run("CREATE TABLE customers (id INT)");
  EXPECT_TRUE(eventually([&] { return knows("customers"); }));
  EXPECT_GE(changes_, 1);
}

TEST_F(MysqlServiceTest, AKillThatNobodyToldOfIsFound) {
  serve(std::chrono::milliseconds(20));
  run("CREATE TABLE customers (id INT)");
  ASSERT_TRUE(eventually([&] { return knows("customers"); }));
  const int before = interruptions_;
  EXPECT_ANY_THROW(run("KILL QUERY 4294967290"));  // counted before it is looked for
  EXPECT_TRUE(eventually([&] { return interruptions_ > before; }));
}

TEST_F(MysqlServiceTest, ACrashEndsWhatIsCached) {
  CatalogHandle& handle = serve();
  server().kill();
  ASSERT_TRUE(eventually([&] { return !handle.usable(); }));
  EXPECT_TRUE(handle.known());
  EXPECT_TRUE(eventually([&] { return service_->degraded(); }));
  server().start();
  ASSERT_TRUE(becomes_usable());
  EXPECT_GE(changes_, 1);
  EXPECT_TRUE(knows("orders"));
}

}  // namespace
}  // namespace tapri::dbclient::mysql
