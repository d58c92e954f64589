// The data plane: workers, listeners, and the connections on them.
//
// Thread-safety: start(), drain(), stop() and the reading methods from any one thread at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "proxy/connection.h"
#include "telemetry/metrics.h"

namespace tapri::proxy {

// An upstream and what its sessions share. Outlives the server.
struct UpstreamServices {
  UpstreamTarget target;
  session::Shared* shared = nullptr;
  Orphans::AskAlive backend_alive;
};

class Server {
 public:
  struct Listen {
    io::Address address;
    std::size_t upstream = 0;  // index
  };
  struct Config {
    std::size_t workers = 1;
    Duration busy_poll = Duration::zero();  // io/loop.h
    std::size_t max_connections = 10'000;
    std::size_t buffer_size = 64UL * 1024;
    ClientTls client_tls = ClientTls::disable;
    std::shared_ptr<const io::TlsContext> client_tls_context;
    session::pg::Login::FindSecret find_secret;
    std::shared_ptr<const wire::mysql::RsaKey> password_key;
    FleetServices fleet = {};
    // The tier behind the store, for one worker: called before its loop runs. Null, or null comes of it: there is none.
    std::function<std::shared_ptr<cache::RemoteTier>(io::Loop&)> make_remote = nullptr;
  };

  Server(Config config, std::vector<UpstreamServices> upstreams, const Clock& clock);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Starts the workers and listens; the addresses are those listened on, in the order asked for.
  [[nodiscard]] Result<std::vector<io::Address>> start(const std::vector<Listen>& listens);
  // Accepts no more; connections close as they fall idle.
  void drain();
  // Sends entries to the tier behind the store, if there is one, for so long at most: before stop(), when nothing else
  // is to be done any more.
  void demote(const std::vector<cache::EntryRef>& entries, Duration at_most);
  // Closes what is left and ends the workers.
  void stop();

  [[nodiscard]] std::size_t connections() const { return connections_.load(); }
  [[nodiscard]] std::size_t orphans() const;
  [[nodiscard]] std::vector<const telemetry::WorkerMetrics*> metrics() const;

 private:
  class Worker;
  io::Loop& next_worker();
  void accepted(io::Loop& loop, std::size_t upstream, std::unique_ptr<io::Stream> stream);

  Config config_;
  std::vector<UpstreamServices> upstreams_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<CancelRegistry> cancels_;            // one an upstream
  std::vector<std::shared_ptr<Orphans>> orphans_;  // likewise
  std::vector<std::unique_ptr<io::Listener>> listeners_;
  std::atomic<std::size_t> connections_{0};
};

}  // namespace tapri::proxy
