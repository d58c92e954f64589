#include "session/mysql/probe.h"

#include <gtest/gtest.h>

namespace tapri::session::mysql {
namespace {

ProbeVariables variables_of(std::string_view version) { return ProbeVariables(wire::mysql::parse_version(version)); }

// What the server's functions depend on must be in the key; a server that lacks a variable would refuse to be asked.
TEST(ProbeVariables, AreThoseOfTheServersVersion) {
  const auto old = variables_of("10.11.19-MariaDB-0+deb12u1");
  const auto newer = variables_of("11.4.3-MariaDB");
  const auto vectors = variables_of("12.0.2-MariaDB");
  const auto mysql = variables_of("9.7.0");
  for (const auto* any : {&old, &newer, &vectors, &mysql}) {
    for (const char* name :
         {"time_zone", "lc_time_names", "sql_mode", "collation_connection", "group_concat_max_len"}) {
      EXPECT_TRUE(any->read(name)) << name;
    }
  }
  for (const char* name : {"block_encryption_mode", "character_set_collations"}) {
    EXPECT_FALSE(old.read(name)) << name;
    EXPECT_TRUE(newer.read(name)) << name;
  }
  EXPECT_FALSE(newer.read("mhnsw_ef_search"));
  EXPECT_TRUE(vectors.read("mhnsw_ef_search"));
  EXPECT_TRUE(mysql.read("block_encryption_mode"));
  EXPECT_FALSE(mysql.read("character_set_collations"));
}

}  // namespace
}  // namespace tapri::session::mysql
