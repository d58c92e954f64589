// The log: one line an event, to standard error, as text for people or as JSON lines for machines.
//
// A line has a time (UTC), a level, a component (the room or the part that speaks), a fixed message and key-value
// fields; what varies goes into fields, never into the message. Every string is escaped, so that no value can end a
// line or forge a field. Never log a secret or a statement's literals.
//
// Thread-safety: everything here, from any thread, at any time. Nothing throws; a line that cannot be written is lost.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace tapri::telemetry {

enum class Level : std::uint8_t { trace, debug, info, warn, error, off };
[[nodiscard]] std::string_view level_name(Level level);
[[nodiscard]] Result<Level> parse_level(std::string_view text);

enum class LogFormat : std::uint8_t { text, json };
[[nodiscard]] std::string_view log_format_name(LogFormat format);
[[nodiscard]] Result<LogFormat> parse_log_format(std::string_view text);

// What is written from now on. Before the first call: info, as text.
void set_log_level(Level level) noexcept;
void set_log_format(LogFormat format) noexcept;
// To spare the making of costly fields.
[[nodiscard]] bool log_enabled(Level level) noexcept;

// One key and its value. Views need to live only as long as the call to log().
class Field {
 public:
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  template <std::convertible_to<std::string_view> T>
  Field(std::string_view key, const T& value) : key_(key), value_(std::string_view(value)) {}
  template <std::signed_integral T>
  Field(std::string_view key, T value) : key_(key), value_(static_cast<std::int64_t>(value)) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) Field(std::string_view key, T value)
      : key_(key), value_(static_cast<std::uint64_t>(value)) {}
  template <std::same_as<bool> T>
  Field(std::string_view key, T value) : key_(key), value_(value) {}
  Field(std::string_view key, double value) : key_(key), value_(value) {}

  [[nodiscard]] std::string_view key() const { return key_; }
  [[nodiscard]] const Value& value() const { return value_; }

 private:
  std::string_view key_;
  Value value_;
};
using Fields = std::initializer_list<Field>;

void log(Level level, std::string_view component, std::string_view message, Fields fields = {}) noexcept;

// Something that works or does not: logs each change of state once, however often the state is reported.
class StateLog {
 public:
  // `component` as in log(); it is also the label of tapri_degraded.
  explicit StateLog(std::string component) : component_(std::move(component)) {}
  // Logs a warning if it worked until now. Returns whether the state changed.
  bool degraded(std::string_view message, Fields fields = {}) noexcept;
  // Logs that it works again if it did not. Returns whether the state changed.
  bool recovered(std::string_view message, Fields fields = {}) noexcept;
  [[nodiscard]] bool is_degraded() const noexcept { return degraded_.load(std::memory_order_relaxed); }
  [[nodiscard]] const std::string& component() const { return component_; }

 private:
  std::string component_;
  std::atomic<bool> degraded_{false};
};

}  // namespace tapri::telemetry
