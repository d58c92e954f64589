#include "unit/session/mysql/messages.h"

#include <optional>

#include "wire/mysql/column.h"
#include "wire/mysql/commands.h"
#include "wire/mysql/packet.h"
#include "wire/mysql/response.h"
#include "wire/mysql/rows.h"

namespace tapri::session::mysql::test {

using namespace wire::mysql;

std::string packet(std::uint8_t sequence, std::string_view payload) {
  std::string out;
  append_message(out, sequence, payload);
  return out;
}

std::string command(Command command, std::string_view argument) {
  std::string out;
  append_command(out, command, argument);
  return out;
}

std::string query(std::string_view sql) { return command(Command::query, sql); }

std::string ok(std::uint16_t status, std::uint8_t sequence) {
  std::string out;
  append_ok(out, sequence, kUsual, {.status = status});
  return out;
}

std::string err(std::uint16_t code, std::string_view message, std::uint8_t sequence) {
  std::string out;
  append_err(out, sequence, code, "HY000", message);
  return out;
}

std::string result(const std::vector<std::string>& columns, const std::vector<Row>& rows, std::uint16_t status,
                   Capabilities capabilities, std::uint16_t warnings, std::uint16_t collation) {
  std::string out;
  std::uint8_t sequence = 1;
  append_column_count(out, sequence, capabilities, {.count = columns.size()});
  for (const std::string& name : columns) {
    append_column_definition(out, sequence, capabilities,
                             {.catalog = "def", .name = name, .collation = collation, .type = Type::var_string});
  }
  const Eof eof{.warnings = warnings, .status = status};
  if (!has(capabilities, capability::kDeprecateEof)) append_eof(out, sequence, eof);
  for (const Row& row : rows) {
    const std::vector<std::optional<ByteView>> values(row.begin(), row.end());
    append_text_row(out, sequence, values);
  }
  append_end_of_rows(out, sequence, capabilities, eof);
  return out;
}

std::string prepared(std::uint32_t statement, std::uint16_t parameters) {
  std::string out;
  std::uint8_t sequence = 1;
  append_prepare_ok(out, sequence, kUsual, {.statement = statement, .column_count = 1, .parameter_count = parameters});
  for (int i = 0; i < parameters + 1; ++i) {
    append_column_definition(out, sequence, kUsual, {.catalog = "def", .name = "?", .type = Type::var_string});
  }
  return out;
}

std::string number(std::uint32_t value) {
  std::string out;
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

std::vector<std::string> payloads(std::string_view bytes) {
  std::vector<std::string> found;
  Packet packet;
  for (; take_packet(bytes, packet); bytes.remove_prefix(packet.whole.size())) found.emplace_back(packet.payload);
  if (!bytes.empty()) found.emplace_back("(cut)");
  return found;
}

std::vector<int> sequences(std::string_view bytes) {
  std::vector<int> found;
  Packet packet;
  for (; take_packet(bytes, packet); bytes.remove_prefix(packet.whole.size())) found.push_back(packet.sequence);
  return found;
}

}  // namespace tapri::session::mysql::test
