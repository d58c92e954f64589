#include "io/detail/tls_engine.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>

#include "io/detail/certificate_name.h"
#include "io/detail/tls_error.h"

namespace tapri::io::detail {
namespace {

// Room for a whole TLS record with its overhead, so that one receive can bring one.
constexpr std::size_t kInputSize = 16384 + 512;
// What a connection that is idle, or has little to say, keeps for that instead.
constexpr std::size_t kQuietInputSize = 2048;
// Output that grew beyond this is given back once it is sent: an idle connection keeps little.
constexpr std::size_t kKeptOutput = 4096;

// RFC 5929, section 4.1: the certificate's own signature hash, but SHA-256 in place of MD5 and SHA-1. Null where the
// signature has no such hash (Ed25519): the binding is not defined for it.
const EVP_MD* endpoint_digest(X509* certificate) {
  int digest = NID_undef;
  if (X509_get_signature_info(certificate, &digest, nullptr, nullptr, nullptr) != 1) return nullptr;
  if (digest == NID_md5 || digest == NID_sha1) return EVP_sha256();
  return digest == NID_undef ? nullptr : EVP_get_digestbynid(digest);
}

// What an earlier failure left for this thread would be taken for the next operation's. Seldom anything; to look costs
// less than to clear.
void forget_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

// A BIO that reads from the engine's input and appends to its output: no copy in between, as a memory BIO would make.
struct TlsEngine::Bio {
  static TlsEngine& engine(BIO* bio) { return *static_cast<TlsEngine*>(BIO_get_data(bio)); }

  static int create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
  }
  static int read(BIO* bio, char* buffer, int size) {
    TlsEngine& self = engine(bio);
    BIO_clear_retry_flags(bio);
    const std::size_t available = self.input_end_ - self.input_start_;
    if (available == 0 || size <= 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t taken = std::min(available, static_cast<std::size_t>(size));
    std::memcpy(buffer, self.input_.data() + self.input_start_, taken);
    self.input_start_ += taken;
    return static_cast<int>(taken);
  }
  static int write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    if (size > 0) engine(bio).output_.append(bytes, static_cast<std::size_t>(size));
    return size;
  }
  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* make_method() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "tapri");
    if (method == nullptr) return nullptr;
    BIO_meth_set_create(method, create);
    BIO_meth_set_read(method, read);
    BIO_meth_set_write(method, write);
    BIO_meth_set_ctrl(method, control);
    return method;
  }
  static BIO* make(TlsEngine* engine) {
    static BIO_METHOD* const method = make_method();
    BIO* bio = method == nullptr ? nullptr : BIO_new(method);
    if (bio != nullptr) BIO_set_data(bio, engine);
    return bio;
  }
};

TlsEngine::TlsEngine(const OpenSslContext& context, std::string_view host) : is_server_(context.is_server()) {
  ERR_clear_error();
  ssl_.reset(SSL_new(context.get()));
  BIO* bio = ssl_ ? Bio::make(this) : nullptr;
  if (bio == nullptr) {
    error_ = take_tls_error();
    return;
  }
  SSL_set_bio(ssl_.get(), bio, bio);
  if (is_server_) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
    error_ = set_up_client(context, host);
  }
}

std::error_code TlsEngine::set_up_client(const OpenSslContext& context, std::string_view host) {
  host_ = host;
  // RFC 6066: no literal addresses in SNI.
  const bool names_host = !host_.empty() && !is_ip_literal(host_);
  if (names_host && SSL_set_tlsext_host_name(ssl_.get(), host_.c_str()) != 1) return take_tls_error();
  if (!context.checks_name()) return {};
  if (host_.empty()) return certificate_error(X509_V_ERR_HOSTNAME_MISMATCH);
  if (SSL_set_app_data(ssl_.get(), this) != 1) return take_tls_error();
  SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, &TlsEngine::check_name);
  return {};
}

// OpenSSL calls this for each certificate of the chain, the server's own last, and goes on only with what it returns.
int TlsEngine::check_name(int good, X509_STORE_CTX* store) {
  if (good == 0 || X509_STORE_CTX_get_error_depth(store) > 0) return good;
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* engine = static_cast<const TlsEngine*>(SSL_get_app_data(ssl));
  X509* certificate = X509_STORE_CTX_get_current_cert(store);
  if (certificate != nullptr && certificate_is_for(*certificate, engine->host_)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
  return 0;
}

TlsEngine::Step TlsEngine::step_after(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Step::done;
    case SSL_ERROR_WANT_READ:
      if (!input_ended_) return Step::wants_input;
      error_ = tls_truncated();
      break;
    case SSL_ERROR_ZERO_RETURN:
      return Step::closed;
    default: {
      error_ = take_tls_error();
      const long verified = SSL_get_verify_result(ssl_.get());
      if (!handshake_done_ && verified != X509_V_OK && SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE)
        error_ = certificate_error(verified);
    }
  }
  ERR_clear_error();
  return Step::failed;
}

TlsEngine::Step TlsEngine::handshake() {
  if (error_) return Step::failed;
  ERR_clear_error();
  const Step step = step_after(SSL_do_handshake(ssl_.get()));
  if (step == Step::closed) error_ = tls_truncated();
  handshake_done_ = step == Step::done;
  return step == Step::closed ? Step::failed : step;
}

TlsEngine::Step TlsEngine::read(std::span<char> buffer, std::size_t& size) {
  if (error_) return Step::failed;
  // Whoever has read one answer asks for the next, which is mostly not there yet: OpenSSL need not find that out.
  const bool some = input_start_ < input_end_ || SSL_has_pending(ssl_.get()) == 1;
  if (!some && !input_ended_ && SSL_get_shutdown(ssl_.get()) == 0) return Step::wants_input;
  forget_errors();
  return step_after(SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size) == 1 ? 1 : 0);
}

TlsEngine::Step TlsEngine::write(std::string_view bytes) {
  if (error_) return Step::failed;
  forget_errors();
  std::size_t written = 0;
  // The BIO takes everything, so that a write is never partial.
  const Step step = step_after(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written) == 1 ? 1 : 0);
  if (step == Step::done || step == Step::failed) return step;
  error_ = take_tls_error();
  return Step::failed;
}

void TlsEngine::shutdown() {
  if (error_ || !handshake_done_) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::span<char> TlsEngine::input_space() {
  const std::size_t room = much_input_ ? kInputSize : kQuietInputSize;
  if (input_start_ == input_end_) {
    input_start_ = input_end_ = 0;
    if (!much_input_ && input_.size() > kQuietInputSize) {
      input_.resize(kQuietInputSize);
      input_.shrink_to_fit();
    }
  }
  if (input_.size() < input_end_ + room) input_.resize(input_end_ + room);
  return std::span<char>(input_).subspan(input_end_);
}

void TlsEngine::input_filled(std::size_t size) {
  const std::size_t room = input_.size() - input_end_;
  much_input_ = size >= room || (much_input_ && size > kQuietInputSize);
  input_end_ += std::min(size, room);
}

void TlsEngine::feed(std::string_view ciphertext) {
  input_.resize(input_end_);
  input_.append(ciphertext);
  input_end_ = input_.size();
}

void TlsEngine::output_sent(std::size_t size) {
  output_start_ += size;
  if (output_start_ < output_.size()) return;
  output_start_ = 0;
  output_.clear();
  if (output_.capacity() > kKeptOutput) output_.shrink_to_fit();
}

bool TlsEngine::has_alpn() const {
  const unsigned char* selected = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &selected, &size);
  return size != 0;
}

std::string TlsEngine::certificate_hash() const {
  if (!handshake_done_) return {};
  X509* certificate = is_server_ ? SSL_get_certificate(ssl_.get()) : SSL_get0_peer_certificate(ssl_.get());
  const EVP_MD* digest = certificate == nullptr ? nullptr : endpoint_digest(certificate);
  if (digest == nullptr) return {};
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (X509_digest(certificate, digest, hash.data(), &size) != 1) return {};
  return {reinterpret_cast<const char*>(hash.data()), size};
}

}  // namespace tapri::io::detail
