// Holds what is known of the servers' own functions against a server.
#include "catalog/natives.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string>

#include "sql/mysql/functions.h"
#include "unit/dbclient/mysql/server_fixture.h"

namespace tapri::dbclient::mysql {
namespace {

// MySQL has them where a component is installed.
constexpr std::array<std::string_view, 3> kOfComponents = {"md5", "sha", "sha1"};
constexpr int kMostArguments = 4;

// Whether the server has a function of its own of that name. Nullopt: only its grammar knows, which wants other words
// between the arguments.
std::optional<bool> has(const tapri::test::MysqlServer& server, const std::string& database, std::string_view name) {
  std::string arguments;
  bool missing = false;
  for (int count = 0; count <= kMostArguments; ++count) {
    try {
      server.run("SELECT " + std::string(name) + "(" + arguments + ")", database);
      return true;
    } catch (const std::runtime_error& error) {
      const std::string words = error.what();
      const bool unknown = words.find("does not exist") != std::string::npos;
      if (!unknown && words.find("SQL syntax") == std::string::npos) return true;
      missing = missing || unknown;
    }
    arguments += count == 0 ? "1" : ", 1";
  }
  return missing ? std::optional(false) : std::nullopt;
}

catalog::NativeServer described(const tapri::test::MysqlServer& server) {
  std::string version = server.value("SELECT version()");
  std::uint32_t number = 0;
  for (int i = 0; i < 3; ++i) {
    std::size_t read = 0;
    number = number * 100 + static_cast<std::uint32_t>(std::stoul(version, &read));
    version.erase(0, read + 1);
  }
  return {server.is_mariadb(), number};
}

using MysqlNatives = test::ServerTest;

TEST_F(MysqlNatives, AreThoseThatTheServerHas) {
  const catalog::NativeServer is = described(server());
  using enum sql::mysql::FunctionKind;
  int told = 0;
  for (const auto kind : {scalar, aggregate, unstable}) {
    for (const std::string_view name : sql::mysql::functions_of_kind(kind)) {
      const auto expected = has(server(), database_, name);
      if (!expected || std::find(kOfComponents.begin(), kOfComponents.end(), name) != kOfComponents.end()) continue;
      EXPECT_EQ(catalog::native_function(name, is) != catalog::Native::none, *expected) << name;
      ++told;
    }
  }
  EXPECT_GT(told, 500);
}

}  // namespace
}  // namespace tapri::dbclient::mysql
