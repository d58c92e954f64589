#include "app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tapri::app {
namespace {

using testing::HasSubstr;

struct Outcome {
  int exit_code = 0;
  std::string out;
  std::string err;
};

Outcome run(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "tapri");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.exit_code = command_line(static_cast<int>(arguments.size()), arguments.data());
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

// An option that may be repeated takes one value each time, and leaves the statement alone.
TEST(CommandLineTest, TheStatementMayFollowAnyOption) {
  const char* const sql = "select 1 from orders";
  for (const std::vector<const char*>& arguments : std::vector<std::vector<const char*>>{
           {"explain", "--listen", "127.0.0.1:0", sql, "--json"},
           {"explain", "--search-path", "a,b", sql, "--json"},
           {"explain", "--search-path", "a", "--search-path", "b", sql, "--json"},
           {"explain", "--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0", sql, "--json"},
           {"explain", "--workers", "2", sql, "--json"},
           {"explain", "--json", sql, "--listen", "127.0.0.1:0"}}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("orders"));
  }
}

TEST(CommandLineTest, RepeatedOptionsAddUp) {
  const Outcome outcome = run({"run", "--print-config", "--upstream", "postgres://a@h/d", "--upstream",
                               "postgres://b@h/d", "--listen", "127.0.0.1:1", "--listen", "127.0.0.1:2"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* part : {"postgres://a@h/d", "postgres://b@h/d", "127.0.0.1:1", "127.0.0.1:2"}) {
    EXPECT_THAT(outcome.out, HasSubstr(part));
  }
}

TEST(CommandLineTest, WhatIsLeftOverIsBadUsage) {
  EXPECT_EQ(run({"run", "--print-config", "--listen", "127.0.0.1:1", "127.0.0.1:2"}).exit_code, 2);
  EXPECT_EQ(run({"explain"}).exit_code, 2);
}

}  // namespace
}  // namespace tapri::app
