#include "proxy/cancel_registry.h"

#include <openssl/crypto.h>

#include <utility>

namespace tapri::proxy {
namespace {

bool same(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace

void CancelRegistry::add(std::uint32_t process_id, std::string secret, std::function<void()> cancelled) {
  entries_.lock()->emplace(process_id, Entry{std::move(secret), std::move(cancelled)});
}

void CancelRegistry::remove(std::uint32_t process_id, std::string_view secret) {
  auto entries = entries_.lock();
  const auto [begin, end] = entries->equal_range(process_id);
  for (auto place = begin; place != end; ++place) {
    if (!same(place->second.secret, secret)) continue;
    entries->erase(place);
    return;
  }
}

void CancelRegistry::cancel(std::uint32_t process_id, std::string_view secret) {
  std::function<void()> cancelled;
  {
    auto entries = entries_.lock();
    const auto [begin, end] = entries->equal_range(process_id);
    for (auto place = begin; place != end; ++place) {
      if (same(place->second.secret, secret)) cancelled = place->second.cancelled;
    }
  }
  if (cancelled) cancelled();
}

}  // namespace tapri::proxy
