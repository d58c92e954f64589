#include "dbclient/secret.h"

#include <algorithm>

namespace tapri::dbclient {

std::string without_secret(std::string_view message, std::string_view secret) {
  std::string result(message);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  while (!result.empty() && result.back() == ' ') result.pop_back();
  if (secret.empty()) return result;
  for (std::size_t at = result.find(secret); at != std::string::npos; at = result.find(secret, at + 3)) {
    result.replace(at, secret.size(), "***");
  }
  return result;
}

}  // namespace tapri::dbclient
