// The messages that a MySQL client and its server send in tests. Sequence ids begin at 0 with a command and at 1 with
// its answer.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/constants.h"

namespace tapri::session::mysql::test {

namespace capability = wire::mysql::capability;

// What a usual client and a usual server agree on.
inline constexpr wire::mysql::Capabilities kUsual =
    capability::kLongPassword | capability::kLongFlag | capability::kConnectWithDb | capability::kProtocol41 |
    capability::kTransactions | capability::kSecureConnection | capability::kMultiStatements |
    capability::kMultiResults | capability::kPsMultiResults | capability::kPluginAuth | capability::kLocalFiles |
    capability::kPluginAuthLenencData | capability::kDeprecateEof;

// A packet with that payload.
[[nodiscard]] std::string packet(std::uint8_t sequence, std::string_view payload);
// A command: its number and its argument.
[[nodiscard]] std::string command(wire::mysql::Command command, std::string_view argument = {});
[[nodiscard]] std::string query(std::string_view sql);
[[nodiscard]] std::string ok(std::uint16_t status = wire::mysql::status::kAutocommit, std::uint8_t sequence = 1);
[[nodiscard]] std::string err(std::uint16_t code, std::string_view message, std::uint8_t sequence = 1);
// A whole result in text form.
using Row = std::vector<std::string>;
[[nodiscard]] std::string result(const std::vector<std::string>& columns, const std::vector<Row>& rows,
                                 std::uint16_t status = wire::mysql::status::kAutocommit,
                                 wire::mysql::Capabilities capabilities = kUsual, std::uint16_t warnings = 0,
                                 std::uint16_t collation = 45);
// The answer to COM_STMT_PREPARE, with parameters and one column.
[[nodiscard]] std::string prepared(std::uint32_t statement, std::uint16_t parameters);
// A little-endian number of four bytes: a statement's id in a command.
[[nodiscard]] std::string number(std::uint32_t value);

// The payloads of the packets in `bytes`, "(cut)" for a rest that is none.
[[nodiscard]] std::vector<std::string> payloads(std::string_view bytes);
// Their sequence ids.
[[nodiscard]] std::vector<int> sequences(std::string_view bytes);

}  // namespace tapri::session::mysql::test
