// Sentinels, which know which Redis of a group is the primary, and make another one when it is lost.
//
// After https://redis.io/docs/reference/sentinel-clients/. That the server found is a primary is to be asked of itself
// (ROLE): a Sentinel may not have heard of a switch yet.
// Thread-safety: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "redis/asking.h"
#include "redis/reply.h"

namespace tapri::redis {

// Where the primary of that name is, with its switches (+switch-master).
[[nodiscard]] Question ask_for_primary(const std::string& name);

// The primary's address in Sentinel's answer; nullopt where there is none in it.
[[nodiscard]] std::optional<io::Address> parse_primary(const Reply& reply);
// The new address in the message of a switch ("name old-host old-port new-host new-port"); nullopt where it is about
// another, or no such message.
[[nodiscard]] std::optional<io::Address> parse_switch(std::string_view message, std::string_view primary);

}  // namespace tapri::redis
