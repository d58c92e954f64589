#include "config/tiers.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "policy/rules.h"

namespace tapri::config {
namespace {

// Each that does not have a result costs a round trip.
constexpr std::size_t kMostTiers = 4;
constexpr std::size_t kMostName = 32;
constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
constexpr std::string_view kMaxTtl = "max_ttl";
constexpr std::string_view kPromote = "promote";
constexpr auto kLongest = std::chrono::hours(24 * 30);

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMostName && text.find_first_not_of(kNameLetters) == std::string_view::npos;
}

Result<void> take_setting(std::string_view name, std::string_view value, Tier& tier) {
  if (name == kMaxTtl) {
    const auto time = policy::parse_duration(value);
    if (!time || *time < std::chrono::milliseconds(1) || *time > kLongest) {
      return fail("max_ttl: expected a duration of 1ms to 30d");
    }
    tier.max_ttl = *time;
    return {};
  }
  if (name != kPromote) return fail("behind ? only max_ttl=... and promote=... are known");
  if (value != "true" && value != "false") return fail("promote: expected true or false");
  tier.promote = value == "true";
  return {};
}

// What the settings leave is the URL's own: the database of a socket, "db=3".
Result<std::string> take_settings(std::string_view query, bool has_url, Tier& tier) {
  std::string rest;
  while (!query.empty()) {
    const std::string_view each = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), each.size() + 1));
    const std::size_t equals = each.find('=');
    const std::string_view name = each.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : each.substr(equals + 1);
    if (has_url && name == "db") {
      rest += rest.empty() ? "?" : "&";
      rest += each;
    } else if (auto taken = take_setting(name, value, tier); !taken) {
      return tl::unexpected(taken.error());
    }
  }
  return rest;
}

Result<Tier> parse_tier(std::string_view text, Duration max_ttl) {
  Tier tier;
  tier.max_ttl = max_ttl;
  const std::size_t question = text.find('?');
  const std::string_view query = question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
  const std::string_view place = text.substr(0, question);
  const std::size_t equals = place.find('=');
  tier.name = place.substr(0, equals);
  const bool has_url = equals != std::string_view::npos;
  // What is no name may be a URL with its password.
  if (!is_name(tier.name) || (!has_url && tier.name != kSharedTier)) {
    return fail("expected NAME=redis://..., its name of 1 to 32 letters, digits and _ . -; or redis, for redis.url");
  }
  if (has_url && (tier.name == kSharedTier || tier.name == "l1")) {
    return fail(tier.name + ": that name has a meaning of its own");
  }
  auto rest = take_settings(query, has_url, tier);
  if (!rest) return fail(tier.name + ": " + rest.error().message);
  if (!has_url) return tier;
  auto server = parse_redis_url(std::string(place.substr(equals + 1)) + *rest);
  if (!server) return fail(tier.name + ": " + server.error().message);
  tier.server = std::move(*server);
  return tier;
}

}  // namespace

Result<std::vector<Tier>> parse_tiers(const std::vector<std::string>& texts, Duration max_ttl) {
  std::vector<Tier> tiers;
  if (texts.empty()) tiers.push_back({std::string(kSharedTier), std::nullopt, max_ttl, true});
  if (texts.size() > kMostTiers) return fail("expected no more than " + std::to_string(kMostTiers) + " tiers");
  for (const std::string& text : texts) {
    auto tier = parse_tier(text, max_ttl);
    if (!tier) return tl::unexpected(tier.error());
    if (std::ranges::any_of(tiers, [&](const Tier& other) { return other.name == tier->name; })) {
      return fail(tier->name + ": it is given twice");
    }
    tiers.push_back(std::move(*tier));
  }
  return tiers;
}

}  // namespace tapri::config
