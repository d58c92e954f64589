// The admin API's larger answers: rules and explanations, as JSON.
#include <json/json.h>

#include <algorithm>

#include "app/admin_backend.h"
#include "app/explain.h"
#include "app/precision.h"

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
  // As `tapri explain` does: the upstream whose URL names that database, else the first.
  const auto& upstreams = runtime_.upstreams();
  const auto named = std::ranges::find_if(
      upstreams, [&](const auto& upstream) { return upstream->default_database() == request.database; });
  UpstreamRuntime& upstream = named == upstreams.end() ? *upstreams.front() : **named;
  if (upstream.protocol() == Protocol::mysql) {
    return tl::unexpected<admin::ApiError>(
        admin::ApiError{admin::Fault::unusable, "statements of MySQL cannot be explained yet; see /api/v1/shapes"});
  }
  const std::string database = request.database.empty() ? upstream.default_database() : request.database;
  const auto catalog = upstream.known_catalog(database);
  const auto snapshot = catalog ? catalog->snapshot() : nullptr;
  const auto rules = runtime_.rules().current();
  ExplainInput input{.sql = request.sql, .rules = *rules};
  input.snapshot = snapshot.get();
  input.without_catalog = catalog && catalog->known() ? Reason::catalog_pending : Reason::catalog_unavailable;
  input.user = request.user;
  input.database = database;
  input.application = request.application;
  input.precision = precision_of(runtime_.configuration());
  input.max_statement = runtime_.configuration().limits.max_statement;
  return explanation_json(app::explain(input));
}

}  // namespace tapri::app
