// Messages that a server sends: decoders to views, and encoders (PostgreSQL manual, "Message Formats" and "Error and
// Notice Message Fields").
//
// Decoders take a frame's body and return false, leaving `out` in an unspecified state, if a field is cut short, a
// count or length cannot be, or bytes are left over. Views point into the body. Nothing throws; lists grow by what was
// read, never by what a count claims.
// Encoders append one whole frame. Texts are cut at their first NUL byte; a frame must stay below 1 GiB, which is the
// caller's to see to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "wire/pg/message_type.h"
#include "wire/pg/values.h"

namespace tapri::wire::pg {

struct ReadyForQuery {
  char status = 0;  // kIdle, kInTransaction or kInFailedTransaction; anything else is refused
};

struct ParameterStatus {
  ByteView name;
  ByteView value;
};

struct BackendKeyData {
  std::uint32_t process_id = 0;
  ByteView secret;  // 4 to 256 bytes
};

struct CommandComplete {
  ByteView tag;
};

struct NotificationResponse {
  std::uint32_t process_id = 0;
  ByteView channel;
  ByteView payload;
};

// ErrorResponse and NoticeResponse. A field that was not sent is empty.
struct ErrorOrNotice {
  ByteView severity;  // never translated ("ERROR", "WARNING") if the server is 9.6 or newer
  ByteView code;      // SQLSTATE
  ByteView message;
  ByteView detail;
  ByteView hint;
  ByteView fields;  // all of them, for for_each_field()

  // visit(char type, ByteView value), in the order sent.
  template <typename Visit>
  void for_each_field(Visit&& visit) const {
    Cursor cursor(fields);
    while (cursor.remaining() > 0) {
      const char type = static_cast<char>(cursor.u8());
      const ByteView value = cursor.c_string();
      if (cursor.failed()) return;
      visit(type, value);
    }
  }
};

struct DataRow {
  std::uint16_t column_count = 0;
  ByteView values;  // for for_each_value()

  // visit(bool is_null, ByteView value), in order.
  template <typename Visit>
  void for_each_column(Visit&& visit) const {
    for_each_value(values, std::forward<Visit>(visit));
  }
};

struct FieldDescription {
  ByteView name;
  std::uint32_t table = 0;  // OID, or 0
  std::int16_t attribute = 0;
  std::uint32_t type = 0;  // OID
  std::int16_t type_size = 0;
  std::int32_t type_modifier = 0;
  std::uint16_t format = 0;  // 0 text, 1 binary
};

// One field of a RowDescription; fails the cursor if it is cut short.
[[nodiscard]] FieldDescription take_field(Cursor& cursor);

struct RowDescription {
  std::uint16_t column_count = 0;
  ByteView fields;

  // visit(const FieldDescription&), in order.
  template <typename Visit>
  void for_each_field(Visit&& visit) const {
    Cursor cursor(fields);
    while (cursor.remaining() > 0) {
      const FieldDescription field = take_field(cursor);
      if (cursor.failed()) return;
      visit(field);
    }
  }
};

struct ParameterDescription {
  std::uint16_t count = 0;
  ByteView types;  // count OIDs of four bytes

  // Requires index < count.
  [[nodiscard]] std::uint32_t type(std::size_t index) const { return load_u32(types.data() + index * 4); }
};

// The codes of an Authentication message. Others may come: they are passed on, not refused.
enum class AuthenticationKind : std::uint32_t {
  ok = 0,
  cleartext_password = 3,
  md5_password = 5,
  gss = 7,
  gss_continue = 8,
  sspi = 9,
  sasl = 10,
  sasl_continue = 11,
  sasl_final = 12,
};

struct Authentication {
  AuthenticationKind kind = AuthenticationKind::ok;
  ByteView data;                     // what follows the code: the salt, SASL data, ...
  std::vector<ByteView> mechanisms;  // for sasl only
};

struct NegotiateProtocolVersion {
  std::uint32_t protocol = 0;          // the newest minor version of the server, or major << 16 | minor
  std::vector<ByteView> unrecognized;  // names of the `_pq_.` options that the server does not know
};

// CopyInResponse, CopyOutResponse, CopyBothResponse.
struct CopyResponse {
  std::uint8_t format = 0;  // 0 text, 1 binary
  std::uint16_t column_count = 0;
  ByteView column_formats;  // two bytes each
};

[[nodiscard]] bool decode(ByteView body, ReadyForQuery& out);
[[nodiscard]] bool decode(ByteView body, ParameterStatus& out);
[[nodiscard]] bool decode(ByteView body, BackendKeyData& out);
[[nodiscard]] bool decode(ByteView body, CommandComplete& out);
[[nodiscard]] bool decode(ByteView body, NotificationResponse& out);
[[nodiscard]] bool decode(ByteView body, ErrorOrNotice& out);
[[nodiscard]] bool decode(ByteView body, DataRow& out);
[[nodiscard]] bool decode(ByteView body, RowDescription& out);
[[nodiscard]] bool decode(ByteView body, ParameterDescription& out);
[[nodiscard]] bool decode(ByteView body, Authentication& out);
[[nodiscard]] bool decode(ByteView body, NegotiateProtocolVersion& out);
[[nodiscard]] bool decode(ByteView body, CopyResponse& out);

// `whole_message` is a frame with its header. If it is an AuthenticationSASL that offers SCRAM-SHA-256-PLUS, `out` is
// set to the message without it and true is returned; else false, `out` untouched, and the message goes on as it is.
// For a proxy whose client leg has no TLS while its upstream leg has: channel binding cannot hold across it.
[[nodiscard]] bool remove_scram_plus(ByteView whole_message, std::string& out);

// `severity` is "ERROR", "FATAL" or "PANIC" (for a notice "WARNING", "NOTICE", ...). Empty detail and hint are left
// out.
void append_error(std::string& out, ByteView severity, ByteView sqlstate, ByteView message, ByteView detail = {},
                  ByteView hint = {});
void append_notice(std::string& out, ByteView severity, ByteView sqlstate, ByteView message, ByteView detail = {},
                   ByteView hint = {});
void append_ready_for_query(std::string& out, char status);
void append_parse_complete(std::string& out);
void append_bind_complete(std::string& out);
void append_close_complete(std::string& out);
void append_no_data(std::string& out);
void append_empty_query(std::string& out);
void append_portal_suspended(std::string& out);
void append_command_complete(std::string& out, ByteView tag);
void append_parameter_status(std::string& out, ByteView name, ByteView value);
void append_backend_key_data(std::string& out, std::uint32_t process_id, ByteView secret);
void append_negotiate_protocol_version(std::string& out, std::uint32_t protocol,
                                       std::span<const ByteView> unrecognized);

void append_auth_ok(std::string& out);
void append_auth_cleartext_password(std::string& out);
// `salt` must have four bytes.
void append_auth_md5_password(std::string& out, ByteView salt);
void append_auth_sasl(std::string& out, std::span<const ByteView> mechanisms);
// The data is binary: it is not cut.
void append_auth_sasl_continue(std::string& out, ByteView data);
void append_auth_sasl_final(std::string& out, ByteView data);

// Columns of type text in text format. At most 65,535 names are sent.
void append_row_description(std::string& out, std::span<const ByteView> names);
// nullopt is NULL; values are binary and not cut. At most 65,535 values are sent.
void append_data_row(std::string& out, std::span<const std::optional<ByteView>> values);

}  // namespace tapri::wire::pg
