#include <json/json.h>

#include "admin/json.h"
#include "app/explain.h"
#include "app/json_output.h"
#include "app/statement.h"

namespace tapri::app {
namespace {

Json::Value relations_json(const std::vector<ExplainedRelation>& relations) {
  Json::Value list(Json::arrayValue);
  for (const ExplainedRelation& relation : relations) {
    Json::Value out;
    out["written"] = json_string(name_text(relation.written));
    out["resolved"] = relation.resolved ? json_string(name_text(*relation.resolved)) : Json::Value();
    list.append(std::move(out));
  }
  return list;
}

Json::Value names_json(const std::vector<sql::QualifiedName>& names) {
  Json::Value list(Json::arrayValue);
  for (const sql::QualifiedName& name : names) list.append(json_string(name_text(name)));
  return list;
}

// Null: no limit.
template <typename T>
Json::Value limit_json(const std::optional<T>& limit) {
  return limit ? Json::Value(static_cast<double>(*limit)) : Json::Value();
}
Json::Value limit_json(const std::optional<Duration>& limit) {
  return limit ? Json::Value(std::chrono::duration<double>(*limit).count()) : Json::Value();
}

Json::Value remote_json(const policy::RemoteSettings& settings) {
  Json::Value out;
  out["enabled"] = settings.enabled;
  out["store"] = settings.store == policy::RemoteStore::at_eviction ? "at_eviction" : "at_once";
  out["max_size_bytes"] = limit_json(settings.max_size);
  out["max_stores_per_second"] = limit_json(settings.max_rate);
  out["max_bytes_per_second"] = limit_json(settings.max_bytes_per_second);
  out["ttl_seconds"] = limit_json(settings.ttl);
  out["min_cost_seconds"] = limit_json(settings.min_cost);
  return out;
}

Json::Value verdict_json(const ExplainedStatement& statement) {
  const policy::Verdict& verdict = statement.verdict;
  Json::Value out;
  out["rule"] = json_string(statement.rule);
  out["action"] = verdict.action == policy::Action::cache ? "cache" : "bypass";
  out["ttl_seconds"] = verdict.ttl ? Json::Value(std::chrono::duration<double>(*verdict.ttl).count()) : Json::Value();
  out["jitter"] = verdict.jitter;
  out["max_result_bytes"] = static_cast<Json::UInt64>(verdict.max_result);
  out["coherence"] = verdict.coherence == policy::Coherence::ttl ? "ttl" : "auto";
  out["snapshot_reads"] = verdict.snapshot_reads;
  out["l2"] = remote_json(verdict.l2);
  return out;
}

Json::Value statement_json(const ExplainedStatement& statement) {
  Json::Value out;
  out["sql"] = json_string(statement.text);
  out["verb"] = std::string(sql::verb_name(statement.facts.verb));
  out["reads"] = relations_json(statement.reads);
  out["writes"] = relations_json(statement.writes);
  out["functions"] = names_json(statement.facts.functions);
  out["operators"] = names_json(statement.facts.operators);
  out["types"] = names_json(statement.facts.types);
  out["shape"] = json_string(statement.shape);
  out["fingerprint"] = admin::fingerprint_text(statement.fingerprint);
  out["literals"] = static_cast<Json::UInt64>(statement.literals);
  out["parameters"] = statement.facts.parameter_sensitive;
  out["cacheable"] = statement.cacheable;
  out["reason"] = std::string(reason_name(statement.reason));
  out["reason_text"] = std::string(reason_text(statement.reason));
  out["detail"] = json_string(statement.detail);
  out["advice"] = std::string(statement.advice);
  out["verdict"] = verdict_json(statement);
  out["dependencies"] = json_strings(statement.dependencies);
  out["unkeyed"] = json_string(statement.unkeyed);
  out["footprint"] = json_strings(statement.footprint);
  out["changes_schema"] = statement.changes_catalog;
  out["changes_session"] = statement.changes_session;
  out["changes_unknown_setting"] = statement.changes_unknown_setting;
  return out;
}

const char* source_name(KnownFrom known_from) {
  switch (known_from) {
    case KnownFrom::database:
      return "database";
    case KnownFrom::assumption:
      return "assumed";
    case KnownFrom::nothing:
      break;
  }
  return "none";
}

}  // namespace

std::string explanation_json(const Explanation& explanation) {
  Json::Value out;
  out["catalog"] = source_name(explanation.known_from);
  out["protocol"] = std::string(protocol_name(explanation.protocol));
  if (!explanation.server_version.empty()) {
    out["server_version"] = json_string(explanation.server_version);
    out["sql_mode"] = json_string(explanation.sql_mode);
  }
  out["user"] = json_string(explanation.user);
  out["database"] = json_string(explanation.database);
  out["application"] = json_string(explanation.application);
  out["search_path"] = json_strings(explanation.search_path);
  Json::Value& statements = out["statements"] = Json::Value(Json::arrayValue);
  for (const ExplainedStatement& statement : explanation.statements) statements.append(statement_json(statement));
  return json_text(out);
}

}  // namespace tapri::app
