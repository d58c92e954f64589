// The admin API's larger answers: rules and explanations, as JSON.
#include <json/json.h>

#include "app/admin_backend.h"
#include "app/explain.h"
#include "app/explained_upstream.h"
#include "app/language.h"

namespace tapri::app {

std::string AdminBackend::rules_json() {
  const auto rules = runtime_.rules().current();
  const auto status = runtime_.rules().status();
  Json::Value document(Json::objectValue);
  document["path"] = runtime_.rules().path();
  document["generation"] = Json::UInt64(status.generation);
  document["error"] = status.error ? Json::Value(*status.error) : Json::Value();
  Json::Value list(Json::arrayValue);
  for (std::uint32_t rule = 1; rule <= rules->size(); ++rule) {
    Json::Value entry(Json::objectValue);
    entry["number"] = rule;
    entry["name"] = rules->rule_name(rule);
    for (const auto& tag : rules->tags(rule)) entry["tags"].append(tag);
    list.append(std::move(entry));
  }
  document["rules"] = std::move(list);
  return Json::writeString(Json::StreamWriterBuilder(), document);
}

admin::Answer<std::string> AdminBackend::explain(const admin::ExplainRequest& request) {
  const config::Config& config = runtime_.configuration();
  const auto chosen = explained_upstream(config.upstreams, request.protocol, request.database);
  if (!chosen) {
    return tl::unexpected<admin::ApiError>(
        admin::ApiError{admin::Fault::unusable, "no upstream speaks " + std::string(protocol_name(*request.protocol))});
  }
  UpstreamRuntime& upstream = *runtime_.upstreams()[*chosen];
  const std::string database =
      request.database.empty() ? default_database(config.upstreams[*chosen]) : request.database;
  // All databases of a MySQL server have one catalog, of no name.
  const auto catalog = upstream.known_catalog(upstream.protocol() == Protocol::mysql ? std::string() : database);
  const auto snapshot = catalog ? catalog->snapshot() : nullptr;
  const auto rules = runtime_.rules().current();
  ExplainInput input{.sql = request.sql, .rules = *rules};
  input.protocol = upstream.protocol();
  input.snapshot = snapshot.get();
  input.without_catalog = catalog && catalog->known() ? Reason::catalog_pending : Reason::catalog_unavailable;
  input.user = request.user;
  input.database = database;
  input.application = request.application;
  input.search_path = default_path(input.protocol, database);
  input.precision = upstream.shared().precision;
  input.max_statement = config.limits.max_statement;
  return explanation_json(app::explain(input));
}

}  // namespace tapri::app
