#include "policy/watcher.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "policy/files.h"
#include "policy/rule.h"

namespace tapri::policy {
namespace {

// Somebody who never stops writing is not waited for: the next poll() sees the rest.
constexpr int kReadAgain = 3;

void append(std::string& signature, const timespec& time) {
  signature += std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec) + " ";
}

void append_file(std::string& signature, const std::string& file) {
  std::error_code problem;
  signature += std::filesystem::canonical(file, problem).string() + " ";
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    signature += "missing\n";
    return;
  }
  signature += std::to_string(status.st_dev) + " " + std::to_string(status.st_ino) + " ";
  signature += std::to_string(status.st_size) + " ";
  append(signature, status.st_mtim);
  append(signature, status.st_ctim);  // moves even where a tool sets the modification time back
  signature += "\n";
}

// Equal as long as no file changed, came or went.
std::string signature_of(const std::string& path) {
  const auto files = rule_files(path);
  if (!files) return files.error().message;
  std::string signature;
  for (const std::string& file : *files) append_file(signature, file);
  return signature;
}

std::shared_ptr<const RuleSet> bypass_everything() {
  Settings settings;
  settings.action = Action::bypass;
  return make_rule_set(settings, {}, {});
}

}  // namespace

RuleSource::RuleSource(std::string path, const Clock& clock)
    : path_(std::move(path)), clock_(clock), state_(State{path_.empty() ? default_rules() : bypass_everything(), {}}) {}

Result<void> RuleSource::load() {
  const std::lock_guard lock(loading_);
  return load_locked();
}

Result<RuleSource::Outcome> RuleSource::reload() {
  const std::lock_guard lock(loading_);
  const bool in_force = generation() > 0 && !status().error && signature_of(path_) == signature_;
  if (path_.empty() || in_force) return Outcome::unchanged;
  if (auto loaded = load_locked(); !loaded) return tl::unexpected<Error>(std::move(loaded.error()));
  return Outcome::loaded;
}

Result<void> RuleSource::load_locked() {
  if (path_.empty()) return {};
  // Taken before the files are read: what changes meanwhile is seen by the next poll(). A folder that was exchanged
  // while it was read is read again, or rules of both would be in force together for a while.
  signature_ = signature_of(path_);
  auto rules = load_rules(path_);
  for (int i = 0; i < kReadAgain; ++i) {
    std::string after = signature_of(path_);
    if (after == signature_) break;
    signature_ = std::move(after);
    rules = load_rules(path_);
  }
  auto state = state_.lock();
  if (!rules) {
    state->status.error = rules.error().message;
    return tl::unexpected<Error>(std::move(rules.error()));
  }
  state->rules = std::move(*rules);
  state->status.error.reset();
  state->status.loaded_at = clock_.now();
  generation_.store(++state->status.generation, std::memory_order_release);
  return {};
}

RuleSource::Outcome RuleSource::poll() {
  const std::lock_guard lock(loading_);
  if (path_.empty() || signature_of(path_) == signature_) return Outcome::unchanged;
  return load_locked() ? Outcome::loaded : Outcome::refused;
}

std::shared_ptr<const RuleSet> RuleSource::current() const { return state_.lock()->rules; }

RuleSource::Status RuleSource::status() const { return state_.lock()->status; }

}  // namespace tapri::policy
