// Case files: SQL and the facts expected of it, as text.
//
//   # a comment
//   > SELECT a FROM t          the statement; further lines start with "> " too
//   select                     the facts, one statement to a block, as to_text() writes them
//   reads: t
//                              an empty line ends the case
#pragma once

#include <string>
#include <vector>

#include "sql/facts.h"

namespace tapri::sql {

struct Case {
  std::string file;
  int line = 0;
  std::string sql;
  std::string expected;
};

// All cases of all *.case files of a folder; throws where there is none or one is malformed.
std::vector<Case> read_cases(const std::string& folder);

// What is not at its default, in a fixed order.
std::string to_text(const Facts& facts);
std::string to_text(const StatementFacts& facts, const std::string& indent = "");

}  // namespace tapri::sql
