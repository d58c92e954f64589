// One client's connection and the upstream connection that belongs to it: moves bytes and carries out what the login
// and session state machines ask for.
//
// Back-pressure: the client is read only while nothing waits to be written to either side, the upstream only while
// nothing waits to be written to the client. So a session holds at most its two buffers, whatever a slow peer does.
// Lifetime: kept alive by its outstanding operations and by the worker's set; ends with close_now().
// Thread-safety: none but where said; lives on one loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "io/loop.h"
#include "io/stream.h"
#include "io/tls.h"
#include "proxy/buffer.h"
#include "proxy/cancel_registry.h"
#include "proxy/orphans.h"
#include "proxy/upstream.h"
#include "proxy/write_queue.h"
#include "session/pg/login.h"
#include "session/pg/session.h"

namespace tapri::proxy {

enum class ClientTls : std::uint8_t { disable, allow, require, passthrough };

// What the connections of one listener share on one worker. Outlives them.
struct ConnectionServices {
  io::Loop& loop;
  session::pg::WorkerServices session;
  const UpstreamTarget& target;
  CancelRegistry& cancels;
  std::shared_ptr<Orphans> orphans;
  ClientTls client_tls = ClientTls::disable;
  std::shared_ptr<const io::TlsContext> client_tls_context;
  session::pg::Login::FindSecret find_secret;
  std::size_t buffer_size = 64UL * 1024;
  Duration login_timeout = std::chrono::seconds(60);
};

class Connection final : public io::StreamListener, public std::enable_shared_from_this<Connection> {
 public:
  // `refused`: the limit of connections is reached; the client is told so. `closed` is called once, at the end.
  Connection(const ConnectionServices& services, std::unique_ptr<io::Stream> client, bool refused,
             std::function<void(Connection&)> closed);
  ~Connection() override;

  void start();
  // Closes as soon as nothing is owed to the client and no transaction is open.
  void drain();
  void close_now();

  void on_read(int tag, std::error_code error, std::size_t size) override;
  void on_written(int tag, std::error_code error) override;
  void on_ready(int tag, std::error_code error) override;

 private:
  enum Tag : int { kClientRead, kClientWrite, kClientTls, kUpstreamRead, kUpstreamWrite };
  enum class Phase : std::uint8_t {
    preface,     // requests for TLS, a cancel request or the start-up message are awaited
    connecting,  // to the upstream
    login,
    session,
    relay,       // bytes pass untouched
    cancelling,  // a cancel request was passed on; its end is awaited
    refusal,     // the server was asked for a protocol that is not spoken here: its error is awaited
    closing,     // what waits for the client is written, then all is closed
    closed,
  };

  // connection.cpp
  void pump();
  void process_client();
  void process_upstream();
  void carry_out();
  // `self`: this, kept alive by what is begun.
  void read_client(const std::shared_ptr<io::StreamListener>& self);
  [[nodiscard]] std::size_t login_room() const;
  void read_upstream(const std::shared_ptr<io::StreamListener>& self);
  void client_ended();
  void client_lost();
  void upstream_ended();
  void abandon_writes();
  void finish_closing();
  void add_terminate();
  void say_and_close(std::string_view sqlstate, std::string_view message);
  [[nodiscard]] bool drained() const;
  void wait_for_flight();
  template <typename Call>
  std::function<void()> from_anywhere(Call call);

  // connection_login.cpp
  void preface_data();
  void encryption_requested(bool tls, ByteView data, std::uint32_t size);
  void begin_client_tls(ByteView buffered);
  void startup(const wire::pg::StartupMessage& message, ByteView packet);
  void cancel_request(const wire::pg::CancelRequest& request, ByteView packet);
  void begin_relay(ByteView first);
  void connect(Attempt attempt);
  void connected(Result<std::unique_ptr<io::Stream>> stream);
  void start_login();
  void login_progress();
  void start_session();

  const ConnectionServices& services_;
  std::unique_ptr<io::Stream> client_;
  std::unique_ptr<io::Stream> upstream_;
  bool refused_;
  std::function<void(Connection&)> closed_;
  std::unique_ptr<io::Timer> timer_;

  Phase phase_ = Phase::preface;
  Phase after_connect_ = Phase::login;
  Attempt attempt_ = Attempt::first;
  std::string startup_packet_;  // also a cancel request, or the first bytes of a relay
  std::unique_ptr<session::pg::Login> login_;
  std::unique_ptr<session::pg::Session> session_;
  session::pg::Actions actions_;
  std::uint32_t process_id_ = 0;
  std::string cancel_secret_;

  Buffer client_in_;
  Buffer upstream_in_;
  WriteQueue client_out_;
  WriteQueue upstream_out_;
  bool client_reading_ = false;
  bool upstream_reading_ = false;
  bool client_ended_ = false;  // it has closed its side: nothing more will come
  bool client_lost_ = false;   // nothing can be written to it any more
  bool half_closed_ = false;   // the upstream was told that nothing more will come
  bool draining_ = false;
};

}  // namespace tapri::proxy
