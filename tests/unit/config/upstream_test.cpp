#include "config/upstream.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tapri::config {
namespace {

std::string error_of(std::string_view url) {
  const auto upstream = parse_upstream(url);
  return upstream ? "parsed" : upstream.error().message;
}

TEST(ParseUpstreamTest, TakesEveryPart) {
  const auto upstream = parse_upstream(
      "postgresql://al%69ce:p%40ss%3Aw%2Frd@db.example:5433/my%20shop?sslmode=verify-full&sslrootcert=/ca.pem&"
      "sslcert=/c.pem&sslkey=/k.pem&connect_timeout=3");
  ASSERT_TRUE(upstream) << upstream.error().message;
  EXPECT_EQ(upstream->address.host, "db.example");
  EXPECT_EQ(upstream->address.port, 5433);
  EXPECT_EQ(upstream->address.unix_path, "");
  EXPECT_EQ(upstream->host, "db.example");
  EXPECT_EQ(upstream->user, "alice");
  EXPECT_EQ(upstream->password, "p@ss:w/rd");
  EXPECT_EQ(upstream->database, "my shop");
  EXPECT_EQ(upstream->tls.mode, io::SslMode::verify_full);
  EXPECT_EQ(upstream->tls.ca_file, "/ca.pem");
  EXPECT_EQ(upstream->tls.certificate_file, "/c.pem");
  EXPECT_EQ(upstream->tls.key_file, "/k.pem");
  EXPECT_EQ(upstream->connect_timeout, std::chrono::seconds(3));
}

TEST(ParseUpstreamTest, DefaultsHoldWhereTheUrlIsSilent) {
  Upstream defaults;
  defaults.password = "secret";
  defaults.tls.mode = io::SslMode::require;
  defaults.tls.ca_file = "/ca.pem";
  const auto upstream = parse_upstream("postgres://bob@h/", defaults);
  ASSERT_TRUE(upstream) << upstream.error().message;
  EXPECT_EQ(upstream->address.port, 5432);
  EXPECT_EQ(upstream->user, "bob");
  EXPECT_EQ(upstream->password, "secret");
  EXPECT_EQ(upstream->database, "");
  EXPECT_EQ(upstream->tls.mode, io::SslMode::require);
  EXPECT_EQ(upstream->tls.ca_file, "/ca.pem");
  EXPECT_EQ(parse_upstream("postgres://bob:own@h?sslmode=disable", defaults)->password, "own");
  EXPECT_EQ(parse_upstream("postgres://bob@h?sslmode=disable", defaults)->tls.mode, io::SslMode::disable);
  EXPECT_EQ(parse_upstream("postgres://bob@h?sslrootcert=system", defaults)->tls.ca_file, "");
}

// As in libpq 16: anybody can have a certificate of such an authority, so nothing is verified unless the name is.
TEST(ParseUpstreamTest, TheSystemsAuthoritiesVerifyInFull) {
  for (const std::string query :
       {"sslrootcert=system", "sslrootcert=system&sslmode=verify-full", "sslmode=verify-full&sslrootcert=system"}) {
    const auto upstream = parse_upstream("postgres://h?" + query);
    ASSERT_TRUE(upstream) << query << ": " << upstream.error().message;
    EXPECT_EQ(upstream->tls.mode, io::SslMode::verify_full) << query;
    EXPECT_EQ(upstream->tls.ca_file, "") << query;
  }
  for (const std::string mode : {"disable", "allow", "prefer", "require", "verify-ca"}) {
    EXPECT_EQ(error_of("postgres://h?sslrootcert=system&sslmode=" + mode),
              "a weaker sslmode than verify-full may not be used with sslrootcert=system");
  }
  Upstream defaults;
  defaults.tls.ca_file = "system";
  EXPECT_EQ(parse_upstream("postgres://h", defaults)->tls.mode, io::SslMode::verify_full);
  EXPECT_EQ(parse_upstream("postgres://h?sslrootcert=/ca.pem", defaults)->tls.mode, io::SslMode::prefer);
}

TEST(ParseUpstreamTest, UnixSockets) {
  for (const char* url : {"postgres://u@%2Frun%2Fpg:6000/d", "postgres:///d?host=/run/pg&port=6000&user=u"}) {
    const auto upstream = parse_upstream(url);
    ASSERT_TRUE(upstream) << url << upstream.error().message;
    EXPECT_EQ(upstream->address.unix_path, "/run/pg/.s.PGSQL.6000") << url;
    EXPECT_EQ(upstream->address.host, "") << url;
    EXPECT_EQ(upstream->host, "") << url;
    EXPECT_EQ(upstream->user, "u") << url;
    EXPECT_EQ(upstream->database, "d") << url;
    EXPECT_EQ(upstream->tls.mode, io::SslMode::disable) << url;
  }
  EXPECT_EQ(parse_upstream("postgres://")->address.unix_path, "/var/run/postgresql/.s.PGSQL.5432");
}

TEST(ParseUpstreamTest, AddressesOfVersion6) {
  const auto upstream = parse_upstream("postgres://u:p@[::1]:7000/d");
  ASSERT_TRUE(upstream) << upstream.error().message;
  EXPECT_EQ(upstream->address.host, "::1");
  EXPECT_EQ(upstream->address.port, 7000);
  EXPECT_EQ(parse_upstream("postgres://[fe80::2]")->address.host, "fe80::2");
}

TEST(ParseUpstreamTest, APasswordWithAnUnencodedAtSign) {
  const auto upstream = parse_upstream("postgres://u:a@b@h/d");
  ASSERT_TRUE(upstream) << upstream.error().message;
  EXPECT_EQ(upstream->password, "a@b");
  EXPECT_EQ(upstream->address.host, "h");
}

TEST(ParseUpstreamTest, MysqlUrls) {
  for (const char* scheme : {"mysql", "mariadb"}) {
    const auto upstream = parse_upstream(scheme + std::string("://ann:p%40ss@db.example/shop?sslmode=require"));
    ASSERT_TRUE(upstream) << upstream.error().message;
    EXPECT_EQ(upstream->protocol, Protocol::mysql);
    EXPECT_EQ(upstream->address.text(), "db.example:3306");
    EXPECT_EQ(upstream->host, "db.example");
    EXPECT_EQ(upstream->user, "ann");
    EXPECT_EQ(upstream->password, "p@ss");
    EXPECT_EQ(upstream->database, "shop");
    EXPECT_EQ(upstream->tls.mode, io::SslMode::require);
  }
  EXPECT_EQ(parse_upstream("postgres://h")->protocol, Protocol::postgres);
  EXPECT_EQ(parse_upstream("mysql://h:3307")->address.port, 3307);
  EXPECT_EQ(parse_upstream("mysql://")->address.unix_path, "/run/mysqld/mysqld.sock");
  EXPECT_EQ(parse_upstream("mysql:///shop?socket=/tmp/my.sock")->address.unix_path, "/tmp/my.sock");
  EXPECT_EQ(parse_upstream("mysql://%2Ftmp%2Fmy.sock/shop")->address.unix_path, "/tmp/my.sock");
}

TEST(ParseUpstreamTest, MysqlWordsForTls) {
  const auto upstream = parse_upstream("mysql://h?ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.pem&ssl-cert=c.pem&ssl-key=k.pem");
  ASSERT_TRUE(upstream) << upstream.error().message;
  EXPECT_EQ(upstream->tls.mode, io::SslMode::verify_full);
  EXPECT_EQ(upstream->tls.ca_file, "ca.pem");
  EXPECT_EQ(upstream->tls.certificate_file, "c.pem");
  EXPECT_EQ(upstream->tls.key_file, "k.pem");
  EXPECT_EQ(parse_upstream("mysql://h?ssl-mode=preferred")->tls.mode, io::SslMode::prefer);
  EXPECT_EQ(error_of("mysql://h?ssl-mode=maybe"),
            "'maybe' is no ssl-mode: use DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY");
  EXPECT_NE(error_of("postgres://h?ssl-mode=REQUIRED").find("is not known"), std::string::npos);
  EXPECT_NE(error_of("mysql://h?nothing=1").find("ssl-mode"), std::string::npos);
}

TEST(ParseUpstreamTest, RefusesWithAReason) {
  EXPECT_EQ(error_of("http://h"), "expected postgres://, postgresql://, mysql:// or mariadb:// at its beginning");
  EXPECT_EQ(error_of("localhost:5432"), "it is no URL; expected postgres://user@host:port/database, or mysql://...");
  EXPECT_EQ(error_of("postgres://h:0"), "the port is no number from 1 to 65535");
  EXPECT_EQ(error_of("postgres://h:65536"), "the port is no number from 1 to 65535");
  EXPECT_EQ(error_of("postgres://h:5432x"), "the port is no number from 1 to 65535");
  EXPECT_EQ(error_of("postgres://[::1"), "the host begins with [ but has no ]");
  EXPECT_EQ(error_of("postgres://[::1]5432"), "after ] only :port may follow");
  EXPECT_EQ(error_of("postgres://a,b/d"), "several hosts in one URL are not supported; name one");
  EXPECT_EQ(error_of("postgres://h?sslmode"), "what follows ? is no key=value&key=value");
  EXPECT_EQ(error_of("postgres://h?connect_timeout=0"), "connect_timeout is no number of seconds from 1 to 3600");
  EXPECT_EQ(error_of("postgres://h?sslcert=/c"), "sslcert and sslkey belong together");
  EXPECT_NE(error_of("postgres://h?sslmode=maybe"), "parsed");
  EXPECT_NE(error_of("postgres://h?target_session_attrs=any").find("'target_session_attrs' is not known"),
            std::string::npos);
}

TEST(ParseUpstreamTest, BadEscapesNameThePartAndNeverItsText) {
  for (const char* bad : {"%", "%4", "%zz", "tail%4g"}) {
    const std::string message = error_of("postgres://u:hush" + std::string(bad) + "@h");
    EXPECT_NE(message.find("the password has a %"), std::string::npos) << message;
    EXPECT_EQ(message.find("hush"), std::string::npos) << message;
  }
  EXPECT_NE(error_of("postgres://u%00@h").find("the user holds %00"), std::string::npos);
}

TEST(ParseUpstreamTest, AForgottenAtSignDoesNotShowThePassword) {
  EXPECT_EQ(error_of("postgres://user:hush").find("hush"), std::string::npos);
}

TEST(MaskUrlTest, HidesThePassword) {
  EXPECT_EQ(mask_url("postgres://u:hush@h:1/d?sslmode=require"), "postgres://u:***@h:1/d?sslmode=require");
  EXPECT_EQ(mask_url("postgres://u@h:1/d"), "postgres://u@h:1/d");
  EXPECT_EQ(mask_url("postgres://h:5432/d"), "postgres://h:5432/d");
  EXPECT_EQ(mask_url("postgres://u@h/d?password=hush&sslmode=require"),
            "postgres://u@h/d?password=***&sslmode=require");
  EXPECT_EQ(mask_url("postgres://u@h:5432/d?password=a@b"), "postgres://u@h:5432/d?password=***");
  EXPECT_EQ(mask_url("postgres://u@h/d?sslmode=require&pass%77ord=hush&port=1"),
            "postgres://u@h/d?sslmode=require&pass%77ord=***&port=1")
      << "parse_upstream() takes it for the password";
  EXPECT_EQ(mask_url("postgres://u@h/d?pass%7word=hush"), "postgres://u@h/d?pass%7word=***");
}

TEST(MaskUrlTest, HidesThePasswordHoweverItsKeyIsSpelt) {
  const std::string_view url = "postgres://u@h/d?port=1&pass%77ord=hush&sslmode=require";
  ASSERT_EQ(parse_upstream(url)->password, "hush");
  EXPECT_EQ(mask_url(url), "postgres://u@h/d?port=1&pass%77ord=***&sslmode=require");
  EXPECT_EQ(mask_url("postgres://h?%70assword=hush"), "postgres://h?%70assword=***");
  EXPECT_EQ(mask_url("postgres://h?dbname=a%20b"), "postgres://h?dbname=a%20b") << "its value may be spelt so";
}

TEST(MaskUrlTest, HidesWhatCannotBeToldApart) {
  for (const char* url : {"postgres://u:hu@sh@h/d", "postgres://u:hu/sh@h/d", "postgres://u:hu?sh@h/d", "u:hush@h",
                          "mysql://u:hush@h", "postgres://u:x@h?password=hush", "postgres://u:password=hush@h",
                          "postgres://u:hu?password=sh@h", "postgres://u:hu?s%h=sh@h"}) {
    const std::string masked = mask_url(url);
    EXPECT_EQ(masked.find("hu"), std::string::npos) << masked;
    EXPECT_EQ(masked.find("sh"), std::string::npos) << masked;
  }
}

}  // namespace
}  // namespace tapri::config
