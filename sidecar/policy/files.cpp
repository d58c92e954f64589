#include "policy/files.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "policy/document.h"

namespace tapri::policy {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 1000;

bool is_rule_file(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  std::error_code ignored;
  return !name.starts_with('.') && name.ends_with(".json") && !name.ends_with(".schema.json") &&
         !entry.is_directory(ignored);
}

}  // namespace

Result<std::vector<std::string>> rule_files(const std::string& path) {
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  if (!fs::exists(status)) return fail(path + ": " + (problem ? problem.message() : "no such file or folder"));
  if (!fs::is_directory(status)) return std::vector<std::string>{path};

  std::vector<std::string> files;
  fs::directory_iterator entry(path, problem);
  for (; !problem && entry != fs::directory_iterator(); entry.increment(problem)) {
    if (is_rule_file(*entry)) files.push_back(entry->path().string());
    if (files.size() > kMostFiles) return fail(path + ": more than " + std::to_string(kMostFiles) + " rule files");
  }
  if (problem) return fail(path + ": " + problem.message());
  if (files.empty()) return fail(path + ": no rule file (*.json) in this folder");
  std::ranges::sort(files);
  return files;
}

Result<std::string> read_file(const std::string& path) {
  std::error_code problem;
  if (!fs::is_regular_file(path, problem)) {
    return fail(path + ": " + (problem ? problem.message() : "not a regular file"));
  }
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string text(kMaxFileSize + 1, '\0');
  if (stream) stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream && !stream.eof()) {
    return fail(path + ": " + (errno != 0 ? std::generic_category().message(errno) : "cannot be read"));
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMaxFileSize) {
    return fail(path + ": longer than " + std::to_string(kMaxFileSize) + " bytes");
  }
  return text;
}

}  // namespace tapri::policy
