#include "admin/json.h"

#include <json/json.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <memory>
#include <utility>

#include "admin/totals.h"
#include "base/protocol_name.h"
#include "coherence/log.h"
#include "telemetry/log_format.h"

namespace tapri::admin {
namespace {

// A string of any bytes: statements come in every encoding, and paths as clients make them up.
Json::Value text(std::string_view bytes) { return telemetry::valid_utf8(bytes); }

std::string write(const Json::Value& value) {
  Json::StreamWriterBuilder builder;
  builder["indentation"] = "";
  builder["emitUTF8"] = true;
  builder["precision"] = 12;
  return Json::writeString(builder, value) + "\n";
}

Json::Value number(std::uint64_t value) { return Json::Value(static_cast<Json::UInt64>(value)); }

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

tl::unexpected<ApiError> refuse(std::string detail) {
  return tl::unexpected<ApiError>(ApiError{Fault::invalid, std::move(detail)});
}

// nullopt: it is no JSON object, or nested too deep.
std::optional<Json::Value> parse_object(std::string_view body) {
  Json::CharReaderBuilder builder;
  Json::CharReaderBuilder::strictMode(&builder.settings_);
  builder["stackLimit"] = 8;
  const std::unique_ptr<Json::CharReader> reader(builder.newCharReader());
  Json::Value value;
  std::string errors;
  try {
    if (!reader->parse(body.data(), body.data() + body.size(), &value, &errors)) return std::nullopt;
  } catch (const Json::Exception&) {
    return std::nullopt;
  }
  if (!value.isObject()) return std::nullopt;
  return value;
}

// A JSON object with no other keys than these.
Answer<Json::Value> parse_object(std::string_view body, std::initializer_list<const char*> known) {
  auto value = parse_object(body);
  if (!value) return refuse("the body is no JSON object of this kind");
  for (const std::string& key : value->getMemberNames()) {
    bool is_known = false;
    for (const char* name : known) is_known = is_known || key == name;
    if (!is_known) return refuse("the key '" + key + "' is not known");
  }
  return std::move(*value);
}

Answer<std::uint64_t> parse_fingerprint(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) {
    return refuse("'fingerprint' is not up to 16 hex digits");
  }
  return value;
}

template <std::size_t N, typename Name>
Json::Value named_counts(const std::array<std::uint64_t, N>& counts, Name name) {
  Json::Value out(Json::objectValue);
  for (std::size_t i = 0; i < N; ++i) out[std::string(name(i))] = number(counts[i]);
  return out;
}

Json::Value cache_json(const cache::StoreStats& stats) {
  Json::Value out;
  out["entries"] = number(stats.entries);
  out["bytes"] = number(stats.bytes);
  out["budget_bytes"] = number(stats.budget);
  Json::Value& evictions = out["evictions"];
  evictions["capacity"] = number(stats.evictions_capacity);
  evictions["expired"] = number(stats.evictions_expired);
  evictions["invalid"] = number(stats.evictions_invalid);
  evictions["flushed"] = number(stats.evictions_flushed);
  return out;
}

Json::Value connections_json(const Totals& totals) {
  Json::Value out;
  out["now"] = number(totals.connections());
  out["opened"] = number(totals.connections_opened);
  out["refused"] = number(totals.connections_refused);
  return out;
}

Json::Value statements_json(const Totals& totals) {
  Json::Value out = named_counts(
      totals.statements, [](std::size_t i) { return telemetry::outcome_name(static_cast<telemetry::Outcome>(i)); });
  out["total"] = number(totals.statement_count());
  // Of the reads that could have been hits; null before the first.
  const std::uint64_t asked = totals.hits() + totals.misses();
  out["hit_ratio"] =
      asked == 0 ? Json::Value() : Json::Value(static_cast<double>(totals.hits()) / static_cast<double>(asked));
  return out;
}

Json::Value bypass_json(const Totals& totals) {
  Json::Value out(Json::objectValue);
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    if (totals.bypass[i] > 0) out[std::string(reason_name(static_cast<Reason>(i)))] = number(totals.bypass[i]);
  }
  return out;
}

Json::Value catalog_json(const Gauges::Catalog& catalog) {
  Json::Value out;
  out["database"] = text(catalog.database);
  out["usable"] = catalog.generation != 0;
  out["generation"] = number(catalog.generation);
  out["relations"] = number(catalog.relations);
  out["age_seconds"] = catalog.age_seconds ? Json::Value(*catalog.age_seconds) : Json::Value();
  out["error"] = text(catalog.error);
  return out;
}

// What another instance says of itself comes by way of Redis: it may be anything.
Json::Value member_json(const FleetState::Member& member) {
  Json::Value out;
  out["id"] = text(member.id);
  out["age_seconds"] = member.age_seconds;
  const auto says = parse_object(member.says);
  if (says) out["says"] = *says;
  return out;
}

std::optional<coherence::Position> position_of(const Json::Value& member) {
  const Json::Value& position = member["says"]["position"];
  return position.isUInt64() ? std::optional(position.asUInt64()) : std::nullopt;
}

// How many records of the newest epoch a member has not read, as far as anybody said; null: it is in an older epoch,
// where nobody can count.
void add_lags(Json::Value& members, coherence::Position newest) {
  for (const Json::Value& member : members) newest = std::max(newest, position_of(member).value_or(0));
  for (Json::Value& member : members) {
    const auto position = position_of(member);
    const bool counts = position && coherence::epoch_of(*position) == coherence::epoch_of(newest);
    member["lag_records"] = counts ? number(newest - *position) : Json::Value();
  }
}

Json::Value redis_json(const RedisState& redis) {
  Json::Value out;
  out["tier"] = redis.tier;
  out["connected"] = number(redis.connected);
  out["down"] = number(redis.down);
  out["breakers"]["closed"] = number(redis.connected + redis.down);
  out["breakers"]["half_open"] = number(redis.half_open);
  out["breakers"]["open"] = number(redis.open);
  out["opened"] = number(redis.opened);
  return out;
}

Json::Value remote_json(const cache::RemoteStats& remote) {
  Json::Value out;
  out["tier"] = remote.tier;
  out["hits"] = number(remote.hits);
  out["misses"] = named_counts(
      remote.misses, [](std::size_t i) { return cache::remote::miss_name(static_cast<cache::remote::Miss>(i)); });
  out["fetches_dropped"] = number(remote.fetches_dropped);
  out["stored"] = number(remote.stored);
  out["stores_dropped"] = number(remote.stores_dropped);
  out["stores_too_large"] = number(remote.stores_too_large);
  out["stores_expired"] = number(remote.stores_expired);
  out["stores_outdated"] = number(remote.stores_outdated);
  out["stores_failed"] = number(remote.stores_failed);
  out["bytes_fetched"] = number(remote.bytes_fetched);
  out["bytes_stored"] = number(remote.bytes_stored);
  return out;
}

}  // namespace

std::string fingerprint_text(std::uint64_t fingerprint) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit, fingerprint >>= 4) *digit = kDigits[fingerprint & 15];
  return out;
}

std::string problem_json(int status, std::string_view title, std::string_view detail) {
  Json::Value out;
  out["type"] = "about:blank";
  out["title"] = std::string(title);
  out["status"] = status;
  out["detail"] = text(detail);
  return write(out);
}

std::string fleet_json(const Gauges& gauges) {
  Json::Value out;
  if (!gauges.fleet) {
    out["mode"] = "local";
    return write(out);
  }
  const FleetState& fleet = *gauges.fleet;
  out["mode"] = fleet.mode;
  out["max_staleness_seconds"] = fleet.max_staleness_seconds;
  Json::Value& log = out["log"];
  log["appending"] = fleet.appending;
  log["following"] = fleet.following;
  log["epoch"] = number(fleet.epoch);
  log["position"] = number(fleet.position);
  log["base"] = number(fleet.base);
  log["open_here"] = number(fleet.open_here);
  log["open_elsewhere"] = number(fleet.open_elsewhere);
  log["gaps"] = number(fleet.gaps);
  log["unannounced"] = fleet.unannounced;
  log["last_sync_age_seconds"] =
      fleet.last_sync_age_seconds ? Json::Value(*fleet.last_sync_age_seconds) : Json::Value();
  Json::Value& members = out["members"] = Json::Value(Json::arrayValue);
  for (const FleetState::Member& member : fleet.members) members.append(member_json(member));
  add_lags(members, fleet.position);
  Json::Value& redis = out["redis"] = Json::Value(Json::arrayValue);
  for (const RedisState& each : gauges.redis) redis.append(redis_json(each));
  Json::Value& tiers = out["tiers"] = Json::Value(Json::arrayValue);
  for (const cache::RemoteStats& remote : gauges.remote) tiers.append(remote_json(remote));
  return write(out);
}

std::string stats_json(const Gauges& gauges, double now_unix_seconds) {
  const Totals totals = sum(gauges.workers);
  Json::Value out;
  out["version"] = TAPRI_VERSION;
  out["uptime_seconds"] = now_unix_seconds - gauges.start_unix_seconds;
  out["workers"] = number(gauges.workers.size());
  out["caching"] = gauges.caching;
  out["draining"] = gauges.draining;
  out["connections"] = connections_json(totals);
  out["statements"] = statements_json(totals);
  out["bypass"] = bypass_json(totals);
  out["fills"] = named_counts(
      totals.fills, [](std::size_t i) { return telemetry::fill_result_name(static_cast<telemetry::FillResult>(i)); });
  out["saved_upstream_seconds"] = totals.saved_seconds();
  out["cache"] = cache_json(gauges.memory);
  out["flight_waiters"] = number(gauges.flight_waiters);
  Json::Value& log = out["log_records"] = Json::Value(Json::objectValue);
  for (const auto& records : gauges.log_records) log[records.source][records.kind] = number(records.count);
  Json::Value& catalogs = out["catalogs"] = Json::Value(Json::arrayValue);
  for (const auto& catalog : gauges.catalogs) catalogs.append(catalog_json(catalog));
  Json::Value& degraded = out["degraded"] = Json::Value(Json::objectValue);
  for (const auto& component : gauges.degraded) degraded[component.component] = component.degraded;
  out["last_reload"]["successful"] = gauges.last_reload_successful;
  out["last_reload"]["unix_seconds"] = static_cast<Json::Int64>(gauges.last_reload_unix_seconds);
  return write(out);
}

std::string shapes_json(const std::vector<ShapeStats>& shapes) {
  Json::Value list(Json::arrayValue);
  for (const ShapeStats& shape : shapes) {
    Json::Value out;
    out["fingerprint"] = fingerprint_text(shape.fingerprint);
    out["protocol"] = std::string(protocol_name(shape.protocol));
    out["text"] = text(shape.text);
    out["calls"] = number(shape.calls);
    out["hits"] = number(shape.hits);
    out["misses"] = number(shape.misses);
    out["coalesced"] = number(shape.coalesced);
    out["bypassed"] = number(shape.bypassed);
    for (std::size_t i = 0; i < telemetry::kInvalidationCauseCount; ++i) {
      const auto cause = telemetry::invalidation_cause_name(static_cast<telemetry::InvalidationCause>(i));
      out["invalidated"][std::string(cause)] = number(shape.invalidated[i]);
    }
    out["reason"] = std::string(reason_name(shape.reason));
    out["reason_text"] = std::string(reason_text(shape.reason));
    out["rule"] = text(shape.rule);
    out["upstream_seconds"] = seconds(shape.upstream_time);
    out["saved_seconds"] = seconds(shape.saved_time);
    list.append(std::move(out));
  }
  Json::Value out;
  out["shapes"] = std::move(list);
  return write(out);
}

std::string flushed_json(std::uint64_t entries) {
  Json::Value out;
  out["flushed_entries"] = number(entries);
  return write(out);
}

Answer<ExplainRequest> parse_explain(std::string_view body) {
  auto value = parse_object(body, {"sql", "user", "database", "application", "protocol"});
  if (!value) return tl::unexpected<ApiError>(value.error());
  const Json::Value& members = *value;
  ExplainRequest request;
  for (const auto& [key, member] :
       {std::pair("sql", &ExplainRequest::sql), std::pair("user", &ExplainRequest::user),
        std::pair("database", &ExplainRequest::database), std::pair("application", &ExplainRequest::application)}) {
    const Json::Value& given = members[key];
    if (!members.isMember(key)) continue;
    if (!given.isString()) return refuse("'" + std::string(key) + "' is no string");
    request.*member = given.asString();
  }
  if (!members.isMember("sql")) return refuse("'sql' is missing: the statement to explain");
  if (members.isMember("protocol")) {
    const std::string given = members["protocol"].isString() ? members["protocol"].asString() : std::string();
    request.protocol = protocol_called(given);
    if (!request.protocol) return refuse("'protocol' is neither \"postgres\" nor \"mysql\"");
  }
  return request;
}

Answer<FlushRequest> parse_flush(std::string_view body) {
  constexpr std::string_view kExpected =
      R"(expected exactly one of {"all": true}, {"table": "..."}, {"tag": "..."}, {"rule": "..."}, {"fingerprint": "..."})";
  auto value = parse_object(body, {"all", "table", "tag", "rule", "fingerprint"});
  if (!value) return tl::unexpected<ApiError>(value.error());
  if (value->size() != 1) return refuse(std::string(kExpected));
  const std::string key = value->getMemberNames().front();
  const Json::Value given = (*value)[key];
  FlushRequest request;
  if (key == "all") {
    if (!given.isBool() || !given.asBool()) return refuse(std::string(kExpected));
    return request;
  }
  if (!given.isString() || given.asString().empty()) return refuse("'" + key + "' is no string, or an empty one");
  request.value = given.asString();
  if (key == "fingerprint") {
    auto fingerprint = parse_fingerprint(request.value);
    if (!fingerprint) return tl::unexpected<ApiError>(fingerprint.error());
    request.scope = FlushScope::fingerprint;
    request.fingerprint = *fingerprint;
    request.value.clear();
    return request;
  }
  request.scope = key == "table" ? FlushScope::table : key == "tag" ? FlushScope::tag : FlushScope::rule;
  return request;
}

}  // namespace tapri::admin
