// What FOUND_ROWS() has to say after reads that the server was not asked, and how it is made to say it.
//
// Each is followed by the next statement that the server is asked; before that, or before FOUND_ROWS() at the latest,
// the server is asked for as many rows as there were, of no table: the number does not rest on what has been written
// since. Where it is not known the read itself is sent.
//
// Thread-safety: as the session; the functions are pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "session/analysis.h"
#include "sql/facts.h"
#include "sql/mysql/dialect.h"
#include "wire/mysql/capabilities.h"

namespace tapri::session::mysql {

// Of a session: what the server has not been told.
struct OwedRows {
  // What FOUND_ROWS() would say before the read that was answered from the cache last, or after it (`counted`).
  std::optional<std::uint64_t> count;
  // Of that read.
  sql::FoundRows kind = sql::FoundRows::counted;
  // The statement that is on its way ends what is owed, should it succeed.
  bool ends_with_success = false;

  void answered(sql::FoundRows found, std::uint32_t rows, bool another_before) {
    if (found == sql::FoundRows::counted) {
      count = rows;
    } else if (found == sql::FoundRows::of_server || (another_before && kind != sql::FoundRows::counted)) {
      count.reset();
    }
    kind = found;
  }
};

// What an executed statement does to the number.
enum class FoundRowsAfter : std::uint8_t {
  same,
  own,  // its own, if it succeeds
  unsure,
};
[[nodiscard]] FoundRowsAfter found_rows_after(const Analysis& analysis, sql::mysql::Server server);

// A command whose answer has so many rows, whatever the session's settings. It reads no table.
void append_rows(std::string& out, wire::mysql::Capabilities capabilities, std::uint64_t count);

// Whether statements call FOUND_ROWS(), ROW_COUNT().
[[nodiscard]] bool calls_found_rows(const sql::Facts& facts);
[[nodiscard]] bool calls_row_count(const sql::Facts& facts);
// A text that the server keeps or runs later, or that is not understood, may call FOUND_ROWS().
[[nodiscard]] bool hides_found_rows(const sql::Facts& facts, ByteView sql);

}  // namespace tapri::session::mysql
