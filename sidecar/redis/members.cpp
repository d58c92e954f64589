#include "redis/members.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tapri::redis {
namespace {

using std::chrono::milliseconds;

// In milliseconds; a longer one would not fit a Duration.
constexpr std::int64_t kLongestAge = milliseconds(std::chrono::years(1)).count();

// KEYS: the hash. ARGV: the id, its text, milliseconds after which one is forgotten. Replies id, age, text of each.
constexpr std::string_view kBeat = R"(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', now, ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local all = redis.call('HGETALL', KEYS[1])
local out = {}
for i = 1, #all, 2 do
  local seen, text = string.match(all[i + 1], '^(%d+) (.*)$')
  local age = now - (tonumber(seen) or 0)
  if age > tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], all[i])
  else
    out[#out + 1] = all[i]
    out[#out + 1] = math.max(age, 0)
    out[#out + 1] = text
  end
end
return out)";

std::string milliseconds_text(Duration duration) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(duration).count());
}

}  // namespace

std::vector<Member> parse_members(const Reply& reply) {
  std::vector<Member> members;
  for (std::size_t i = 0; i + 2 < reply.size(); i += 3) {
    const auto age = milliseconds(std::clamp<std::int64_t>(reply[i + 1].integer(), 0, kLongestAge));
    members.push_back({std::string(reply[i].text()), age, std::string(reply[i + 2].text())});
  }
  std::ranges::sort(members, {}, &Member::id);
  return members;
}

Members::Members(io::Loop& loop, Client& client, Config config, std::function<std::string()> describe)
    : client_(client),
      config_(std::move(config)),
      key_("tapri:{" + config_.name_space + "}:members"),
      describe_(std::move(describe)),
      timer_(loop.make_timer()),
      known_(std::make_shared<Guarded<std::vector<Member>>>()) {
  timer_->set(Duration::zero(), [this] { beat(); });
}

std::vector<Member> Members::all() const { return *known_->lock(); }

void Members::beat() {
  const std::string text = describe_();
  const std::string forget = milliseconds_text(config_.forget);
  const std::array<std::string_view, 6> command = {"EVAL", kBeat, "1", key_, config_.id, text};
  std::vector<std::string_view> words(command.begin(), command.end());
  words.push_back(forget);
  client_.send(words, config_.deadline, [known = known_](const Result<Reply>& reply) {
    *known->lock() = reply ? parse_members(*reply) : std::vector<Member>{};
  });
  timer_->set(config_.interval, [this] { beat(); });
}

}  // namespace tapri::redis
