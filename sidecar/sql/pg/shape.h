// Shapes: a statement's text with its literals lifted out.
//
// Texts that differ only in literals, comments or blanks share one shape and so one set of facts. (shape, literals)
// stands for the text exactly: two texts with equal shape and equal literals mean the same statement. Only SELECT,
// VALUES, TABLE, WITH, INSERT, UPDATE, DELETE and MERGE are lifted; any other text is its own shape, kept as it is.
//
// What stays in the shape: identifiers and keywords as written, string literals that is_volatile_literal() names,
// $n placeholders, and a leading comment of the form /* tapri: ... */ (a hint). A run of blanks and comments becomes one
// space, or one newline where it holds a newline (adjacent strings join across newlines only).
// Assumes standard_conforming_strings = on and an ASCII-safe encoding; the caller checks both.
#pragma once

#include <string>
#include <string_view>

namespace tapri::sql::pg {

// Replaces the contents of `shape` and `literals` (buffers are reused, not shrunk). Each lifted literal stands as `?`
// in the shape and as length (4 bytes, little endian) + token as written in `literals`. Returns false, with shape = sql
// and no literals, where the text is not lifted (other verb, unterminated quote or comment).
bool lift_literals(std::string_view sql, std::string& shape, std::string& literals);

// The text of a hint comment ("ttl=30s" of /* tapri: ttl=30s */) at the start of a shape; empty where there is none.
[[nodiscard]] std::string_view hint_of(std::string_view shape);

}  // namespace tapri::sql::pg
