#include "config/source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "config/options.h"

namespace tapri::config {
namespace {

constexpr std::string_view kPrefix = "TAPRI_";
constexpr std::string_view kConfigVariable = "TAPRI_CONFIG";  // the file itself: app/ reads it

std::vector<std::string> split_blanks(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

// Kubernetes sets these in every pod beside a Service named tapri...: they are nobody's mistake.
bool is_service_variable(std::string_view name, std::string_view value) {
  return name.find("_SERVICE_") != std::string_view::npos || name.find("_PORT_") != std::string_view::npos ||
         (name.ends_with("_PORT") && value.find("://") != std::string_view::npos);
}

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('.') + 1); }

// The setting that `path` was probably meant to be; empty if none is near.
std::string nearest(std::string_view path) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, path.size() / 4) + 1;
  const auto consider = [&](const std::string& candidate, std::size_t away) {
    if (away >= least) return;
    least = away;
    best = candidate;
  };
  for (const Option& option : options()) {
    const std::string name(option.path);
    consider(name, distance(path, name));
    if (option.from_file()) consider(name + "_file", distance(path, name + "_file"));
    // The right name in the wrong place counts as a small slip.
    if (last_part(path) == last_part(name)) consider(name, 1);
  }
  return best;
}

}  // namespace

std::string unknown_key(std::string_view path) {
  std::string message = "unknown key '" + std::string(path) + "'";
  const std::string meant = nearest(path);
  if (!meant.empty()) message += "; did you mean '" + meant + "'?";
  return message;
}

Source read_environment(const std::vector<std::pair<std::string, std::string>>& environment) {
  Source out;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kPrefix) || name == kConfigVariable || value.empty()) continue;
    const auto all = options();
    const auto found = std::find_if(all.begin(), all.end(), [&, &variable = name](const Option& option) {
      return option.environment() == variable || (option.from_file() && option.environment() + "_FILE" == variable);
    });
    if (found == all.end()) {
      if (!is_service_variable(name, value))
        out.warnings.push_back("the environment variable " + name + " is no setting");
      continue;
    }
    const bool from_file = found->environment() != name;
    std::vector<std::string> values = {value};
    if (found->repeatable && !from_file) values = split_blanks(value);
    out.given.push_back({std::string(found->path) + (from_file ? "_file" : ""), std::move(values), name, false});
  }
  return out;
}

Source read_flags(const std::vector<Flag>& flags) {
  Source out;
  for (const Flag& flag : flags) {
    std::string origin = "--" + flag.path;
    std::replace_if(
        origin.begin(), origin.end(), [](char c) { return c == '.' || c == '_'; }, '-');
    out.given.push_back({flag.path, flag.values, std::move(origin), false});
  }
  return out;
}

Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  // A folder opens, but gives nothing.
  if (!in || in.bad() || (text.fail() && errno != 0)) {
    return fail("cannot read " + path + ": " + std::generic_category().message(errno == 0 ? EIO : errno));
  }
  return std::move(text).str();
}

std::vector<std::pair<std::string, std::string>> process_environment() {
  std::vector<std::pair<std::string, std::string>> out;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

}  // namespace tapri::config
