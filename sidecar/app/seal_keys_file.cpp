#include "app/seal_keys_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace tapri::app {
namespace {

constexpr std::size_t kMaxSize = std::size_t{64} * 1024;

}  // namespace

Result<std::shared_ptr<const cache::remote::SealKeys>> read_seal_keys(const std::string& path) {
  const auto error = [&path] { return fail(path + ": " + std::generic_category().message(errno)); };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (!file) return error();
  // Of what was opened, whatever the path leads to by now.
  struct stat status = {};
  if (::fstat(::fileno(file.get()), &status) != 0) return error();
  if ((status.st_mode & (S_IRWXO | S_IWGRP)) != 0) {
    return fail(path + ": others may read or change the keys in it; give it mode 0600, or 0640");
  }
  // No copy is left of it elsewhere.
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  std::string text(kMaxSize + 1, '\0');
  const std::size_t size = std::fread(text.data(), 1, text.size(), file.get());
  if (std::ferror(file.get()) != 0) return error();  // a folder, for one
  if (size > kMaxSize) return fail(path + ": longer than " + std::to_string(kMaxSize) + " bytes");
  text.resize(size);
  return cache::remote::SealKeys::parse(std::move(text), path);
}

}  // namespace tapri::app
