// The session probe: one query, sent over the client's own session and swallowed, that reads every setting which may
// change a result's bytes. Its answer makes the session's Context, and says how its texts are read.
//
// It reads no table, so it begins no transaction and takes no snapshot. It ends what SHOW WARNINGS and ROW_COUNT()
// tell of the statement before: whoever sends it sees to it that nobody asks for that next. What FOUND_ROWS() says it
// asks for, so that it can be told again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "session/context.h"
#include "sql/mysql/dialect.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/handshake.h"

namespace tapri::session::mysql {

// The variables that a server is asked for. Servers differ in which they have, and refuse a query that names another.
class ProbeVariables {
 public:
  explicit ProbeVariables(const wire::mysql::ServerVersion& version);
  // One command.
  void append(std::string& out, wire::mysql::Capabilities capabilities) const;
  // The server refused with this message: "Unknown system variable 'name'". False: it was none of ours.
  [[nodiscard]] bool forget(std::string_view message);
  [[nodiscard]] std::size_t count() const { return names_.size(); }
  [[nodiscard]] std::string_view name(std::size_t at) const { return names_[at]; }
  // Whether the probe reads what a statement sets by that name.
  [[nodiscard]] bool read(std::string_view name) const;

 private:
  std::vector<std::string_view> names_;
};

struct ProbeAnswer {
  std::string canonical;                    // everything, unambiguous
  Context context;                          // without id
  std::string database;                     // the current one; empty: none
  std::optional<std::uint64_t> found_rows;  // what FOUND_ROWS() said before the probe
  sql::mysql::Dialect dialect;
  bool reads_uncommitted = false;
  bool finds_last_insert = false;    // sql_auto_is_null: what IS NULL finds is the session's alone, and only once
  bool tracks_transactions = false;  // what a read does to a transaction is told beside its answer
  bool ascii = false;                // in its texts, and once they are converted, ASCII is what it is
};

// Reads the probe's row; false if it is not one. `dialect` of the answer begins as given: server and version.
// `collation` is that of the definition of the first column. Results are sent in a collation that no variable shows:
// after SET NAMES utf8mb4 COLLATE utf8mb4_bin their columns are of utf8mb4_bin, and stay so when collation_connection
// is set to another.
[[nodiscard]] bool read_probe(ByteView row, std::uint16_t collation, const ProbeVariables& variables,
                              const sql::mysql::Dialect& server, ProbeAnswer& out);

// Whether a text may ask for what the statement before has left behind, which the probe would wipe out.
[[nodiscard]] bool may_go_by_last_answer(ByteView sql);
// `word`, in lower case, stands somewhere in the text, in whatever case.
[[nodiscard]] bool mentions(ByteView sql, std::string_view word);

}  // namespace tapri::session::mysql
