// What either side must not accept.
#include <gtest/gtest.h>

#include "unit/wire/exact.h"
#include "unit/wire/scram_exchange.h"

namespace tapri::wire::pg {
namespace {

ScramFailure start_failure(ByteView mechanism, ByteView message, const std::string& end_point = {}) {
  const ExactBuffer buffer(message);
  ScramServer server(vector_verifier(), server_options(end_point));
  const ScramStatus status = server.start(mechanism, buffer.view());
  EXPECT_EQ(status == ScramStatus::failed, server.failure() != ScramFailure::none);
  EXPECT_EQ(server.output().empty(), status == ScramStatus::failed);
  return server.failure();
}

ScramFailure finish_failure(ByteView message) {
  const ExactBuffer buffer(message);
  ScramServer server(vector_verifier(), server_options());
  EXPECT_EQ(server.start(kScramSha256, kVectorClientFirst), ScramStatus::proceed);
  const ScramStatus status = server.finish(buffer.view());
  EXPECT_EQ(status == ScramStatus::failed, server.failure() != ScramFailure::none);
  return server.failure();
}

ScramFailure proceed_failure(ByteView message) {
  const ExactBuffer buffer(message);
  ScramClient client(client_options("pencil"));
  EXPECT_EQ(client.start(std::vector<ByteView>{kScramSha256}), ScramStatus::proceed);
  const ScramStatus status = client.proceed(buffer.view());
  EXPECT_EQ(status == ScramStatus::failed, client.failure() != ScramFailure::none);
  return client.failure();
}

ScramFailure client_finish_failure(ByteView message) {
  const ExactBuffer buffer(message);
  ScramClient::Options options = client_options("pencil");
  options.user = "user";
  ScramClient client(options);
  EXPECT_EQ(client.start(std::vector<ByteView>{kScramSha256}), ScramStatus::proceed);
  EXPECT_EQ(client.proceed(kVectorServerFirst), ScramStatus::proceed);
  const ScramStatus status = client.finish(buffer.view());
  EXPECT_EQ(status == ScramStatus::failed, client.failure() != ScramFailure::none);
  return client.failure();
}

TEST(ScramRefusal, FlagsOfChannelBinding) {
  const std::string hash(32, '\x01');
  const std::string bare = "n=,r=abc";
  EXPECT_EQ(start_failure(kScramSha256, "n,," + bare), ScramFailure::none);
  EXPECT_EQ(start_failure(kScramSha256, "y,," + bare), ScramFailure::none);
  EXPECT_EQ(start_failure(kScramSha256, "n,," + bare, hash), ScramFailure::none);
  EXPECT_EQ(start_failure(kScramSha256Plus, "p=tls-server-end-point,," + bare, hash), ScramFailure::none);

  EXPECT_EQ(start_failure(kScramSha256, "y,," + bare, hash), ScramFailure::channel_binding);
  EXPECT_EQ(start_failure(kScramSha256, "p=tls-server-end-point,," + bare, hash), ScramFailure::malformed);
  EXPECT_EQ(start_failure(kScramSha256, "x,," + bare), ScramFailure::malformed);
  EXPECT_EQ(start_failure(kScramSha256, "nn,," + bare), ScramFailure::malformed);
  EXPECT_EQ(start_failure(kScramSha256Plus, "n,," + bare, hash), ScramFailure::malformed);
  EXPECT_EQ(start_failure(kScramSha256Plus, "y,," + bare, hash), ScramFailure::malformed);
  EXPECT_EQ(start_failure(kScramSha256Plus, "p=tls-unique,," + bare, hash), ScramFailure::unsupported);
  EXPECT_EQ(start_failure(kScramSha256Plus, "p=tls-server-end-point,," + bare), ScramFailure::unsupported);
  EXPECT_EQ(start_failure("SCRAM-SHA-1", "n,," + bare), ScramFailure::unsupported);
  EXPECT_EQ(start_failure("", "n,," + bare), ScramFailure::unsupported);
}

TEST(ScramRefusal, FirstMessagesOfTheClient) {
  EXPECT_EQ(start_failure(kScramSha256, "n,,n=,r=abc,x=later"), ScramFailure::none);
  EXPECT_EQ(start_failure(kScramSha256, "n,a=admin,n=,r=abc"), ScramFailure::unsupported);
  EXPECT_EQ(start_failure(kScramSha256, "n,,m=x,n=,r=abc"), ScramFailure::unsupported);
  for (const char* message :
       {"", "n", "n,", "n,,", "n,,n=", "n,,n=,", "n,,n=,r=", "n,,r=abc", "n,,n=,r=a c", "n,,n=,r=a\x7f",
        "n,,n=,n=,r=abc", "n,x,n=,r=abc", "n,,n=,r=abc,", "n,,n=,r=abc,x", "n,,n=,r=abc,1=x", ",,n=,r=abc"}) {
    EXPECT_EQ(start_failure(kScramSha256, message), ScramFailure::malformed) << message;
  }
  EXPECT_EQ(start_failure(kScramSha256, raw("n,,n=,r=a\0c")), ScramFailure::malformed);
  EXPECT_EQ(start_failure(kScramSha256, "n,,n=,r=" + std::string(kScramMaxMessageSize, 'a')), ScramFailure::malformed);
}

TEST(ScramRefusal, LastMessagesOfTheClient) {
  const std::string good(kVectorClientFinal);
  EXPECT_EQ(finish_failure(good), ScramFailure::none);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(finish_failure(good.substr(0, size)), ScramFailure::malformed) << size;
  }
  for (const char* extra : {"A", "=", ",", ",x=y", "\n"}) {
    EXPECT_EQ(finish_failure(good + extra), ScramFailure::malformed) << extra;
  }
  const std::size_t proof = good.rfind(",p=");
  // Not what the proof was made of:
  EXPECT_EQ(finish_failure(good.substr(0, proof) + ",x=y" + good.substr(proof)), ScramFailure::wrong_password);
  EXPECT_EQ(finish_failure("c=eSws" + good.substr(6)), ScramFailure::channel_binding);
  EXPECT_EQ(finish_failure("c=" + good.substr(6)), ScramFailure::channel_binding);
  EXPECT_EQ(finish_failure("c=biws,r=rOprNGfwEbeRWgbNEkqO" + good.substr(proof)), ScramFailure::malformed);
  EXPECT_EQ(finish_failure(good.substr(0, proof) + ",p=" + std::string(43, 'A') + "="), ScramFailure::wrong_password);
  EXPECT_EQ(finish_failure(good.substr(0, proof) + ",p=" + std::string(44, 'A')), ScramFailure::malformed);
  EXPECT_EQ(finish_failure(good + std::string(kScramMaxMessageSize, 'A')), ScramFailure::malformed);
}

TEST(ScramRefusal, EveryBitOfTheProofCounts) {
  const std::string good(kVectorClientFinal);
  for (std::size_t at = good.size() - 44; at < good.size() - 1; ++at) {
    std::string bad = good;
    bad[at] = bad[at] == 'A' ? 'E' : 'A';
    const ScramFailure failure = finish_failure(bad);
    EXPECT_TRUE(failure == ScramFailure::wrong_password) << at;
  }
}

TEST(ScramRefusal, OrderOfTheServersSteps) {
  ScramServer server(vector_verifier(), server_options());
  EXPECT_EQ(server.finish(kVectorClientFinal), ScramStatus::failed);
  EXPECT_EQ(server.start(kScramSha256, kVectorClientFirst), ScramStatus::failed);
  ScramServer twice(vector_verifier(), server_options());
  EXPECT_EQ(twice.start(kScramSha256, kVectorClientFirst), ScramStatus::proceed);
  EXPECT_EQ(twice.start(kScramSha256, kVectorClientFirst), ScramStatus::failed);
  EXPECT_EQ(twice.finish(kVectorClientFinal), ScramStatus::failed);
  ScramServer done(vector_verifier(), server_options());
  EXPECT_EQ(done.start(kScramSha256, kVectorClientFirst), ScramStatus::proceed);
  EXPECT_EQ(done.finish(kVectorClientFinal), ScramStatus::done);
  EXPECT_EQ(done.finish(kVectorClientFinal), ScramStatus::failed);
  EXPECT_FALSE(done.keys().has_value());
}

TEST(ScramRefusal, ChallengesOfTheServer) {
  const std::string nonce = "r=" + std::string(kVectorClientNonce);
  EXPECT_EQ(proceed_failure(nonce + "x,s=c2FsdA==,i=1"), ScramFailure::none);
  EXPECT_EQ(proceed_failure(nonce + "x,s=c2FsdA==,i=1,x=later"), ScramFailure::none);
  EXPECT_EQ(proceed_failure("m=x," + nonce + "x,s=c2FsdA==,i=1"), ScramFailure::unsupported);
  for (const char* iterations :
       {"0", "-1", "1000001", "4294967297", "99999999999999999999", "x", "", "1 ", "+1", "0x10"}) {
    EXPECT_EQ(proceed_failure(nonce + "x,s=c2FsdA==,i=" + iterations), ScramFailure::unsupported) << iterations;
  }
  for (const std::string& message :
       {std::string(), nonce, nonce + "x", nonce + "x,s=c2FsdA==", nonce + ",s=c2FsdA==,i=1", nonce + "x,s=,i=1",
        nonce + "x,s=c2FsdA=,i=1", nonce + "x,s=====,i=1", nonce + "x,s=c2Fsd!==,i=1", nonce + "x,s=c2FsdB==,i=1",
        nonce + "x,i=1,s=c2FsdA==", nonce + "x,s=c2FsdA==,i=1,", std::string("r=other-nonce-altogether,s=c2FsdA==,i=1"),
        std::string("e=other-error"), nonce + std::string(kScramMaxMessageSize, 'x') + ",s=c2FsdA==,i=1"}) {
    EXPECT_EQ(proceed_failure(message), ScramFailure::malformed) << message.substr(0, 80);
  }
}

TEST(ScramRefusal, AServerThatDoesNotKnowThePassword) {
  const std::string good(kVectorServerFinal);
  EXPECT_EQ(client_finish_failure(good), ScramFailure::none);
  EXPECT_EQ(client_finish_failure("v=" + std::string(43, 'A') + "="), ScramFailure::wrong_password);
  EXPECT_EQ(client_finish_failure("e=invalid-proof"), ScramFailure::wrong_password);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(client_finish_failure(good.substr(0, size)), ScramFailure::malformed) << size;
  }
  EXPECT_EQ(client_finish_failure(good + "A"), ScramFailure::malformed);
}

TEST(ScramRefusal, OrderOfTheClientsSteps) {
  ScramClient client(client_options("pencil"));
  EXPECT_EQ(client.proceed(kVectorServerFirst), ScramStatus::failed);
  ScramClient early(client_options("pencil"));
  EXPECT_EQ(early.start(std::vector<ByteView>{kScramSha256}), ScramStatus::proceed);
  EXPECT_EQ(early.finish(kVectorServerFinal), ScramStatus::failed);
  ScramClient none(client_options("pencil"));
  EXPECT_EQ(none.start(std::vector<ByteView>{"GSSAPI"}), ScramStatus::failed);
  EXPECT_EQ(none.failure(), ScramFailure::unsupported);
}

}  // namespace
}  // namespace tapri::wire::pg
