#include "app/conninfo.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tapri::app {
namespace {

std::string conninfo_of(const std::string& url) {
  const auto upstream = config::parse_upstream(url);
  EXPECT_TRUE(upstream) << upstream.error().message;
  return upstream ? libpq_conninfo(*upstream) : std::string();
}

bool has(const std::string& conninfo, const std::string& text) { return conninfo.find(text) != std::string::npos; }

// The data plane takes the system's authorities then; libpq would look for a file in the user's home.
TEST(ConninfoTest, VerifiesAgainstTheSystemsAuthoritiesWhereNoneAreGiven) {
  for (const std::string query : {"sslmode=verify-ca", "sslmode=verify-full", "sslrootcert=system"}) {
    EXPECT_TRUE(has(conninfo_of("postgres://u@h/d?" + query), "sslrootcert='/")) << query;
  }
  ASSERT_EQ(::setenv("SSL_CERT_FILE", "/somewhere/else.pem", 1), 0);
  EXPECT_TRUE(has(conninfo_of("postgres://u@h/d?sslmode=verify-ca"), "sslrootcert='/somewhere/else.pem'"));
  ASSERT_EQ(::unsetenv("SSL_CERT_FILE"), 0);
  EXPECT_TRUE(has(conninfo_of("postgres://u@h/d?sslrootcert=system"), "sslmode='verify-full'"));
}

TEST(ConninfoTest, TakesTheAuthoritiesThatAreGiven) {
  EXPECT_TRUE(has(conninfo_of("postgres://u@h/d?sslmode=verify-full&sslrootcert=/ca.pem"), "sslrootcert='/ca.pem'"));
  for (const std::string mode : {"disable", "prefer", "require"}) {
    EXPECT_FALSE(has(conninfo_of("postgres://u@h/d?sslmode=" + mode), "sslrootcert")) << mode;
  }
}

}  // namespace
}  // namespace tapri::app
