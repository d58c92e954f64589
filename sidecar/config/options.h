// The table of all settings: flags, environment, file, --print-config and docs/configuration.md are made from it or
// checked against it.
//
// Thread-safety: the table is immutable; any thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace tapri::config {

enum class Kind : std::uint8_t { text, integer, size, duration, boolean, choice };
[[nodiscard]] std::string_view kind_name(Kind kind);

enum class Secrecy : std::uint8_t { open, secret, url };  // url: only the password inside is secret

struct Option {
  std::string_view path;  // "cache.memory": the key in the file
  Kind kind = Kind::text;
  bool repeatable = false;
  Secrecy secrecy = Secrecy::open;
  std::string_view alias;  // a second, shorter flag: "--admin"; empty: none
  std::string_view help;   // one sentence; units included
  std::vector<std::string_view> choices;

  // Replaces the value. Exactly one text unless repeatable. The error says what was expected, not which key.
  std::function<Result<void>(Config&, std::span<const std::string>)> assign;
  // As assign() takes them; none for an empty list.
  std::function<std::vector<std::string>(const Config&)> values;

  [[nodiscard]] std::string flag() const;         // "--cache-memory"
  [[nodiscard]] std::string environment() const;  // "TAPRI_CACHE_MEMORY"
  [[nodiscard]] std::string default_text() const;
  // Secrets can also be read from a file: key + "_file", flag + "-file", environment + "_FILE".
  [[nodiscard]] bool from_file() const { return secrecy != Secrecy::open; }
};

[[nodiscard]] std::span<const Option> options();
// Null if there is none.
[[nodiscard]] const Option* find_option(std::string_view path);

// "16MiB", "30s": what policy::parse_size and policy::parse_duration read.
[[nodiscard]] std::string size_text(std::uint64_t bytes);
[[nodiscard]] std::string duration_text(Duration duration);

// The rows of docs/configuration.md's table, one an option.
[[nodiscard]] std::string reference_table();

}  // namespace tapri::config
