#include "app/fleet_command.h"

#include <json/json.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "admin/client.h"
#include "app/json_output.h"
#include "coherence/log.h"
#include "io/loop.h"

namespace tapri::app {
namespace {

constexpr const char* kNothing = "-";
constexpr std::size_t kColumns = 10;
constexpr std::array<const char*, kColumns> kTitles = {"MEMBER", "VERSION", "MODE",   "EPOCH",    "POSITION",
                                                       "LAG",    "SYNCED",  "WRITES", "BREAKERS", "HEARD"};
using Row = std::array<std::string, kColumns>;

std::optional<Json::Value> parse(const std::string& text) {
  Json::CharReaderBuilder builder;
  const std::unique_ptr<Json::CharReader> reader(builder.newCharReader());
  Json::Value value;
  try {
    if (!reader->parse(text.data(), text.data() + text.size(), &value, nullptr)) return std::nullopt;
  } catch (const Json::Exception&) {
    return std::nullopt;
  }
  return value.isObject() ? std::optional(value) : std::nullopt;
}

// Of what another instance says of itself nothing is sure, not even that a terminal survives it.
const Json::Value& member(const Json::Value& object, const char* name) {
  return object.isObject() ? object[name] : Json::Value::nullSingleton();
}

std::string text_of(const Json::Value& value) {
  if (!value.isString()) return kNothing;
  std::string text = value.asString();
  for (char& each : text) {
    if (static_cast<unsigned char>(each) < 0x20 || each == 0x7f) each = '?';
  }
  return text;
}

std::string count_of(const Json::Value& value) {
  return value.isUInt64() ? std::to_string(value.asUInt64()) : kNothing;
}

std::string seconds_of(const Json::Value& value) {
  if (!value.isNumeric()) return kNothing;
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.3f s", value.asDouble());
  return text.data();
}

std::string breakers_of(const Json::Value& breakers) {
  if (!breakers.isObject()) return kNothing;
  std::string text;
  for (const char* state : {"open", "half_open", "closed"}) {
    const Json::Value& count = breakers[state];
    if (!count.isUInt64() || count.asUInt64() == 0) continue;
    text += (text.empty() ? "" : ", ") + count_of(count) + " " + state;
  }
  return text.empty() ? kNothing : text;
}

Row row_of(const Json::Value& of) {
  const Json::Value& says = member(of, "says");
  const Json::Value& position = member(says, "position");
  const bool placed = position.isUInt64();
  return {text_of(member(of, "id")),
          text_of(member(says, "version")),
          text_of(member(says, "mode")),
          count_of(member(says, "epoch")),
          placed ? std::to_string(coherence::sequence_of(position.asUInt64())) : kNothing,
          count_of(member(of, "lag_records")),
          seconds_of(member(says, "last_sync_age_seconds")),
          count_of(member(says, "open")),
          breakers_of(member(says, "breakers")),
          seconds_of(member(of, "age_seconds"))};
}

std::string table_of(const std::vector<Row>& rows) {
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) {
      out += row[i];
      if (i + 1 < kColumns) out.append(widths[i] - row[i].size() + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string log_text(const Json::Value& log) {
  const auto state = [&](const char* name, const char* good, const char* bad) {
    return log[name].isBool() && log[name].asBool() ? good : bad;
  };
  const auto place = [](const Json::Value& position) {
    if (!position.isUInt64()) return std::string(kNothing);
    const std::uint64_t at = position.asUInt64();
    return std::to_string(coherence::epoch_of(at)) + "-" + std::to_string(coherence::sequence_of(at));
  };
  std::string out = "log     epoch " + count_of(log["epoch"]) + ", read up to " + place(log["position"]) +
                    ", nothing from before " + place(log["base"]) + " is used\n        ";
  out += state("appending", "can be written", "CANNOT BE WRITTEN");
  out += ", ";
  out += state("following", "can be read", "CANNOT BE READ");
  out += ", last read " + seconds_of(log["last_sync_age_seconds"]) + " ago; records were missed " +
         count_of(log["gaps"]) + " times\n";
  out += "writes  " + count_of(log["open_here"]) + " under way here, " + count_of(log["open_elsewhere"]) + " elsewhere";
  out += state("unannounced", "; THE OTHERS DO NOT KNOW OF ALL THAT WERE COMMITTED HERE\n", "\n");
  return out;
}

// Of what the API says when it does not do as it is asked (RFC 9457).
std::string detail_of(const admin::ClientAnswer& answer) {
  const auto problem = parse(answer.body);
  const std::string detail = problem ? text_of(member(*problem, "detail")) : kNothing;
  return detail == kNothing ? "it answers " + std::to_string(answer.status) : detail;
}

int fail_with(const Terminal& terminal, const std::string& message, int code) {
  terminal.err << "tapri fleet: " << message << "\n";
  return code;
}

}  // namespace

std::string fleet_text(const std::string& document) {
  const auto fleet = parse(document);
  if (!fleet) return {};
  std::string out = "fleet   " + text_of((*fleet)["mode"]) + ", answers are at most " +
                    seconds_of((*fleet)["max_staleness_seconds"]) + " old\n";
  const Json::Value& log = (*fleet)["log"];
  if (log.isObject()) out += log_text(log);
  const Json::Value& redis = (*fleet)["redis"];
  for (const Json::Value& each : redis.isArray() ? redis : Json::Value()) {
    out += "redis   " + text_of(member(each, "tier")) + ": " + count_of(member(each, "connected")) +
           " connections can be used, " + count_of(member(each, "down")) +
           " cannot; breakers: " + breakers_of(member(each, "breakers")) + ", opened " +
           count_of(member(each, "opened")) + " times\n";
  }
  const Json::Value& tiers = (*fleet)["tiers"];
  for (const Json::Value& tier : tiers.isArray() ? tiers : Json::Value()) {
    out += "tier    " + text_of(member(tier, "tier")) + ": " + count_of(member(tier, "hits")) + " answers found, " +
           count_of(member(tier, "stored")) + " stored\n";
  }
  std::vector<Row> rows(1);
  std::ranges::copy(kTitles, rows[0].begin());
  const Json::Value& members = (*fleet)["members"];
  for (const Json::Value& each : members.isArray() ? members : Json::Value()) rows.push_back(row_of(each));
  out += '\n';
  return out + (rows.size() > 1 ? table_of(rows) : "Redis has not said lately who belongs to the fleet.\n");
}

int fleet_command(const FleetOptions& options, const Terminal& terminal) {
  const std::string& listen = options.config.admin.listen;
  if (listen == "off") {
    return fail_with(terminal, "the admin API is off (admin.listen): there is nobody to ask", kBadInput);
  }
  auto address = io::parse_address(listen);
  if (!address) return fail_with(terminal, address.error().message, kBadInput);
  if (address->unix_path.empty() && address->port == 0) {
    return fail_with(terminal, "which port? --admin HOST:PORT, as tapri run has printed it", kBadInput);
  }
  const auto answer = admin::ask({*address, "/api/v1/fleet", options.config.admin.token});
  if (!answer) {
    return fail_with(terminal,
                     "no instance can be asked at " + listen + ": " + answer.error().message +
                         "\nIs it running, and is that its admin API (--admin HOST:PORT, admin.listen)?",
                     kFailed);
  }
  if (answer->status != 200) {
    const bool refused = answer->status == 401 || answer->status == 403;
    const char* advice = refused ? "\nIts token is wanted: --admin-token-file, admin.token" : "";
    return fail_with(terminal, listen + ": " + detail_of(*answer) + advice, kFailed);
  }
  const auto document = parse(answer->body);
  if (!document) return fail_with(terminal, "what answers at " + listen + " is no Tapri", kFailed);
  if (member(*document, "mode").isString() && (*document)["mode"].asString() == "local") {
    return fail_with(terminal, "the instance at " + listen + " is alone: it was given no --redis", kFailed);
  }
  terminal.out << (options.json ? json_text(*document) : fleet_text(answer->body));
  return kGood;
}

}  // namespace tapri::app
