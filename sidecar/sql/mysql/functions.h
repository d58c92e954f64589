// The functions that MySQL and MariaDB bring along. What they do not name is a stored or a loadable function.
//
// One list for both servers and all versions: a name that only one of them has may be somebody's own function on the
// other; catalog/natives.h tells where each is.
// Thread-safety: any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tapri::sql::mysql {

enum class FunctionKind : std::uint8_t {
  unknown,
  // The result depends on the arguments and on session settings that results may depend on (time_zone, sql_mode,
  // lc_time_names, character sets, group_concat_max_len, ...): the key holds those.
  scalar,
  // One result of several rows, or of a row among others.
  aggregate,
  // The result may be another from call to call, depends on the session, the server or the moment, or the function does
  // something.
  unstable,
};

// `name` is in lower case.
[[nodiscard]] FunctionKind function_kind(std::string_view name);
// All names of a kind, in order.
[[nodiscard]] std::span<const std::string_view> functions_of_kind(FunctionKind kind);

// Results that are, or may be, of type TIME, which becomes a date with the help of the current one.
[[nodiscard]] bool makes_time(std::string_view name);
// Without IGNORE_SPACE a blank before the parenthesis makes it another function's name.
[[nodiscard]] bool minds_blank(std::string_view name);
// A unit of INTERVAL.
[[nodiscard]] bool is_unit(std::string_view word);
// A character set's name, as in _utf8'...'; any case.
[[nodiscard]] bool is_charset(std::string_view name);

}  // namespace tapri::sql::mysql
