// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, both sides, as pure state machines: bytes in, bytes out (RFC 5802, RFC 7677;
// channel binding tls-server-end-point of RFC 5929), and PostgreSQL's md5 response.
//
// Password preparation: SASLprep (RFC 4013) leaves printable ASCII as it is, so it is skipped there; any other password
// is used as its raw bytes, which is what libpq and the server do when the preparation fails. A password whose
// preparation would succeed and change it (a no-break space, compatibility forms such as half-width letters) is
// therefore not supported: it is refused as a wrong password, never taken for another.
//
// Errors: by status; nothing throws. Secrets are compared in constant time. Thread-safety: an object belongs to one
// thread. Cost: deriving keys from a password takes some milliseconds of CPU (4096 rounds of HMAC); nothing else does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace tapri::wire::pg {

inline constexpr ByteView kScramSha256 = "SCRAM-SHA-256";
inline constexpr ByteView kScramSha256Plus = "SCRAM-SHA-256-PLUS";

inline constexpr std::uint32_t kScramDefaultIterations = 4096;
// More is refused, on either side: one login must not hold a thread for seconds.
inline constexpr std::uint32_t kScramMaxIterations = 1'000'000;
// A longer message of the exchange is refused unread.
inline constexpr std::size_t kScramMaxMessageSize = 4096;

// Fills the span with unpredictable bytes; false if there are none to be had.
// Comes from OpenSSL's generator. May be called from any thread.
[[nodiscard]] bool system_random(std::span<char> out);

// Makes one side's part of a nonce: unpredictable, printable ASCII without commas. Empty if there is none to be had.
using NonceSource = std::function<std::string()>;
// 18 bytes of system_random() in base64.
[[nodiscard]] std::string system_nonce();

using ScramKey = std::array<char, 32>;

// What a server keeps of a password: it proves a client, but does not allow to log in as one.
struct ScramVerifier {
  std::uint32_t iterations = kScramDefaultIterations;
  std::string salt;  // raw bytes, 1 to 1024
  ScramKey stored_key{};
  ScramKey server_key{};
  bool mock = false;  // no such user: the exchange runs to its end and fails
};

// What a client may log in with instead of a password; good only where salt and iterations are the same.
struct ScramKeys {
  ScramKey client_key{};
  ScramKey server_key{};
};

// nullopt if the salt or the iterations are out of bounds.
[[nodiscard]] std::optional<ScramVerifier> make_scram_verifier(ByteView password, ByteView salt,
                                                               std::uint32_t iterations = kScramDefaultIterations);
// PostgreSQL's form, `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`; nullopt if it is not one.
[[nodiscard]] std::optional<ScramVerifier> parse_scram_verifier(ByteView text);
[[nodiscard]] std::string format_scram_verifier(const ScramVerifier& verifier);
// A salt for `user` that is always the same and cannot be told from a random one without `secret`, a random key that
// the process keeps. Verifiers made of plain-text passwords should use it too: if their salt changed at each login,
// known users could be told from unknown ones.
[[nodiscard]] std::string scram_salt_for(ByteView user, ByteView secret);
// For a user who is not known; same shape, same work, always refused.
[[nodiscard]] ScramVerifier mock_scram_verifier(ByteView user, ByteView secret,
                                                std::uint32_t iterations = kScramDefaultIterations);

enum class ScramStatus : std::uint8_t {
  proceed,  // send output(), then hand in the peer's next message
  done,     // the peer is proved; a server still sends output()
  failed,   // failure() says why; nothing is to be sent but an error
};

enum class ScramFailure : std::uint8_t {
  none,
  malformed,        // not a message of this exchange (SQLSTATE 08P01)
  unsupported,      // a mechanism, extension, authorization identity or bound that is not supported
  channel_binding,  // missing, wrong, or downgraded by someone in between
  wrong_password,   // also: no such user (server side), or the server does not know the password (client side)
  internal,         // the nonce source or the cryptographic library failed
};

// One sentence for a log, without any secret; never empty.
[[nodiscard]] ByteView scram_failure_text(ScramFailure failure);

// Proves one client.
//
//   ScramServer server(verifier, {.tls_server_end_point = hash});
//   append_auth_sasl(out, server.mechanisms());
//   status = server.start(response.mechanism, response.response);   // proceed: AuthenticationSASLContinue(output())
//   status = server.finish(data);                                   // done: AuthenticationSASLFinal(output())
class ScramServer {
 public:
  struct Options {
    // Hash of this server's certificate as RFC 5929 says, if the client's connection is TLS that ends here; else
    // empty, and -PLUS is not offered.
    std::string tls_server_end_point;
    NonceSource nonce = system_nonce;
  };

  ScramServer(ScramVerifier verifier, Options options);

  // To be offered, best first. The views are constants.
  [[nodiscard]] std::vector<ByteView> mechanisms() const;
  // Takes SASLInitialResponse.
  [[nodiscard]] ScramStatus start(ByteView mechanism, ByteView client_first);
  // Takes SASLResponse.
  [[nodiscard]] ScramStatus finish(ByteView client_final);

  // Lives until the next call.
  [[nodiscard]] ByteView output() const { return output_; }
  [[nodiscard]] ScramFailure failure() const { return failure_; }
  // After done: what the client proved itself with. Opens any server that keeps the same verifier.
  [[nodiscard]] std::optional<ScramKeys> keys() const;

 private:
  enum class State : std::uint8_t { initial, challenged, done, failed };
  ScramStatus fail(ScramFailure failure);
  [[nodiscard]] ScramFailure check_gs2(ByteView mechanism, ByteView flag) const;
  [[nodiscard]] ScramStatus challenge(ByteView client_nonce);
  [[nodiscard]] ScramStatus verify(ByteView without_proof, const ScramKey& proof);

  ScramVerifier verifier_;
  Options options_;
  State state_ = State::initial;
  ScramFailure failure_ = ScramFailure::none;
  std::string channel_binding_;  // what the client must repeat, in base64
  std::string client_first_bare_;
  std::string server_first_;
  std::string nonce_;
  std::string output_;
  ScramKey client_key_{};
};

// Logs in to one server, and proves it.
//
//   ScramClient client({.password = "..."});
//   status = client.start(authentication.mechanisms);   // proceed: SASLInitialResponse(mechanism(), output())
//   status = client.proceed(continue_data);             // proceed: SASLResponse(output())
//   status = client.finish(final_data);                 // done
class ScramClient {
 public:
  struct Options {
    std::string password;
    std::optional<ScramKeys> keys;  // used instead of the password
    // The name inside the exchange. PostgreSQL goes by the start-up message and libpq leaves this empty.
    std::string user;
    // Hash of the server's certificate as RFC 5929 says if the connection is TLS; else empty: no channel binding.
    std::string tls_server_end_point;
    bool require_channel_binding = false;
    NonceSource nonce = system_nonce;
  };

  explicit ScramClient(Options options);

  // Chooses among what the server offers: -PLUS if it can.
  [[nodiscard]] ScramStatus start(std::span<const ByteView> offered);
  [[nodiscard]] ScramStatus proceed(ByteView server_first);
  [[nodiscard]] ScramStatus finish(ByteView server_final);

  [[nodiscard]] ByteView mechanism() const { return mechanism_; }
  // Lives until the next call.
  [[nodiscard]] ByteView output() const { return output_; }
  [[nodiscard]] ScramFailure failure() const { return failure_; }

 private:
  enum class State : std::uint8_t { initial, started, responded, done, failed };
  ScramStatus fail(ScramFailure failure);
  [[nodiscard]] bool keys_for(ByteView salt, std::uint32_t iterations, ScramKeys& out) const;
  [[nodiscard]] ScramStatus respond(ByteView server_first, const ScramKeys& keys);

  Options options_;
  State state_ = State::initial;
  ScramFailure failure_ = ScramFailure::none;
  ByteView mechanism_;
  std::string gs2_header_;
  std::string client_first_bare_;
  std::string nonce_;
  std::string output_;
  ScramKey expected_signature_{};
};

// What a client answers to AuthenticationMD5Password: "md5" and 32 hex digits. `password` may also be the stored form
// ("md5" and 32 hex digits). nullopt if the cryptographic library has no MD5.
[[nodiscard]] std::optional<std::string> md5_response(ByteView user, ByteView password, ByteView salt);

}  // namespace tapri::wire::pg
