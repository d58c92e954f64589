// MySQL's commands: the first byte says which capabilities and what is known of the statement, the rest is one payload.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/mysql/commands.h"
#include "wire/mysql/packet.h"

namespace {

using namespace tapri::wire::mysql;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_block(const ParameterBlock& block, tapri::ByteView payload, const StatementParameters& statement) {
  std::size_t count = 0;
  std::size_t values = 0;
  block.for_each([&](const Parameter& parameter) {
    ++count;
    values += parameter.value.size();
    check(!parameter.is_null || parameter.value.empty());
  });
  check(count == block.count());
  check(values <= block.values().size());
  check(block.bytes().size() <= payload.size());
  if (!block.has_types()) return;
  const std::string types = block.remembered_types();
  check(types.size() == 2 * block.count());
  // The same values again, without types.
  if (block.count() != statement.count || !statement.long_data.empty()) return;
  std::string again(block.bytes().substr(0, bitmap_size(count)));
  again.push_back('\0');
  again.append(block.values());
  Reader reader(again);
  const ParameterBlock second = ParameterBlock::take(reader, count, false, {.count = count, .types = types});
  check(reader.done() && second.count() == count && second.values() == block.values());
}

template <typename Message>
bool decodes(tapri::ByteView payload) {
  Message message;
  return decode(payload, message);
}

void check_others(tapri::ByteView payload) {
  int names = 0;
  names += decodes<StmtPrepare>(payload) ? 1 : 0;
  names += decodes<StmtSendLongData>(payload) ? 1 : 0;
  names += decodes<StmtFetch>(payload) ? 1 : 0;
  names += decodes<InitDb>(payload) ? 1 : 0;
  names += decodes<FieldList>(payload) ? 1 : 0;
  names += decodes<SetOption>(payload) ? 1 : 0;
  names += decodes<ProcessKill>(payload) ? 1 : 0;
  names += decodes<StmtBulkExecute>(payload) ? 1 : 0;
  check(names <= 1);
  static_cast<void>(decodes<StmtId>(payload));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned flags = data[0];
  Capabilities capabilities = capability::kProtocol41 | capability::kLongPassword;
  if ((flags & 1U) != 0) capabilities |= capability::kQueryAttributes;
  const std::string types("\x03\x80\xfe\0\x0c\0\x08\0", 8);
  StatementParameters statement;
  statement.count = (flags >> 1) & 3U;
  if ((flags & 8U) != 0) statement.types = types;
  if ((flags & 16U) != 0) statement.long_data = "\x02";
  const tapri::ByteView payload(reinterpret_cast<const char*>(data) + 1, size - 1);
  Query query;
  if (decode(payload, capabilities, query)) check_block(query.attributes, payload, {});
  StmtExecute execute;
  if (decode(payload, capabilities, statement, execute)) {
    check(execute.parameters.count() >= statement.count);
    check_block(execute.parameters, payload, statement);
    StmtId id;
    check(decode(payload, id) && id.statement == execute.statement);
  }
  check_others(payload);
  if (const auto command = command_of(payload)) check(!command_name(*command).empty());
  return 0;
}
