// What the control user may see, from what SHOW GRANTS says. Servers leave out of information_schema, without a word,
// what a user has no privilege for: a trigger that is not seen would be an effect that is missed.
//
// Thread-safety: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tapri::dbclient::mysql {

struct Privileges {
  bool objects = false;  // tables, their columns, keys and triggers, and that there are views
  bool sources = false;  // what views are defined as, and routines with their bodies
  bool process = false;  // other sessions, and InnoDB's own tables
  friend bool operator==(const Privileges&, const Privileges&) = default;
};

// One line each. What is granted for some schemas or tables, or by way of roles that are not shown in full, does not
// count; where something is revoked again for some, nothing does.
[[nodiscard]] Privileges privileges_of(const std::vector<std::string>& grants);

}  // namespace tapri::dbclient::mysql
