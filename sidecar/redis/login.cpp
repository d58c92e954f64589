#include "redis/login.h"

namespace tapri::redis {
namespace {

using Kind = LoginStep::Kind;

std::string who(const LinkConfig& config) {
  return config.credentials.user.empty() ? "the default user" : "user " + config.credentials.user;
}

// Errors that mean the same whatever was asked.
std::optional<std::string> common_problem(std::string_view code, const LinkConfig& config) {
  if (code == "NOAUTH") return "it wants a password: configure one (and a user name, if it has users)";
  if (code == "NOPERM")
    return who(config) + " may not do what is needed: allow it what the documentation lists (ACL SETUSER)";
  if (code == "LOADING") return "it is still loading its data";
  if (code == "MASTERDOWN") return "it is a replica that has lost its primary";
  if (code == "DENIED") return "it is in protected mode: it needs a password, or an address to listen on (bind)";
  return std::nullopt;
}

// Nothing of the server's own words, which may repeat the password ("unknown command AUTH, with args beginning with").
std::string authentication_problem(std::string_view code, const LinkConfig& config) {
  if (code == "WRONGPASS")
    return "it refuses the password of " + who(config) + ", or does not know that user: check both";
  if (config.credentials.user.empty())
    return "it does not take a password: leave it out, or set one there (requirepass), or name a user";
  return "it does not take a user name and a password: versions before 6 have no users";
}

}  // namespace

std::vector<LoginStep> login_steps(const LinkConfig& config) {
  std::vector<LoginStep> steps;
  const auto& [user, password] = config.credentials;
  if (!user.empty()) {
    steps.push_back({Kind::authenticate, {"AUTH", user, password}});
  } else if (!password.empty()) {
    steps.push_back({Kind::authenticate, {"AUTH", password}});
  }
  if (config.database != 0) steps.push_back({Kind::choose_database, {"SELECT", std::to_string(config.database)}});
  if (!config.client_name.empty()) steps.push_back({Kind::give_name, {"CLIENT", "SETNAME", config.client_name}});
  if (config.must_be_primary) steps.push_back({Kind::ask_role, {"ROLE"}});
  steps.push_back({Kind::ping, {"PING"}});
  return steps;
}

std::optional<std::string> login_problem(Kind step, const Reply& reply, const LinkConfig& config) {
  // A name is only for whoever looks at the server.
  if (step == Kind::give_name) return std::nullopt;
  if (!reply.is_error()) {
    if (step == Kind::ask_role && reply[0].text() != "master")
      return "it is no primary (" + std::string(reply[0].text()) + "): name the primary, or its Sentinels";
    return std::nullopt;
  }
  if (auto problem = common_problem(error_code(reply), config)) return problem;
  if (step == Kind::authenticate) return authentication_problem(error_code(reply), config);
  if (step == Kind::choose_database)
    return "it has no database " + std::to_string(config.database) + " (" + std::string(reply.text()) + ")";
  return "it says: " + std::string(reply.text());
}

}  // namespace tapri::redis
