#include "app/explain_command.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "app/conninfo.h"
#include "app/explain.h"
#include "app/precision.h"
#include "app/statement.h"
#include "base/result.h"
#include "catalog/snapshot.h"
#include "dbclient/pg/control_connection.h"
#include "policy/rules.h"

namespace tapri::app {
namespace {

constexpr std::string_view kNotOfMysql =
    "statements of MySQL cannot be explained yet; why one was not cached stands in /api/v1/shapes of a running Tapri";

struct DatabaseAnswer {
  std::shared_ptr<const catalog::Snapshot> snapshot;
  std::vector<std::string> search_path;
};

std::string default_database(const config::Upstream& upstream) {
  return upstream.database.empty() ? upstream.user : upstream.database;
}

// Null: offline.
const config::Upstream* upstream_of(const ExplainOptions& options) {
  const auto& upstreams = options.config.upstreams;
  if (upstreams.empty()) return nullptr;
  const auto named = std::ranges::find_if(
      upstreams, [&](const config::Upstream& upstream) { return default_database(upstream) == options.database; });
  return named == upstreams.end() ? &upstreams.front() : &*named;
}

Result<DatabaseAnswer> ask(const config::Upstream& upstream, const std::string& database) {
  dbclient::ControlConfig control;
  control.conninfo = libpq_conninfo(upstream);
  control.upstream = upstream.address.text();
  control.connect_timeout = upstream.connect_timeout;
  auto connection = dbclient::pg::ControlConnection::open(control, database);
  if (!connection) return tl::unexpected(connection.error());
  auto search_path = (*connection)->search_path();
  if (!search_path) return tl::unexpected(search_path.error());
  auto source = (*connection)->load(control.upstream + "/" + database);
  if (!source) return tl::unexpected(source.error());
  return DatabaseAnswer{catalog::Snapshot::build(std::move(*source)), std::move(*search_path)};
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
  return "cannot read the catalog of " + database + " at " + upstream.address.text() + ": " + one_line(error.message) +
         "\nCheck the address and credentials of the upstream (they are for Tapri's own control connection), or leave "
         "the upstream out to explain offline.";
}

std::string sql_of(const ExplainOptions& options, const Terminal& terminal) {
  if (options.sql != "-") return options.sql;
  return {std::istreambuf_iterator<char>(terminal.in), std::istreambuf_iterator<char>()};
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

  const config::Upstream* upstream = upstream_of(options);
  if (upstream != nullptr && upstream->protocol == Protocol::mysql) {
    return fail_with(terminal, std::string(kNotOfMysql), kBadInput);
  }
  ExplainInput input{.sql = sql, .rules = **rules};
  input.user = options.user;
  input.database = options.database.empty() && upstream != nullptr ? default_database(*upstream) : options.database;
  input.application = options.application;
  input.precision = precision_of(options.config);
  input.max_statement = options.config.limits.max_statement;
  input.assume_plain_tables = upstream == nullptr;
  DatabaseAnswer answer;
  // With the control connection switched off Tapri itself would know no more.
  if (upstream != nullptr && options.config.control.enabled) {
    auto asked = ask(*upstream, input.database);
    if (!asked) return fail_with(terminal, unreadable(*upstream, input.database, asked.error()), kFailed);
    answer = std::move(*asked);
    input.snapshot = answer.snapshot.get();
    input.search_path = answer.search_path;
  }
  if (!options.search_path.empty()) input.search_path = given_path(options);
  const Explanation explanation = explain(input);
  terminal.out << (options.json ? explanation_json(explanation) : explanation_text(explanation, terminal.colours));
  return kGood;
}

}  // namespace tapri::app
