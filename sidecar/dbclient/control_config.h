// How the control connection reaches the database.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "dbclient/interrupt.h"
#include "dbclient/mysql/server.h"

namespace tapri::dbclient {

struct ControlConfig {
  // libpq URI or keyword string, as given by --upstream, with credentials. Other databases than its own are reached
  // with the same credentials. Never logged, never part of an error.
  std::string conninfo;
  // Instead of the above: a server of MySQL or MariaDB, all of whose databases have one catalog, of the name "".
  std::optional<mysql::Server> mysql;
  // Names the upstream in dependencies, so that databases of the same name on two upstreams are told apart.
  std::string upstream;
  Duration connect_timeout = std::chrono::seconds(5);
  // Of one query; also how long a connection that does not answer is waited for.
  Duration statement_timeout = std::chrono::seconds(15);
  // How often the schema and the configuration are looked at for changes that did not pass through Tapri.
  Duration check_interval = std::chrono::seconds(5);
  // After a failure the next attempt waits this long, twice as long after each further one, up to the maximum.
  Duration retry_min = std::chrono::milliseconds(100);
  Duration retry_max = std::chrono::seconds(5);
  // Looks that CatalogHandle::look_again() asks for are at least this far apart; likewise attempts to connect that new
  // users of a handle hasten.
  Duration look_interval = std::chrono::seconds(1);
  // The connection to a database that nobody uses is closed after this: it must not be in the way of DROP DATABASE,
  // which waits for 5 s (CountOtherDBBackends, storage/ipc/procarray.c).
  Duration linger = std::chrono::seconds(1);
  // What is known of a database that nobody uses is forgotten after this.
  Duration idle_timeout = std::chrono::seconds(60);
  // After release_connections() a database that is only kept is not connected to for this long; the one that the
  // request came from, for the second, or until its statement has ended.
  Duration release_time = std::chrono::seconds(10);
  Duration release_time_own = std::chrono::seconds(1);
  // Ends what the connections wait for, but not their being made, and lets no more be made; null: nobody will.
  std::shared_ptr<Interrupt> interrupt;
};

}  // namespace tapri::dbclient
