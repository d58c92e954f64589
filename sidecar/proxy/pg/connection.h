// A PostgreSQL client's connection: carries out what the login and session state machines ask for.
//
// Thread-safety: as proxy::Connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/connection.h"
#include "proxy/pg/upstream.h"
#include "session/pg/login.h"
#include "session/pg/session.h"

namespace tapri::proxy::pg {

class Connection final : public proxy::Connection {
 public:
  // `refused`: the limit of connections is reached; the client is told so.
  Connection(const ConnectionServices& services, std::unique_ptr<io::Stream> client, bool refused,
             std::function<void(proxy::Connection&)> closed);
  ~Connection() override;

 private:
  enum class Phase : std::uint8_t {
    preface,  // requests for TLS, a cancel request or the start-up message are awaited
    login,
    session,
    relay,       // bytes pass untouched
    cancelling,  // a cancel request was passed on; its end is awaited
    refusal,     // the server was asked for a protocol that is not spoken here: its error is awaited
  };

  // connection.cpp
  void begin() override {}
  void process_client() override;
  void process_upstream() override;
  [[nodiscard]] bool takes_client_bytes() const override;
  [[nodiscard]] std::size_t client_bytes_wanted() const override;
  [[nodiscard]] std::size_t login_room() const;
  void flight_timed_out() override;
  void client_ended() override;
  [[nodiscard]] bool write_in_flight() const override;
  [[nodiscard]] coherence::DirtyMark unfinished_writes() override;
  [[nodiscard]] bool at_rest() const override;
  void say_shutdown() override;
  [[nodiscard]] coherence::Announcer::Ticket announced() const override {
    return session_ ? session_->writes().announced() : 0;
  }
  [[nodiscard]] coherence::Announcer::Ticket intended() const override {
    return session_ ? session_->writes().intended() : 0;
  }
  [[nodiscard]] bool in_session() const override { return phase_ == Phase::session; }
  void allow_hits(bool allowed) override { session_->allow_hits(allowed); }
  void say_unannounced(bool sent) override {
    say_error_and_close(sent ? "08007" : "08006", sent ? kNotAnnounced : kNotSent);
  }
  void forget() override;
  void add_terminate();
  void say_error_and_close(std::string_view sqlstate, std::string_view message);

  // login.cpp
  void client_encrypted() override { phase_ = Phase::preface; }
  void upstream_connected() override;
  void upstream_unreachable(const std::string& why) override;
  void preface_data();
  void encryption_requested(bool tls, ByteView data, std::uint32_t size);
  void startup(const wire::pg::StartupMessage& message, ByteView packet);
  void cancel_request(const wire::pg::CancelRequest& request, ByteView packet);
  void begin_relay(ByteView first);
  void connect(Attempt attempt, Phase after);
  void start_login();
  void login_progress();
  void start_session();

  bool refused_;
  Phase phase_ = Phase::preface;  // while the upstream is being connected to: what comes after that
  Attempt attempt_ = Attempt::first;
  std::string startup_packet_;  // also a cancel request, or the first bytes of a relay
  std::unique_ptr<session::pg::Login> login_;
  std::unique_ptr<session::pg::Session> session_;
  std::string cancel_secret_;
};

}  // namespace tapri::proxy::pg
