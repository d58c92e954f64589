// How an event becomes the tail of a log line. Time and level are put in front by the sink's pattern (log.cpp).
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/log.h"

namespace tapri::telemetry {

// "component: message key=value key="two words"". Control characters, quotes and backslashes are escaped as in JSON; a
// value is quoted where it is empty or holds anything but visible ASCII without = and ".
[[nodiscard]] std::string format_text(std::string_view component, std::string_view message, Fields fields);

// The members and the closing brace: "component":"...","message":"...","key":value}. RFC 8259; bytes that are not UTF-8
// become U+FFFD.
[[nodiscard]] std::string format_json(std::string_view component, std::string_view message, Fields fields);

// `text` with each byte that does not belong to well-formed UTF-8 (RFC 3629) replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

// Appends `text` escaped for the inside of a JSON string.
void append_escaped(std::string& out, std::string_view text);

}  // namespace tapri::telemetry
