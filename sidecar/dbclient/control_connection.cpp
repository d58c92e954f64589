#include "dbclient/control_connection.h"

#include <utility>

#include "dbclient/mysql/control_connection.h"
#include "dbclient/pg/conninfo.h"
#include "dbclient/pg/control_connection.h"

namespace tapri::dbclient {

Result<std::unique_ptr<ControlConnection>> open_control_connection(const ControlConfig& config,
                                                                   const std::string& database) {
  if (config.mysql) {
    auto opened = mysql::ControlConnection::open(config);
    if (!opened) return tl::unexpected(opened.error());
    return std::unique_ptr<ControlConnection>(std::move(*opened));
  }
  auto opened = pg::ControlConnection::open(config, database);
  if (!opened) return tl::unexpected(opened.error());
  return std::unique_ptr<ControlConnection>(std::move(*opened));
}

std::optional<std::string> find_problem(const ControlConfig& config) {
  if (config.mysql) return std::nullopt;
  const Result<pg::Conninfo> conninfo = pg::control_conninfo(config, "");
  return conninfo ? std::nullopt : std::optional<std::string>(conninfo.error().message);
}

}  // namespace tapri::dbclient
