// How options are made of the places of their values in a Config. Private to config.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/options.h"
#include "policy/rules.h"

namespace tapri::config {

// The texts of an enum's values, in order.
template <typename T>
struct Names;
template <>
struct Names<CachePolicy> {
  static constexpr std::array<std::string_view, 5> kTexts = {"s3_fifo", "lru", "w_tinylfu", "lfu", "cost_aware"};
};
template <>
struct Names<CoherenceKeys> {
  static constexpr std::array<std::string_view, 2> kTexts = {"row", "table"};
};
template <>
struct Names<FleetMode> {
  static constexpr std::array<std::string_view, 2> kTexts = {"bounded", "strict"};
};
template <>
struct Names<OnPublishFailure> {
  static constexpr std::array<std::string_view, 3> kTexts = {"by_mode", "serve", "fail_writes"};
};
template <>
struct Names<ClientTlsMode> {
  static constexpr std::array<std::string_view, 4> kTexts = {"disable", "allow", "require", "passthrough"};
};
template <>
struct Names<io::SslMode> {
  static constexpr std::array<std::string_view, 6> kTexts = {"disable", "allow",     "prefer",
                                                             "require", "verify-ca", "verify-full"};
};
template <>
struct Names<telemetry::Level> {
  static constexpr std::array<std::string_view, 6> kTexts = {"trace", "debug", "info", "warning", "error", "off"};
};
template <>
struct Names<telemetry::LogFormat> {
  static constexpr std::array<std::string_view, 2> kTexts = {"text", "json"};
};

inline Result<void> not_understood(const std::string& text, std::string_view expected) {
  return fail("'" + text + "' is not understood; expected " + std::string(expected));
}

inline bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

inline Result<void> read(const std::string& text, Kind /*kind*/, std::string& out) {
  out = text;
  return {};
}

inline Result<void> read(const std::string& text, Kind /*kind*/, bool& out) {
  constexpr std::array<std::string_view, 4> kYes = {"true", "on", "yes", "1"};
  constexpr std::array<std::string_view, 4> kNo = {"false", "off", "no", "0"};
  const bool yes = std::find(kYes.begin(), kYes.end(), text) != kYes.end();
  if (!yes && std::find(kNo.begin(), kNo.end(), text) == kNo.end()) return not_understood(text, "true or false");
  out = yes;
  return {};
}

inline Result<void> read(const std::string& text, Kind kind, std::uint64_t& out) {
  if (is_number(text)) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error == std::errc() && end == text.data() + text.size()) return {};
  } else if (kind == Kind::size) {
    if (const auto size = policy::parse_size(text)) {
      out = *size;
      return {};
    }
  }
  return not_understood(
      text, kind == Kind::size ? "a size such as 512KiB, 256MiB or a number of bytes" : "a whole number, 0 or more");
}

inline Result<void> read(const std::string& text, Kind /*kind*/, Duration& out) {
  const auto duration = policy::parse_duration(text);
  if (!duration) return not_understood(text, "a duration such as 250ms, 30s, 5m or 1h");
  out = *duration;
  return {};
}

template <typename T>
requires std::is_enum_v<T> Result<void> read(const std::string& text, Kind /*kind*/, T& out) {
  const auto& texts = Names<T>::kTexts;
  const auto found = std::find(texts.begin(), texts.end(), text);
  if (found != texts.end()) {
    out = static_cast<T>(found - texts.begin());
    return {};
  }
  std::string expected = "one of";
  for (const std::string_view name : texts) expected.append(" ").append(name);
  return not_understood(text, expected);
}

inline std::string write(const std::string& value, Kind /*kind*/) { return value; }
inline std::string write(bool value, Kind /*kind*/) { return value ? "true" : "false"; }
inline std::string write(std::uint64_t value, Kind kind) {
  return kind == Kind::size ? size_text(value) : std::to_string(value);
}
inline std::string write(Duration value, Kind /*kind*/) { return duration_text(value); }
template <typename T>
requires std::is_enum_v<T> std::string write(T value, Kind /*kind*/) {
  return std::string(Names<T>::kTexts[static_cast<std::size_t>(value)]);
}

// `ref` gives the place of the value in a Config: [](auto& config) -> auto& { return config.cache.memory; }.
template <typename Ref>
Option scalar(std::string_view path, Kind kind, std::string_view help, Ref ref) {
  using Value = std::remove_cvref_t<decltype(ref(std::declval<Config&>()))>;
  Option option;
  option.path = path;
  option.kind = kind;
  option.help = help;
  if constexpr (std::is_enum_v<Value>) option.choices.assign(Names<Value>::kTexts.begin(), Names<Value>::kTexts.end());
  option.assign = [kind, ref](Config& config, std::span<const std::string> texts) -> Result<void> {
    if (texts.size() != 1) return fail("expected one value, not " + std::to_string(texts.size()));
    return read(texts.front(), kind, ref(config));
  };
  option.values = [kind, ref](const Config& config) { return std::vector<std::string>{write(ref(config), kind)}; };
  return option;
}

template <typename Ref>
Option list(std::string_view path, std::string_view help, Ref ref) {
  Option option;
  option.path = path;
  option.repeatable = true;
  option.help = help;
  option.assign = [ref](Config& config, std::span<const std::string> texts) -> Result<void> {
    ref(config).assign(texts.begin(), texts.end());
    return {};
  };
  option.values = [ref](const Config& config) { return ref(config); };
  return option;
}

inline Option with_alias(Option option, std::string_view alias) {
  option.alias = alias;
  return option;
}
inline Option with_secrecy(Option option, Secrecy secrecy) {
  option.secrecy = secrecy;
  return option;
}

#define TAPRI_AT(member) ([](auto& config) -> auto& { return config.member; })

// Those of Redis, and of what is kept there (fleet_options.cpp).
void add_redis(std::vector<Option>& out);
void add_tiers(std::vector<Option>& out);

}  // namespace tapri::config
