// What a server answers the probe (session/mysql/probe.h), for sessions whose server is played.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "session/mysql/probe.h"

namespace tapri::session::mysql::test {

struct Settings {
  std::string database = "shop";
  std::string sql_mode = "STRICT_TRANS_TABLES";
  std::string charset = "utf8mb4";
  std::string connection_charset = "utf8mb4";
  std::string isolation = "REPEATABLE-READ";
  std::string read_only = "0";
  std::string auto_is_null = "0";
  std::string track_transactions = "OFF";
  std::string found_rows = "1";  // what was so before
  std::uint16_t collation = 45;  // that its columns are sent in
};

// A value for each column.
[[nodiscard]] inline std::vector<std::string> settings_row(const ProbeVariables& variables, const Settings& settings) {
  std::vector<std::string> row = {settings.database,
                                  "ann@%",
                                  "1",
                                  "1",
                                  settings.read_only,
                                  settings.sql_mode,
                                  settings.charset,
                                  settings.connection_charset,
                                  settings.found_rows};
  for (std::size_t at = 0; at < variables.count(); ++at) {
    const std::string_view name = variables.name(at);
    if (at == 0) {
      row.push_back(settings.isolation);
    } else if (name == "sql_auto_is_null") {
      row.push_back(settings.auto_is_null);
    } else if (name == "session_track_transaction_info") {
      row.push_back(settings.track_transactions);
    } else {
      row.emplace_back("1");
    }
  }
  return row;
}

}  // namespace tapri::session::mysql::test
