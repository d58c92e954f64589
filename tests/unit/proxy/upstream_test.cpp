#include "proxy/pg/upstream.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "unit/proxy/scripted_loop.h"
#include "wire/pg/startup.h"

namespace tapri::proxy::pg {
namespace {

using io::SslMode;

class NoTls final : public io::TlsContext {};

class UpstreamTest : public testing::Test {
 protected:
  void connect(SslMode mode, Attempt attempt = Attempt::first) {
    target_.mode = mode;
    connect_upstream(loop_, target_, attempt, [this](auto stream) {
      EXPECT_FALSE(inside_);
      ASSERT_FALSE(result_) << "called back twice";
      result_.emplace(std::move(stream));
    });
    inside_ = false;
    loop_.connected(remote_->stream());
  }
  [[nodiscard]] bool asked_for_tls() {
    std::string request;
    wire::pg::append_ssl_request(request);
    const std::string received = remote_->received();
    EXPECT_TRUE(received.empty() || received == request);
    return received == request;
  }
  [[nodiscard]] bool connected() const { return result_ && *result_; }
  [[nodiscard]] std::string error() const { return result_ && !*result_ ? result_->error().message : ""; }

  test::ScriptedLoop loop_;
  std::shared_ptr<test::Remote> remote_ = std::make_shared<test::Remote>(loop_);
  UpstreamTarget target_{.address = {"db", 5432, ""}, .host = "db", .tls = std::make_shared<NoTls>()};
  std::optional<Result<std::unique_ptr<io::Stream>>> result_;
  bool inside_ = true;
};

TEST_F(UpstreamTest, AsksForTlsAsSslmodeSays) {
  const struct {
    SslMode mode;
    Attempt attempt;
    bool tls;
  } cases[] = {{SslMode::disable, Attempt::first, false},  {SslMode::allow, Attempt::first, false},
               {SslMode::allow, Attempt::second, true},    {SslMode::prefer, Attempt::first, true},
               {SslMode::prefer, Attempt::second, false},  {SslMode::require, Attempt::first, true},
               {SslMode::verify_ca, Attempt::first, true}, {SslMode::verify_full, Attempt::first, true}};
  for (const auto& one : cases) {
    remote_ = std::make_shared<test::Remote>(loop_);
    result_.reset();
    inside_ = true;
    connect(one.mode, one.attempt);
    EXPECT_EQ(asked_for_tls(), one.tls) << static_cast<int>(one.mode);
    EXPECT_EQ(connected(), !one.tls) << static_cast<int>(one.mode);
  }
}

TEST_F(UpstreamTest, NeverOnAUnixSocket) {
  target_.address = {"", 0, "/run/postgresql/.s.PGSQL.5432"};
  connect(SslMode::require);
  EXPECT_FALSE(asked_for_tls());
  EXPECT_TRUE(connected());
  EXPECT_FALSE(may_try_again(target_, false));
}

TEST_F(UpstreamTest, AYesIsFollowedByTheHandshake) {
  connect(SslMode::require);
  remote_->send("S");
  EXPECT_FALSE(connected()) << "not before the handshake is done";
  EXPECT_TRUE(remote_->asked_for_tls());
  remote_->handshake_done();
  ASSERT_TRUE(connected());
  EXPECT_TRUE((**result_)->is_tls());
  EXPECT_EQ(loop_.armed(), 0U);
}

TEST_F(UpstreamTest, AHandshakeThatFailsIsAnError) {
  connect(SslMode::verify_full);
  remote_->send("S");
  remote_->handshake_done(std::make_error_code(std::errc::protocol_error));
  EXPECT_NE(error().find("TLS with the server failed"), std::string::npos) << error();
  EXPECT_TRUE(remote_->closed());
}

TEST_F(UpstreamTest, ANoIsTakenOnlyWhereTlsIsNotInsistedOn) {
  connect(SslMode::prefer);
  remote_->send("N");
  EXPECT_TRUE(connected());
  EXPECT_FALSE(remote_->asked_for_tls());
  for (const SslMode mode : {SslMode::require, SslMode::verify_ca, SslMode::verify_full}) {
    remote_ = std::make_shared<test::Remote>(loop_);
    result_.reset();
    inside_ = true;
    connect(mode);
    remote_->send("N");
    EXPECT_NE(error().find("does not offer TLS"), std::string::npos) << error();
    EXPECT_TRUE(remote_->closed());
  }
}

TEST_F(UpstreamTest, AnyOtherAnswerIsAnError) {
  connect(SslMode::prefer);
  remote_->send("E");
  EXPECT_FALSE(connected());
  EXPECT_NE(error(), "");
}

TEST_F(UpstreamTest, NoMoreThanTheAnswerIsReadInClearText) {
  connect(SslMode::prefer);
  remote_->send("Nxyz");
  EXPECT_TRUE(connected());
  EXPECT_EQ(remote_->unread(), 3U);
}

TEST_F(UpstreamTest, AServerThatDoesNotAnswerIsGivenUp) {
  connect(SslMode::require);
  ASSERT_TRUE(loop_.fire(target_.connect_timeout));
  EXPECT_NE(error(), "");
  EXPECT_TRUE(remote_->closed());
}

TEST_F(UpstreamTest, AServerThatLeavesIsAnError) {
  connect(SslMode::require);
  remote_->end();
  EXPECT_NE(error(), "");
}

TEST_F(UpstreamTest, AFailureToConnectIsPassedOn) {
  connect_upstream(loop_, target_, Attempt::first, [this](auto stream) { result_.emplace(std::move(stream)); });
  loop_.connected(fail("refused"));
  EXPECT_EQ(error(), "refused");
}

TEST_F(UpstreamTest, OnlyAllowAndPreferTryAgainTheOtherWay) {
  for (const SslMode mode : {SslMode::disable, SslMode::allow, SslMode::prefer, SslMode::require, SslMode::verify_ca,
                             SslMode::verify_full}) {
    target_.mode = mode;
    EXPECT_EQ(may_try_again(target_, false), mode == SslMode::allow);
    EXPECT_EQ(may_try_again(target_, true), mode == SslMode::prefer);
  }
}

}  // namespace
}  // namespace tapri::proxy::pg
