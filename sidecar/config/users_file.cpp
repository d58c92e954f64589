#include "config/users_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "config/source.h"

namespace tapri::config {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

void skip_blanks(std::string_view& line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
}

// A quoted field at the start of `line`, which is moved past it.
Result<std::string> take_quoted(std::string_view& line, std::string_view what) {
  if (!line.starts_with('"')) return fail("expected \"" + std::string(what) + "\" in double quotes");
  std::string out;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] != '"') {
      out += line[i];
    } else if (i + 1 < line.size() && line[i + 1] == '"') {
      out += line[++i];
    } else {
      line.remove_prefix(i + 1);
      return out;
    }
  }
  return fail("the quote that opens the " + std::string(what) + " is never closed");
}

Result<std::pair<std::string, std::string>> parse_line(std::string_view line) {
  auto user = take_quoted(line, "user");
  if (!user) return tl::unexpected(user.error());
  if (user->empty()) return fail("the user's name is empty");
  if (line.empty() || !is_blank(line.front())) return fail("expected a blank and \"secret\" after the user");
  skip_blanks(line);
  auto secret = take_quoted(line, "secret");
  if (!secret) return tl::unexpected(secret.error());
  return std::pair(std::move(*user), std::move(*secret));
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace

SecretKind secret_kind(std::string_view secret) {
  if (secret.starts_with("SCRAM-SHA-256$")) return SecretKind::scram_verifier;
  if (secret.size() == 35 && secret.starts_with("md5") && std::all_of(secret.begin() + 3, secret.end(), is_hex)) {
    return SecretKind::md5;
  }
  return SecretKind::password;
}

Result<Users> parse_users(std::string_view text, const std::string& name) {
  Users users;
  std::vector<std::string> hashed;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    skip_blanks(line);
    if (line.empty() || line.front() == ';') continue;
    auto entry = parse_line(line);
    const std::string where = name + ":" + std::to_string(number) + ": ";
    if (!entry) return fail(where + entry.error().message);
    if (!users.secrets.try_emplace(entry->first, std::move(entry->second)).second) {
      return fail(where + "the user '" + entry->first + "' is given twice");
    }
    if (secret_kind(users.secrets.at(entry->first)) != SecretKind::md5) continue;
    users.warnings.push_back(where + "the secret of '" + entry->first +
                             "' is an md5 hash, from which SCRAM cannot be spoken; the user counts as not given");
    hashed.push_back(std::move(entry->first));
  }
  for (const std::string& user : hashed) users.secrets.erase(user);
  return users;
}

Result<Users> load_users(const std::string& path) {
  auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  auto users = parse_users(*text, path);
  struct stat status {};
  if (users && ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
    users->warnings.push_back(path + " can be read by every user of this machine; chmod it to 0640 or less");
  }
  return users;
}

}  // namespace tapri::config
