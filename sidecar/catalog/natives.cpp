#include "catalog/natives.h"

#include <algorithm>
#include <array>

namespace tapri::catalog {
namespace {

// clang-format off
// CONVERT_TZ is left out, since it reads tables of the server, and MD5 and SHA1, which MySQL 9.6 has made a component of.
// What makes a time of day is, too: it becomes a date with the help of the current one.
constexpr std::array<std::string_view, 169> kDeterministic = {
    "abs", "acos", "adddate", "ascii", "asin", "atan", "atan2", "avg", "bin", "bit_and", "bit_count", "bit_length",
    "bit_or", "bit_xor", "cast", "ceil", "ceiling", "char", "char_length", "character_length", "charset", "coalesce",
    "coercibility", "collation", "compress", "concat", "concat_ws", "conv", "convert", "cos", "cot", "count", "crc32",
    "date", "date_add", "date_format", "date_sub", "datediff", "day", "dayname", "dayofmonth", "dayofweek",
    "dayofyear", "degrees", "elt", "exp", "export_set", "extract", "field", "find_in_set", "floor", "format",
    "from_base64", "from_days", "greatest", "group_concat", "hex", "hour", "if", "ifnull", "inet6_aton", "inet6_ntoa",
    "inet_aton", "inet_ntoa", "insert", "instr", "interval", "is_ipv4", "is_ipv6", "isnull", "json_array",
    "json_contains", "json_depth", "json_extract", "json_keys", "json_length", "json_object", "json_quote",
    "json_remove", "json_replace", "json_search", "json_set", "json_type", "json_unquote", "json_valid", "last_day",
    "lcase", "least", "left", "length", "ln", "locate", "log", "log10", "log2", "lower", "lpad", "ltrim", "make_set",
    "makedate", "max", "microsecond", "mid", "min", "minute", "mod", "month", "monthname", "nullif", "oct",
    "octet_length", "ord", "period_add", "period_diff", "pi", "position", "pow", "power", "quarter", "quote",
    "radians", "repeat", "replace", "reverse", "right", "round", "rpad", "rtrim", "second", "sha2", "sign", "sin",
    "soundex", "space", "sqrt", "std", "stddev", "stddev_pop", "stddev_samp", "str_to_date", "strcmp", "subdate",
    "substr", "substring", "substring_index", "sum", "tan", "time_to_sec", "timestampadd", "timestampdiff",
    "to_base64", "to_days", "to_seconds", "trim", "truncate", "ucase", "uncompress", "uncompressed_length", "unhex",
    "upper", "values", "var_pop", "var_samp", "variance", "week", "weekday", "weight_string", "year", "yearweek"
};
static_assert(std::is_sorted(kDeterministic.begin(), kDeterministic.end()));

constexpr std::array<std::string_view, 34> kChanging = {
    "benchmark", "connection_id", "curdate", "current_date", "current_time", "current_timestamp", "current_user",
    "curtime", "database", "found_rows", "get_lock", "is_free_lock", "is_used_lock", "last_insert_id", "load_file",
    "localtime", "localtimestamp", "now", "rand", "release_lock", "row_count", "schema", "session_user", "sleep",
    "sysdate", "system_user", "unix_timestamp", "user", "utc_date", "utc_time", "utc_timestamp", "uuid", "uuid_short",
    "version"
};
static_assert(std::is_sorted(kChanging.begin(), kChanging.end()));
// clang-format on

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

}  // namespace

Native native_function(std::string_view function) {
  if (holds(kDeterministic, function)) return Native::deterministic;
  return holds(kChanging, function) ? Native::changing : Native::none;
}

bool calls_stored(const sql::StatementFacts& facts) {
  return std::ranges::any_of(facts.functions, [&](const sql::QualifiedName& function) {
    const bool procedure = facts.verb == sql::Verb::call && facts.name == function.name;
    return procedure || !function.schema.empty() || native_function(function.name) == Native::none;
  });
}

}  // namespace tapri::catalog
