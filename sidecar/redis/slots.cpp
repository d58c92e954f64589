#include "redis/slots.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <utility>

#include "redis/discovery.h"

namespace tapri::redis {
namespace {

// Of a cluster larger than this (Redis' own advice is 1,000) we know nothing.
constexpr std::size_t kMostPrimaries = 4096;
constexpr std::size_t kMostListed = 4096;

constexpr std::uint16_t kPolynomial = 0x1021;

constexpr std::array<std::uint16_t, 256> make_table() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    auto rest = static_cast<std::uint16_t>(byte << 8U);
    for (int bit = 0; bit < 8; ++bit) {
      const bool high = (rest & 0x8000U) != 0;
      rest = static_cast<std::uint16_t>((unsigned{rest} << 1U) ^ (high ? unsigned{kPolynomial} : 0U));
    }
    table[byte] = rest;
  }
  return table;
}
constexpr auto kTable = make_table();

std::uint16_t crc16(ByteView bytes) {
  std::uint16_t rest = 0;
  for (const char byte : bytes) {
    const auto index = static_cast<unsigned char>((rest >> 8U) ^ static_cast<unsigned char>(byte));
    rest = static_cast<std::uint16_t>((rest << 8U) ^ kTable[index]);
  }
  return rest;
}

bool is(std::string_view word, std::string_view upper) {
  return std::equal(word.begin(), word.end(), upper.begin(), upper.end(),
                    [](char a, char b) { return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b; });
}

bool is_any(std::string_view word, std::initializer_list<std::string_view> uppers) {
  return std::any_of(uppers.begin(), uppers.end(), [word](std::string_view upper) { return is(word, upper); });
}

// A host that is not given is the one that was asked: the server does not know by what name it is reached.
std::optional<io::Address> address_of(std::string_view host, std::string_view port, const io::Address& asked) {
  return make_address(host.empty() || host == "?" ? std::string_view(asked.host) : host, port);
}

}  // namespace

std::uint16_t slot_of(ByteView key) {
  const std::size_t open = key.find('{');
  if (open != ByteView::npos) {
    const std::size_t close = key.find('}', open + 1);
    if (close != ByteView::npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
  }
  return crc16(key) % kSlotCount;
}

std::optional<std::string_view> key_of(std::span<const std::string_view> command) {
  if (command.size() < 2) return std::nullopt;
  if (is_any(command[0], {"EVAL", "EVALSHA"})) {
    if (command.size() < 4 || command[2] == "0") return std::nullopt;
    return command[3];
  }
  if (is(command[0], "XREAD")) {
    const auto streams = std::find_if(command.begin(), command.end(), [](auto word) { return is(word, "STREAMS"); });
    if (command.end() - streams < 2) return std::nullopt;
    return *(streams + 1);
  }
  if (is_any(command[0], {"PING", "INFO", "SCRIPT", "CLUSTER", "CLIENT", "CONFIG", "ROLE", "TIME"}))
    return std::nullopt;
  return command[1];
}

std::uint16_t SlotMap::add(const io::Address& primary) {
  const auto known = std::find_if(primaries_.begin(), primaries_.end(),
                                  [&](const auto& other) { return other.text() == primary.text(); });
  const auto index = known - primaries_.begin();
  if (known == primaries_.end()) primaries_.push_back(primary);
  return static_cast<std::uint16_t>(index);
}

// Each element: first slot, last slot, the primary as [host, port, id, ...], replicas.
std::optional<SlotMap> SlotMap::parse(const Reply& answer, const io::Address& asked) {
  if (answer.kind() != Reply::Kind::array || answer.size() > kSlotCount) return std::nullopt;
  SlotMap map;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const Reply range = answer[i];
    const std::int64_t first = range[0].integer();
    const std::int64_t last = range[1].integer();
    const auto primary = address_of(range[2][0].text(), std::to_string(range[2][1].integer()), asked);
    if (range.size() < 3 || first < 0 || last < first || last >= kSlotCount || !primary) return std::nullopt;
    const std::uint16_t owner = map.add(*primary);
    if (owner >= kMostPrimaries) return std::nullopt;
    std::fill(map.owners_.begin() + first, map.owners_.begin() + last + 1, owner);
  }
  return map;
}

const io::Address* SlotMap::primary_of(std::uint16_t slot) const {
  const std::uint16_t owner = slot < kSlotCount ? owners_[slot] : kNobody;
  return owner == kNobody ? nullptr : &primaries_[owner];
}

std::vector<io::Address> listed_servers(const Reply& answer, const io::Address& asked) {
  std::map<std::string, io::Address> listed;
  for (std::size_t range = 0; range < answer.size(); ++range) {
    for (std::size_t i = 2; i < answer[range].size() && listed.size() < kMostListed; ++i) {
      const Reply server = answer[range][i];
      if (const auto address = address_of(server[0].text(), std::to_string(server[1].integer()), asked))
        listed.emplace(address->text(), *address);
    }
  }
  std::vector<io::Address> servers;
  servers.reserve(listed.size());
  for (auto& [text, address] : listed) servers.push_back(std::move(address));
  return servers;
}

std::optional<Redirect> parse_redirect(const Reply& reply, const io::Address& asked) {
  const std::string_view code = error_code(reply);
  if (code != "MOVED" && code != "ASK") return std::nullopt;
  std::string_view rest = reply.text();
  rest.remove_prefix(std::min(rest.size(), code.size() + 1));
  std::uint16_t slot = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), slot);
  rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
  const std::size_t colon = rest.rfind(':');
  if (read.ec != std::errc() || slot >= kSlotCount || !rest.starts_with(' ') || colon == std::string_view::npos)
    return std::nullopt;
  const auto to = address_of(rest.substr(1, colon - 1), rest.substr(colon + 1), asked);
  if (!to) return std::nullopt;
  return Redirect{.moved = code == "MOVED", .slot = slot, .to = *to};
}

}  // namespace tapri::redis
