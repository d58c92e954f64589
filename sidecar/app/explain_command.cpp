#include "app/explain_command.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "app/conninfo.h"
#include "app/explain.h"
#include "app/explained_upstream.h"
#include "app/offline_catalog.h"
#include "app/precision.h"
#include "app/statement.h"
#include "base/result.h"
#include "catalog/snapshot.h"
#include "dbclient/mysql/control_connection.h"
#include "dbclient/pg/control_connection.h"
#include "policy/rules.h"

namespace tapri::app {
namespace {

struct DatabaseAnswer {
  std::shared_ptr<const catalog::Snapshot> snapshot;
  std::vector<std::string> search_path;
};

Result<std::shared_ptr<const catalog::Snapshot>> load(dbclient::ControlConnection& connection,
                                                      const std::string& name_space) {
  auto source = connection.load(name_space);
  if (!source) return tl::unexpected(source.error());
  return catalog::Snapshot::build(std::move(*source));
}

Result<DatabaseAnswer> ask_postgres(const dbclient::ControlConfig& control, const std::string& database) {
  auto connection = dbclient::pg::ControlConnection::open(control, database);
  if (!connection) return tl::unexpected(connection.error());
  auto search_path = (*connection)->search_path();
  if (!search_path) return tl::unexpected(search_path.error());
  auto snapshot = load(**connection, control.upstream + "/" + database);
  if (!snapshot) return tl::unexpected(snapshot.error());
  return DatabaseAnswer{std::move(*snapshot), std::move(*search_path)};
}

// All databases of the server have one catalog, of no name.
Result<DatabaseAnswer> ask_mysql(const dbclient::ControlConfig& control) {
  auto connection = dbclient::mysql::ControlConnection::open(control);
  if (!connection) return tl::unexpected(connection.error());
  auto snapshot = load(**connection, control.upstream + "/");
  if (!snapshot) return tl::unexpected(snapshot.error());
  return DatabaseAnswer{std::move(*snapshot), {}};
}

Result<DatabaseAnswer> ask(const config::Upstream& upstream, const std::string& database) {
  dbclient::ControlConfig control;
  control.upstream = upstream.address.text();
  control.connect_timeout = upstream.connect_timeout;
  if (upstream.protocol == Protocol::mysql) {
    control.mysql = mysql_server(upstream);
    return ask_mysql(control);
  }
  control.conninfo = libpq_conninfo(upstream);
  return ask_postgres(control, database);
}

// What was given, with "$user" as PostgreSQL reads it.
std::vector<std::string> given_path(const ExplainOptions& options) {
  std::vector<std::string> path;
  for (const std::string& schema : options.search_path) {
    if (schema != "$user" && schema != "\"$user\"") {
      path.push_back(schema);
    } else if (!options.user.empty()) {
      path.push_back(options.user);
    }
  }
  if (std::ranges::find(path, "pg_catalog") == path.end()) path.insert(path.begin(), "pg_catalog");
  return path;
}

int fail_with(const Terminal& terminal, const std::string& message, int code) {
  terminal.err << "tapri explain: " << message << "\n";
  return code;
}

std::string unreadable(const config::Upstream& upstream, const std::string& database, const Error& error) {
  const std::string whose = upstream.protocol == Protocol::mysql ? "the server" : database;
  return "cannot read the catalog of " + whose + " at " + upstream.address.text() + ": " + one_line(error.message) +
         "\nCheck the address and credentials of the upstream (they are for Tapri's own control connection), or leave "
         "the upstream out to explain offline.";
}

std::string sql_of(const ExplainOptions& options, const Terminal& terminal) {
  if (options.sql != "-") return options.sql;
  return {std::istreambuf_iterator<char>(terminal.in), std::istreambuf_iterator<char>()};
}

// Without what the database is asked for.
void fill_in(const ExplainOptions& options, const config::Upstream* upstream, ExplainInput& input) {
  input.protocol = upstream != nullptr ? upstream->protocol : options.protocol.value_or(Protocol::postgres);
  input.user = options.user;
  input.database = options.database.empty() && upstream != nullptr ? default_database(*upstream) : options.database;
  input.application = options.application;
  input.precision = precision_of(options.config);
  input.max_statement = options.config.limits.max_statement;
  input.assume_plain_tables = upstream == nullptr;
  input.search_path = input.assume_plain_tables ? assumed_path(input.protocol, input.database)
                                                : default_path(input.protocol, input.database);
}

}  // namespace

int explain_command(const ExplainOptions& options, const Terminal& terminal) {
  const std::string sql = sql_of(options, terminal);
  if (sql.find_first_not_of(" \t\r\n") == std::string::npos) {
    return fail_with(terminal, "no statement given: tapri explain \"SELECT ...\", or - to read standard input",
                     kBadInput);
  }
  const auto rules = options.config.rules.empty()
                         ? Result<std::shared_ptr<const policy::RuleSet>>(policy::default_rules())
                         : policy::load_rules(options.config.rules);
  if (!rules) return fail_with(terminal, rules.error().message, kBadInput);

  const auto& upstreams = options.config.upstreams;
  const auto chosen = explained_upstream(upstreams, options.protocol, options.database);
  if (!chosen && !upstreams.empty()) {
    return fail_with(terminal, "no upstream speaks " + std::string(protocol_name(*options.protocol)), kBadInput);
  }
  // Null: offline.
  const config::Upstream* upstream = chosen ? &upstreams[*chosen] : nullptr;
  ExplainInput input{.sql = sql, .rules = **rules};
  fill_in(options, upstream, input);
  const bool mysql = input.protocol == Protocol::mysql;
  if (mysql && !options.search_path.empty()) {
    return fail_with(terminal, "MySQL has no search path: give the current database with --database", kBadInput);
  }
  DatabaseAnswer answer;
  // With the control connection switched off Tapri itself would know no more.
  if (upstream != nullptr && options.config.control.enabled) {
    auto asked = ask(*upstream, input.database);
    if (!asked) return fail_with(terminal, unreadable(*upstream, input.database, asked.error()), kFailed);
    answer = std::move(*asked);
    input.snapshot = answer.snapshot.get();
    if (!mysql) input.search_path = answer.search_path;
  }
  if (!options.search_path.empty()) input.search_path = given_path(options);
  const Explanation explanation = explain(input);
  terminal.out << (options.json ? explanation_json(explanation) : explanation_text(explanation, terminal.colours));
  return kGood;
}

}  // namespace tapri::app
