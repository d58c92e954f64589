// `tapri rules check | test | diff`: rule files, before they are in force.
//
// Exit codes: 0 good, 1 not as expected, 2 bad usage or a broken file. Results go to terminal.out, trouble to
// terminal.err; with `json` the results are one document.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/terminal.h"
#include "base/protocol.h"

namespace tapri::app {

// Files, or folders of which the *.json are taken together. One line each; what is wrong with file, line and column.
[[nodiscard]] int rules_check(const std::vector<std::string>& files, bool json,
                              const Terminal& terminal = process_terminal());

// Case files (policy/cases.h), or folders of which every *.case is taken. `rules`, where it is not empty, stands in for
// the rule file that each of them names. 1: a case came out otherwise.
[[nodiscard]] int rules_test(const std::vector<std::string>& case_files, const std::string& rules, bool json,
                             const Terminal& terminal = process_terminal());

struct RulesDiffOptions {
  std::string before;  // file or folder
  std::string after;
  // What is compared; at least one. SQL, separated by semicolons or one statement a line; and what /api/v1/shapes of a
  // running Tapri answered.
  std::string statements_file;
  std::string shapes_file;
  bool json = false;
  // Whose language the statements are in, and shapes that do not say so; nullopt: PostgreSQL's.
  std::optional<Protocol> protocol;
  // Who asks; each may be empty.
  std::string user;
  std::string database;
  std::string application;
};

// Which statements would fare differently under the new rules. Every relation is taken for a plain table.
[[nodiscard]] int rules_diff(const RulesDiffOptions& options, const Terminal& terminal = process_terminal());

}  // namespace tapri::app
