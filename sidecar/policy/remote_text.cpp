#include <cmath>

#include "policy/cases.h"
#include "policy/diff.h"

namespace tapri::policy {
namespace {

void append(std::string& text, const std::string& part) { text += (text.empty() ? "" : ", ") + part; }

std::string rate_text(double a_second) {
  const bool whole = a_second == std::floor(a_second);
  return whole ? std::to_string(std::llround(a_second)) + "/s" : std::to_string(std::llround(a_second * 60)) + "/m";
}

}  // namespace

std::string remote_text(const RemoteSettings& settings) {
  if (!settings.enabled) return "no";
  std::string text;
  if (settings.store == RemoteStore::at_eviction) append(text, "when evicted");
  if (settings.max_size) append(text, "up to " + std::to_string(*settings.max_size) + " bytes");
  if (settings.max_rate) append(text, "at most " + rate_text(*settings.max_rate));
  if (settings.max_bytes_per_second) {
    append(text, "at most " + std::to_string(*settings.max_bytes_per_second) + " bytes/s");
  }
  if (settings.min_cost) append(text, "if it took " + duration_text(settings.min_cost) + " or more");
  if (settings.ttl) append(text, "for " + duration_text(settings.ttl));
  return text.empty() ? "yes" : "yes, " + text;
}

}  // namespace tapri::policy
