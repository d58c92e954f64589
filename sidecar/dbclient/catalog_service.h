// The control connections of one upstream: keeps the catalogs of its databases up to date on a thread of its own.
//
// Trouble never reaches sessions as an error: a catalog that cannot be read is not usable, and recovers by itself.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dbclient/catalog_handle.h"
#include "dbclient/control_config.h"

namespace tapri::dbclient {

// Thread-safety: every method from any thread, but start() and stop() from one, and not from a callback.
class CatalogService {
 public:
  // The schema or configuration of `database` is another than before, perhaps by somebody else's doing: whatever was
  // cached of it, and what sessions know of their settings, may be wrong. To be answered with all(D). Called on the
  // service's thread while the catalog is not usable; it becomes usable only after the return, so that no two
  // generations of the catalog vouch for one entry. Must not throw.
  using Changed = std::function<void(const std::string& database)>;
  // Statements of the server were told to end since it was last looked at, or took too long for it: what it has
  // answered may be cut short (session/kills.h). Called on the service's thread. Must not throw.
  using Interrupted = std::function<void()>;
  // nullopt: could not be found out. Called on the service's thread, or on stop()'s. Must not throw.
  using BackendAnswer = std::function<void(std::optional<bool> alive)>;

  CatalogService(ControlConfig config, Changed changed, Interrupted interrupted = {});
  ~CatalogService();  // stops
  CatalogService(const CatalogService&) = delete;
  CatalogService& operator=(const CatalogService&) = delete;

  // Says what is wrong with the configuration; nullopt: nothing. The database need not be there.
  [[nodiscard]] std::optional<std::string> validate() const;
  void start();
  // Ends the query that is running; waits for a connection that is being made, at most the connect timeout. Answers
  // what is still asked with nullopt. Catalogs stay as they were, so nothing may be cached on their word afterwards.
  void stop();

  // The database's catalog; begins to read it when asked for the first time. To be called for databases that a client
  // was let into, once for each: a database costs one connection while any of the pointers returned is held, and
  // ControlConfig::linger beyond.
  [[nodiscard]] std::shared_ptr<CatalogHandle> handle(const std::string& database);
  // As handle(), but not on behalf of a client: release_connections() disregards whoever holds it.
  [[nodiscard]] std::shared_ptr<CatalogHandle> keep(const std::string& database);
  // A session of `database` is about to send a statement that fails, after a wait of 5 s, while anybody else is
  // connected to some database, or to its own. Closes the connections to databases that have no user, and keeps them
  // closed for ControlConfig::release_time or until one comes; and the one to `database` for a moment. Asynchronous:
  // the service's thread does it, once the query that is running there has ended.
  void release_connections(const std::string& database);
  // As CatalogHandle::invalidate(); nothing where nobody has asked for that database.
  void invalidate(const std::string& database);
  // Whether the server process still runs: after a connection was lost while a write was under way. Answered in order
  // of asking; what is asked at one time takes one query, and the catalogs have their turn before the next.
  void backend_alive(int pid, BackendAnswer answer);
  // Some catalog that somebody holds cannot be read.
  [[nodiscard]] bool degraded() const;
  // Of every database that is known, by name.
  struct Known {
    std::string name_space;
    CatalogHandle::Status status;
  };
  [[nodiscard]] std::vector<Known> known() const;

 private:
  class Worker;
  std::shared_ptr<Worker> worker_;
};

}  // namespace tapri::dbclient
