#include "telemetry/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

#include "telemetry/log_format.h"

namespace tapri::telemetry {
namespace {

constexpr std::array<std::string_view, 6> kLevelNames = {"trace", "debug", "info", "warning", "error", "off"};
constexpr std::array<std::string_view, 2> kFormatNames = {"text", "json"};

// Text is coloured on a terminal only; spdlog's own check. JSON never is.
constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v)";

std::atomic<Level> current_level{Level::info};
std::atomic<LogFormat> current_format{LogFormat::text};

std::unique_ptr<spdlog::logger> make_logger(const char* pattern) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(spdlog::color_mode::automatic);
  auto logger = std::make_unique<spdlog::logger>("tapri", std::move(sink));
  logger->set_pattern(pattern, spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  // What spdlog cannot write is lost: a broken log must not write about itself into the same log.
  logger->set_error_handler([](const std::string&) {});
  return logger;
}

// One logger a format, so that a change of format needs no lock. Never destroyed: threads may log until the end.
spdlog::logger& logger_for(LogFormat format) {
  static auto* const loggers =
      new std::array<std::unique_ptr<spdlog::logger>, 2>{make_logger(kTextPattern), make_logger(kJsonPattern)};
  return *(*loggers)[static_cast<std::size_t>(format)];
}

template <typename T, std::size_t N>
Result<T> find_name(const std::array<std::string_view, N>& names, std::string_view text, std::string_view what) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == text) return static_cast<T>(i);
  }
  std::string message = "'" + std::string(text) + "' is no " + std::string(what) + "; expected one of";
  for (const std::string_view name : names) message.append(" ").append(name);
  return fail(std::move(message));
}

}  // namespace

std::string_view level_name(Level level) { return kLevelNames[static_cast<std::size_t>(level)]; }
Result<Level> parse_level(std::string_view text) {
  return find_name<Level>(kLevelNames, text == "warn" ? "warning" : text, "log level");
}
std::string_view log_format_name(LogFormat format) { return kFormatNames[static_cast<std::size_t>(format)]; }
Result<LogFormat> parse_log_format(std::string_view text) {
  return find_name<LogFormat>(kFormatNames, text, "log format");
}

void set_log_level(Level level) noexcept { current_level.store(level, std::memory_order_relaxed); }
void set_log_format(LogFormat format) noexcept { current_format.store(format, std::memory_order_relaxed); }
bool log_enabled(Level level) noexcept {
  return level != Level::off && level >= current_level.load(std::memory_order_relaxed);
}

void log(Level level, std::string_view component, std::string_view message, Fields fields) noexcept {
  if (!log_enabled(level)) return;
  try {
    const LogFormat format = current_format.load(std::memory_order_relaxed);
    const std::string line =
        format == LogFormat::json ? format_json(component, message, fields) : format_text(component, message, fields);
    logger_for(format).log(static_cast<spdlog::level::level_enum>(level), spdlog::string_view_t(line));
  } catch (const std::exception&) {
    return;  // out of memory: the line is lost, the work goes on
  }
}

bool StateLog::degraded(std::string_view message, Fields fields) noexcept {
  if (degraded_.exchange(true)) return false;
  log(Level::warn, component_, message, fields);
  return true;
}

bool StateLog::recovered(std::string_view message, Fields fields) noexcept {
  if (!degraded_.exchange(false)) return false;
  log(Level::info, component_, message, fields);
  return true;
}

}  // namespace tapri::telemetry
