#include <json/json.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "config/load.h"
#include "config/options.h"

namespace tapri::config {
namespace {

constexpr std::string_view kMask = "***";

// The text of `value` in the largest unit that divides it.
template <std::size_t N>
std::string in_units(std::uint64_t value, const std::array<std::pair<std::uint64_t, std::string_view>, N>& units,
                     std::string_view smallest) {
  for (const auto& [size, name] : units) {
    if (value != 0 && value % size == 0) return std::to_string(value / size) + std::string(name);
  }
  return std::to_string(value) + std::string(smallest);
}

Json::Value json_scalar(const Option& option, const std::string& text) {
  if (option.secrecy == Secrecy::secret) return text.empty() ? Json::Value("") : Json::Value(std::string(kMask));
  if (option.secrecy == Secrecy::url) return mask_url(text);
  if (option.kind == Kind::boolean) return text == "true";
  if (option.kind == Kind::integer) return Json::Value(static_cast<Json::UInt64>(std::stoull(text)));
  return text;
}

Json::Value json_value(const Option& option, const Config& config) {
  const std::vector<std::string> texts = option.values(config);
  if (!option.repeatable) return json_scalar(option, texts.front());
  Json::Value array(Json::arrayValue);
  for (const std::string& text : texts) array.append(json_scalar(option, text));
  return array;
}

// The place of "cache.memory" in nested objects, made where it is missing.
Json::Value& place(Json::Value& root, std::string_view path) {
  Json::Value* at = &root;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    at = &(*at)[std::string(path.substr(0, dot))];
    path.remove_prefix(dot + 1);
  }
  return (*at)[std::string(path)];
}

std::string type_text(const Option& option) {
  std::string text;
  for (const std::string_view choice : option.choices) {
    if (!text.empty()) text += ", ";
    text.append("`").append(choice).append("`");
  }
  if (text.empty()) text = kind_name(option.kind);
  if (option.repeatable) text += ", repeatable";
  if (option.secrecy == Secrecy::secret) text += ", secret";
  if (option.secrecy == Secrecy::url) text += ", with a secret";
  return text;
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "text";
    case Kind::integer:
      return "integer";
    case Kind::size:
      return "size";
    case Kind::duration:
      return "duration";
    case Kind::boolean:
      return "boolean";
    case Kind::choice:
      return "choice";
  }
  return "text";
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::pair<std::uint64_t, std::string_view>, 3> kUnits = {
      {{1ULL << 30, "GiB"}, {1ULL << 20, "MiB"}, {1ULL << 10, "KiB"}}};
  return in_units(bytes, kUnits, "");
}

std::string duration_text(Duration duration) {
  constexpr std::array<std::pair<std::uint64_t, std::string_view>, 5> kUnits = {
      {{86'400'000'000, "d"}, {3'600'000'000, "h"}, {60'000'000, "m"}, {1'000'000, "s"}, {1000, "ms"}}};
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  if (microseconds <= 0) return "0ms";
  return in_units(static_cast<std::uint64_t>(microseconds), kUnits, "us");
}

std::string reference_table() {
  std::string out = "| key | flag | environment | type | default | what it sets |\n|---|---|---|---|---|---|\n";
  for (const Option& option : options()) {
    const std::string fallback = option.default_text();
    out.append("| `").append(option.path).append("` | `").append(option.flag()).append("`");
    if (!option.alias.empty()) out.append(" `").append(option.alias).append("`");
    out.append(" | `").append(option.environment()).append("` | ").append(type_text(option)).append(" | ");
    if (!fallback.empty()) out.append("`").append(fallback).append("`");
    out.append(" | ").append(option.help).append(" |\n");
  }
  return out;
}

std::string print(const Config& config) {
  Json::Value root(Json::objectValue);
  for (const Option& option : options()) place(root, option.path) = json_value(option, config);
  Json::StreamWriterBuilder builder;
  builder["indentation"] = "  ";
  builder["emitUTF8"] = true;
  return Json::writeString(builder, root) + "\n";
}

}  // namespace tapri::config
