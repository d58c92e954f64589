#include "wire/mysql/passwords.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "unit/wire/mysql/vectors.h"

namespace tapri::wire::mysql {
namespace {

// Recorded logins of real clients, with this password.
constexpr ByteView kPassword = "geheim";
const std::string kNativeNonce = hex("645d253f4e4b6c5c 6a2263524d6c59582f7d4c44");
const std::string kNativeResponse = hex("f7bd34e5f6a0059f9e9494604dd61523acf9ddb9");
const std::string kSha2Nonce = hex("166c381737545d5d 71232802724f521251696c05");
const std::string kSha2Response = hex("6b08314416fddbbc6ea85856820d4302280cb5904ce8791920689e51656e7032");

Nonce nonce_of(ByteView bytes) {
  Nonce out{};
  std::copy_n(bytes.begin(), out.size(), out.begin());
  return out;
}

template <std::size_t size>
ByteView view_of(const std::array<char, size>& bytes) {
  return {bytes.data(), bytes.size()};
}

TEST(MysqlPasswords, NativeAsARealClientSentIt) {
  Sha1 response{};
  ASSERT_TRUE(native_response(kPassword, nonce_of(kNativeNonce), response));
  EXPECT_EQ(view_of(response), kNativeResponse);
  Sha1 verifier{};
  ASSERT_TRUE(native_verifier(kPassword, verifier));
  EXPECT_EQ(view_of(verifier), hex("462366917eedd1970a48e87d8ef59eb67d2ca26f"));  // as mysql.user keeps it
}

TEST(MysqlPasswords, NativeVerifiesOnlyTheRightResponse) {
  Sha1 verifier{};
  ASSERT_TRUE(native_verifier(kPassword, verifier));
  const Nonce nonce = nonce_of(kNativeNonce);
  EXPECT_TRUE(native_verify(kNativeResponse, nonce, verifier));
  for (std::size_t i = 0; i < kNativeResponse.size(); ++i) {
    std::string wrong = kNativeResponse;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    EXPECT_FALSE(native_verify(wrong, nonce, verifier));
    EXPECT_FALSE(native_verify(kNativeResponse.substr(0, i), nonce, verifier));
  }
  EXPECT_FALSE(native_verify(kNativeResponse + "x", nonce, verifier));
  EXPECT_FALSE(native_verify(kNativeResponse, nonce_of(kSha2Nonce), verifier));
  ASSERT_TRUE(native_verifier("geheiM", verifier));
  EXPECT_FALSE(native_verify(kNativeResponse, nonce, verifier));
}

TEST(MysqlPasswords, Sha2AsARealClientSentIt) {
  Sha2 response{};
  ASSERT_TRUE(sha2_response(kPassword, nonce_of(kSha2Nonce), response));
  EXPECT_EQ(view_of(response), kSha2Response);
}

TEST(MysqlPasswords, Sha2VerifiesOnlyTheRightResponse) {
  Sha2 verifier{};
  ASSERT_TRUE(sha2_verifier(kPassword, verifier));
  const Nonce nonce = nonce_of(kSha2Nonce);
  EXPECT_TRUE(sha2_verify(kSha2Response, nonce, verifier));
  for (std::size_t i = 0; i < kSha2Response.size(); ++i) {
    std::string wrong = kSha2Response;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    EXPECT_FALSE(sha2_verify(wrong, nonce, verifier));
    EXPECT_FALSE(sha2_verify(kSha2Response.substr(0, i), nonce, verifier));
  }
  EXPECT_FALSE(sha2_verify(kSha2Response, nonce_of(kNativeNonce), verifier));
}

TEST(MysqlPasswords, CleartextEndsWithItsNul) {
  EXPECT_EQ(cleartext_response("geheim"), raw("geheim\0"));
  EXPECT_EQ(cleartext_password(raw("geheim\0")), "geheim");
  EXPECT_EQ(cleartext_password(raw("\0")), "");
  EXPECT_EQ(cleartext_password("geheim"), std::nullopt);
  EXPECT_EQ(cleartext_password(""), std::nullopt);
}

TEST(MysqlPasswords, RsaGoesThereAndBack) {
  const auto key = RsaKey::generate();
  ASSERT_TRUE(key.has_value());
  EXPECT_TRUE(key->public_key().starts_with("-----BEGIN PUBLIC KEY-----\n"));
  const Nonce nonce = nonce_of(kSha2Nonce);
  for (const std::string& password : {std::string("geheim"), std::string(), std::string(200, 'p')}) {
    const auto response = rsa_response(password, nonce, key->public_key());
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->size(), 256U);
    EXPECT_EQ(key->password(*response, nonce), password);
    EXPECT_NE(key->password(*response, nonce_of(kNativeNonce)), password);
    std::string wrong = *response;
    wrong[10] = static_cast<char>(wrong[10] ^ 1);
    EXPECT_EQ(key->password(wrong, nonce), std::nullopt);
    EXPECT_EQ(key->password(response->substr(1), nonce), std::nullopt);
  }
  EXPECT_EQ(key->password("", nonce), std::nullopt);
}

TEST(MysqlPasswords, RsaRefusesWhatIsNoKeyForIt) {
  const Nonce nonce = nonce_of(kSha2Nonce);
  EXPECT_EQ(rsa_response("p", nonce, ""), std::nullopt);
  EXPECT_EQ(rsa_response("p", nonce, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), std::nullopt);
  EXPECT_EQ(rsa_response("p", nonce, std::string(8193, ' ')), std::nullopt);
  // Ed25519.
  EXPECT_EQ(rsa_response("p", nonce,
                         "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                         "-----END PUBLIC KEY-----\n"),
            std::nullopt);
  const auto key = RsaKey::generate();
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(rsa_response(std::string(214, 'p'), nonce, key->public_key()), std::nullopt);  // longer than OAEP holds
}

TEST(MysqlPasswords, Ed25519AsARealClientSignedIt) {
  const std::string nonce = hex("d137fcfd128df220b5a8d739780d5928a97161b2bd7a0c044071c73606ff2f8f");
  const std::string response = hex(
      "ab3220cc8b916f81d263d8d66296424be61ba2afe6d649f15f6ab3495523a7ff4506dd459cf5cde67c7a84b8a69f013a72ed890cb703c744"
      "a4f69308ea9e7101");
  // 9fKFyshMP2JvmJ9Q/htsweKqX84NkQZvItm/V6gvu+g in mysql.user.
  const std::string key = hex("f5f285cac84c3f626f989f50fe1b6cc1e2aa5fce0d91066f22d9bf57a82fbbe8");
  EXPECT_TRUE(ed25519_verify(response, nonce, key));
  std::string wrong = response;
  wrong[0] = static_cast<char>(wrong[0] ^ 1);
  EXPECT_FALSE(ed25519_verify(wrong, nonce, key));
  EXPECT_FALSE(ed25519_verify(response, nonce.substr(1), key));
  EXPECT_FALSE(ed25519_verify(response.substr(1), nonce, key));
  EXPECT_FALSE(ed25519_verify(response, nonce, key.substr(1)));
}

TEST(MysqlPasswords, NoncesHoldNoByteThatEndsThem) {
  Nonce last{};
  for (int i = 0; i < 1000; ++i) {
    Nonce nonce{};
    ASSERT_TRUE(random_nonce(nonce));
    EXPECT_NE(nonce, last);
    EXPECT_TRUE(std::all_of(nonce.begin(), nonce.end(), [](char c) { return c > 0 && c != '$'; }));
    last = nonce;
  }
}

TEST(MysqlPasswords, WipeLeavesNothing) {
  std::string secret = "geheim";
  wipe(secret);
  EXPECT_EQ(secret, std::string(6, '\0'));
}

}  // namespace
}  // namespace tapri::wire::mysql
