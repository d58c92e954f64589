#include <string_view>

#include "policy/fields.h"
#include "policy/rule_file.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

constexpr std::string_view kDuration = R"(a duration such as "250ms", "30s", "10m", "12h" or "7d")";
constexpr std::string_view kSize = R"(a size such as "512B", "64KiB", "1MiB" or "1GiB")";
constexpr std::string_view kPercentage = R"(a percentage such as "10%")";
constexpr std::string_view kAction = R"("cache" or "bypass")";
constexpr std::string_view kCoherence = R"("auto" or "ttl")";

std::optional<Action> read_action(const Node& node, FieldReader& fields) {
  const auto text = fields.text(node, kAction);
  if (!text) return std::nullopt;
  if (*text == "cache") return Action::cache;
  if (*text == "bypass") return Action::bypass;
  if (is_future_action(*text)) {
    fields.refuse(node, "the action " + quoted(*text) + " is not supported by this version of Tapri; expected " +
                            std::string(kAction));
  } else {
    fields.expected(node, kAction);
  }
  return std::nullopt;
}

std::optional<Coherence> read_coherence(const Node& node, FieldReader& fields) {
  const auto text = fields.text(node, kCoherence);
  if (!text) return std::nullopt;
  if (*text == "auto") return Coherence::automatic;
  if (*text == "ttl") return Coherence::ttl;
  fields.expected(node, kCoherence);
  return std::nullopt;
}

// Elsewhere 0 means "for ever" as often as it means "never": it is refused rather than guessed.
std::optional<std::optional<Duration>> read_ttl(const Node& node, FieldReader& fields) {
  const auto text = fields.text(node, std::string(kDuration) + R"(, or "none")");
  if (!text) return std::nullopt;
  if (*text == "none") return std::optional<Duration>();
  const bool zero = *text == "0";
  const auto ttl = zero ? Result<Duration>(Duration::zero()) : parse_duration(*text);
  if (!ttl) {
    fields.refuse(node, ttl.error().message + R"(; "none" sets no limit)");
  } else if (*ttl == Duration::zero()) {
    fields.refuse(node,
                  R"(a TTL of zero is ambiguous: write "none" for no limit, or "action": "bypass" for no caching)");
  } else {
    return std::optional<Duration>(*ttl);
  }
  return std::nullopt;
}

std::optional<double> read_jitter(const Node& node, FieldReader& fields) {
  const auto text = fields.text(node, kPercentage);
  if (!text) return std::nullopt;
  const auto share = parse_percentage(*text);
  if (share) return *share;
  fields.refuse(node, share.error().message);
  return std::nullopt;
}

std::optional<std::uint64_t> read_max_result(const Node& node, FieldReader& fields) {
  const auto text = fields.text(node, kSize);
  if (!text) return std::nullopt;
  const auto size = parse_size(*text);
  if (size && *size > 0) return *size;
  fields.refuse(node, size ? R"(a limit of zero keeps nothing: write "action": "bypass")" : size.error().message);
  return std::nullopt;
}

}  // namespace

Overrides read_settings(const Node& object, FieldReader& fields) {
  Overrides result;
  if (const Node* node = object.find("action")) result.action = read_action(*node, fields);
  if (const Node* node = object.find("ttl")) result.ttl = read_ttl(*node, fields);
  if (const Node* node = object.find("jitter")) result.jitter = read_jitter(*node, fields);
  if (const Node* node = object.find("max_result")) result.max_result = read_max_result(*node, fields);
  if (const Node* node = object.find("coherence")) result.coherence = read_coherence(*node, fields);
  if (const Node* node = object.find("snapshot_reads")) result.snapshot_reads = fields.boolean(*node);
  if (const Node* node = object.find("l2")) result.l2 = read_remote(*node, fields);
  return result;
}

}  // namespace tapri::policy
