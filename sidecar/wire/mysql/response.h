// The packets that begin or end a server's response: OK, ERR, EOF, OK in place of EOF, the request for a local file,
// the count of columns, the answer to COM_STMT_PREPARE, and MariaDB's progress reports (MySQL Internals, "Generic
// Response Packets", "COM_QUERY Response", "COM_STMT_PREPARE Response"; MariaDB, "Server response packets", "Progress
// Reporting").
//
// Decoders take a message's payload and return false, with `out` in an unspecified state, if a field is cut short, a
// length cannot be, or (where there is one right length) bytes are left over. Views point into the payload. Nothing
// throws. Encoders append one message. Texts are not cut: lengths count them. All of protocol 4.1: kProtocol41 is taken
// for granted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/constants.h"

namespace tapri::wire::mysql {

// The first bytes of an OK that the numbers are in, at most: what a follower needs to see of one.
inline constexpr std::size_t kOkHeadSize = 1 + 9 + 9 + 2 + 2;

struct Ok {
  bool in_place_of_eof = false;  // it began with 0xfe: the end of rows, where kDeprecateEof was agreed on
  std::uint64_t affected_rows = 0;
  std::uint64_t last_insert_id = 0;
  std::uint16_t status = 0;
  std::uint16_t warnings = 0;
  ByteView info;           // for people; "Rows matched: 1  Changed: 1  Warnings: 0"
  ByteView session_state;  // for for_each_session_change(); empty unless kSessionTrack and kSessionStateChanged
};

struct Err {
  std::uint16_t code = 0;
  ByteView sqlstate;  // 5 bytes; empty where the server sent none, as before the handshake
  ByteView message;
};

struct Eof {
  std::uint16_t warnings = 0;
  std::uint16_t status = 0;
};

// LOAD DATA LOCAL: the client sends the file in packets of bare data, ended by an empty one, and then the server
// answers.
struct LocalInfile {
  ByteView file_name;
};

struct ColumnCount {
  std::uint64_t count = 0;
  // False: the definitions are left out (MariaDB: the client has them already; MySQL: resultset_metadata=NONE).
  bool metadata_follows = true;
};

struct PrepareOk {
  std::uint32_t statement = 0;
  std::uint16_t column_count = 0;
  std::uint16_t parameter_count = 0;
  std::uint16_t warnings = 0;
  bool metadata_follows = true;  // as in ColumnCount; only MySQL says it here
};

// MariaDB: comes in front of a response, any number of times, in the form of an ERR.
struct Progress {
  std::uint8_t stage = 0;
  std::uint8_t max_stage = 0;
  std::uint32_t progress = 0;  // thousandths of a per cent
  ByteView text;
};

// Reads only the numbers: `payload` may be cut behind kOkHeadSize bytes, and info and session_state stay empty.
[[nodiscard]] bool decode_head(ByteView payload, Ok& out);
[[nodiscard]] bool decode(ByteView payload, Capabilities capabilities, Ok& out);
// `payload` may be cut behind 9 bytes where only code and SQLSTATE matter.
[[nodiscard]] bool decode(ByteView payload, Err& out);
[[nodiscard]] bool decode(ByteView payload, Eof& out);
[[nodiscard]] bool decode(ByteView payload, LocalInfile& out);
[[nodiscard]] bool decode(ByteView payload, Capabilities capabilities, ColumnCount& out);
// Whatever follows the known fields is passed over.
[[nodiscard]] bool decode(ByteView payload, Capabilities capabilities, PrepareOk& out);
[[nodiscard]] bool decode(ByteView payload, Progress& out);

// Whether a payload that begins with 0xfe, in the place of a row or of a definition, ends them. `payload_size` is that
// of the message's first packet.
[[nodiscard]] constexpr bool ends_rows(std::uint32_t payload_size, Capabilities capabilities) {
  return has(capabilities, capability::kDeprecateEof) ? payload_size < 0xffffff : payload_size < kEofSizeLimit;
}

void append_ok(std::string& out, std::uint8_t& sequence, Capabilities capabilities, const Ok& ok);
// `sqlstate` must have five bytes.
void append_err(std::string& out, std::uint8_t& sequence, std::uint16_t code, ByteView sqlstate, ByteView message);
void append_eof(std::string& out, std::uint8_t& sequence, const Eof& eof);
// What ends rows for this client: an EOF, or an OK in its place.
void append_end_of_rows(std::string& out, std::uint8_t& sequence, Capabilities capabilities, const Eof& eof);
void append_column_count(std::string& out, std::uint8_t& sequence, Capabilities capabilities,
                         const ColumnCount& columns);
void append_prepare_ok(std::string& out, std::uint8_t& sequence, Capabilities capabilities, const PrepareOk& ok);

}  // namespace tapri::wire::mysql
