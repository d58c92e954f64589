// Statements that are known from elsewhere: a file of SQL, or the shapes that a running Tapri has seen.
//
// Thread-safety: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/language.h"
#include "base/result.h"
#include "session/shape_table.h"

namespace tapri::app {

struct KnownStatement {
  session::ShapeRef shape;
  std::uint64_t calls = 0;  // 0: not known
};

// Statements between semicolons; a piece that makes sense only line by line is taken so. Those of one shape count once.
[[nodiscard]] std::vector<KnownStatement> statements_in(std::string_view sql, const Language& language);

// What /api/v1/shapes answered. The error says where it is not that. `otherwise`: of shapes that do not say whose
// language they are in.
[[nodiscard]] Result<std::vector<KnownStatement>> statements_of_shapes(std::string_view json,
                                                                       Protocol otherwise = Protocol::postgres);

// A statement of that shape: with some literal for each `?`, of the kind that the grammar asks for there. It is for
// finding facts, never to be run.
[[nodiscard]] std::string statement_of_shape(std::string_view shape, Protocol protocol);

}  // namespace tapri::app
