#include "session/pg/probe.h"

#include <array>
#include <string_view>

#include "base/hash.h"
#include "wire/pg/backend.h"
#include "wire/pg/frontend.h"

namespace tapri::session::pg {
namespace {

constexpr std::string_view kProbeName = "_tapri_probe";

// The columns that are read one by one; the rest only has to be the same for two sessions to share results.
enum Column : std::size_t { kUser, kSchemas, kTemporary, kStandby, kDefaultIsolation, kIsolation, kFirstSetting };

// Settings that may change what a result looks like or which rows it has. One that a server does not know reads as
// NULL.
constexpr std::array kSettings = {"TimeZone",
                                  "DateStyle",
                                  "IntervalStyle",
                                  "client_encoding",
                                  "extra_float_digits",
                                  "bytea_output",
                                  "lc_monetary",
                                  "lc_numeric",
                                  "lc_time",
                                  "standard_conforming_strings",
                                  "backslash_quote",
                                  "transform_null_equals",
                                  "array_nulls",
                                  "xmloption",
                                  "xmlbinary",
                                  "default_text_search_config",
                                  "timezone_abbreviations",
                                  "row_security",
                                  "quote_all_identifiers",
                                  "session_replication_role",
                                  "gin_fuzzy_search_limit",
                                  "lo_compat_privileges",
                                  "is_superuser",
                                  "restrict_nonsystem_relation_kind",
                                  "allow_system_table_mods",
                                  "client_min_messages"};

void append_quoted(std::string& out, std::string_view text) {
  out += '\'';
  for (const char character : text) {
    if (character == '\'' || character == '\\') out += character;
    out += character;
  }
  out += '\'';
}

void append_setting(std::string& sql, std::string_view name) {
  // E'' reads backslashes the same way whatever standard_conforming_strings says.
  sql += ", pg_catalog.current_setting(E";
  append_quoted(sql, name);
  sql += ", true)";
}

std::string probe_text(std::span<const std::string> custom) {
  std::string sql =
      "SELECT pg_catalog.concat(session_user, pg_catalog.chr(1), current_user), "
      "pg_catalog.array_to_string(pg_catalog.current_schemas(true), pg_catalog.chr(1)), "
      "pg_catalog.pg_my_temp_schema()::pg_catalog.text, pg_catalog.pg_is_in_recovery()::pg_catalog.text, "
      "pg_catalog.current_setting('default_transaction_isolation'), "
      "pg_catalog.current_setting('transaction_isolation')";
  for (const char* setting : kSettings) append_setting(sql, setting);
  for (const std::string& setting : custom) append_setting(sql, setting);
  return sql;
}

TransactionIsolation level_of(ByteView text) {
  if (text == "read committed" || text == "read uncommitted") return TransactionIsolation::read_committed;
  if (text == "repeatable read") return TransactionIsolation::repeatable_read;
  return TransactionIsolation::serializable;
}

sql::Isolation isolation_of_text(ByteView text) {
  switch (level_of(text)) {
    case TransactionIsolation::read_committed:
      return sql::Isolation::read_committed;
    case TransactionIsolation::repeatable_read:
      return sql::Isolation::repeatable_read;
    default:
      return sql::Isolation::serializable;
  }
}

void read_column(std::size_t column, ByteView value, ProbeAnswer& out) {
  switch (column) {
    case kUser:
      out.context.user = value.substr(value.find('\1') + 1);
      break;
    case kSchemas:
      while (!value.empty()) {
        const auto end = value.find('\1');
        out.context.search_path.emplace_back(value.substr(0, end));
        value = end == ByteView::npos ? ByteView{} : value.substr(end + 1);
      }
      break;
    case kTemporary:
      out.context.temporary = value != "0";
      break;
    case kStandby:
      out.context.standby = value != "f" && value != "false";
      break;
    case kDefaultIsolation:
      out.context.default_isolation = isolation_of_text(value);
      break;
    case kIsolation:
      out.transaction_isolation = level_of(value);
      break;
    default:
      break;
  }
}

}  // namespace

void append_probe(std::string& out, std::span<const std::string> custom) {
  using namespace wire::pg;
  append_close(out, 'P', kProbeName);  // leftovers of a probe that was cut short; closing what is not there is no error
  append_close(out, 'S', kProbeName);
  append_parse(out, kProbeName, probe_text(custom));
  append_bind(out, kProbeName, kProbeName);
  append_execute(out, kProbeName);
  append_close(out, 'P', kProbeName);
  append_close(out, 'S', kProbeName);
  append_sync(out);
}

bool read_probe(ByteView data_row_body, ProbeAnswer& out) {
  wire::pg::DataRow row;
  if (!wire::pg::decode(data_row_body, row)) return false;
  if (row.column_count < kFirstSetting + kSettings.size()) return false;
  std::size_t column = 0;
  std::uint64_t settings = 0;
  row.for_each_column([&](bool is_null, ByteView value) {
    if (!is_null) read_column(column, value, out);
    // transaction_isolation belongs to the open transaction, not to the session.
    if (column != kIsolation) {
      out.canonical += is_null ? std::string("n") : std::to_string(value.size());
      out.canonical += ':';
      out.canonical += value;
    }
    const bool of_all = column >= kFirstSetting && column < kFirstSetting + kSettings.size();
    if (of_all) settings = hash64(is_null ? ByteView("\0", 1) : value, settings);
    ++column;
  });
  out.context.settings = settings;
  return true;
}

}  // namespace tapri::session::pg
