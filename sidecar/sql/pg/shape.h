// Shapes: a statement's text with its literals lifted out.
//
// Texts that differ only in literals, comments or blanks share one shape and so one set of facts. (shape, literals)
// stands for the text exactly: two texts with equal shape and equal literals mean the same statement. Only SELECT,
// VALUES, TABLE, WITH, INSERT, UPDATE, DELETE and MERGE are lifted, one statement to a text; any other text is its own
// shape, kept as it is.
//
// What stays in the shape: identifiers and keywords as written, $n placeholders, the prefix letter of E'', B'', X'' and
// N'' strings, a leading comment of the form /* tapri: ... */ (a hint), and literals on which facts depend (in reads,
// the strings that is_volatile_literal() names). A question mark of an operator stands as `\?`. A run of blanks and
// comments becomes one space, at either end nothing.
// Assumes standard_conforming_strings = on and an ASCII-safe encoding; the caller checks both.
//
// Facts of one text hold for all texts of its shape, but for one that is too large or not understood (a number where
// the grammar wants a string): that says something of this text alone.
// Cost: linear, one pass. Thread-safety: any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tapri::sql::pg {

// Replaces the contents of `shape` and `literals` (buffers are reused, not shrunk; they must not overlap `sql`). Each
// lifted literal stands as `?` in the shape and as length (4 bytes, little endian) + token as written in `literals`; an
// empty one ends `literals` where the shape holds `\?`. Returns false, with shape = sql and no literals, where the text
// is not lifted: another verb, several statements, an unterminated quote or comment, or syntax that server versions
// read differently.
bool lift_literals(std::string_view sql, std::string& shape, std::string& literals);

// Each lifted literal as it was written, in order: views of `literals`, which may be cut short: one that is not whole
// is left out.
[[nodiscard]] std::vector<std::string_view> literal_tokens(std::string_view literals);

// Where in `sql` each lifted literal starts, in order; empty where the text is not lifted.
[[nodiscard]] std::vector<std::uint32_t> literal_offsets(std::string_view sql);

// The text of a hint comment ("ttl=30s" of /* tapri: ttl=30s */) at the start of a shape; empty where there is none. A
// view of `shape`.
[[nodiscard]] std::string_view hint_of(std::string_view shape);

}  // namespace tapri::sql::pg
