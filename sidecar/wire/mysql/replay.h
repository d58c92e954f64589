// A recorded result, sent again to another client: what it agreed on with us decides how the result is framed (MySQL
// Internals, "Text Resultset", "Binary Protocol Resultset"; CLIENT_DEPRECATE_EOF).
//
// A recording is one result as a server sent it to one command: count of columns, definitions, rows, and what ends
// them, packets with their headers. Rows of both forms are alike here. Where kMariaCacheMetadata was agreed on, MariaDB
// leaves the definitions out even the first time that a statement is executed: who wants to record does not offer it.
// Nothing throws; only append_result() allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/response.h"

namespace tapri::wire::mysql {

// Where the parts of a recording are: to be kept beside it, so that sending it needs no walk over its rows.
struct ResultLayout {
  std::uint32_t column_count = 0;
  std::size_t columns_at = 0;  // definitions
  std::size_t columns_end = 0;
  std::size_t rows_at = 0;
  std::size_t rows_end = 0;
  std::uint64_t row_count = 0;
  std::uint8_t rows_sequence = 0;  // of the first packet of the rows, or of the end if there is none
  std::uint8_t end_sequence = 0;   // of what ends the rows
  std::uint16_t status = 0;        // as recorded
  std::uint16_t warnings = 0;
};

// nullopt if the bytes are not one such result, whole and with nothing behind it: another response, an error among the
// rows, several results, rows left to be fetched, definitions left out, or packets not numbered from 1.
// `capabilities` are those agreed on with the server.
[[nodiscard]] std::optional<ResultLayout> find_layout(ByteView recording, Capabilities capabilities);

// What must be alike in the client that a result was recorded for and the one that it is sent to, besides the form of
// the rows: with other values the definitions would be other ones.
inline constexpr Capabilities kReplayMask = capability::kLongFlag | capability::kMariaExtendedMetadata;

[[nodiscard]] constexpr bool can_replay(Capabilities recorded_for, Capabilities client) {
  const auto known = [](Capabilities flags) {
    return flags & (is_mariadb(flags) ? kReplayMask : kReplayMask & ~capability::kMariaMask);
  };
  return known(recorded_for) == known(client);
}

// Appends the result as the answer to a command of a client: numbered from 1, framed as `client` says, with the status
// and warnings in `end`. Definitions are sent, whatever the client may remember of them. Requires can_replay(), and
// that `layout` was found in the recording. Costs one copy, and a walk over the rows only if they are numbered
// otherwise.
void append_result(std::string& out, ByteView recording, const ResultLayout& layout, Capabilities client,
                   const Eof& end);

}  // namespace tapri::wire::mysql
