// What is said to a server before it is of use, and what its answers mean for a person.
//
// Thread-safety: pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "redis/config.h"
#include "redis/reply.h"

namespace tapri::redis {

struct LoginStep {
  enum class Kind : unsigned char { authenticate, choose_database, give_name, ask_role, ping };
  Kind kind = Kind::ping;
  std::vector<std::string> arguments;
};

// In order; all are sent at once. The last is always PING, which a server answers well only if it can be worked with.
[[nodiscard]] std::vector<LoginStep> login_steps(const LinkConfig& config);

// Why the server is of no use after that answer, and what to do about it; nullopt: nothing is wrong. Says no secret,
// whatever the server says.
[[nodiscard]] std::optional<std::string> login_problem(LoginStep::Kind step, const Reply& reply,
                                                       const LinkConfig& config);

}  // namespace tapri::redis
