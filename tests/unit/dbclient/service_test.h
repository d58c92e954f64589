// A CatalogService over the database of the test.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "database_test.h"
#include "dbclient/catalog_service.h"
#include "eventually.h"

namespace tapri::dbclient::test {

class ServiceTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    run("CREATE TABLE orders (id int)");
  }
  void TearDown() override {
    service_.reset();
    server().start();
  }

  // Outside changes are looked for `check_interval` apart; by default not within a test.
  CatalogHandle& serve(Duration check_interval = std::chrono::hours(1)) { return serve(config(), check_interval); }
  CatalogHandle& serve(ControlConfig config, Duration check_interval = std::chrono::hours(1)) {
    config.check_interval = check_interval;
    service_ = std::make_unique<CatalogService>(std::move(config), [this](const std::string& database) {
      if (database == database_ + "_other") {
        ++other_changes_;
        return;
      }
      EXPECT_EQ(database, database_);
      EXPECT_FALSE(first_.load()->usable());
      ++changes_;
    });
    handle_ = service_->handle(database_);
    first_ = handle_.get();
    service_->start();
    return *handle_;
  }
  bool becomes_usable() {
    return eventually([this] { return handle_->usable(); });
  }
  std::optional<bool> backend_alive(int pid) {
    std::promise<std::optional<bool>> answer;
    service_->backend_alive(pid, [&](std::optional<bool> alive) { answer.set_value(alive); });
    return answer.get_future().get();
  }

  std::string connections() {
    return server().value(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tapri-control' AND datname = '" + database_ +
        "'");
  }
  // Whatever was asked of the service before is done.
  void settle() {
    for (int turn = 0; turn < 2; ++turn) EXPECT_EQ(backend_alive(1), false);
  }

  void settle_without_server() {
    for (int turn = 0; turn < 2; ++turn) EXPECT_EQ(backend_alive(1), std::nullopt);
  }

  std::atomic<int> changes_ = 0;
  std::atomic<int> other_changes_ = 0;  // of the database with `_other` behind the test's own
  std::atomic<CatalogHandle*> first_ = nullptr;
  std::shared_ptr<CatalogHandle> handle_;
  std::unique_ptr<CatalogService> service_;
};

}  // namespace tapri::dbclient::test
