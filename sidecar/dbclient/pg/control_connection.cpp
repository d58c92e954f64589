#include "dbclient/pg/control_connection.h"

#include <exception>
#include <pqxx/pqxx>
#include <utility>

#include "dbclient/pg/conninfo.h"
#include "dbclient/pg/loader.h"
#include "dbclient/secret.h"

namespace tapri::dbclient::pg {
namespace {

using SnapshotTransaction = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

// pqxx sets these again should it ever reconnect on its own. jit: compiling the big queries takes longer than running
// them. Parallel workers: a look is nothing to take more than one processor for.
void settle_session(pqxx::connection& connection, const ControlConfig& config) {
  const auto timeout = std::to_string(std::chrono::ceil<std::chrono::milliseconds>(config.statement_timeout).count());
  connection.set_variable("search_path", "pg_catalog");
  connection.set_variable("default_transaction_read_only", "on");
  connection.set_variable("jit", "off");
  connection.set_variable("max_parallel_workers_per_gather", "0");
  connection.set_variable("statement_timeout", timeout);
  connection.set_variable("lock_timeout", timeout);
}

}  // namespace

struct ControlConnection::Impl {
  Impl(const ControlConfig& config, Conninfo info)
      : conninfo(std::move(info)),
        interrupt(config.interrupt),
        connection(conninfo.text),
        watched(interrupt.get(), connection.sock()) {
    settle_session(connection, config);
  }

  // Runs `work` and turns what it throws into an error.
  template <typename Work>
  auto attempt(Work work) -> Result<decltype(work())> {
    try {
      return work();
    } catch (const std::exception& error) {
      const std::string lost = connection.is_open() ? "" : "the connection was lost: ";
      return fail(lost + without_secret(error.what(), conninfo.password));
    }
  }

  Conninfo conninfo;
  std::shared_ptr<Interrupt> interrupt;
  pqxx::connection connection;
  Interrupt::Watched watched;
};

ControlConnection::ControlConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ControlConnection::~ControlConnection() = default;

Result<std::unique_ptr<ControlConnection>> ControlConnection::open(const ControlConfig& config,
                                                                   const std::string& database) {
  Result<Conninfo> conninfo = control_conninfo(config, database);
  if (!conninfo) return tl::unexpected(conninfo.error());
  if (config.interrupt != nullptr && config.interrupt->raised()) return fail("no connection is made any more");
  const std::string password = conninfo->password;
  try {
    return std::unique_ptr<ControlConnection>(
        new ControlConnection(std::make_unique<Impl>(config, std::move(*conninfo))));
  } catch (const std::exception& error) {
    return fail(without_secret(error.what(), password));
  }
}

bool ControlConnection::stands() const { return impl_->connection.is_open(); }

int ControlConnection::descriptor() const { return impl_->connection.sock(); }

Result<Check> ControlConnection::check(Doubt /*doubt*/) {
  return impl_->attempt([this] {
    pqxx::nontransaction transaction(impl_->connection);
    return read_check(transaction);
  });
}

Result<catalog::Snapshot::Source> ControlConnection::load(const std::string& name_space) {
  return impl_->attempt([&] {
    SnapshotTransaction transaction(impl_->connection);
    return load_schema(transaction, name_space);
  });
}

Result<std::set<int>> ControlConnection::running(const std::set<int>& pids) {
  return impl_->attempt([this, &pids] {
    std::string list;
    for (const int pid : pids) list += (list.empty() ? "" : ",") + std::to_string(pid);
    pqxx::nontransaction transaction(impl_->connection);
    std::set<int> found;
    for (const auto& row : transaction.exec("SELECT pid FROM pg_catalog.pg_stat_activity WHERE pid = ANY ('{" + list +
                                            "}'::pg_catalog.int4[])")) {
      found.insert(row[0].as<int>());
    }
    return found;
  });
}

Result<std::vector<std::string>> ControlConnection::search_path() {
  return impl_->attempt([this] {
    pqxx::work transaction(impl_->connection);  // never committed: SET LOCAL ends with it
    transaction.exec0("SET LOCAL search_path TO DEFAULT");
    std::vector<std::string> schemas;
    for (const auto& row : transaction.exec("SELECT s FROM pg_catalog.unnest(pg_catalog.current_schemas(true)) "
                                            "WITH ORDINALITY AS path(s, n) ORDER BY n")) {
      schemas.push_back(row[0].as<std::string>());
    }
    return schemas;
  });
}

}  // namespace tapri::dbclient::pg
