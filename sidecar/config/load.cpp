#include "config/load.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include "config/options.h"
#include "config/source.h"

namespace tapri::config {
namespace {

constexpr std::string_view kFileSuffix = "_file";

// What a key stands for: a setting, or the file that holds a secret one.
struct Target {
  const Option* option = nullptr;  // null: unknown
  bool from_file = false;
};

Target find_target(std::string_view path) {
  if (const Option* option = find_option(path)) return {option, false};
  if (!path.ends_with(kFileSuffix)) return {};
  const Option* option = find_option(path.substr(0, path.size() - kFileSuffix.size()));
  return option != nullptr && option->from_file() ? Target{option, true} : Target{};
}

// What a secret's file holds: the whole but for the line's end; of a list, the blank-separated words.
Result<std::vector<std::string>> read_secret(const Option& option, const std::string& path) {
  auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (!option.repeatable) return std::vector<std::string>{std::move(*text)};
  std::istringstream in(*text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

class Loader {
 public:
  void apply(Source source) {
    std::move(source.problems.begin(), source.problems.end(), std::back_inserter(problems_));
    std::move(source.warnings.begin(), source.warnings.end(), std::back_inserter(loaded_.warnings));
    std::set<const Option*> seen;
    for (const Given& given : source.given) {
      const Target target = find_target(given.path);
      if (target.option == nullptr) {
        problems_.push_back(given.origin + ": " + unknown_key(given.path));
      } else if (!seen.insert(target.option).second) {
        complain(given, "it and its ..._file are both given; keep one");
      } else {
        assign(*target.option, target.from_file, given);
      }
    }
  }

  Result<Loaded> finish() {
    // Values that were refused are still the defaults: what would be said about them could mislead.
    if (problems_.empty()) {
      for (const Problem& problem : resolve(loaded_.config)) {
        const auto origin = loaded_.origins.find(problem.key);
        const std::string where = origin == loaded_.origins.end() ? "default" : origin->second;
        problems_.push_back(where + ": " + problem.key + ": " + problem.message);
      }
    }
    if (problems_.empty()) {
      warn_of_clear_text();
      return std::move(loaded_);
    }
    std::string message;
    for (const std::string& problem : problems_) message.append(message.empty() ? "" : "\n").append(problem);
    return fail(std::move(message));
  }

 private:
  void complain(const Given& given, const std::string& message) {
    problems_.push_back(given.origin + ": " + given.path + ": " + message);
  }

  void warn_of_clear_text() {
    const ClientTlsConfig& tls = loaded_.config.client_tls;
    if (tls.mode != ClientTlsMode::allow || tls.files.client_ca_file.empty()) return;
    loaded_.warnings.push_back(
        "client_tls.ca asks for certificates in TLS only, and with client_tls.mode 'allow' clients may come without "
        "TLS; "
        "'require' lets none in without a certificate");
  }

  void assign(const Option& option, bool from_file, const Given& given) {
    if (given.is_array && (from_file || !option.repeatable)) return complain(given, "expected one value, not a list");
    std::vector<std::string> values = given.values;
    if (from_file) {
      if (values.size() != 1) return complain(given, "expected one file");
      auto secret = read_secret(option, values.front());
      if (!secret) return complain(given, secret.error().message);
      values = std::move(*secret);
    }
    if (const auto assigned = option.assign(loaded_.config, values); !assigned) {
      return complain(given, assigned.error().message);
    }
    loaded_.origins.insert_or_assign(std::string(option.path), given.origin);
  }

  Loaded loaded_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<Loaded> load(const Sources& sources) {
  Loader loader;
  if (!sources.file.empty()) loader.apply(read_json_file(sources.file));
  loader.apply(read_environment(sources.environment));
  loader.apply(read_flags(sources.flags));
  return loader.finish();
}

}  // namespace tapri::config
