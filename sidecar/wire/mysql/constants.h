// The numbers of MySQL's and MariaDB's protocol besides the capabilities: status flags, commands, types, column flags
// and first bytes of payloads (MySQL Internals, "Client/Server Protocol"; MariaDB, "Clientserver Protocol").
#pragma once

#include <cstddef>
#include <cstdint>

namespace tapri::wire::mysql {

// Status flags of OK and EOF packets.
namespace status {
inline constexpr std::uint16_t kInTransaction = 1U << 0;
inline constexpr std::uint16_t kAutocommit = 1U << 1;
inline constexpr std::uint16_t kMoreResultsExist = 1U << 3;
inline constexpr std::uint16_t kNoGoodIndexUsed = 1U << 4;
inline constexpr std::uint16_t kNoIndexUsed = 1U << 5;
inline constexpr std::uint16_t kCursorExists = 1U << 6;
inline constexpr std::uint16_t kLastRowSent = 1U << 7;
inline constexpr std::uint16_t kDatabaseDropped = 1U << 8;
inline constexpr std::uint16_t kNoBackslashEscapes = 1U << 9;
inline constexpr std::uint16_t kMetadataChanged = 1U << 10;
inline constexpr std::uint16_t kQueryWasSlow = 1U << 11;
inline constexpr std::uint16_t kPsOutParameters = 1U << 12;
inline constexpr std::uint16_t kInTransactionReadOnly = 1U << 13;
inline constexpr std::uint16_t kSessionStateChanged = 1U << 14;
inline constexpr std::uint16_t kAnsiQuotes = 1U << 15;  // MariaDB's
}  // namespace status

// First byte of a command's payload. Numbers that are not listed exist too: every one must be expected.
enum class Command : std::uint8_t {
  sleep = 0x00,
  quit = 0x01,
  init_db = 0x02,
  query = 0x03,
  field_list = 0x04,
  create_db = 0x05,
  drop_db = 0x06,
  refresh = 0x07,
  shutdown = 0x08,
  statistics = 0x09,
  process_info = 0x0a,
  connect = 0x0b,
  process_kill = 0x0c,
  debug = 0x0d,
  ping = 0x0e,
  time = 0x0f,
  delayed_insert = 0x10,
  change_user = 0x11,
  binlog_dump = 0x12,
  table_dump = 0x13,
  connect_out = 0x14,
  register_slave = 0x15,
  stmt_prepare = 0x16,
  stmt_execute = 0x17,
  stmt_send_long_data = 0x18,
  stmt_close = 0x19,
  stmt_reset = 0x1a,
  set_option = 0x1b,
  stmt_fetch = 0x1c,
  daemon = 0x1d,
  binlog_dump_gtid = 0x1e,
  reset_connection = 0x1f,
  clone = 0x20,
  subscribe_group_replication_stream = 0x21,
  mariadb_stmt_bulk_execute = 0xfa,
};

// Types of columns and parameters. Numbers that are not listed may come and are refused where a value must be walked.
enum class Type : std::uint8_t {
  decimal = 0x00,
  tiny = 0x01,
  short_ = 0x02,
  long_ = 0x03,
  float_ = 0x04,
  double_ = 0x05,
  null = 0x06,
  timestamp = 0x07,
  longlong = 0x08,
  int24 = 0x09,
  date = 0x0a,
  time = 0x0b,
  datetime = 0x0c,
  year = 0x0d,
  newdate = 0x0e,
  varchar = 0x0f,
  bit = 0x10,
  timestamp2 = 0x11,
  datetime2 = 0x12,
  time2 = 0x13,
  typed_array = 0x14,
  vector = 0xf2,
  invalid = 0xf3,
  bool_ = 0xf4,
  json = 0xf5,
  newdecimal = 0xf6,
  enum_ = 0xf7,
  set = 0xf8,
  tiny_blob = 0xf9,
  medium_blob = 0xfa,
  long_blob = 0xfb,
  blob = 0xfc,
  var_string = 0xfd,
  string = 0xfe,
  geometry = 0xff,
};

namespace column_flag {
inline constexpr std::uint16_t kNotNull = 1U << 0;
inline constexpr std::uint16_t kPrimaryKey = 1U << 1;
inline constexpr std::uint16_t kUniqueKey = 1U << 2;
inline constexpr std::uint16_t kMultipleKey = 1U << 3;
inline constexpr std::uint16_t kBlob = 1U << 4;
inline constexpr std::uint16_t kUnsigned = 1U << 5;
inline constexpr std::uint16_t kZerofill = 1U << 6;
inline constexpr std::uint16_t kBinary = 1U << 7;
inline constexpr std::uint16_t kEnum = 1U << 8;
inline constexpr std::uint16_t kAutoIncrement = 1U << 9;
inline constexpr std::uint16_t kTimestamp = 1U << 10;
inline constexpr std::uint16_t kSet = 1U << 11;
}  // namespace column_flag

// Flags of COM_STMT_EXECUTE.
namespace cursor {
inline constexpr std::uint8_t kNone = 0;
inline constexpr std::uint8_t kReadOnly = 1U << 0;
inline constexpr std::uint8_t kForUpdate = 1U << 1;
inline constexpr std::uint8_t kScrollable = 1U << 2;
inline constexpr std::uint8_t kParameterCountAvailable = 1U << 3;  // CLIENT_QUERY_ATTRIBUTES only
}  // namespace cursor

// First bytes of a server's payloads; what a byte means depends on the phase.
namespace first_byte {
inline constexpr std::uint8_t kOk = 0x00;
inline constexpr std::uint8_t kAuthMoreData = 0x01;
inline constexpr std::uint8_t kAuthNextFactor = 0x02;
inline constexpr std::uint8_t kLocalInfile = 0xfb;
inline constexpr std::uint8_t kEof = 0xfe;  // also AuthSwitchRequest
inline constexpr std::uint8_t kErr = 0xff;
}  // namespace first_byte

// The size below which a payload that begins with 0xfe is an EOF: a longer one is a row whose first value is huge.
inline constexpr std::size_t kEofSizeLimit = 9;
// An ERR with this code is MariaDB's progress report, which ends nothing.
inline constexpr std::uint16_t kProgressErrorCode = 0xffff;
// utf8mb4_general_ci: what messages of our own are in.
inline constexpr std::uint16_t kCollationUtf8mb4 = 45;
inline constexpr std::uint16_t kCollationBinary = 63;

}  // namespace tapri::wire::mysql
