// Statement texts as rules compare them.
#pragma once

#include <string>
#include <string_view>

namespace tapri::policy {

// `text` without the blanks and comments that it starts with.
[[nodiscard]] std::string_view without_leading_comments(std::string_view text);

// Two shapes with equal normal form are the same statement to a rule: letter case outside quotes, blanks, the leading
// comment and semicolons at the end make no difference.
[[nodiscard]] std::string normal_form(std::string_view shape);

}  // namespace tapri::policy
