// A MySQL or MariaDB client's connection: carries out what the login and session state machines ask for.
//
// The server speaks first, so it is connected to as soon as a client is accepted.
// Thread-safety: as proxy::Connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/connection.h"
#include "session/mysql/login.h"
#include "session/mysql/session.h"

namespace tapri::proxy::mysql {

class Connection final : public proxy::Connection {
 public:
  // `refused`: the limit of connections is reached; the client is told so.
  Connection(const ConnectionServices& services, std::unique_ptr<io::Stream> client, bool refused,
             std::function<void(proxy::Connection&)> closed);
  ~Connection() override;

 private:
  enum class Phase : std::uint8_t {
    login,
    session,
    relay,  // bytes pass untouched
  };

  void begin() override;
  void process_client() override;
  void process_upstream() override;
  void client_encrypted() override;
  void upstream_encrypted() override;
  void upstream_connected() override {}
  void upstream_unreachable(const std::string& why) override;
  [[nodiscard]] bool takes_client_bytes() const override;
  // What the server says behind its greeting may be TLS: not before that is settled.
  [[nodiscard]] bool takes_upstream_bytes() const override { return !login_ || !login_->awaits_response(); }
  [[nodiscard]] std::size_t client_bytes_wanted() const override;
  void flight_timed_out() override;
  void client_ended() override { pump(); }
  [[nodiscard]] bool write_in_flight() const override { return session_ && session_->write_in_flight(); }
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
  void say_unannounced(bool sent) override;

  void login_progress();
  void start_session();
  void begin_relay();
  // `sequence`: of the packet; 0: it answers nothing.
  void say_error_and_close(std::uint16_t code, std::string_view sqlstate, std::string_view message,
                           std::uint8_t sequence = 0);

  bool refused_;
  Phase phase_ = Phase::login;
  std::unique_ptr<session::mysql::Login> login_;
  std::unique_ptr<session::mysql::Session> session_;
};

}  // namespace tapri::proxy::mysql
