#include "workload.h"

#include <json/json.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace bench {
namespace {

Protocol protocol(const std::string& name) {
  if (name == "simple") {
    return Protocol::simple;
  }
  if (name == "extended") {
    return Protocol::extended;
  }
  if (name == "prepared") {
    return Protocol::prepared;
  }
  if (name == "mysql_text") {
    return Protocol::mysql_text;
  }
  if (name == "mysql_binary") {
    return Protocol::mysql_binary;
  }
  if (name == "redis") {
    return Protocol::redis;
  }
  if (name == "memcached") {
    return Protocol::memcached;
  }
  throw std::runtime_error("no protocol named " + name);
}

Statement statement(const Json::Value& given) {
  Statement out;
  out.text = given["text"].asString();
  out.protocol = protocol(given["protocol"].asString());
  out.keyed = is_key_value(out.protocol) || out.text.find("$1") != std::string::npos;
  out.rows = given["rows"].asInt();
  out.versioned = given["versioned"].asBool();
  out.writes = given["writes"].asBool();
  return out;
}

Unit unit(const Json::Value& given, const std::vector<Statement>& statements) {
  Unit out;
  out.name = given["name"].asString();
  out.share = given["share"].asUInt();
  for (const auto& step : given["steps"]) {
    out.steps.push_back(step.asUInt());
    out.writes = out.writes || statements.at(out.steps.back()).writes;
  }
  return out;
}

void check(const Workload& workload) {
  const bool empty = std::any_of(workload.units.begin(), workload.units.end(),
                                 [](const auto& one) { return one.steps.empty() || one.share == 0; });
  const bool steps =
      std::any_of(workload.units.begin(), workload.units.end(), [](const auto& one) { return one.steps.size() > 1; });
  if (workload.units.empty() || empty || workload.clients == 0 || workload.keys.count == 0 || workload.pipeline == 0 ||
      workload.warm_pipeline == 0) {
    throw std::runtime_error("a workload without clients, keys, units or steps");
  }
  const bool pipelined = workload.pipeline > 1 || workload.warm_pipeline > 1;
  if (pipelined && (steps || workload.rate > 0)) {
    throw std::runtime_error("only single statements in a closed loop can be pipelined");
  }
  const auto& statements = workload.statements;
  if (pipelined &&
      std::any_of(statements.begin(), statements.end(), [](const auto& one) { return is_mysql(one.protocol); })) {
    throw std::runtime_error("MySQL's protocol has no pipelines");
  }
}

}  // namespace

Workload read_workload(const std::string& json) {
  Json::Value given;
  std::string problem;
  const std::unique_ptr<Json::CharReader> reader(Json::CharReaderBuilder().newCharReader());
  if (!reader->parse(json.data(), json.data() + json.size(), &given, &problem)) {
    throw std::runtime_error("not a workload: " + problem);
  }
  Workload out;
  out.host = given["host"].asString();
  out.user = given["user"].asString();
  out.database = given["database"].asString();
  out.port = static_cast<std::uint16_t>(given["port"].asUInt());
  out.clients = given["clients"].asUInt();
  out.pipeline = given["pipeline"].asUInt();
  out.warm_pipeline = given["warm_pipeline"].asUInt();
  out.rate = given["rate"].asDouble();
  out.warm_seconds = given["warm_seconds"].asDouble();
  out.seed = given["seed"].asUInt64();
  const auto& keys = given["keys"];
  out.keys = {keys["count"].asUInt64(), keys["fresh"].asBool(), keys["start"].asUInt64(), keys["skew"].asDouble()};
  for (const auto& one : given["statements"]) {
    out.statements.push_back(statement(one));
  }
  for (const auto& one : given["units"]) {
    out.units.push_back(unit(one, out.statements));
  }
  check(out);
  return out;
}

}  // namespace bench
