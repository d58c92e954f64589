// The admin API's larger answers: rules and explanations, as JSON.
#include <json/json.h>

#include "app/admin_backend.h"

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

}  // namespace tapri::app
