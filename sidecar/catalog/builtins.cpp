#include "catalog/builtins.h"

#include <algorithm>
#include <array>

namespace tapri::catalog {
namespace {

// clang-format off
// timezone() of a time of day reads today's date: the resolver looks closer at it. enum_*, *_tsvector, *_tsquery and
// convert* read definitions that DDL alone changes. json_populate_*, json_to_record* and jsonb_path_*_tz are left out:
// they read texts as dates, and 'now' may be stored in a row.
constexpr std::array<std::string_view, 71> kSettingsOnly = {
    "anytextcat", "array_to_json", "array_to_string", "concat", "concat_ws", "convert", "convert_from", "convert_to",
    "date", "date_add", "date_part", "date_subtract", "date_trunc", "enum_first", "enum_last", "enum_range",
    "extract", "format", "generate_series", "get_current_ts_config", "getdatabaseencoding", "interval_pl_timestamptz",
    "json_agg", "json_agg_strict", "json_build_array", "json_build_object", "json_object_agg",
    "json_object_agg_strict", "json_object_agg_unique", "json_object_agg_unique_strict", "json_to_tsvector",
    "jsonb_agg", "jsonb_agg_strict", "jsonb_build_array", "jsonb_build_object", "jsonb_object_agg",
    "jsonb_object_agg_strict", "jsonb_object_agg_unique", "jsonb_object_agg_unique_strict", "jsonb_to_tsvector",
    "length", "make_timestamptz", "money", "numeric", "overlaps", "phraseto_tsquery", "plainto_tsquery",
    "quote_literal", "quote_nullable", "row_to_json", "textanycat", "time", "timestamp", "timestamptz",
    "timestamptz_mi_interval", "timestamptz_pl_interval", "timezone", "to_char", "to_date", "to_json", "to_jsonb",
    "to_number", "to_timestamp", "to_tsquery", "to_tsvector", "ts_headline", "ts_match_tq", "ts_match_tt",
    "websearch_to_tsquery", "xml", "xml_is_well_formed"
};
static_assert(std::is_sorted(kSettingsOnly.begin(), kSettingsOnly.end()));

// The XML exports, ts_stat and ts_rewrite run a query; a query that may not write itself may call a function that does.
// Logical decoding runs a plug-in; pg_reload_conf changes settings of every session.
constexpr std::array<std::string_view, 24> kRunsAnything = {
    "binary_upgrade_create_empty_extension", "cursor_to_xml", "cursor_to_xmlschema", "database_to_xml",
    "database_to_xml_and_xmlschema", "database_to_xmlschema", "pg_extension_config_dump",
    "pg_import_system_collations", "pg_logical_slot_get_binary_changes", "pg_logical_slot_get_changes",
    "pg_logical_slot_peek_binary_changes", "pg_logical_slot_peek_changes", "pg_reload_conf", "query_to_xml",
    "query_to_xml_and_xmlschema", "query_to_xmlschema", "schema_to_xml", "schema_to_xml_and_xmlschema",
    "schema_to_xmlschema", "table_to_xml", "table_to_xml_and_xmlschema", "table_to_xmlschema", "ts_rewrite",
    "ts_stat"
};
static_assert(std::is_sorted(kRunsAnything.begin(), kRunsAnything.end()));

// Their results depend on their arguments and the session's settings alone.
constexpr std::array<std::string_view, 182> kDeterministic = {
    "abs", "anytextcat", "array_agg", "array_append", "array_length", "array_position", "array_remove",
    "array_to_json", "array_to_string", "ascii", "avg", "bit_length", "bool_and", "bool_or", "btrim", "cardinality",
    "ceil", "ceiling", "char_length", "character_length", "chr", "concat", "concat_ws", "convert", "convert_from",
    "convert_to", "count", "cume_dist", "date", "date_add", "date_bin", "date_part", "date_subtract", "date_trunc",
    "dense_rank", "div", "enum_first", "enum_last", "enum_range", "every", "exp", "extract", "first_value", "floor",
    "format", "generate_series", "get_current_ts_config", "getdatabaseencoding", "greatest", "initcap",
    "interval_pl_timestamptz", "isfinite", "json_agg", "json_agg_strict", "json_array_elements", "json_array_length",
    "json_build_array", "json_build_object", "json_each", "json_extract_path", "json_extract_path_text",
    "json_object_agg", "json_object_agg_strict", "json_object_agg_unique", "json_object_agg_unique_strict",
    "json_to_tsvector", "json_typeof", "jsonb_agg", "jsonb_agg_strict", "jsonb_array_elements",
    "jsonb_array_elements_text", "jsonb_array_length", "jsonb_build_array", "jsonb_build_object", "jsonb_each",
    "jsonb_each_text", "jsonb_extract_path", "jsonb_extract_path_text", "jsonb_object_agg", "jsonb_object_agg_strict",
    "jsonb_object_agg_unique", "jsonb_object_agg_unique_strict", "jsonb_object_keys", "jsonb_set", "jsonb_to_tsvector",
    "jsonb_typeof", "lag", "last_value", "lead", "left", "length", "like_escape", "ln", "log", "lower", "lpad",
    "ltrim", "make_date", "make_interval", "make_time", "make_timestamp", "make_timestamptz", "max", "md5", "min",
    "mod", "mode", "money", "nth_value", "ntile", "numeric", "octet_length", "overlaps", "overlay", "percent_rank",
    "percentile_cont", "percentile_disc", "phraseto_tsquery", "plainto_tsquery", "position", "power", "quote_ident",
    "quote_literal", "quote_nullable", "rank", "regexp_match", "regexp_matches", "regexp_replace",
    "regexp_split_to_array", "regexp_split_to_table", "repeat", "replace", "reverse", "right", "round", "row_number",
    "row_to_json", "rpad", "rtrim", "setweight", "sign", "similar_to_escape", "split_part", "sqrt", "starts_with",
    "stddev", "string_agg", "string_to_array", "strpos", "substr", "substring", "sum", "textanycat", "time",
    "timestamp", "timestamptz", "timestamptz_mi_interval", "timestamptz_pl_interval", "timezone", "to_char", "to_date",
    "to_hex", "to_json", "to_jsonb", "to_number", "to_timestamp", "to_tsquery", "to_tsvector", "translate", "trunc",
    "ts_headline", "ts_match_tq", "ts_match_tt", "ts_rank", "ts_rank_cd", "unnest", "upper", "variance",
    "websearch_to_tsquery", "width_bucket", "xml", "xml_is_well_formed"
};
static_assert(std::is_sorted(kDeterministic.begin(), kDeterministic.end()));

// Harmless, but another result, or another effect, each time or each session.
constexpr std::array<std::string_view, 31> kChanging = {
    "clock_timestamp", "current_database", "current_schema", "current_schemas", "current_setting", "format_type",
    "gen_random_uuid", "has_table_privilege", "nextval", "now", "obj_description", "pg_advisory_lock",
    "pg_advisory_unlock", "pg_advisory_xact_lock", "pg_backend_pid", "pg_encoding_to_char", "pg_get_constraintdef",
    "pg_get_expr", "pg_get_indexdef", "pg_get_userbyid", "pg_is_in_recovery", "pg_sleep", "pg_table_is_visible",
    "pg_try_advisory_lock", "pg_try_advisory_xact_lock", "pg_type_is_visible", "random", "setval", "to_regclass",
    "txid_current", "version"
};
static_assert(std::is_sorted(kChanging.begin(), kChanging.end()));

constexpr std::array<std::string_view, 74> kOperators = {
    "!!", "!~", "!~*", "!~~", "!~~*", "#", "##", "#-", "#>", "#>>", "%", "&", "&&", "&<", "&<|", "&>", "*", "*<",
    "*<=", "*<>", "*=", "*>", "*>=", "+", "-", "->", "->>", "-|-", "/", "<", "<->", "<<", "<<=", "<<|", "<=", "<>",
    "<@", "<^", "=", ">", ">=", ">>", ">>=", ">^", "?", "?#", "?&", "?-", "?-|", "?|", "?||", "@", "@-@", "@>", "@?",
    "@@", "@@@", "^", "^@", "|", "|&>", "|/", "|>>", "||", "||/", "~", "~*", "~<=~", "~<~", "~=", "~>=~", "~>~", "~~",
    "~~*"
};
static_assert(std::is_sorted(kOperators.begin(), kOperators.end()));

constexpr std::array<std::string_view, 12> kUnsafeTypes = {
    "aclitem", "refcursor", "regclass", "regcollation", "regnamespace", "regoper", "regoperator", "regproc",
    "regprocedure", "regrole", "regtype", "timetz"
};
static_assert(std::is_sorted(kUnsafeTypes.begin(), kUnsafeTypes.end()));
// clang-format on

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

}  // namespace

bool depends_on_settings_only(std::string_view function) { return holds(kSettingsOnly, function); }

bool runs_anything(std::string_view function) { return holds(kRunsAnything, function); }

bool is_well_known(std::string_view function) {
  return is_well_known_and_deterministic(function) || holds(kChanging, function);
}

bool is_well_known_and_deterministic(std::string_view function) { return holds(kDeterministic, function); }

bool is_well_known_operator(std::string_view name) { return holds(kOperators, name); }

bool is_unsafe_type(std::string_view type) {
  if (type.substr(0, 1) == "_") type.remove_prefix(1);
  return holds(kUnsafeTypes, type);
}

bool is_system_schema(std::string_view schema) {
  return schema == "pg_catalog" || schema == "information_schema" || schema.substr(0, 8) == "pg_toast";
}

bool is_system_database(std::string_view database) {
  return database == "mysql" || database == "information_schema" || database == "performance_schema" ||
         database == "sys";
}

bool is_temporary_schema(std::string_view schema) { return schema == "pg_temp" || schema.substr(0, 8) == "pg_temp_"; }

}  // namespace tapri::catalog
