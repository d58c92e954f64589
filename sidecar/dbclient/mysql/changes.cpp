#include "dbclient/mysql/changes.h"

#include <algorithm>
#include <array>
#include <string>

namespace tapri::dbclient::mysql {
namespace {

constexpr Duration kLongestRest = std::chrono::minutes(1);
// The share of the time that reading the schema may take: a fifth where that found changes, else a fiftieth.
constexpr int kRestAfterChange = 4;
constexpr int kRest = 49;

bool is_privilege(std::string_view name) {
  constexpr std::array<std::string_view, 6> kWords = {"grant", "revoke", "user", "role", "flush", "password"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

constexpr std::array<std::string_view, 20> kHarmless = {
    "begin",   "commit",  "delete",   "desc",      "describe", "do",   "explain", "insert", "kill",   "load",
    "release", "replace", "rollback", "savepoint", "select",   "show", "start",   "table",  "update", "values"};

// Commands that carry a statement, or that nobody knows.
bool carries_statement(std::string_view command) {
  constexpr std::array<std::string_view, 8> kIdle = {"Sleep",    "Daemon", "Binlog Dump", "Binlog Dump GTID",
                                                     "Slave_IO", "Quit",   "Ping",        "Statistics"};
  return std::ranges::find(kIdle, command) == kIdle.end();
}

}  // namespace

void count(Counters& counters, std::string_view name, std::uint64_t value) {
  if (name == "Uptime") {
    counters.uptime = value;
  } else if (name == "Com_kill" || name.starts_with("Max_")) {
    counters.interruptions += value;
  } else if (is_privilege(name)) {
    counters.privileges += value;
  } else if (name.find("temporary") == std::string_view::npos) {
    counters.definitions += value;
  }
}

bool may_define(std::string_view command, std::string_view statement) {
  if (statement.empty() || !carries_statement(command)) return false;
  const std::size_t begin = statement.find_first_not_of(" \t\r\n(");
  if (begin == std::string_view::npos) return false;
  std::string word;
  for (const char c : statement.substr(begin)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter) break;
    word += static_cast<char>(c | 0x20);
  }
  return std::ranges::find(kHarmless, word) == kHarmless.end();
}

bool LookSchedule::due(const Counters& counters, Doubt doubt, TimePoint now) const {
  if (!known_ || doubt == Doubt::definition || now >= in_any_case_) return true;
  const bool same = settled_ && counters.definitions == definitions_;
  return !same && (doubt == Doubt::suspicion || now >= if_counted_);
}

void LookSchedule::read(const Counters& counters, bool settled, bool changed, TimePoint begin, TimePoint end) {
  const Duration took = end - begin;
  known_ = true;
  settled_ = settled;
  definitions_ = counters.definitions;
  if_counted_ = end + (changed ? kRestAfterChange : kRest) * took;
  in_any_case_ = end + std::max(kLongestRest, kRest * took);
}

}  // namespace tapri::dbclient::mysql
