// What a server of Redis sends, read whole, byte by byte and in pieces: always the same replies, or the same refusal.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "redis/conversation.h"
#include "redis/sentinel.h"
#include "redis/slots.h"

namespace {

using namespace tapri::redis;

constexpr ReplyLimits kLimits = {.bytes = 512, .elements = 64, .line = 128};
constexpr std::size_t kCommands = 8;

void check(bool holds) {
  if (!holds) std::abort();
}

// Everything there is in a reply; `left` bounds what may be there.
void show(const Reply& reply, std::string& all, std::size_t& left) {
  check(left-- > 0);
  all += std::to_string(static_cast<int>(reply.kind())) + ":" + std::to_string(reply.integer()) + ":";
  all += reply.text();
  for (std::size_t i = 0; i < reply.size(); ++i) show(reply[i], all, left);
  check(reply[reply.size()].kind() == Reply::Kind::nil);
}

void check_address(const std::optional<tapri::io::Address>& address) {
  if (address) check(!address->host.empty() && address->port != 0);
}

// What is read out of replies that say where a server is.
void look(const Reply& reply) {
  const tapri::io::Address asked{"asked", 1, ""};
  check_address(parse_primary(reply));
  check_address(parse_switch(reply.text(), "main"));
  check_address(ask_for_primary("main").message(reply));
  if (const auto redirect = parse_redirect(reply, asked)) {
    check(redirect->slot < kSlotCount);
    check_address(redirect->to);
  }
  if (const auto slots = SlotMap::parse(reply, asked)) {
    for (const auto& primary : slots->primaries()) check_address(primary);
    for (std::uint16_t slot = 0; slot < kSlotCount; ++slot) static_cast<void>(slots->primary_of(slot));
  }
  check(slot_of(reply.text()) < kSlotCount);
}

// Up to the refusal: how many bytes are read before it depends on the pieces where a line or a text is not whole.
std::vector<std::string> replies(tapri::ByteView bytes, std::size_t piece) {
  std::vector<std::string> all;
  Conversation talk({.commands = kCommands, .bytes = 10'000}, kLimits, nullptr);
  const auto keep = [&all](const Reply& reply) {
    std::size_t left = kLimits.elements + 1;
    look(reply);
    all.emplace_back();
    show(reply, all.back(), left);
    check(all.back().size() < kLimits.bytes + (kLimits.elements + 1) * 32);
  };
  for (std::size_t i = 0; i < kCommands; ++i) {
    const std::string_view ping[] = {"PING"};
    ReplyHandler done = [&keep, &all](const tapri::Result<Reply>& reply) {
      if (reply) return keep(*reply);
      all.emplace_back("aborted");
    };
    check(talk.send(ping, {}, {}, done));
  }
  while (!bytes.empty()) {
    if (!talk.receive(bytes.substr(0, piece), {})) break;
    bytes.remove_prefix(std::min(bytes.size(), piece));
  }
  talk.abort({"over"});
  check(all.size() == kCommands);  // each exactly once
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tapri::ByteView bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = replies(bytes, size + 1);
  check(whole == replies(bytes, 1));
  check(whole == replies(bytes, 7));
  return 0;
}
