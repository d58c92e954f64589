// Follows a server's response to a command, packet by packet, to know when it is over and how it ended (MySQL
// Internals, "Command Phase"; MariaDB, "Text Protocol", "Binary Protocol"). Of a row it looks at the header and the
// first byte, so that a result of any size is followed in the memory of this object alone.
//
// ResponseFollower is told of messages; ResponseStream below finds them in a stream of bytes.
// Nothing allocates or throws. Thread-safety: an object belongs to one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/constants.h"

namespace tapri::wire::mysql {

// How a command is answered.
enum class ResponseKind : std::uint8_t {
  none,            // not at all
  single,          // one OK, EOF or ERR
  text_result,     // OK, ERR, a request for a local file, or rows; one or more of them in turn
  binary_result,   // as above, and the rows may be left to be fetched
  rows,            // rows without definitions
  fields,          // definitions, ended as rows are
  prepare,         // a statement's id, definitions of its parameters and columns
  text,            // one payload of bare text, or ERR
  authentication,  // packets in both directions until OK or ERR
  stream,          // packets until EOF or ERR, if ever
  unknown,  // a command without a name here: followed only if ERR is what it is answered with; else it never ends
};

[[nodiscard]] ResponseKind response_kind(Command command);

// What a message is to its response.
enum class ResponsePart : std::uint8_t {
  none,  // of ResponseStream: no message that must be looked at
  ok,    // an OK, or an EOF that answers the command: ends it, or this result of several
  err,   // ends the response
  column_count,
  column,       // a definition, of a column or a parameter
  columns_end,  // the EOF behind definitions
  row,
  rows_end,      // an EOF or an OK in its place: ends the response, or this result of several
  prepared,      // the answer to COM_STMT_PREPARE; definitions may follow
  local_infile,  // the client sends a file now; then the response goes on
  progress,      // MariaDB's report; the response goes on as if it had not come
  text,
  authentication,  // neither OK nor ERR: see classify_auth_packet(); the response goes on
  event,           // of a stream
  violation,       // it cannot be: the stream is not understood any more
};

// What is known of a response so far. Numbers are those of the last OK or end of rows.
struct ResponseSummary {
  std::uint16_t status = 0;
  std::uint16_t warnings = 0;
  std::uint64_t affected_rows = 0;
  std::uint64_t last_insert_id = 0;
  std::uint64_t rows = 0;          // of the last result that had rows
  std::uint64_t column_count = 0;  // of it
  std::uint32_t results = 0;       // that ended: 2 or more for multi-statements and procedures
  std::uint32_t statement = 0;     // the id that COM_STMT_PREPARE was given
  std::uint16_t parameter_count = 0;
  std::uint16_t error_code = 0;  // 0: none
  std::array<char, 5> sqlstate{};
  bool had_rows = false;  // some result did
  bool had_file = false;  // a local file was asked for
  bool cursor = false;    // the rows are left to be fetched

  [[nodiscard]] bool failed() const { return error_code != 0; }
};

class ResponseFollower {
 public:
  // Bytes of a message's payload that must be shown, if it has as many.
  static constexpr std::size_t kHeadSize = 32;

  // `capabilities` are those agreed on with this server.
  explicit ResponseFollower(Capabilities capabilities) : capabilities_(capabilities) {}

  // The command whose response comes next. For ResponseKind::none it is done() at once.
  void begin(Command command);

  // The next message: the payload's size in its first packet, and at least the first kHeadSize bytes of it. Requires
  // that the response is not done().
  [[nodiscard]] ResponsePart on_message(std::uint32_t first_payload_size, ByteView head);

  // Whether that message would be a row, a definition or an event: what comes in numbers, and tells nothing that
  // anybody but the client needs to see.
  [[nodiscard]] bool is_bulk(std::uint32_t first_payload_size, ByteView head) const;

  [[nodiscard]] bool done() const { return state_ == State::done; }
  [[nodiscard]] ResponseKind kind() const { return kind_; }
  // The server waits for the client: a file, ended by an empty message.
  [[nodiscard]] bool waits_for_file() const { return state_ == State::file; }
  [[nodiscard]] const ResponseSummary& summary() const { return summary_; }

 private:
  enum class State : std::uint8_t { first, columns, columns_end, rows, file, parameters, parameters_end, stream, done };

  ResponsePart first(std::uint32_t size, ByteView head);
  ResponsePart first_of_result(std::uint32_t size, ByteView head);
  ResponsePart prepared(ByteView head);
  ResponsePart authentication(ByteView head);
  ResponsePart bulk();
  ResponsePart definition();
  ResponsePart ok(ByteView head, ResponsePart part);
  ResponsePart eof(ByteView head, ResponsePart part);
  ResponsePart err(ByteView head);
  ResponsePart definitions_end(ByteView head);
  ResponsePart violation();
  void result_ended();
  void definitions_follow(std::uint64_t count, State definitions, State end);
  void definitions_ended();

  Capabilities capabilities_;
  ResponseKind kind_ = ResponseKind::unknown;
  State state_ = State::done;
  std::uint64_t left_ = 0;     // definitions
  bool metadata_ = true;       // definitions are sent
  std::uint16_t carried_ = 0;  // status flags of the EOF behind definitions that hold for the end of the rows too
  ResponseSummary summary_;
};

}  // namespace tapri::wire::mysql
