// A stream of server messages through the frame cutter and every decoder of what servers send.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/pg/backend.h"
#include "wire/pg/frame.h"
#include "wire/pg/scram.h"

namespace {

using namespace tapri::wire::pg;

void check(bool holds) {
  if (!holds) std::abort();
}

template <typename Message>
bool decodes(tapri::ByteView body) {
  Message message;
  return decode(body, message);
}

void check_rows(tapri::ByteView body) {
  DataRow row;
  if (decode(body, row)) {
    std::vector<std::optional<tapri::ByteView>> values;
    row.for_each_column([&values](bool is_null, tapri::ByteView value) {
      values.push_back(is_null ? std::nullopt : std::optional(value));
    });
    check(values.size() == row.column_count);
    std::string again;
    append_data_row(again, values);
    check(again.substr(kFrameHeaderSize) == body);
  }
  RowDescription description;
  if (decode(body, description)) {
    std::size_t count = 0;
    description.for_each_field([&count](const FieldDescription&) { ++count; });
    check(count == description.column_count);
  }
}

void check_lists(tapri::ByteView body) {
  ErrorOrNotice error;
  if (decode(body, error)) {
    std::size_t read = 1;
    error.for_each_field([&read](char, tapri::ByteView value) { read += value.size() + 2; });
    check(read == body.size());
  }
  Authentication authentication;
  if (decode(body, authentication)) {
    for (const tapri::ByteView name : authentication.mechanisms) check(!name.empty());
  }
  NegotiateProtocolVersion negotiate;
  if (decode(body, negotiate)) {
    std::string again;
    append_negotiate_protocol_version(again, negotiate.protocol, negotiate.unrecognized);
    check(again.substr(kFrameHeaderSize) == body);
  }
  ParameterDescription parameters;
  if (decode(body, parameters)) {
    for (std::size_t i = 0; i < parameters.count; ++i) static_cast<void>(parameters.type(i));
  }
}

void decode_all(tapri::ByteView body) {
  check_rows(body);
  check_lists(body);
  static_cast<void>(decodes<ReadyForQuery>(body));
  static_cast<void>(decodes<ParameterStatus>(body));
  static_cast<void>(decodes<BackendKeyData>(body));
  static_cast<void>(decodes<CommandComplete>(body));
  static_cast<void>(decodes<NotificationResponse>(body));
  static_cast<void>(decodes<CopyResponse>(body));
}

void check_plus(tapri::ByteView message) {
  std::string out;
  if (!remove_scram_plus(message, out)) return;
  check(out.size() < message.size());
  std::string again;
  check(!remove_scram_plus(out, again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tapri::ByteView stream(reinterpret_cast<const char*>(data), size);
  Frame frame;
  while (take_frame(stream, frame) == FrameStatus::complete) {
    decode_all(frame.body);
    check_plus(frame.whole);
    stream.remove_prefix(frame.whole.size());
  }
  decode_all(stream);
  return 0;
}
