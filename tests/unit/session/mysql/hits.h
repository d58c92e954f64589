// A session that has asked for what may be cached, for tests of what is answered.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "unit/session/mysql/script.h"

namespace tapri::session::mysql::test {

namespace status = wire::mysql::status;

inline constexpr auto kIdle = status::kAutocommit;
inline constexpr auto kOpen = static_cast<std::uint16_t>(status::kAutocommit | status::kInTransaction);

inline const std::string kRead = query("select a from orders");
inline const std::string kAnswer = result({"a"}, {{"1"}, {"2"}});

// Sessions to which the answer to kRead is known.
class HitsTest : public testing::Test {
 protected:
  void SetUp() override { begin(); }
  // The settings are known from here on, and the answer to kRead is kept.
  void begin(const Settings& settings = {}) {
    EXPECT_NE(s.client(kRead), "");
    EXPECT_EQ(s.settings(settings), kRead);
    EXPECT_EQ(s.server(kAnswer), kAnswer);
  }
  bool hit(const std::string& command = kRead) {
    const bool found = s.hits(command);
    return found;
  }
  // Sends it and answers OK.
  void done(const std::string& command, std::uint16_t flags = kIdle) {
    EXPECT_EQ(s.client(command), command);
    EXPECT_EQ(s.server(ok(flags)), ok(flags));
  }
  Script s;
};

}  // namespace tapri::session::mysql::test
