// What the API says, as JSON, and what it is told. jsoncpp stays behind this header.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "admin/backend.h"

namespace tapri::admin {

[[nodiscard]] std::string problem_json(int status, std::string_view title, std::string_view detail);
[[nodiscard]] std::string fleet_json(const Gauges& gauges);
[[nodiscard]] std::string stats_json(const Gauges& gauges, double now_unix_seconds);
[[nodiscard]] std::string shapes_json(const std::vector<ShapeStats>& shapes);
[[nodiscard]] std::string flushed_json(std::uint64_t entries);

// Bodies of POST requests. Unknown keys and wrong types are errors.
// {"sql": "...", "user": "...", "database": "...", "application": "..."}
[[nodiscard]] Answer<ExplainRequest> parse_explain(std::string_view body);
// Exactly one of {"all": true}, {"table": "t"}, {"tag": "t"}, {"rule": "r"}, {"fingerprint": "hex"}.
[[nodiscard]] Answer<FlushRequest> parse_flush(std::string_view body);

// 16 hex digits.
[[nodiscard]] std::string fingerprint_text(std::uint64_t fingerprint);

}  // namespace tapri::admin
