#include "redis/log_commands.h"

#include <charconv>

namespace tapri::redis {
namespace {

using coherence::Position;

constexpr std::uint64_t kMostEpochs = std::uint64_t{1} << (64 - coherence::kSequenceBits);
constexpr std::uint64_t kMostSequences = std::uint64_t{1} << coherence::kSequenceBits;

std::optional<std::uint64_t> parse_number(std::string_view text, int base = 10) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A stream that is ahead of the hash (which alone was lost) counts as a known epoch: ids only grow.
constexpr std::string_view kEpochScript = R"lua(
local kept = redis.call('HMGET', KEYS[1], 'number', 'replid', 'id')
local number = tonumber(kept[1] or '0') or 0
local known = tonumber(ARGV[1])
local exists = redis.call('EXISTS', KEYS[2]) == 1
local last = 0
if exists then
  local info = redis.call('XINFO', 'STREAM', KEYS[2])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then last = tonumber(string.match(info[i + 1], '^(%d+)-')) end
  end
end
local another = number == known and ARGV[2] ~= '0' and ARGV[2] ~= kept[3]
if exists and number > 0 and number == last and number >= known and kept[2] == ARGV[3] and not another then
  return {string.format('%.0f', number), kept[3]}
end
number = string.format('%.0f', math.max(number, known, last) + 1)
redis.call('XADD', KEYS[2], number .. '-1', 'r', ARGV[5])
redis.call('HSET', KEYS[1], 'number', number, 'replid', ARGV[3], 'id', ARGV[4])
return {number, ARGV[4]}
)lua";

}  // namespace

LogKeys::LogKeys(std::string_view name_space) {
  const std::string prefix = "tapri:{" + std::string(name_space) + "}:";
  log = prefix + "log";
  epoch = prefix + "epoch";
}

std::string id_text(Position position) {
  return std::to_string(coherence::epoch_of(position)) + "-" + std::to_string(coherence::sequence_of(position));
}

std::optional<Position> parse_id(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto epoch = parse_number(text.substr(0, dash));
  const auto sequence = parse_number(text.substr(dash + 1));
  if (!epoch || !sequence || *epoch >= kMostEpochs || *sequence >= kMostSequences) return std::nullopt;
  return coherence::position_of(*epoch, *sequence);
}

std::string_view replication_id(const Reply& reply) {
  constexpr std::string_view kField = "master_replid:";
  if (reply.kind() != Reply::Kind::string) return {};
  const std::string_view text = reply.text();
  const std::size_t begin = text.find(kField);
  if (begin == std::string_view::npos) return {};
  const std::string_view value = text.substr(begin + kField.size());
  return value.substr(0, value.find('\r'));
}

std::string_view epoch_script() { return kEpochScript; }

std::optional<coherence::Epoch> parse_epoch(const Reply& reply) {
  const auto number = parse_number(reply[0].text());
  const auto id = parse_number(reply[1].text());
  if (reply.size() != 2 || !number || !id || *number == 0 || *number >= kMostEpochs) return std::nullopt;
  return coherence::Epoch{*number, *id};
}

std::optional<Position> parse_tail(const Reply& reply) {
  for (std::size_t index = 0; index + 1 < reply.size(); index += 2) {
    if (reply[index].text() == "last-generated-id") return parse_id(reply[index + 1].text());
  }
  return std::nullopt;
}

std::optional<std::vector<coherence::LogEntry>> parse_entries(const Reply& reply) {
  std::vector<coherence::LogEntry> entries;
  if (reply.kind() == Reply::Kind::nil) return entries;
  const Reply list = reply[0][1];
  if (reply.size() != 1 || list.kind() != Reply::Kind::array) return std::nullopt;
  entries.reserve(list.size());
  for (std::size_t index = 0; index < list.size(); ++index) {
    const auto position = parse_id(list[index][0].text());
    if (!position) return std::nullopt;
    const Reply fields = list[index][1];
    // Without the field it is no record, which whoever decodes it finds.
    entries.push_back({*position, fields[0].text() == "r" ? fields[1].text() : std::string_view()});
  }
  return entries;
}

Appended parse_appended(const Reply& reply) {
  if (reply.kind() == Reply::Kind::nil) return {AppendFault::fenced, 0};
  if (reply.is_error()) {
    const bool over = reply.text().find("equal or smaller") != std::string_view::npos;
    return {over ? AppendFault::fenced : AppendFault::failed, 0};
  }
  const auto position = parse_id(reply.text());
  return position ? Appended{AppendFault::none, *position} : Appended{};
}

}  // namespace tapri::redis
