#include <algorithm>
#include <utility>

#include "wire/pg/crypto.h"
#include "wire/pg/scram.h"
#include "wire/pg/scram_attributes.h"
#include "wire/pg/scram_keys.h"

namespace tapri::wire::pg {

namespace {

// RFC 5802, section 5.1: commas and equals signs of a name are escaped.
std::string escape_name(ByteView name) {
  std::string out;
  for (const char c : name) {
    if (c == ',') {
      out += "=2C";
    } else if (c == '=') {
      out += "=3D";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

bool contains(std::span<const ByteView> names, ByteView name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ScramClient::ScramClient(Options options) : options_(std::move(options)) {}

ScramStatus ScramClient::fail(ScramFailure failure) {
  state_ = State::failed;
  failure_ = failure;
  output_.clear();
  return ScramStatus::failed;
}

ScramStatus ScramClient::start(std::span<const ByteView> offered) {
  if (state_ != State::initial) return fail(ScramFailure::malformed);
  const bool can_bind = !options_.tls_server_end_point.empty();
  if (can_bind && contains(offered, kScramSha256Plus)) {
    mechanism_ = kScramSha256Plus;
    gs2_header_ = std::string(kTlsServerEndPointFlag).append(",,");
  } else if (options_.require_channel_binding) {
    return fail(ScramFailure::channel_binding);
  } else if (contains(offered, kScramSha256)) {
    mechanism_ = kScramSha256;
    gs2_header_ = can_bind ? "y,," : "n,,";  // "y" lets the server see that its offer was taken away
  } else {
    return fail(ScramFailure::unsupported);
  }
  nonce_ = options_.nonce ? options_.nonce() : std::string();
  if (!is_scram_nonce(nonce_)) return fail(ScramFailure::internal);
  client_first_bare_ = "n=" + escape_name(options_.user) + ",r=" + nonce_;
  output_ = gs2_header_ + client_first_bare_;
  state_ = State::started;
  return ScramStatus::proceed;
}

bool ScramClient::keys_for(ByteView salt, std::uint32_t iterations, ScramKeys& out) const {
  if (options_.keys) {
    out = *options_.keys;
    return true;
  }
  return derive_keys(options_.password, salt, iterations, out);
}

ScramStatus ScramClient::proceed(ByteView server_first) {
  if (state_ != State::started || server_first.size() > kScramMaxMessageSize) return fail(ScramFailure::malformed);
  AttributeReader reader(server_first);
  char name = 0;
  ByteView nonce;
  ByteView salt_text;
  ByteView iterations_text;
  if (!reader.take_any(name, nonce)) return fail(ScramFailure::malformed);
  if (name == 'm') return fail(ScramFailure::unsupported);
  if (name != 'r' || !reader.take('s', salt_text) || !reader.take('i', iterations_text) || !reader.skip_extensions()) {
    return fail(ScramFailure::malformed);
  }
  // The server must add to our nonce, or an old exchange could be played back.
  if (!is_scram_nonce(nonce) || nonce.size() <= nonce_.size() || nonce.substr(0, nonce_.size()) != nonce_) {
    return fail(ScramFailure::malformed);
  }
  const auto salt = base64_decode(salt_text);
  if (!salt || salt->empty()) return fail(ScramFailure::malformed);
  std::uint32_t iterations = 0;
  if (!parse_iterations(iterations_text, iterations)) return fail(ScramFailure::unsupported);

  ScramKeys keys;
  if (!keys_for(*salt, iterations, keys)) return fail(ScramFailure::internal);
  nonce_ = nonce;
  return respond(server_first, keys);
}

ScramStatus ScramClient::respond(ByteView server_first, const ScramKeys& keys) {
  std::string binding = gs2_header_;
  if (mechanism_ == kScramSha256Plus) binding += options_.tls_server_end_point;
  const std::string without_proof = "c=" + base64_encode(binding) + ",r=" + nonce_;
  std::string message = client_first_bare_ + ",";
  message.append(server_first).append(",").append(without_proof);
  Sha256 stored_key{};
  Sha256 client_signature{};
  if (!sha256(view_of(keys.client_key), stored_key) || !hmac_sha256(view_of(stored_key), message, client_signature) ||
      !hmac_sha256(view_of(keys.server_key), message, expected_signature_)) {
    return fail(ScramFailure::internal);
  }
  const Sha256 proof = exclusive_or(keys.client_key, client_signature);
  output_ = without_proof + ",p=" + base64_encode(view_of(proof));
  state_ = State::responded;
  return ScramStatus::proceed;
}

ScramStatus ScramClient::finish(ByteView server_final) {
  if (state_ != State::responded || server_final.size() > kScramMaxMessageSize) return fail(ScramFailure::malformed);
  AttributeReader reader(server_final);
  char name = 0;
  ByteView value;
  if (!reader.take_any(name, value) || !reader.skip_extensions()) return fail(ScramFailure::malformed);
  if (name == 'e') return fail(ScramFailure::wrong_password);
  ScramKey signature{};
  if (name != 'v' || !base64_decode_key(value, signature)) return fail(ScramFailure::malformed);
  if (!equal_in_constant_time(signature, expected_signature_)) return fail(ScramFailure::wrong_password);
  output_.clear();
  state_ = State::done;
  return ScramStatus::done;
}

}  // namespace tapri::wire::pg
