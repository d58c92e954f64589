// One end of a TLS connection without I/O: ciphertext goes in and comes out as bytes, plaintext likewise.
//
//   received: fill input_space(), input_filled(n); then handshake(), or read() until it wants input
//   to send:  handshake() and write() append to output(); send that, then output_sent(n)
//
// Thread-safety: none; one thread. An engine that has failed stays failed.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "io/detail/tls_context.h"

namespace tapri::io::detail {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

class TlsEngine {
 public:
  enum class Step : unsigned char {
    done,
    wants_input,  // nothing more can be done with what was received
    closed,       // the peer ended its side in good order
    failed,       // see error()
  };

  // `host` is for SNI and, where the context asks for it, for the certificate's name; used by clients only.
  TlsEngine(const OpenSslContext& context, std::string_view host);
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;
  ~TlsEngine() = default;

  [[nodiscard]] Step handshake();
  // Decrypts into `buffer`, which is not empty; `size` is set when done.
  [[nodiscard]] Step read(std::span<char> buffer, std::size_t& size);
  // Encrypts all of `bytes`, which is not empty: done or failed.
  [[nodiscard]] Step write(std::string_view bytes);
  // Says that nothing more will be written (close_notify).
  void shutdown();
  [[nodiscard]] std::error_code error() const { return error_; }

  // Where ciphertext may be put; never empty, valid until the next call. Only when an operation wants input.
  [[nodiscard]] std::span<char> input_space();
  void input_filled(std::size_t size);
  // Ciphertext that was received elsewhere; copied.
  void feed(std::string_view ciphertext);
  // The transport ended.
  void input_ended() { input_ended_ = true; }

  // Valid until the next call that encrypts.
  [[nodiscard]] std::string_view output() const { return std::string_view(output_).substr(output_start_); }
  void output_sent(std::size_t size);

  [[nodiscard]] bool has_alpn() const;
  // See Stream::certificate_hash().
  [[nodiscard]] std::string certificate_hash() const;

 private:
  struct Bio;  // OpenSSL's call-backs
  static int check_name(int good, X509_STORE_CTX* store);
  std::error_code set_up_client(const OpenSslContext& context, std::string_view host);
  [[nodiscard]] Step step_after(int result);

  std::string input_;
  std::size_t input_start_ = 0;
  std::size_t input_end_ = 0;
  bool much_input_ = false;  // the last of it filled the room there was, or more than a little of it
  std::string output_;
  std::size_t output_start_ = 0;
  bool is_server_;
  std::string host_;  // client: whose certificate is expected
  bool handshake_done_ = false;
  bool input_ended_ = false;
  std::error_code error_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

}  // namespace tapri::io::detail
