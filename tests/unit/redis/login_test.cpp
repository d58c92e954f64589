#include "redis/login.h"

#include <gtest/gtest.h>

#include <string>

#include "redis/backoff.h"
#include "redis/reply_reader.h"

namespace tapri::redis {
namespace {

using Kind = LoginStep::Kind;

std::string steps(const LinkConfig& config) {
  std::string all;
  for (const auto& step : login_steps(config)) {
    for (const auto& argument : step.arguments) all += argument + " ";
    all += "| ";
  }
  return all;
}

std::string problem(Kind step, const std::string& reply, const LinkConfig& config = {}) {
  ReplyReader reader;
  reader.feed(reply + "\r\n");
  const auto read = reader.next();
  return login_problem(step, **read, config).value_or("");
}

TEST(Login, SaysNoMoreThanIsConfigured) {
  EXPECT_EQ(steps({}), "CLIENT SETNAME tapri | PING | ");
  EXPECT_EQ(steps({.credentials = {"", "secret"}, .client_name = ""}), "AUTH secret | PING | ");
  EXPECT_EQ(steps({.credentials = {"app", "secret"}, .database = 7, .must_be_primary = true}),
            "AUTH app secret | SELECT 7 | CLIENT SETNAME tapri | ROLE | PING | ");
}

TEST(Login, TakesGoodAnswersForGood) {
  for (const Kind step : {Kind::authenticate, Kind::choose_database, Kind::give_name, Kind::ping}) {
    EXPECT_EQ(problem(step, "+OK"), "");
  }
  EXPECT_EQ(problem(Kind::ask_role, "*3\r\n$6\r\nmaster\r\n:0\r\n*0"), "");
  EXPECT_EQ(problem(Kind::give_name, "-NOPERM this user has no permissions to run the 'client|setname' command"), "");
}

TEST(Login, SaysWhatToDo) {
  const LinkConfig as_app = {.credentials = {"app", "secret"}, .database = 99};
  const auto says = [](const std::string& whole, const std::string& part) {
    EXPECT_NE(whole.find(part), std::string::npos) << whole;
  };
  says(problem(Kind::authenticate, "-WRONGPASS invalid username-password pair", as_app), "password of user app");
  says(problem(Kind::authenticate, "-WRONGPASS invalid username-password pair"), "password of the default user");
  says(problem(Kind::authenticate, "-ERR Client sent AUTH, but no password is set"), "leave it out");
  says(problem(Kind::authenticate, "-ERR wrong number of arguments for 'auth' command", as_app), "versions before 6");
  says(problem(Kind::ping, "-NOAUTH Authentication required."), "configure one");
  says(problem(Kind::ping, "-NOPERM no", as_app), "user app may not");
  says(problem(Kind::ping, "-LOADING Redis is loading the dataset in memory"), "loading");
  says(problem(Kind::ping, "-MASTERDOWN Link with MASTER is down"), "lost its primary");
  says(problem(Kind::choose_database, "-ERR DB index is out of range", as_app), "no database 99");
  says(problem(Kind::ask_role, "*1\r\n$5\r\nslave"), "no primary (slave)");
  says(problem(Kind::ask_role, "*0"), "no primary");
  says(problem(Kind::authenticate, "-DENIED Redis is running in protected mode"), "protected mode");
  says(problem(Kind::ping, "-ERR max number of clients reached"), "max number of clients reached");
}

TEST(Login, NeverRepeatsAPassword) {
  const LinkConfig config = {.credentials = {"app", "secret"}};
  const std::string reply = "-ERR unknown command 'AUTH', with args beginning with: 'app' 'secret' ";
  EXPECT_EQ(problem(Kind::authenticate, reply, config).find("secret"), std::string::npos);
  EXPECT_EQ(problem(Kind::authenticate, "-secret", {.credentials = {"", "secret"}}).find("secret"), std::string::npos);
}

TEST(Backoff, DoublesUpToItsBoundWithinTheUpperHalf) {
  using std::chrono::milliseconds;
  Backoff backoff({.first = milliseconds(100), .most = milliseconds(700)}, 1);
  for (int round = 0; round < 50; ++round) {
    for (const int bound : {100, 200, 400, 700, 700}) {
      const auto wait = backoff.next();
      EXPECT_GE(wait, milliseconds(bound) / 2);
      EXPECT_LE(wait, milliseconds(bound));
    }
    backoff.reset();
  }
}

TEST(Backoff, IsNotInStepWithAnother) {
  Backoff one({}, 1);
  Backoff other({}, 2);
  Backoff again({}, 1);
  const auto first = one.next();
  EXPECT_NE(first, other.next());
  EXPECT_EQ(first, again.next());
}

}  // namespace
}  // namespace tapri::redis
