// A service whose database does not answer.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "dbclient/catalog_service.h"
#include "eventually.h"
#include "service_test.h"

namespace tapri::dbclient {
namespace {

using test::eventually;

// Accepts whoever comes and closes at once; counts them.
class ClosedDoor {
 public:
  ClosedDoor() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* name = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(socket_, name, size) != 0 || ::listen(socket_, 100) != 0 || ::getsockname(socket_, name, &size) != 0) {
      ADD_FAILURE() << "no port to listen on";
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int visitor = 0; (visitor = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(visitor)) ++visitors_;
    });
  }
  ~ClosedDoor() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  ClosedDoor(const ClosedDoor&) = delete;
  ClosedDoor& operator=(const ClosedDoor&) = delete;

  [[nodiscard]] int visitors() const { return visitors_; }
  [[nodiscard]] ControlConfig config() const {
    ControlConfig config;
    config.conninfo = "host=127.0.0.1 port=" + std::to_string(port_) + " user=a dbname=a sslmode=disable";
    config.conninfo += " gssencmode=disable";
    return config;
  }

 private:
  const int socket_;
  int port_ = 0;
  std::atomic<int> visitors_ = 0;
  std::thread thread_;
};

TEST(CatalogQuestionsTest, WhatIsAskedTogetherTakesOneAttempt) {
  const ClosedDoor door;
  std::atomic<int> answers = 0;
  CatalogService service(door.config(), [](const std::string&) {});
  for (int pid = 1; pid <= 100; ++pid) {
    service.backend_alive(pid, [&](std::optional<bool> alive) { answers += alive ? 1000 : 1; });
  }
  service.start();
  ASSERT_TRUE(eventually([&] { return answers == 100; })) << answers;
  service.stop();
  EXPECT_EQ(door.visitors(), 1);
}

using CatalogStopTest = test::ServiceTest;

TEST_F(CatalogStopTest, EndsAQueryThatMayNeverBeAnswered) {
  ControlConfig patient = config();
  patient.statement_timeout = std::chrono::hours(1);
  CatalogHandle& handle = serve(patient);
  ASSERT_TRUE(becomes_usable());
  // The schema cannot be looked at while somebody holds this lock.
  tapri::test::PostgresSession blocker(server().url(database_));
  blocker.run("BEGIN; LOCK TABLE pg_catalog.pg_policy");
  handle.invalidate();
  ASSERT_TRUE(eventually([&] {
    return server().value(
               "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tapri-control' AND "
               "wait_event_type = 'Lock'") == "1";
  }));
  std::atomic<int> answers = 0;
  service_->backend_alive(1, [&](std::optional<bool> alive) { answers += alive ? 1000 : 1; });
  service_->stop();
  EXPECT_EQ(answers, 1);
}

TEST_F(CatalogStopTest, TellsSeveralProcessesApart) {
  serve();
  const tapri::test::PostgresSession one(server().url(database_));
  const tapri::test::PostgresSession other(server().url(database_));
  std::atomic<int> answers = 0;
  std::atomic<int> alive = 0;
  for (const int pid : {one.backend(), 1, other.backend(), one.backend()}) {
    service_->backend_alive(pid, [&](std::optional<bool> runs) {
      alive += runs.value_or(false) ? 1 : 0;
      ++answers;
    });
  }
  ASSERT_TRUE(eventually([&] { return answers == 4; }));
  EXPECT_EQ(alive, 3);
}

}  // namespace
}  // namespace tapri::dbclient
