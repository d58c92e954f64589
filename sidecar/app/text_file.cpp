#include "app/text_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace tapri::app {

Result<std::string> read_text_file(const std::string& path) {
  const auto error = [&path] { return fail(path + ": " + std::generic_category().message(errno)); };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return error();
  std::string text;
  char buffer[16 * 1024];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, file.get())) {
    if (text.size() + size > kMaxTextFile)
      return fail(path + ": longer than " + std::to_string(kMaxTextFile) + " bytes");
    text.append(buffer, size);
  }
  if (std::ferror(file.get()) != 0) return error();  // a folder, for one
  return text;
}

}  // namespace tapri::app
