#include <algorithm>
#include <limits>

#include "wire/pg/backend.h"
#include "wire/pg/message_writer.h"

namespace tapri::wire::pg {

namespace {

constexpr std::uint32_t kTextOid = 25;
constexpr std::uint16_t kVariableSize = 0xffff;         // -1
constexpr std::uint32_t kNoTypeModifier = 0xffffffffU;  // -1
constexpr std::uint32_t kNullLength = 0xffffffffU;      // -1

template <typename T>
std::span<const T> at_most_65535(std::span<const T> items) {
  return items.first(std::min<std::size_t>(items.size(), std::numeric_limits<std::uint16_t>::max()));
}

void append_field(MessageWriter& message, char type, ByteView value) {
  message.byte(type);
  message.c_string(value);
}

void append_report(std::string& out, char type, ByteView severity, ByteView sqlstate, ByteView text, ByteView detail,
                   ByteView hint) {
  MessageWriter message(out, type);
  append_field(message, 'S', severity);
  append_field(message, 'V', severity);
  append_field(message, 'C', sqlstate);
  append_field(message, 'M', text);
  if (!detail.empty()) append_field(message, 'D', detail);
  if (!hint.empty()) append_field(message, 'H', hint);
  message.byte('\0');
}

void append_empty(std::string& out, char type) { const MessageWriter message(out, type); }

void append_authentication(std::string& out, AuthenticationKind kind, ByteView data) {
  MessageWriter message(out, backend::kAuthentication);
  message.u32(static_cast<std::uint32_t>(kind));
  message.bytes(data);
}

}  // namespace

void append_error(std::string& out, ByteView severity, ByteView sqlstate, ByteView message, ByteView detail,
                  ByteView hint) {
  append_report(out, backend::kErrorResponse, severity, sqlstate, message, detail, hint);
}

void append_notice(std::string& out, ByteView severity, ByteView sqlstate, ByteView message, ByteView detail,
                   ByteView hint) {
  append_report(out, backend::kNoticeResponse, severity, sqlstate, message, detail, hint);
}

void append_ready_for_query(std::string& out, char status) { MessageWriter(out, backend::kReadyForQuery).byte(status); }

void append_parse_complete(std::string& out) { append_empty(out, backend::kParseComplete); }

void append_bind_complete(std::string& out) { append_empty(out, backend::kBindComplete); }

void append_close_complete(std::string& out) { append_empty(out, backend::kCloseComplete); }

void append_no_data(std::string& out) { append_empty(out, backend::kNoData); }

void append_empty_query(std::string& out) { append_empty(out, backend::kEmptyQueryResponse); }

void append_portal_suspended(std::string& out) { append_empty(out, backend::kPortalSuspended); }

void append_command_complete(std::string& out, ByteView tag) {
  MessageWriter(out, backend::kCommandComplete).c_string(tag);
}

void append_parameter_status(std::string& out, ByteView name, ByteView value) {
  MessageWriter message(out, backend::kParameterStatus);
  message.c_string(name);
  message.c_string(value);
}

void append_backend_key_data(std::string& out, std::uint32_t process_id, ByteView secret) {
  MessageWriter message(out, backend::kBackendKeyData);
  message.u32(process_id);
  message.bytes(secret);
}

void append_negotiate_protocol_version(std::string& out, std::uint32_t protocol,
                                       std::span<const ByteView> unrecognized) {
  MessageWriter message(out, backend::kNegotiateProtocolVersion);
  message.u32(protocol);
  message.u32(static_cast<std::uint32_t>(unrecognized.size()));
  for (const ByteView name : unrecognized) message.c_string(name);
}

void append_auth_ok(std::string& out) { append_authentication(out, AuthenticationKind::ok, {}); }

void append_auth_cleartext_password(std::string& out) {
  append_authentication(out, AuthenticationKind::cleartext_password, {});
}

void append_auth_md5_password(std::string& out, ByteView salt) {
  append_authentication(out, AuthenticationKind::md5_password, salt);
}

void append_auth_sasl(std::string& out, std::span<const ByteView> mechanisms) {
  MessageWriter message(out, backend::kAuthentication);
  message.u32(static_cast<std::uint32_t>(AuthenticationKind::sasl));
  for (const ByteView name : mechanisms) {
    if (!name.empty()) message.c_string(name);  // an empty name would end the list
  }
  message.byte('\0');
}

void append_auth_sasl_continue(std::string& out, ByteView data) {
  append_authentication(out, AuthenticationKind::sasl_continue, data);
}

void append_auth_sasl_final(std::string& out, ByteView data) {
  append_authentication(out, AuthenticationKind::sasl_final, data);
}

void append_row_description(std::string& out, std::span<const ByteView> names) {
  MessageWriter message(out, backend::kRowDescription);
  const auto sent = at_most_65535(names);
  message.u16(static_cast<std::uint16_t>(sent.size()));
  for (const ByteView name : sent) {
    message.c_string(name);
    message.u32(0);  // table
    message.u16(0);  // attribute
    message.u32(kTextOid);
    message.u16(kVariableSize);
    message.u32(kNoTypeModifier);
    message.u16(0);  // format: text
  }
}

void append_data_row(std::string& out, std::span<const std::optional<ByteView>> values) {
  MessageWriter message(out, backend::kDataRow);
  const auto sent = at_most_65535(values);
  message.u16(static_cast<std::uint16_t>(sent.size()));
  for (const std::optional<ByteView>& value : sent) {
    message.u32(value ? static_cast<std::uint32_t>(value->size()) : kNullLength);
    if (value) message.bytes(*value);
  }
}

}  // namespace tapri::wire::pg
