// What is read out of Redis' replies to the commands of the fleet's log and of its members: ids as they are written,
// records in the reply and nowhere else. The input is replies, one after another.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <span>

#include "redis/log_commands.h"
#include "redis/members.h"
#include "redis/reply_reader.h"

namespace {

using namespace tapri;
using namespace tapri::redis;

constexpr ReplyLimits kLimits = {.bytes = 4096, .elements = 256, .line = 256};

void check(bool holds) {
  if (!holds) std::abort();
}

// Whether the view looks into one of the reply's texts.
bool inside(const Reply& reply, ByteView view) {
  const ByteView text = reply.text();
  const std::less_equal<> before;
  if (before(text.data(), view.data()) && before(view.data() + view.size(), text.data() + text.size())) return true;
  for (std::size_t i = 0; i < reply.size(); ++i) {
    if (inside(reply[i], view)) return true;
  }
  return false;
}

void look(const Reply& reply) {
  if (const auto position = parse_id(reply.text())) check(parse_id(id_text(*position)) == position);
  const std::string_view replication = replication_id(reply);
  check(replication.empty() || inside(reply, replication));
  if (const auto epoch = parse_epoch(reply)) {
    check(epoch->number > 0 && coherence::epoch_of(coherence::position_of(epoch->number, 1)) == epoch->number);
  }
  static_cast<void>(parse_tail(reply));
  const Appended appended = parse_appended(reply);
  check(appended.fault == AppendFault::none || appended.position == 0);
  if (const auto entries = parse_entries(reply)) {
    check(entries->size() <= kLimits.elements);
    for (const coherence::LogEntry& entry : *entries) {
      check(entry.record.empty() || inside(reply, entry.record));
      static_cast<void>(coherence::decode(entry.record));
    }
  }
  const auto members = parse_members(reply);
  check(members.size() <= kLimits.elements / 3);
  for (const Member& member : members) check(member.age >= Duration::zero());
  for (std::size_t i = 0; i < reply.size(); ++i) look(reply[i]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ReplyReader reader(kLimits);
  reader.feed({reinterpret_cast<const char*>(data), size});
  for (auto reply = reader.next(); reply && *reply; reply = reader.next()) look(**reply);
  return 0;
}
