#include <utility>

#include "wire/pg/crypto.h"
#include "wire/pg/scram.h"
#include "wire/pg/scram_attributes.h"

namespace tapri::wire::pg {

ScramServer::ScramServer(ScramVerifier verifier, Options options)
    : verifier_(std::move(verifier)), options_(std::move(options)) {}

std::vector<ByteView> ScramServer::mechanisms() const {
  if (options_.tls_server_end_point.empty()) return {kScramSha256};
  return {kScramSha256Plus, kScramSha256};
}

ScramStatus ScramServer::fail(ScramFailure failure) {
  state_ = State::failed;
  failure_ = failure;
  output_.clear();
  return ScramStatus::failed;
}

// RFC 5802, section 6: what the client says about channel binding must fit the mechanism that it chose and what it was
// offered.
ScramFailure ScramServer::check_gs2(ByteView mechanism, ByteView flag) const {
  const bool plus_offered = !options_.tls_server_end_point.empty();
  if (mechanism == kScramSha256) {
    if (flag == "n") return ScramFailure::none;
    // "I could bind, but you did not offer it": if it was offered, someone removed it on the way.
    if (flag == "y") return plus_offered ? ScramFailure::channel_binding : ScramFailure::none;
    return ScramFailure::malformed;
  }
  if (mechanism != kScramSha256Plus || !plus_offered) return ScramFailure::unsupported;
  if (flag == kTlsServerEndPointFlag) return ScramFailure::none;
  return flag.substr(0, 2) == "p=" ? ScramFailure::unsupported : ScramFailure::malformed;
}

ScramStatus ScramServer::start(ByteView mechanism, ByteView client_first) {
  if (state_ != State::initial || client_first.size() > kScramMaxMessageSize) return fail(ScramFailure::malformed);
  AttributeReader reader(client_first);
  ByteView flag;
  ByteView authorization;
  if (!reader.take_raw(flag) || !reader.take_raw(authorization)) return fail(ScramFailure::malformed);
  const ScramFailure refused = check_gs2(mechanism, flag);
  if (refused != ScramFailure::none) return fail(refused);
  if (!authorization.empty()) {
    return fail(authorization.substr(0, 2) == "a=" ? ScramFailure::unsupported : ScramFailure::malformed);
  }
  const ByteView gs2_header = client_first.substr(0, reader.position());
  client_first_bare_ = client_first.substr(reader.position());

  char name = 0;
  ByteView user;  // the start-up message says who it is; PostgreSQL ignores this too
  ByteView client_nonce;
  if (!reader.take_any(name, user)) return fail(ScramFailure::malformed);
  if (name == 'm') return fail(ScramFailure::unsupported);  // mandatory extensions: none is known
  if (name != 'n' || !reader.take('r', client_nonce) || !is_scram_nonce(client_nonce) || !reader.skip_extensions()) {
    return fail(ScramFailure::malformed);
  }
  std::string binding(gs2_header);
  if (mechanism == kScramSha256Plus) binding += options_.tls_server_end_point;
  channel_binding_ = base64_encode(binding);
  return challenge(client_nonce);
}

ScramStatus ScramServer::challenge(ByteView client_nonce) {
  const std::string own_nonce = options_.nonce ? options_.nonce() : std::string();
  if (!is_scram_nonce(own_nonce)) return fail(ScramFailure::internal);
  nonce_ = std::string(client_nonce).append(own_nonce);
  server_first_ = "r=" + nonce_ + ",s=" + base64_encode(verifier_.salt) + ",i=" + std::to_string(verifier_.iterations);
  output_ = server_first_;
  state_ = State::challenged;
  return ScramStatus::proceed;
}

ScramStatus ScramServer::finish(ByteView client_final) {
  if (state_ != State::challenged || client_final.size() > kScramMaxMessageSize) return fail(ScramFailure::malformed);
  AttributeReader reader(client_final);
  ByteView binding;
  ByteView nonce;
  if (!reader.take('c', binding) || !reader.take('r', nonce)) return fail(ScramFailure::malformed);
  char name = 0;
  ByteView value;
  std::size_t proof_at = 0;
  do {  // extensions may stand between the nonce and the proof, which is last
    proof_at = reader.position();
    if (!reader.take_any(name, value)) return fail(ScramFailure::malformed);
  } while (name != 'p');
  ScramKey proof{};
  if (!reader.ended() || nonce != nonce_ || !base64_decode_key(value, proof)) return fail(ScramFailure::malformed);
  if (binding != channel_binding_) return fail(ScramFailure::channel_binding);
  return verify(client_final.substr(0, proof_at - 1), proof);
}

// A mock user goes the whole way too, so that the time taken tells nothing.
ScramStatus ScramServer::verify(ByteView without_proof, const ScramKey& proof) {
  std::string message = client_first_bare_ + "," + server_first_ + ",";
  message.append(without_proof);
  Sha256 client_signature{};
  Sha256 stored_key{};
  Sha256 server_signature{};
  if (!hmac_sha256(view_of(verifier_.stored_key), message, client_signature)) return fail(ScramFailure::internal);
  client_key_ = exclusive_or(proof, client_signature);
  if (!sha256(view_of(client_key_), stored_key)) return fail(ScramFailure::internal);
  if (!hmac_sha256(view_of(verifier_.server_key), message, server_signature)) return fail(ScramFailure::internal);
  const bool proved = equal_in_constant_time(stored_key, verifier_.stored_key);
  if (!proved || verifier_.mock) {
    wipe(client_key_);
    return fail(ScramFailure::wrong_password);
  }
  output_ = "v=" + base64_encode(view_of(server_signature));
  state_ = State::done;
  return ScramStatus::done;
}

std::optional<ScramKeys> ScramServer::keys() const {
  if (state_ != State::done) return std::nullopt;
  return ScramKeys{client_key_, verifier_.server_key};
}

}  // namespace tapri::wire::pg
