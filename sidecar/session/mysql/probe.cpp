#include "session/mysql/probe.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "wire/mysql/commands.h"
#include "wire/mysql/rows.h"

namespace tapri::session::mysql {
namespace {

// Columns before the variables.
enum Column : std::size_t {
  kDatabase,
  kUser,
  kClient,
  kRole,
  kReadOnly,
  kSqlMode,
  kCharset,
  kConnectionCharset,
  kFoundRows,
  kIsolation,
};
constexpr std::string_view kFixed =
    "SELECT DATABASE(), CURRENT_USER(), USER(), CURRENT_ROLE(), @@global.read_only, @@sql_mode, "
    "@@character_set_client, @@character_set_connection, FOUND_ROWS(), ";

constexpr std::array kBoth = {"time_zone",
                              "character_set_results",
                              "collation_connection",
                              "collation_database",
                              "lc_time_names",
                              "div_precision_increment",
                              "group_concat_max_len",
                              "default_week_format",
                              "sql_select_limit",
                              "max_sort_length",
                              "max_allowed_packet",
                              "sql_big_selects",
                              "sql_safe_updates",
                              "optimizer_switch",
                              "foreign_key_checks",
                              "sql_auto_is_null",
                              "session_track_transaction_info"};
constexpr std::array kMysql = {"default_collation_for_utf8mb4", "windowing_use_high_precision", "block_encryption_mode",
                               "cte_max_recursion_depth"};
constexpr std::array kMariadb = {"old_mode",
                                 "max_recursive_iterations",
                                 "default_regex_flags",
                                 "standard_compliant_cte",
                                 "system_versioning_asof",
                                 "sql_if_exists"};

// Of MariaDB, since when: https://mariadb.com/kb/en/server-system-variables/
struct Later {
  std::uint16_t major;
  std::uint16_t minor;
  std::string_view name;
};
constexpr std::array<Later, 3> kMariadbLater = {
    {{11, 2, "block_encryption_mode"}, {11, 2, "character_set_collations"}, {11, 7, "mhnsw_ef_search"}}};

sql::Isolation isolation_of(ByteView text) {
  if (text == "READ-COMMITTED") return sql::Isolation::read_committed;
  if (text == "REPEATABLE-READ") return sql::Isolation::repeatable_read;
  return sql::Isolation::serializable;
}

std::optional<std::uint64_t> number_of(ByteView text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void read_column(std::size_t column, ByteView value, ProbeAnswer& out) {
  switch (column) {
    case kDatabase:
      out.database = value;
      if (!value.empty()) out.context.search_path.emplace_back(value);
      break;
    case kUser:
      out.context.user = value;
      break;
    case kReadOnly:
      out.context.standby = value != "0" && value != "OFF";
      break;
    case kSqlMode:
      sql::mysql::apply_sql_mode(out.dialect, value);
      break;
    case kCharset:
      out.dialect.charset = sql::mysql::charset_of(value);
      break;
    case kConnectionCharset:
      out.ascii = sql::mysql::charset_of(value) != sql::mysql::Charset::unsafe;
      break;
    case kFoundRows:
      out.found_rows = number_of(value);
      break;
    case kIsolation:
      out.context.default_isolation = isolation_of(value);
      out.reads_uncommitted = value == "READ-UNCOMMITTED";
      break;
    default:
      break;
  }
}

void read_variable(std::string_view name, ByteView value, ProbeAnswer& out) {
  if (name == "sql_auto_is_null") out.finds_last_insert = value != "0";
  if (name == "session_track_transaction_info") out.tracks_transactions = value != "OFF";
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool mentions(ByteView sql, std::string_view word) {
  return std::search(sql.begin(), sql.end(), word.begin(), word.end(), [](char a, char b) { return lower(a) == b; }) !=
         sql.end();
}

bool may_go_by_last_answer(ByteView sql) {
  constexpr std::array<std::string_view, 8> kWords = {"show",          "diagnostics", "found_rows",     "row_count",
                                                      "warning_count", "error_count", "last_insert_id", "signal"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return mentions(sql, word); });
}

ProbeVariables::ProbeVariables(const wire::mysql::ServerVersion& version) {
  // MariaDB has the newer name from 11.1 on, and the older one still.
  names_.emplace_back(version.mariadb ? "tx_isolation" : "transaction_isolation");
  names_.insert(names_.end(), kBoth.begin(), kBoth.end());
  if (version.mariadb) {
    names_.insert(names_.end(), kMariadb.begin(), kMariadb.end());
    for (const Later& later : kMariadbLater) {
      if (std::pair(version.major, version.minor) >= std::pair(later.major, later.minor)) {
        names_.push_back(later.name);
      }
    }
  } else {
    names_.insert(names_.end(), kMysql.begin(), kMysql.end());
  }
}

void ProbeVariables::append(std::string& out, wire::mysql::Capabilities capabilities) const {
  std::string sql(kFixed);
  for (const std::string_view name : names_) {
    if (sql.size() > kFixed.size()) sql += ", ";
    sql.append("@@").append(name);
  }
  wire::mysql::append_query(out, capabilities, sql);
}

bool ProbeVariables::forget(std::string_view message) {
  const auto refused = std::find_if(names_.begin() + 1, names_.end(), [&](std::string_view name) {
    return message.find("'" + std::string(name) + "'") != std::string_view::npos;
  });
  if (refused == names_.end()) return false;
  names_.erase(refused);
  return true;
}

bool ProbeVariables::read(std::string_view name) const {
  // These have columns of their own.
  constexpr std::array<std::string_view, 4> kOthers = {"database", "sql_mode", "character_set_client",
                                                       "character_set_connection"};
  return std::ranges::count(kOthers, name) > 0 || std::ranges::count(names_, name) > 0;
}

bool read_probe(ByteView row, std::uint16_t collation, const ProbeVariables& variables,
                const sql::mysql::Dialect& server, ProbeAnswer& out) {
  out.dialect = server;
  out.canonical = std::to_string(collation) + ' ';
  std::size_t column = 0;
  const bool read =
      wire::mysql::for_each_text_value(row, kIsolation + variables.count(), [&](bool is_null, ByteView value) {
        if (!is_null) read_column(column, value, out);
        if (column > kIsolation) read_variable(variables.name(column - kIsolation), value, out);
        if (column++ == kFoundRows) return;
        out.canonical += is_null ? std::string("n") : std::to_string(value.size());
        out.canonical += ':';
        out.canonical += value;
      });
  out.ascii = out.ascii && out.dialect.charset != sql::mysql::Charset::unsafe;
  return read;
}

}  // namespace tapri::session::mysql
