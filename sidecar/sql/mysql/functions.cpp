#include "sql/mysql/functions.h"

#include <algorithm>

#include "sql/mysql/words.h"

namespace tapri::sql::mysql {
namespace {

// MySQL 9 reference manual, "Built-In Function and Operator Reference"; MariaDB 11.8, "Built-in Functions", and
// item_create.cc of both servers. All lists are in order.
//
// Among the scalar ones are those that depend on settings of the session or on the arguments' types only.
// UNIX_TIMESTAMP is one with an argument, and tells the time without. Not among them, although they look it: CONVERT_TZ
// and named zones (tables of the server), DEFAULT (an expression that may be anything), ENCRYPT and PASSWORD (salt,
// plugins), VERSION and its kin (a server may be upgraded), JSON_STORAGE_FREE (how a row was written),
// JSON_OBJECT_FILTER_KEYS (once NULL, it is NULL for all further rows and executions of a statement: MariaDB 11.8).
constexpr auto kScalar = split_words<440>(
    "abs acos add_months adddate addtime aes_decrypt aes_encrypt any_value area asbinary ascii asin astext aswkb "
    "aswkt atan atan2 bin bin_to_uuid bit_count bit_length boundary buffer cast ceil ceiling centroid char "
    "char_length character_length charset chr coalesce coercibility collation column_add column_check column_create "
    "column_delete column_exists column_get column_json column_list compress concat concat_operator_oracle concat_ws "
    "contains conv convert convexhull cos cot crc32 crc32c crosses date date_add date_format date_sub datediff day "
    "dayname dayofmonth dayofweek dayofyear decode decode_histogram decode_oracle degrees dimension disjoint distance "
    "elt encode endpoint envelope equals exp export_set exteriorring extract extractvalue field find_in_set floor "
    "format format_bytes format_pico_time from_base64 from_days from_unixtime from_vector geomcollection "
    "geomcollfromtext geomcollfromwkb geometrycollection geometrycollectionfromtext geometrycollectionfromwkb "
    "geometryfromtext geometryfromwkb geometryn geometrytype geomfromtext geomfromwkb get_format glength greatest "
    "grouping gtid_subset gtid_subtract hex hour if ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa insert instr "
    "interiorringn intersects interval is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_uuid isclosed isempty isnull "
    "isring issimple json_array json_array_append json_array_insert json_array_intersect json_compact json_contains "
    "json_contains_path json_depth json_detailed json_equals json_exists json_extract json_insert json_key_value "
    "json_keys json_length json_loose json_merge json_merge_patch json_merge_preserve json_normalize json_object "
    "json_object_to_array json_overlaps json_pretty json_query json_quote json_remove json_replace json_schema_valid "
    "json_schema_validation_report json_search json_set json_storage_size json_type json_unquote json_valid "
    "json_value kdf last_day lcase least left length lengthb linefromtext linefromwkb linestring linestringfromtext "
    "linestringfromwkb ln locate log log10 log2 lower lpad lpad_oracle ltrim ltrim_oracle make_set makedate maketime "
    "mbrcontains mbrcoveredby mbrcovers mbrdisjoint mbrequal mbrequals mbrintersects mbroverlaps mbrtouches mbrwithin "
    "md5 microsecond mid minute mlinefromtext mlinefromwkb mod month monthname mpointfromtext mpointfromwkb "
    "mpolyfromtext mpolyfromwkb multilinestring multilinestringfromtext multilinestringfromwkb multipoint "
    "multipointfromtext multipointfromwkb multipolygon multipolygonfromtext multipolygonfromwkb name_const "
    "natural_sort_key nullif numgeometries numinteriorrings numpoints nvl nvl2 oct octet_length old_password ord "
    "overlaps period_add period_diff pi point pointfromtext pointfromwkb pointn pointonsurface polyfromtext "
    "polyfromwkb polygon polygonfromtext polygonfromwkb position pow power quarter quote radians regexp_instr "
    "regexp_like regexp_replace regexp_replace_oracle regexp_substr repeat replace replace_oracle reverse right round "
    "rpad rpad_oracle rtrim rtrim_oracle sec_to_time second sformat sha sha1 sha2 sign sin soundex space sqrt srid "
    "st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_boundary st_buffer st_buffer_strategy "
    "st_centroid st_contains st_convexhull st_crosses st_difference st_dimension st_disjoint st_distance "
    "st_distance_sphere st_endpoint st_envelope st_equals st_exteriorring st_frechetdistance st_geohash "
    "st_geomcollfromtext st_geomcollfromtxt st_geomcollfromwkb st_geometrycollectionfromtext "
    "st_geometrycollectionfromwkb st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype "
    "st_geomfromgeojson st_geomfromtext st_geomfromwkb st_hausdorffdistance st_interiorringn st_intersection "
    "st_intersects st_isclosed st_isempty st_isring st_issimple st_isvalid st_latfromgeohash st_latitude st_length "
    "st_linefromtext st_linefromwkb st_lineinterpolatepoint st_lineinterpolatepoints st_linestringfromtext "
    "st_linestringfromwkb st_longfromgeohash st_longitude st_makeenvelope st_mlinefromtext st_mlinefromwkb "
    "st_mpointfromtext st_mpointfromwkb st_mpolyfromtext st_mpolyfromwkb st_multilinestringfromtext "
    "st_multilinestringfromwkb st_multipointfromtext st_multipointfromwkb st_multipolygonfromtext "
    "st_multipolygonfromwkb st_numgeometries st_numinteriorring st_numinteriorrings st_numpoints st_overlaps "
    "st_pointatdistance st_pointfromgeohash st_pointfromtext st_pointfromwkb st_pointn st_pointonsurface "
    "st_polyfromtext st_polyfromwkb st_polygonfromtext st_polygonfromwkb st_relate st_simplify st_srid st_startpoint "
    "st_swapxy st_symdifference st_touches st_transform st_union st_validate st_within st_x st_y startpoint "
    "statement_digest statement_digest_text str_to_date strcmp string_to_vector subdate substr substr_oracle "
    "substring substring_index subtime tan time time_format time_to_sec timediff timestamp timestampadd timestampdiff "
    "to_base64 to_char to_days to_seconds to_vector touches trim trim_oracle truncate ucase uncompress "
    "uncompressed_length unhex unix_timestamp updatexml upper uuid_to_bin value values vec_distance "
    "vec_distance_cosine vec_distance_euclidean vec_fromtext vec_totext vector_dim vector_to_string week weekday "
    "weekofyear weight_string within x y year yearweek");

constexpr auto kAggregate = split_words<33>(
    "avg bit_and bit_or bit_xor count cume_dist dense_rank first_value group_concat json_arrayagg json_objectagg "
    "lag last_value lead max median min nth_value ntile percent_rank percentile_cont percentile_disc rank "
    "row_number st_collect std stddev stddev_pop stddev_samp sum var_pop var_samp variance");

constexpr auto kUnstable = split_words<105>(
    "benchmark binlog_gtid_pos can_access_column can_access_database can_access_event can_access_resource_group "
    "can_access_routine can_access_table can_access_trigger can_access_user can_access_view connection_id convert_tz "
    "curdate current_date current_role current_time current_timestamp current_user curtime database default "
    "des_decrypt des_encrypt encrypt found_rows get_dd_column_privileges get_dd_create_options "
    "get_dd_index_sub_part_length get_lock icu_version internal_auto_increment internal_avg_row_length "
    "internal_check_time internal_checksum internal_data_free internal_data_length internal_dd_char_length "
    "internal_get_comment_or_error internal_get_enabled_role_json internal_get_hostname internal_get_username "
    "internal_get_view_warning_or_error internal_index_column_cardinality internal_index_length "
    "internal_is_enabled_role internal_is_mandatory_role internal_keys_disabled internal_max_data_length "
    "internal_table_rows internal_update_time is_free_lock is_used_lock is_visible_dd_object json_object_filter_keys "
    "json_storage_free last_insert_id lastval load_file localtime localtimestamp master_gtid_wait master_pos_wait "
    "nextval now password ps_current_thread_id ps_thread_id rand random_bytes release_all_locks release_lock "
    "roles_graphml row_count rownum schema session_user setval sleep source_pos_wait sys_guid sysdate system_user "
    "trt_begin_ts trt_commit_id trt_commit_ts trt_iso_level trt_trx_id trt_trx_sees trt_trx_sees_eq user utc_date "
    "utc_time utc_timestamp uuid uuid_short uuid_v4 uuid_v7 validate_password_strength version "
    "wait_for_executed_gtid_set wait_until_sql_thread_after_gtids wsrep_last_seen_gtid wsrep_last_written_gtid "
    "wsrep_sync_wait_upto_gtid");

// sql_functions[] of lex.h.
constexpr auto kMindsBlank = split_words<37>(
    "adddate bit_and bit_or bit_xor cast count curdate curtime date_add date_format date_sub decode extract "
    "group_concat json_arrayagg json_objectagg max mid min now position session_user st_collect std stddev "
    "stddev_pop stddev_samp subdate substr substring sum sysdate system_user trim var_pop var_samp variance");

constexpr auto kUnits = split_words<28>(
    "day day_hour day_microsecond day_minute day_second hour hour_microsecond hour_minute hour_second microsecond "
    "minute minute_microsecond minute_second month quarter second second_microsecond sql_tsi_day sql_tsi_hour "
    "sql_tsi_minute sql_tsi_month sql_tsi_quarter sql_tsi_second sql_tsi_week sql_tsi_year week year year_month");

constexpr auto kCharsets = split_words<43>(
    "armscii8 ascii big5 binary cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 cp932 dec8 eucjpms euckr filename "
    "gb18030 gb2312 gbk geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman "
    "sjis swe7 tis620 ucs2 ujis utf16 utf16le utf32 utf8 utf8mb3 utf8mb4");

constexpr auto kMakesTime =
    split_words<10>("addtime current_time curtime maketime sec_to_time str_to_date subtime time timediff utc_time");

static_assert(std::ranges::is_sorted(kScalar) && std::ranges::is_sorted(kAggregate) &&
              std::ranges::is_sorted(kUnstable) && std::ranges::is_sorted(kMindsBlank) &&
              std::ranges::is_sorted(kUnits) && std::ranges::is_sorted(kMakesTime));

template <typename List>
bool holds(const List& list, std::string_view name) {
  return std::binary_search(list.begin(), list.end(), name);
}

}  // namespace

FunctionKind function_kind(std::string_view name) {
  if (holds(kScalar, name)) return FunctionKind::scalar;
  if (holds(kAggregate, name)) return FunctionKind::aggregate;
  return holds(kUnstable, name) ? FunctionKind::unstable : FunctionKind::unknown;
}

std::span<const std::string_view> functions_of_kind(FunctionKind kind) {
  switch (kind) {
    case FunctionKind::scalar:
      return kScalar;
    case FunctionKind::aggregate:
      return kAggregate;
    case FunctionKind::unstable:
      return kUnstable;
    case FunctionKind::unknown:
      break;
  }
  return {};
}

bool makes_time(std::string_view name) { return holds(kMakesTime, name); }

bool minds_blank(std::string_view name) { return holds(kMindsBlank, name); }

bool is_unit(std::string_view word) { return holds(kUnits, word); }

bool is_charset(std::string_view name) {
  return std::any_of(kCharsets.begin(), kCharsets.end(),
                     [name](std::string_view known) { return same_word(name, known); });
}

}  // namespace tapri::sql::mysql
