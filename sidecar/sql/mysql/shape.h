// Shapes: a statement's text with its literals lifted out.
//
// Texts that differ only in literals, comments or blanks share one shape and so one set of facts. (shape, literals)
// stands for the text exactly, under one dialect: two texts with equal shape and equal literals mean the same
// statement. Only SELECT, VALUES, TABLE, WITH, INSERT, REPLACE, UPDATE and DELETE are lifted, one statement to a text;
// any other text is its own shape, kept as it is.
//
// What stays in the shape: identifiers and keywords as written, user variables, optimiser hints, character set
// introducers, a leading comment of the form /* tapri: ... */ (a hint), the contents of executable comments that the
// server carries out. A parameter marker stands as `\?`. A run of blanks and comments becomes one space, at either end
// nothing. Where facts depend on the session's dialect, or a text that is not lifted on the server's version, the shape
// starts with a comment that says so: shapes may be shared by sessions of any dialect.
//
// Facts of one text hold for all texts of its shape, but for one that is too large or not understood: that says
// something of this text alone.
// Cost: linear, one pass. Thread-safety: any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/mysql/dialect.h"

namespace tapri::sql::mysql {

// Replaces the contents of `shape` and `literals` (buffers are reused, not shrunk; they must not overlap `sql`). Each
// lifted literal stands as `?` in the shape and as length (4 bytes, little endian) + token as written in `literals`; an
// empty one ends `literals` where the shape holds `\?`. Returns false, with no literals, where the text is not lifted:
// another verb, several statements, an open quote or comment.
bool lift_literals(std::string_view sql, const Dialect& dialect, std::string& shape, std::string& literals);

// Each lifted literal as it was written, in order: views of `literals`, which may be cut short: one that is not whole
// is left out.
[[nodiscard]] std::vector<std::string_view> literal_tokens(std::string_view literals);

// The dialect that a shape's comments tell of; what they do not say is as servers have it by default.
[[nodiscard]] Dialect dialect_of(std::string_view shape);

// The text of a hint comment ("ttl=30s" of /* tapri: ttl=30s */) at the start of a shape; empty where there is none. A
// view of `shape`.
[[nodiscard]] std::string_view hint_of(std::string_view shape);

}  // namespace tapri::sql::mysql
