// The login of one client, from its start-up message to the first ReadyForQuery, as a pure state machine.
//
// Authentication is the database's: its requests and the client's answers are relayed unchanged. Two exceptions, both
// because SCRAM binds itself to the TLS channel it runs in:
// - TLS on the upstream leg only: the offer of SCRAM-SHA-256-PLUS is taken out, since the client could not bind to it.
// - TLS on both legs: a relayed exchange would be refused as a downgrade. If the user's secret is known
// (auth.users_file),
//   each leg is authenticated by itself, with channel binding; else PLUS is taken out, which works for clients that do
//   not bind at all, and any other gets an error that says what to do.
//
// Thread-safety: none. Never throws, never blocks; deriving keys costs milliseconds on legs that are authenticated
// here.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "session/actions.h"
#include "session/pg/session.h"
#include "wire/pg/frame.h"
#include "wire/pg/scram.h"
#include "wire/pg/startup.h"

namespace tapri::session::pg {

class Login {
 public:
  // No message of a login is longer, on either side: the server reads passwords and tokens up to a length field of this
  // (PG_MAX_AUTH_TOKEN_LENGTH), to which the type byte comes.
  static constexpr std::size_t kMaxMessage = 65'535 + 1;

  struct Legs {
    bool client_tls = false;
    bool upstream_tls = false;
    std::string client_certificate_hash;    // of the certificate shown to the client, for channel binding
    std::string upstream_certificate_hash;  // of the one that the server has shown
  };
  // A user's password or SCRAM verifier; nullopt: not known here.
  using FindSecret = std::function<std::optional<std::string>(const std::string& user)>;

  // `startup` must be decoded; its packet is sent to the upstream by the caller.
  Login(const wire::pg::StartupMessage& startup, Legs legs, FindSecret find_secret);

  [[nodiscard]] std::size_t on_client_data(ByteView data, Actions& actions);
  // Stops behind ReadyForQuery: what follows belongs to the session.
  [[nodiscard]] std::size_t on_upstream_data(ByteView data, Actions& actions);

  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] char status() const { return status_; }
  // The server refused before it asked for anything, for a reason that another sslmode may mend (no pg_hba.conf entry).
  [[nodiscard]] bool refused_at_once() const { return refused_at_once_; }
  // That refusal, for a client that is to see it after all, with what the server said before. Lives as long as this.
  [[nodiscard]] ByteView refusal() const { return refusal_; }
  [[nodiscard]] Identity take_identity() { return std::move(identity_); }
  [[nodiscard]] std::uint32_t process_id() const { return process_id_; }
  [[nodiscard]] const std::string& cancel_secret() const { return cancel_secret_; }

 private:
  void upstream_frame(const wire::pg::Frame& frame, Actions& actions);
  void relay_negotiated(Actions& actions);
  void authentication(const wire::pg::Frame& frame, Actions& actions);
  void offer_sasl(const wire::pg::Frame& frame, Actions& actions);
  void begin_both_legs(const std::string& secret, const std::vector<ByteView>& offered, Actions& actions);
  void client_sasl(const wire::pg::Frame& frame, Actions& actions);
  void upstream_sasl(const wire::pg::Frame& frame, Actions& actions);
  void client_proved(Actions& actions);
  void send_client_sasl(wire::pg::ScramStatus status, Actions& actions);
  void refuse(std::string_view sqlstate, std::string_view message, Actions& actions);

  Legs legs_;
  FindSecret find_secret_;
  Identity identity_;
  bool done_ = false;
  bool asked_ = false;  // the server has sent anything but an error
  bool refused_at_once_ = false;
  std::string refusal_;
  std::string negotiated_;  // NegotiateProtocolVersion, not relayed yet
  bool plus_removed_ = false;
  char status_ = 0;
  std::uint32_t process_id_ = 0;
  std::string cancel_secret_;

  // Authentication on both legs.
  std::unique_ptr<wire::pg::ScramServer> server_;
  std::unique_ptr<wire::pg::ScramClient> client_;
  std::string secret_;
  std::vector<std::string> offered_;
  bool client_started_ = false;
};

}  // namespace tapri::session::pg
