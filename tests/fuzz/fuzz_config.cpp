// The configuration: the input is a configuration file, then, after a line "----", what is taken for an upstream's URL,
// an address and a users file, each by itself.
//
// Held to: what is taken is printed in a form that is taken again and says the same; a URL's password is masked; no
// file is opened (load() would follow the keys that name one).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/options.h"
#include "config/source.h"
#include "config/upstream.h"
#include "config/users_file.h"
#include "io/loop.h"

namespace {

using namespace tapri;
using namespace tapri::config;

void check(bool holds) {
  if (!holds) std::abort();
}

// Every setting that the source has, as far as it is one. Those that are refused say why.
Config assigned(const Source& source) {
  Config config;
  for (const Given& given : source.given) {
    const Option* const option = find_option(given.path);
    if (option == nullptr) {
      check(unknown_key(given.path).starts_with("unknown key '"));
      continue;
    }
    const auto result = option->assign(config, given.values);
    check(result || !result.error().message.empty());
  }
  return config;
}

void read_file_text(std::string_view text) {
  const Source source = read_json(text, "fuzz.json");
  for (const std::string& problem : source.problems) check(problem.starts_with("fuzz.json:"));
  for (const Given& given : source.given) check(given.origin.starts_with("fuzz.json:"));
  Config config = assigned(source);
  for (const Problem& problem : resolve(config)) check(!problem.key.empty() && !problem.message.empty());
  // Secrets are masked, and paths and addresses may be any bytes: what is left must come back as it was.
  const Source again = read_json(print(config), "printed.json");
  Config copy = assigned(again);
  for (const Option& option : options()) {
    if (option.secrecy != Secrecy::open || option.kind == Kind::text) continue;
    check(option.values(config) == option.values(copy));
  }
}

void read_url(std::string_view url) {
  const auto upstream = parse_upstream(url);
  if (!upstream) {
    check(!upstream.error().message.empty());
    (void)mask_url(url);
    return;
  }
  check(upstream->address.unix_path.empty() || upstream->host.empty());
  check(upstream->connect_timeout >= Duration::zero());
  // More may be masked than the password: what cannot be told apart.
  if (!upstream->password.empty()) check(mask_url(url).find("***") != std::string::npos);
}

void read_users(std::string_view text) {
  const auto users = parse_users(text, "fuzz.users");
  if (!users) {
    check(users.error().message.starts_with("fuzz.users:"));
    return;
  }
  for (const auto& [name, secret] : users->secrets) {
    check(!name.empty());
    (void)secret_kind(secret);
  }
}

void read_address(std::string_view text) {
  const auto address = io::parse_address(text);
  if (!address) return;
  const auto again = io::parse_address(address->text());
  check(again && again->host == address->host && again->port == address->port);
  check(again->unix_path == address->unix_path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::string_view kMark = "\n----\n";
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t mark = input.find(kMark);
  const std::string_view second = mark == input.npos ? input : input.substr(mark + kMark.size());
  read_file_text(input.substr(0, mark));
  read_url(second);
  read_users(second);
  read_address(second);
  return 0;
}
