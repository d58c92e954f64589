#include "tally.h"

#include <json/json.h>

#include <array>

namespace bench {
namespace {

constexpr std::array kQuantiles = {0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 1.0};

Json::Value microseconds(const measure::Histogram& histogram) {
  Json::Value out(Json::objectValue);
  out["count"] = static_cast<Json::UInt64>(histogram.count());
  for (const auto quantile : kQuantiles) {
    Json::Value pair(Json::arrayValue);
    pair.append(quantile);
    pair.append(histogram.quantile(quantile) / 1000);
    out["quantiles"].append(pair);
  }
  return out;
}

}  // namespace

std::string Tally::json(const std::vector<std::string>& names, std::uint64_t next_key) const {
  Json::Value out(Json::objectValue);
  out["statements"] = static_cast<Json::UInt64>(statements);
  out["reads"] = static_cast<Json::UInt64>(reads);
  out["errors"] = static_cast<Json::UInt64>(errors);
  out["wrong"] = static_cast<Json::UInt64>(wrong);
  out["stale"] = static_cast<Json::UInt64>(stale);
  out["first_problem"] = first_problem;
  out["seconds"] = seconds;
  out["client_cpu_seconds"] = cpu_seconds;
  out["next_key"] = static_cast<Json::UInt64>(next_key);
  measure::Histogram all;
  for (std::size_t unit = 0; unit < names.size(); ++unit) {
    out["latency_us"][names.at(unit)] = microseconds(latencies.at(unit));
    all.add(latencies.at(unit));
  }
  out["latency_us"]["all"] = microseconds(all);
  Json::StreamWriterBuilder style;
  style["indentation"] = "";
  return Json::writeString(style, out);
}

}  // namespace bench
