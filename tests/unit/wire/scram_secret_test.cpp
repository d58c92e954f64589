#include <gtest/gtest.h>

#include "unit/wire/scram_exchange.h"
#include "wire/pg/crypto.h"

namespace tapri::wire::pg {
namespace {

TEST(ScramVerifier, IsMadeAsPostgresqlMakesIt) {
  const auto salt = base64_decode("W22ZaJ0SNY7soEsUEjb6gQ==");
  ASSERT_TRUE(salt.has_value());
  const auto verifier = make_scram_verifier("pencil", *salt);
  ASSERT_TRUE(verifier.has_value());
  EXPECT_EQ(format_scram_verifier(*verifier), kVectorVerifier);
  const auto raw_password = make_scram_verifier("p\xc3\xa4ssword\xc2\xa0", *salt);
  ASSERT_TRUE(raw_password.has_value());
  EXPECT_EQ(format_scram_verifier(*raw_password),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$+OG9tGEj9H0SZ6OW8g3cxgzsf2XSqBaM5z+08gR8+rg=:"
            "aEYGQV0mdxt/iyJcG+g30m3Ech8wMuTEvveT4mM/aXc=");
}

TEST(ScramVerifier, ComesBackFromItsText) {
  const ScramVerifier verifier = vector_verifier();
  EXPECT_EQ(verifier.iterations, 4096U);
  EXPECT_EQ(verifier.salt.size(), 16U);
  EXPECT_FALSE(verifier.mock);
  EXPECT_EQ(format_scram_verifier(verifier), kVectorVerifier);
}

TEST(ScramVerifier, RefusesAnyOtherText) {
  const std::string good(kVectorVerifier);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_scram_verifier(good.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(parse_scram_verifier(good + "=").has_value());
  EXPECT_FALSE(parse_scram_verifier(good + ":").has_value());
  EXPECT_FALSE(parse_scram_verifier("md53671d1c06464e8ec9d68bf36dd1d5f7e").has_value());
  const std::string keys = good.substr(good.find('$', 14));
  EXPECT_FALSE(parse_scram_verifier("SCRAM-SHA-256$0:c2FsdA==" + keys).has_value());
  EXPECT_FALSE(parse_scram_verifier("SCRAM-SHA-256$1000001:c2FsdA==" + keys).has_value());
  EXPECT_FALSE(parse_scram_verifier("SCRAM-SHA-256$4096:" + keys).has_value());
  EXPECT_TRUE(parse_scram_verifier("SCRAM-SHA-256$1000000:c2FsdA==" + keys).has_value());
}

TEST(ScramVerifier, BoundsOfSaltAndIterations) {
  EXPECT_FALSE(make_scram_verifier("x", "").has_value());
  EXPECT_FALSE(make_scram_verifier("x", std::string(1025, 's')).has_value());
  EXPECT_TRUE(make_scram_verifier("x", std::string(1024, 's'), 1).has_value());
  EXPECT_FALSE(make_scram_verifier("x", "salt", 0).has_value());
  EXPECT_FALSE(make_scram_verifier("x", "salt", kScramMaxIterations + 1).has_value());
}

TEST(ScramVerifier, LargestSaltFitsIntoTheChallenge) {
  const auto verifier = make_scram_verifier("pencil", std::string(1024, 's'), 1);
  ASSERT_TRUE(verifier.has_value());
  ScramServer server(*verifier, {});
  ScramClient client(client_options("pencil"));
  EXPECT_EQ(exchange(client, server, server.mechanisms()).client, ScramStatus::done);
}

TEST(Md5, AnswersAsPostgresqlExpects) {
  const ByteView salt = "\x01\x02\xfe\xff";
  EXPECT_EQ(md5_response("anna", "secret", salt), "md5d5e2831924f1b83df293cb0f08ba974e");
  EXPECT_EQ(md5_response("anna", "md53671d1c06464e8ec9d68bf36dd1d5f7e", salt), "md5d5e2831924f1b83df293cb0f08ba974e");
  EXPECT_NE(md5_response("bert", "secret", salt), md5_response("anna", "secret", salt));
  // Not a stored form: hashed as any other password.
  EXPECT_NE(md5_response("anna", "md53671D1c06464e8ec9d68bf36dd1d5f7e", salt), "md5d5e2831924f1b83df293cb0f08ba974e");
}

TEST(Base64, IsCanonical) {
  EXPECT_EQ(base64_encode(""), "");
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("foo"), "Zm9v");
  EXPECT_EQ(base64_decode("Zm9v"), "foo");
  EXPECT_EQ(base64_decode("Zm8="), "fo");
  EXPECT_EQ(base64_decode("Zg=="), "f");
  EXPECT_EQ(base64_decode(""), "");
  for (const char* text :
       {"Z", "Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm 9v", "Zg==Zg==", "Z=g="}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tapri::wire::pg
