#include <charconv>
#include <string>
#include <string_view>

#include "policy/fields.h"
#include "policy/rule_file.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

constexpr std::string_view kNone = R"(, or "none")";
constexpr std::string_view kDuration = R"(a duration such as "250ms", "30s", "10m", "12h" or "7d")";
constexpr std::string_view kSize = R"(a size such as "512B", "64KiB", "1MiB" or "1GiB")";
constexpr std::string_view kRate = R"(a rate such as "100/s" or "30/m")";
constexpr std::string_view kZero = R"(a limit of zero keeps nothing: write "enabled": false)";

// Stores a second.
Result<double> parse_rate(std::string_view text) {
  const bool a_minute = text.ends_with("/m");
  std::uint32_t number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  if (error != std::errc() || (unit != "/s" && unit != "/m")) {
    return fail("expected " + std::string(kRate) + ", got " + quoted(text));
  }
  return a_minute ? number / 60.0 : number;
}

std::optional<RemoteStore> read_store(const Node& node, FieldReader& fields) {
  constexpr std::string_view kExpected = R"("at_once" or "at_eviction")";
  const auto text = fields.text(node, kExpected);
  if (!text) return std::nullopt;
  if (*text == "at_once") return RemoteStore::at_once;
  if (*text == "at_eviction") return RemoteStore::at_eviction;
  fields.expected(node, kExpected);
  return std::nullopt;
}

// A limit, or "none" for none; 0 is refused.
template <typename T, typename Parse>
std::optional<std::optional<T>> read_limit(const Node& node, FieldReader& fields, std::string_view what, Parse parse) {
  const auto text = fields.text(node, std::string(what) + std::string(kNone));
  if (!text) return std::nullopt;
  if (*text == "none") return std::optional<T>();
  const Result<T> limit = parse(*text);
  if (limit && *limit > T{}) return std::optional<T>(*limit);
  fields.refuse(node, limit ? std::string(kZero) : limit.error().message);
  return std::nullopt;
}

}  // namespace

RemoteOverrides read_remote(const Node& object, FieldReader& fields) {
  RemoteOverrides result;
  if (!fields.object(object, Section::l2)) return result;
  if (const Node* node = object.find("enabled")) result.enabled = fields.boolean(*node);
  if (const Node* node = object.find("store")) result.store = read_store(*node, fields);
  if (const Node* node = object.find("max_size")) {
    result.max_size = read_limit<std::uint64_t>(*node, fields, kSize, parse_size);
  }
  if (const Node* node = object.find("max_rate")) {
    result.max_rate = read_limit<double>(*node, fields, kRate, parse_rate);
  }
  if (const Node* node = object.find("max_bytes_per_second")) {
    result.max_bytes_per_second = read_limit<std::uint64_t>(*node, fields, kSize, parse_size);
  }
  if (const Node* node = object.find("ttl")) {
    result.ttl = read_limit<Duration>(*node, fields, kDuration, parse_duration);
  }
  if (const Node* node = object.find("min_cost")) {
    result.min_cost = read_limit<Duration>(*node, fields, kDuration, parse_duration);
  }
  return result;
}

}  // namespace tapri::policy
