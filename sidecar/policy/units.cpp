#include <charconv>
#include <cstddef>
#include <limits>
#include <span>
#include <string>

#include "policy/rules.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t kMicrosecond = 1'000;
constexpr std::uint64_t kMillisecond = 1000 * kMicrosecond;
constexpr std::uint64_t kSecond = 1000 * kMillisecond;
constexpr Unit kDurations[] = {{"us", kMicrosecond}, {"ms", kMillisecond},  {"s", kSecond},
                               {"m", kSecond * 60},  {"h", kSecond * 3600}, {"d", kSecond * 3600 * 24}};
// A century: a point in time plus a TTL can't overflow.
constexpr std::uint64_t kLongest = kSecond * 3600 * 24 * 36500;

constexpr Unit kSizes[] = {{"B", 1}, {"KiB", 1ULL << 10U}, {"MiB", 1ULL << 20U}, {"GiB", 1ULL << 30U}};
constexpr std::uint64_t kLargest = 1ULL << 40U;

enum class Problem : std::uint8_t { form, range };

// Digits, then one of `units`.
Result<std::uint64_t, Problem> parse_amount(std::string_view text, std::span<const Unit> units, std::uint64_t most) {
  std::uint64_t number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (end == text.data()) return tl::unexpected<Problem>(Problem::form);
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (error == std::errc::result_out_of_range || number > most / unit.factor) {
      return tl::unexpected<Problem>(Problem::range);
    }
    return number * unit.factor;
  }
  return tl::unexpected<Problem>(Problem::form);
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const auto amount = parse_amount(text, kDurations, kLongest);
  if (amount) return Duration(static_cast<Duration::rep>(*amount));
  if (amount.error() == Problem::range) return fail("expected a duration of at most 36500d, got " + quoted(text));
  return fail(R"(expected a duration such as "250ms", "30s", "10m", "12h" or "7d", got )" + quoted(text));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  const auto amount = parse_amount(text, kSizes, kLargest);
  if (amount) return *amount;
  if (amount.error() == Problem::range) return fail("expected a size of at most 1024GiB, got " + quoted(text));
  return fail(R"(expected a size such as "512B", "64KiB", "1MiB" or "1GiB", got )" + quoted(text));
}

Result<double> parse_percentage(std::string_view text) {
  const auto refuse = [&] { return fail(R"(expected a percentage from "0%" to "100%", got )" + quoted(text)); };
  if (text.size() < 2 || !text.ends_with('%')) return refuse();
  double number = 0;
  const char* const last = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
  // The library would also take a sign, "inf", ".5" and "5.".
  const bool plain = text.find_first_not_of("0123456789.%") == text.npos && text.front() != '.' && last[-1] != '.';
  if (error != std::errc{} || end != last || !plain || number > 100) return refuse();
  return number / 100;
}

}  // namespace tapri::policy
