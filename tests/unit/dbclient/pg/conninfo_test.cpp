#include "dbclient/pg/conninfo.h"

#include <gtest/gtest.h>

namespace tapri::dbclient::pg {
namespace {

ControlConfig config_of(const std::string& conninfo) {
  ControlConfig config;
  config.conninfo = conninfo;
  return config;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(ConninfoTest, ReplacesTheDatabaseAndKeepsTheRest) {
  const auto info =
      control_conninfo(config_of("postgres://tapri:s%27e%5Cc@db.example:5433/shop?sslmode=require"), "other");
  ASSERT_TRUE(info);
  EXPECT_TRUE(contains(info->text, "host='db.example'")) << info->text;
  EXPECT_TRUE(contains(info->text, "port='5433'"));
  EXPECT_TRUE(contains(info->text, "user='tapri'"));
  EXPECT_TRUE(contains(info->text, R"(password='s\'e\\c')"));
  EXPECT_TRUE(contains(info->text, "dbname='other'"));
  EXPECT_TRUE(contains(info->text, "sslmode='require'"));
  EXPECT_TRUE(contains(info->text, "application_name='tapri-control'"));
  EXPECT_EQ(info->password, "s'e\\c");
  EXPECT_EQ(info->database, "other");
}

TEST(ConninfoTest, KeepsItsOwnDatabaseWhereNoneIsGiven) {
  const auto info = control_conninfo(config_of("host=/run/postgresql dbname='my shop' application_name=x"), "");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->database, "my shop");
  EXPECT_TRUE(contains(info->text, "application_name='tapri-control'"));
  EXPECT_FALSE(contains(info->text, "application_name='x'"));
}

TEST(ConninfoTest, SetsTimeouts) {
  ControlConfig config = config_of("postgres://h/d");
  config.connect_timeout = std::chrono::milliseconds(10);
  config.statement_timeout = std::chrono::milliseconds(1500);
  const auto info = control_conninfo(config, "");
  ASSERT_TRUE(info);
  EXPECT_TRUE(contains(info->text, "connect_timeout='2'"));
  EXPECT_TRUE(contains(info->text, "tcp_user_timeout='1500'"));
}

TEST(ConninfoTest, SaysNothingOfAUrlThatCannotBeRead) {
  for (const char* text : {"postgres://tapri:topsecret@[::1/shop", "postgres://a:topsecret@h/d?topsecret=1",
                           "password=topsecret nonsense", "user='topsecret"}) {
    const auto info = control_conninfo(config_of(text), "");
    ASSERT_FALSE(info) << text;
    EXPECT_FALSE(contains(info.error().message, "topsecret")) << info.error().message;
  }
}

}  // namespace
}  // namespace tapri::dbclient::pg
