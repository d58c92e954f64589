// One client's connection and the upstream connection that belongs to it: moves bytes and carries out what the state
// machines of a protocol ask for. What is the protocol's own is in pg/ and mysql/.
//
// In a fleet, answers to a write and whatever follows them wait until the write is announced to the others.
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
#include <string_view>

#include "coherence/announcer.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/tls.h"
#include "proxy/buffer.h"
#include "proxy/cancel_registry.h"
#include "proxy/orphans.h"
#include "proxy/upstream.h"
#include "proxy/write_queue.h"
#include "session/actions.h"
#include "session/pg/login.h"
#include "session/worker_services.h"
#include "wire/mysql/passwords.h"

namespace tapri::proxy {

enum class ClientTls : std::uint8_t { disable, allow, require, passthrough };

inline constexpr std::string_view kTooManyClients = "sorry, too many clients already (limits.max_connections)";

inline constexpr std::string_view kNotAnnounced =
    "the transaction is committed, but the other Tapris could not be told (coherence.on_publish_failure)";
inline constexpr std::string_view kNotSent =
    "the statement was not sent, for the other Tapris could not be told of it (coherence.on_publish_failure)";

// How connections keep to the promise of a fleet (docs/coherence.md). Without one: nothing to wait for.
struct FleetServices {
  coherence::Announcer* announcer = nullptr;
  bool fail_unannounced = false;  // a write that cannot be announced ends its connection
  // Mode `strict`: a write is forwarded only when its intent is known to others,
  bool await_intents = false;
  // and what a client asks is looked at only after a read of the log that began after it came. Calls `done` once, on
  // any thread; false: the log could not be read. Null: another mode.
  std::function<void(std::function<void(bool)> done)> sync = nullptr;
};

// What the connections of one listener share on one worker. Outlives them.
struct ConnectionServices {
  io::Loop& loop;
  session::WorkerServices session;
  const UpstreamTarget& target;
  CancelRegistry& cancels;
  std::shared_ptr<Orphans> orphans;
  ClientTls client_tls = ClientTls::disable;
  std::shared_ptr<const io::TlsContext> client_tls_context;
  session::pg::Login::FindSecret find_secret;               // of PostgreSQL
  std::shared_ptr<const wire::mysql::RsaKey> password_key;  // of MySQL: see session::mysql::AuthRelay::Legs
  FleetServices fleet = {};
  std::size_t buffer_size = 64UL * 1024;
  Duration login_timeout = std::chrono::seconds(60);
};

class Connection : public io::StreamListener, public session::Driver, public std::enable_shared_from_this<Connection> {
 public:
  // `closed` is called once, at the end.
  Connection(const ConnectionServices& services, std::unique_ptr<io::Stream> client,
             std::function<void(Connection&)> closed);
  ~Connection() override;

  void start();
  // Closes as soon as nothing is owed to the client and no transaction is open.
  void drain();
  void close_now();

  void on_read(int tag, std::error_code error, std::size_t size) final;
  void on_written(int tag, std::error_code error) final;
  void on_ready(int tag, std::error_code error) final;
  void carry_out_now() final;

 protected:
  enum Tag : int { kClientRead, kClientWrite, kClientTls, kUpstreamRead, kUpstreamWrite, kUpstreamTls };
  enum class State : std::uint8_t {
    open,
    waiting,  // for the upstream to be connected, or for TLS: neither side is read
    closing,  // what waits for the client is written, then all is closed
    closed,
  };

  // What a protocol has to say.
  virtual void begin() = 0;
  // There are new bytes in client_in_, or older ones may be of use now. Likewise in upstream_in_.
  virtual void process_client() = 0;
  virtual void process_upstream() = 0;
  virtual void client_encrypted() = 0;
  virtual void upstream_encrypted() {}
  virtual void upstream_connected() = 0;
  virtual void upstream_unreachable(const std::string& why) = 0;
  [[nodiscard]] virtual bool takes_client_bytes() const = 0;
  [[nodiscard]] virtual bool takes_upstream_bytes() const { return true; }
  [[nodiscard]] virtual std::size_t client_bytes_wanted() const { return 0; }
  virtual void flight_timed_out() = 0;
  // The client has closed its side in good order; it may still read what it is owed.
  virtual void client_ended() = 0;
  // A write was sent whose outcome has not come.
  [[nodiscard]] virtual bool write_in_flight() const = 0;
  [[nodiscard]] virtual coherence::DirtyMark unfinished_writes() = 0;
  [[nodiscard]] virtual bool at_rest() const = 0;  // can be closed without any loss
  virtual void say_shutdown() = 0;
  // The last announcement of what this client has written, and the last intent of what is on its way; 0: none.
  [[nodiscard]] virtual coherence::Announcer::Ticket announced() const = 0;
  [[nodiscard]] virtual coherence::Announcer::Ticket intended() const = 0;
  // Logged in: statements are what the client says.
  [[nodiscard]] virtual bool in_session() const = 0;
  // Whether what the client says may be answered from the cache, as far as the fleet goes.
  virtual void allow_hits(bool allowed) = 0;
  // What the client has written is committed, or may be, and others were not told; or it was not sent, for that reason.
  virtual void say_unannounced(bool sent) = 0;
  virtual void forget() {}  // it is being closed: nobody is to find it any more

  // What protocols are made with.
  void pump();
  // Older bytes of the client may be of use now.
  void resume_client() {
    if (!syncing_) process_client();
  }
  // Takes over what actions_ has.
  void carry_out();
  // Says what is in actions_, and closes.
  void say_and_close();
  // Nothing is read while it lasts. What was read already belongs to the handshake.
  void begin_client_tls(bool direct);
  void begin_upstream_tls();
  // What to connect to the upstream with; until it is called neither side is read.
  [[nodiscard]] std::function<void(Result<std::unique_ptr<io::Stream>>)> when_connected();
  // A call that may be made from any thread: it is handed over to this connection's own, where `call` is made if the
  // connection is still open.
  std::function<void()> from_anywhere(std::function<void()> call);
  // Of the login, or of the wait for another session's answer.
  void cancel_timer() { timer_->cancel(); }

  [[nodiscard]] bool closed() const { return state_ == State::closed; }
  [[nodiscard]] telemetry::WorkerMetrics& metrics() const { return services_.session.metrics; }

  const ConnectionServices& services_;
  std::unique_ptr<io::Stream> client_;
  std::unique_ptr<io::Stream> upstream_;
  session::Actions actions_;
  Buffer client_in_;
  Buffer upstream_in_;
  State state_ = State::open;
  bool client_ended_ = false;  // it has closed its side: nothing more will come
  // The server's name for the connection; what becomes of writes that are lost sight of is asked by it.
  std::uint32_t process_id_ = 0;

 private:
  void connected(Result<std::unique_ptr<io::Stream>> stream);
  void write(const std::shared_ptr<io::StreamListener>& self);
  void read_client(const std::shared_ptr<io::StreamListener>& self);
  void read_upstream(const std::shared_ptr<io::StreamListener>& self);
  void client_lost();
  void upstream_ended();
  void abandon_writes();
  void wait_for_flight();
  // fleet.cpp
  using Ticket = coherence::Announcer::Ticket;
  struct Hold {
    Ticket awaited = 0;  // 0: nothing is held
    Ticket last = 0;     // all up to this one were seen
  };
  void hold(Hold& hold, Ticket ticket);
  void settled(Hold& hold, Ticket ticket);
  void begin_sync();

  std::function<void(Connection&)> closed_;
  std::unique_ptr<io::Timer> timer_;
  WriteQueue client_out_;
  WriteQueue upstream_out_;
  Hold client_hold_;    // client_out_ may tell of a write that others do not know of yet
  Hold upstream_hold_;  // upstream_out_ has a write whose intent others do not know of yet
  bool syncing_ = false;
  bool client_reading_ = false;
  bool upstream_reading_ = false;
  bool client_lost_ = false;  // nothing can be written to it any more
  bool half_closed_ = false;  // the upstream was told that nothing more will come
  bool draining_ = false;
};

}  // namespace tapri::proxy
