// JSON for people and scripts. jsoncpp stays behind this header.
//
// Thread-safety: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace Json {
class Value;
}

namespace tapri::app {

// Indented, in UTF-8, with a line break at the end.
[[nodiscard]] std::string json_text(const Json::Value& value);
// A string of any bytes: what is not UTF-8 is replaced.
[[nodiscard]] Json::Value json_string(std::string_view bytes);
[[nodiscard]] Json::Value json_strings(const std::vector<std::string>& texts);

}  // namespace tapri::app
