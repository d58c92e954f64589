#include "redis/sentinel.h"

#include <vector>

#include "redis/discovery.h"

namespace tapri::redis {
namespace {

constexpr const char* kSwitched = "+switch-master";

}  // namespace

Question ask_for_primary(const std::string& name) {
  return {.ask = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", name},
          .answer = [](const Reply& answer, const io::Address&) { return parse_primary(answer); },
          .unknown = "knows no primary named " + name,
          .subscribe = {"SUBSCRIBE", kSwitched},
          .message = [name](const Reply& message) -> std::optional<io::Address> {
            if (message[0].text() != "message" || message[1].text() != kSwitched) return std::nullopt;
            return parse_switch(message[2].text(), name);
          }};
}

std::optional<io::Address> parse_primary(const Reply& reply) { return make_address(reply[0].text(), reply[1].text()); }

std::optional<io::Address> parse_switch(std::string_view message, std::string_view primary) {
  std::vector<std::string_view> words;
  while (words.size() < 6) {
    const std::size_t end = message.find(' ');
    words.push_back(message.substr(0, end));
    if (end == std::string_view::npos) break;
    message.remove_prefix(end + 1);
  }
  if (words.size() != 5 || words[0] != primary) return std::nullopt;
  return make_address(words[3], words[4]);
}

}  // namespace tapri::redis
