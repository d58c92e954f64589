#include "catalog/natives.h"

#include <algorithm>
#include <array>

#include "sql/mysql/functions.h"

namespace tapri::catalog {
namespace {

// Versions of one server: from `since` on, before `until`.
struct Versions {
  std::uint32_t since = 0;
  std::uint32_t until = 0;
  [[nodiscard]] constexpr bool hold(std::uint32_t version) const { return since <= version && version < until; }
};

constexpr std::uint32_t kLatest = 0xFFFFFFFF;
constexpr Versions kAlways{0, kLatest};
constexpr Versions kNever{};
constexpr Versions from(std::uint32_t version) { return {version, kLatest}; }
constexpr Versions until(std::uint32_t version) { return {0, version}; }

// Functions that not every version of both has.
struct Group {
  Versions mariadb;
  Versions mysql;
  std::string_view names;  // with blanks between
};

// clang-format off
constexpr std::array<Group, 26> kNotEverywhere = {{
    // Of MariaDB alone.
    {kAlways, kNever,
     "binlog_gtid_pos boundary chr column_add column_check column_create column_delete column_exists column_get "
     "column_json column_list concat_operator_oracle decode_histogram decode_oracle isring json_compact "
     "json_detailed json_exists json_loose json_query lastval lengthb lpad_oracle ltrim_oracle master_gtid_wait "
     "median nextval nvl nvl2 old_password percentile_cont percentile_disc pointonsurface replace_oracle "
     "rpad_oracle rtrim_oracle setval st_boundary st_isring st_pointonsurface st_relate substr_oracle trim_oracle "
     "value"},
    {from(100400), kNever,
     "wsrep_last_seen_gtid wsrep_last_written_gtid wsrep_sync_wait_upto_gtid"},
    {from(100600), kNever,
     "add_months rownum sys_guid to_char"},
    {from(100700), kNever,
     "json_equals json_normalize natural_sort_key sformat"},
    {from(100800), kNever,
     "crc32c"},
    {from(110200), kNever,
     "json_array_intersect json_key_value json_object_filter_keys json_object_to_array"},
    {from(110300), kNever,
     "kdf"},
    {from(110700), kNever,
     "uuid_v4 uuid_v7 vec_distance vec_distance_cosine vec_distance_euclidean vec_fromtext vec_totext"},
    // What MySQL 8 has dropped.
    {kAlways, until(80000),
     "area asbinary astext aswkb aswkt buffer centroid contains convexhull crosses decode des_decrypt des_encrypt "
     "dimension disjoint encode encrypt endpoint envelope equals exteriorring geomcollfromtext geomcollfromwkb "
     "geometrycollectionfromtext geometrycollectionfromwkb geometryfromtext geometryfromwkb geometryn geometrytype "
     "geomfromtext geomfromwkb glength interiorringn intersects isclosed isempty issimple linefromtext linefromwkb "
     "linestringfromtext linestringfromwkb mbrequal mlinefromtext mlinefromwkb mpointfromtext mpointfromwkb "
     "mpolyfromtext mpolyfromwkb multilinestringfromtext multilinestringfromwkb multipointfromtext "
     "multipointfromwkb multipolygonfromtext multipolygonfromwkb numgeometries numinteriorrings numpoints overlaps "
     "password pointfromtext pointfromwkb pointn polyfromtext polyfromwkb polygonfromtext polygonfromwkb srid "
     "startpoint touches within x y"},
    // Since MySQL 9.6 a component brings them.
    {kAlways, kAlways,
     "md5 sha sha1"},
    // Of MySQL alone.
    {kNever, kAlways,
     "any_value gtid_subset gtid_subtract mbrcoveredby mbrcovers st_buffer_strategy st_geohash st_geomcollfromtxt "
     "st_isvalid st_latfromgeohash st_longfromgeohash st_makeenvelope st_numinteriorring st_pointfromgeohash "
     "st_simplify st_validate validate_password_strength wait_for_executed_gtid_set"},
    {kNever, until(80000),
     "distance wait_until_sql_thread_after_gtids"},
    {kNever, from(50722),
     "json_storage_size"},
    {kNever, from(80000),
     "bin_to_uuid can_access_column can_access_database can_access_event can_access_resource_group "
     "can_access_routine can_access_table can_access_trigger can_access_user can_access_view "
     "geomcollection get_dd_column_privileges get_dd_create_options get_dd_index_sub_part_length grouping "
     "icu_version internal_auto_increment internal_avg_row_length internal_check_time internal_checksum "
     "internal_data_free internal_data_length internal_dd_char_length internal_get_comment_or_error "
     "internal_get_enabled_role_json internal_get_hostname internal_get_username internal_get_view_warning_or_error "
     "internal_index_column_cardinality internal_index_length internal_is_enabled_role internal_is_mandatory_role "
     "internal_keys_disabled internal_max_data_length internal_table_rows internal_update_time is_uuid "
     "is_visible_dd_object json_schema_validation_report json_storage_free ps_current_thread_id ps_thread_id "
     "regexp_like roles_graphml source_pos_wait st_collect st_frechetdistance st_hausdorffdistance st_latitude "
     "st_lineinterpolatepoint st_lineinterpolatepoints st_longitude st_pointatdistance st_swapxy st_transform "
     "statement_digest statement_digest_text uuid_to_bin"},
    {kNever, from(90000),
     "from_vector string_to_vector to_vector vector_dim vector_to_string"},
    // Of both, but not from the beginning.
    {kAlways, from(80000),
     "cume_dist current_role dense_rank first_value json_value lag last_value lead nth_value ntile percent_rank "
     "rank regexp_instr regexp_replace regexp_substr row_number"},
    {from(100500), from(50722),
     "json_arrayagg json_objectagg"},
    {kAlways, from(50722),
     "json_merge_patch json_merge_preserve"},
    {from(100500), kAlways,
     "release_all_locks st_distance_sphere"},
    {from(100900), from(80000),
     "json_overlaps"},
    {from(101000), kAlways,
     "random_bytes"},
    {from(101000), from(50722),
     "json_pretty"},
    {from(110000), from(80000),
     "format_pico_time"},
    {from(110100), from(80000),
     "json_schema_valid"},
    {from(110800), from(80000),
     "format_bytes"},
    // Of neither as far as known.
    {kNever, kNever,
     "regexp_replace_oracle trt_begin_ts trt_commit_id trt_commit_ts trt_iso_level trt_trx_id trt_trx_sees "
     "trt_trx_sees_eq"},
}};
// clang-format on

bool holds(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t blank = std::min(names.find(' '), names.size());
    if (names.substr(0, blank) == name) return true;
    names.remove_prefix(std::min(blank + 1, names.size()));
  }
  return false;
}

// Null: it is everywhere.
const Group* group_of(std::string_view function) {
  const auto found = std::find_if(kNotEverywhere.begin(), kNotEverywhere.end(),
                                  [function](const Group& group) { return holds(group.names, function); });
  return found == kNotEverywhere.end() ? nullptr : &*found;
}

bool has(const NativeServer& server, const Group& group) {
  if (server.version == 0) return false;
  return (server.mariadb ? group.mariadb : group.mysql).hold(server.version);
}

}  // namespace

Native native_function(std::string_view function, const NativeServer& server) {
  const sql::mysql::FunctionKind kind = sql::mysql::function_kind(function);
  if (kind == sql::mysql::FunctionKind::unknown) return Native::none;
  const Group* group = group_of(function);
  if (group != nullptr && !has(server, *group)) return Native::none;
  return kind == sql::mysql::FunctionKind::unstable ? Native::changing : Native::deterministic;
}

bool is_native_everywhere(std::string_view function) {
  return sql::mysql::function_kind(function) != sql::mysql::FunctionKind::unknown && group_of(function) == nullptr;
}

bool calls_stored(const sql::StatementFacts& facts) {
  return std::ranges::any_of(facts.functions, [&](const sql::QualifiedName& function) {
    const bool procedure = facts.verb == sql::Verb::call && facts.name == function.name;
    return procedure || !function.schema.empty() || native_function(function.name) == Native::none;
  });
}

}  // namespace tapri::catalog
