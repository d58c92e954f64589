// What a client sends once it is in: commands, and the encoders of those that a proxy sends itself (MySQL Internals,
// "Command Phase"; MariaDB, "Text Protocol", "Binary Protocol"). COM_CHANGE_USER is in auth_packets.h.
//
// A command is one message whose first packet has the sequence id 0; its payload begins with the command's number.
// Commands without a struct here have no argument that matters to a proxy, and pass by their number. Decoders take a
// message's payload, number included, and return false, with `out` in an unspecified state, if the number is another
// one, a field is cut short or a length cannot be: such a command is for the server to judge. Views point into the
// payload. Nothing throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/constants.h"
#include "wire/mysql/parameters.h"

namespace tapri::wire::mysql {

// In place of a statement's id: the one prepared last, whose answer the client has not waited for (MariaDB).
inline constexpr std::uint32_t kLastPrepared = 0xffffffffU;

// nullopt for an empty payload, which is no command.
[[nodiscard]] std::optional<Command> command_of(ByteView payload);

// Text of a metric or log, "COM_QUERY"; "COM_OTHER" for a number without a name.
[[nodiscard]] ByteView command_name(Command command);

struct Query {
  ByteView sql;
  ParameterBlock attributes;  // empty unless kQueryAttributes
};

struct StmtPrepare {
  ByteView sql;
};

struct StmtExecute {
  std::uint32_t statement = 0;
  std::uint8_t flags = 0;  // of cursor
  std::uint32_t iterations = 0;
  // First the statement's parameters, then attributes.
  ParameterBlock parameters;
};

// The statement's id alone: all there is to know without knowing the statement.
struct StmtId {
  std::uint32_t statement = 0;
};

struct StmtSendLongData {
  std::uint32_t statement = 0;
  std::uint16_t parameter = 0;
  ByteView data;
};

struct StmtFetch {
  std::uint32_t statement = 0;
  std::uint32_t rows = 0;
};

struct InitDb {
  ByteView database;
};

struct FieldList {
  ByteView table;
  ByteView wildcard;
};

struct SetOption {
  std::uint16_t option = 0;  // 0: multi-statements on; 1: off
};

struct ProcessKill {
  std::uint32_t connection_id = 0;
};

// MariaDB: recognised, not read: parameters are rows, each value with an indicator in front of it.
struct StmtBulkExecute {
  std::uint32_t statement = 0;
  std::uint16_t flags = 0;  // 64: send the results of each row; 128: types are sent
  ByteView rest;            // types and rows
};

[[nodiscard]] bool decode(ByteView payload, Capabilities capabilities, Query& out);
[[nodiscard]] bool decode(ByteView payload, StmtPrepare& out);
[[nodiscard]] bool decode(ByteView payload, Capabilities capabilities, const StatementParameters& statement,
                          StmtExecute& out);
// Of COM_STMT_EXECUTE, COM_STMT_CLOSE, COM_STMT_RESET, COM_STMT_FETCH, COM_STMT_SEND_LONG_DATA and MariaDB's bulk
// execute; what follows is not looked at.
[[nodiscard]] bool decode(ByteView payload, StmtId& out);
[[nodiscard]] bool decode(ByteView payload, StmtSendLongData& out);
[[nodiscard]] bool decode(ByteView payload, StmtFetch& out);
[[nodiscard]] bool decode(ByteView payload, InitDb& out);
[[nodiscard]] bool decode(ByteView payload, FieldList& out);
[[nodiscard]] bool decode(ByteView payload, SetOption& out);
[[nodiscard]] bool decode(ByteView payload, ProcessKill& out);
[[nodiscard]] bool decode(ByteView payload, StmtBulkExecute& out);

// One command with its argument as it is.
void append_command(std::string& out, Command command, ByteView argument = {});
// Without attributes.
void append_query(std::string& out, Capabilities capabilities, ByteView sql);
// COM_STMT_EXECUTE of a statement with `count` parameters, packet header included, whose types the client left out: the
// same with `types` (StatementParameters::types). nullopt: it has types, it is cut short, or the packet would be too
// large. Not for kQueryAttributes, where types have names.
[[nodiscard]] std::optional<std::string> with_types(ByteView whole, std::size_t count, ByteView types);
// COM_STMT_EXECUTE with NULL for each parameter, of these types. Likewise.
void append_null_execution(std::string& out, std::uint32_t statement, std::size_t count, ByteView types);
// Of COM_STMT_CLOSE and COM_STMT_RESET.
void append_stmt_command(std::string& out, Command command, std::uint32_t statement);

}  // namespace tapri::wire::mysql
