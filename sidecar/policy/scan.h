// A first pass over a rule file's text, before the JSON library sees it.
//
// The library recurses for each level of nesting, knows no places of keys and refuses a comment between a trailing
// comma and its closing bracket. This pass bounds the nesting, notes where keys stand, and blanks the comments out.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace tapri::policy {

struct Scan {
  std::string text;                           // as long as the input, comments turned into blanks
  std::map<std::size_t, std::size_t> key_of;  // where a member's value starts -> where its key starts
};

struct ScanProblem {
  std::size_t offset = 0;  // bytes from the start
  std::string message;
};

// Never throws; the time is linear in the text.
[[nodiscard]] tl::expected<Scan, ScanProblem> scan_json(std::string_view text, std::size_t max_depth);

}  // namespace tapri::policy
