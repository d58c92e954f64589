// The users file: who may log in where Tapri authenticates on both legs (TLS ends here, and SCRAM cannot be relayed).
//
// Format: PgBouncer's auth_file (https://www.pgbouncer.org/config.html, "Authentication file format"). One user a line,
//   "name" "secret"
// where a quote inside is doubled, the secret is a plain password, md5 followed by 32 hex digits, or a SCRAM verifier
// ("SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>"), and what follows on the line is ignored. Lines that
// are blank or begin with ; are skipped (PgBouncer's own comment character).
//
// A verifier alone suffices to let a client in, but not to log in to the database: that needs the password. An md5 hash
// suffices for neither, since only SCRAM is authenticated here: such a user is left out, with a warning, so that a file
// may be shared with PgBouncer.
//
// Thread-safety: plain data and pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tapri::config {

enum class SecretKind : unsigned char { password, md5, scram_verifier };
[[nodiscard]] SecretKind secret_kind(std::string_view secret);

struct Users {
  std::map<std::string, std::string, std::less<>> secrets;  // by name
  std::vector<std::string> warnings;                        // for the log: readable by everybody, ...
};

// The error names `name`, line and what was expected; it never holds a secret.
[[nodiscard]] Result<Users> parse_users(std::string_view text, const std::string& name);
[[nodiscard]] Result<Users> load_users(const std::string& path);

}  // namespace tapri::config
