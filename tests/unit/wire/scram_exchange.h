// Both ends of a SCRAM exchange, with nonces that a test can foresee.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "wire/pg/scram.h"

namespace tapri::wire::pg {

// RFC 7677, section 3.
inline constexpr ByteView kVectorClientNonce = "rOprNGfwEbeRWgbNEkqO";
inline constexpr ByteView kVectorServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
inline constexpr ByteView kVectorVerifier =
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
inline constexpr ByteView kVectorClientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
inline constexpr ByteView kVectorServerFirst =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
inline constexpr ByteView kVectorClientFinal =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
inline constexpr ByteView kVectorServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

inline NonceSource always(ByteView nonce) {
  return [nonce] { return std::string(nonce); };
}

inline ScramServer::Options server_options(std::string end_point = {}) {
  ScramServer::Options options;
  options.tls_server_end_point = std::move(end_point);
  options.nonce = always(kVectorServerNonce);
  return options;
}

inline ScramClient::Options client_options(std::string password, std::string end_point = {}) {
  ScramClient::Options options;
  options.password = std::move(password);
  options.tls_server_end_point = std::move(end_point);
  options.nonce = always(kVectorClientNonce);
  return options;
}

inline ScramVerifier vector_verifier() {
  const auto verifier = parse_scram_verifier(kVectorVerifier);
  EXPECT_TRUE(verifier.has_value());
  return verifier.value_or(ScramVerifier{});
}

// The server's state after a whole exchange with `offered` as the client saw it.
struct Outcome {
  ScramStatus client = ScramStatus::failed;
  ScramStatus server = ScramStatus::failed;
};

inline Outcome exchange(ScramClient& client, ScramServer& server, const std::vector<ByteView>& offered) {
  Outcome outcome;
  outcome.client = client.start(offered);
  if (outcome.client == ScramStatus::failed) return outcome;
  outcome.server = server.start(client.mechanism(), client.output());
  if (outcome.server == ScramStatus::failed) return outcome;
  outcome.client = client.proceed(server.output());
  if (outcome.client == ScramStatus::failed) return outcome;
  outcome.server = server.finish(client.output());
  if (outcome.server == ScramStatus::failed) return outcome;
  outcome.client = client.finish(server.output());
  return outcome;
}

}  // namespace tapri::wire::pg
