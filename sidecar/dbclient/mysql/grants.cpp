#include "dbclient/mysql/grants.h"

#include <set>

namespace tapri::dbclient::mysql {
namespace {

constexpr std::string_view kGrant = "GRANT ";
constexpr std::string_view kEverywhere = " ON *.* TO ";

std::set<std::string_view> split(std::string_view list) {
  std::set<std::string_view> words;
  while (!list.empty()) {
    const std::size_t comma = list.find(", ");
    words.insert(list.substr(0, comma));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 2);
  }
  return words;
}

}  // namespace

Privileges privileges_of(const std::vector<std::string>& grants) {
  std::set<std::string_view> held;
  for (const std::string_view line : grants) {
    if (line.starts_with("REVOKE ")) return {};
    const std::size_t end = line.find(kEverywhere);
    if (line.starts_with(kGrant) && end != std::string_view::npos) {
      held.merge(split(line.substr(kGrant.size(), end - kGrant.size())));
    }
  }
  const bool all = held.contains("ALL PRIVILEGES");
  const auto has = [&](std::string_view privilege) { return all || held.contains(privilege); };
  const bool sees_tables = has("SELECT") || has("REFERENCES");
  Privileges privileges;
  privileges.objects = sees_tables && has("SHOW VIEW") && has("TRIGGER");
  privileges.sources = has("SELECT") && has("SHOW VIEW");
  privileges.process = has("PROCESS");
  return privileges;
}

}  // namespace tapri::dbclient::mysql
