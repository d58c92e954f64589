#include "wire/pg/backend.h"

#include <algorithm>

#include "wire/cursor.h"
#include "wire/pg/frame.h"
#include "wire/pg/scram.h"
#include "wire/pg/startup.h"
#include "wire/pg/values.h"

namespace tapri::wire::pg {

namespace {

constexpr std::size_t kMd5SaltSize = 4;

void keep_field(char type, ByteView value, ErrorOrNotice& out) {
  switch (type) {
    case 'S':
      if (out.severity.empty()) out.severity = value;  // translated: only if there is no 'V'
      return;
    case 'V':
      out.severity = value;
      return;
    case 'C':
      out.code = value;
      return;
    case 'M':
      out.message = value;
      return;
    case 'D':
      out.detail = value;
      return;
    case 'H':
      out.hint = value;
      return;
    default:
      return;
  }
}

// Names until an empty one, which ends the list.
void take_mechanisms(Cursor& cursor, std::vector<ByteView>& out) {
  while (!cursor.failed()) {
    const ByteView name = cursor.c_string();
    if (name.empty()) return;
    out.push_back(name);
  }
}

}  // namespace

bool decode(ByteView body, ReadyForQuery& out) {
  Cursor cursor(body);
  out.status = static_cast<char>(cursor.u8());
  const bool known = out.status == kIdle || out.status == kInTransaction || out.status == kInFailedTransaction;
  return cursor.done() && known;
}

bool decode(ByteView body, ParameterStatus& out) {
  Cursor cursor(body);
  out.name = cursor.c_string();
  out.value = cursor.c_string();
  return cursor.done();
}

bool decode(ByteView body, BackendKeyData& out) {
  Cursor cursor(body);
  out.process_id = cursor.u32();
  out.secret = cursor.rest();
  const std::size_t size = out.secret.size();
  return cursor.done() && size >= kMinCancelSecretSize && size <= kMaxCancelSecretSize;
}

bool decode(ByteView body, CommandComplete& out) {
  Cursor cursor(body);
  out.tag = cursor.c_string();
  return cursor.done();
}

bool decode(ByteView body, NotificationResponse& out) {
  Cursor cursor(body);
  out.process_id = cursor.u32();
  out.channel = cursor.c_string();
  out.payload = cursor.c_string();
  return cursor.done();
}

bool decode(ByteView body, ErrorOrNotice& out) {
  out = ErrorOrNotice{};
  Cursor cursor(body);
  while (!cursor.failed()) {
    const std::size_t read = body.size() - cursor.remaining();
    const char type = static_cast<char>(cursor.u8());
    if (type == '\0') {
      out.fields = body.substr(0, cursor.failed() ? 0 : read);
      return cursor.done();
    }
    keep_field(type, cursor.c_string(), out);
  }
  return false;
}

bool decode(ByteView body, DataRow& out) {
  Cursor cursor(body);
  out.column_count = cursor.u16();
  out.values = take_values(cursor, out.column_count);
  return cursor.done();
}

FieldDescription take_field(Cursor& cursor) {
  FieldDescription field;
  field.name = cursor.c_string();
  field.table = cursor.u32();
  field.attribute = cursor.i16();
  field.type = cursor.u32();
  field.type_size = cursor.i16();
  field.type_modifier = cursor.i32();
  field.format = cursor.u16();
  return field;
}

bool decode(ByteView body, RowDescription& out) {
  Cursor cursor(body);
  out.column_count = cursor.u16();
  out.fields = cursor.unread();
  for (std::uint16_t i = 0; i < out.column_count && !cursor.failed(); ++i) static_cast<void>(take_field(cursor));
  return cursor.done();
}

bool decode(ByteView body, ParameterDescription& out) {
  Cursor cursor(body);
  out.count = cursor.u16();
  out.types = cursor.bytes(out.count * kOidSize);
  return cursor.done();
}

bool decode(ByteView body, Authentication& out) {
  Cursor cursor(body);
  out.kind = static_cast<AuthenticationKind>(cursor.u32());
  out.data = cursor.unread();
  out.mechanisms.clear();
  switch (out.kind) {
    case AuthenticationKind::ok:
    case AuthenticationKind::cleartext_password:
      break;
    case AuthenticationKind::md5_password:
      static_cast<void>(cursor.bytes(kMd5SaltSize));
      break;
    case AuthenticationKind::sasl:
      take_mechanisms(cursor, out.mechanisms);
      break;
    default:
      static_cast<void>(cursor.rest());
      break;
  }
  return cursor.done();
}

bool decode(ByteView body, NegotiateProtocolVersion& out) {
  Cursor cursor(body);
  out.protocol = cursor.u32();
  out.unrecognized.clear();
  const std::int32_t count = cursor.i32();
  if (count < 0) cursor.fail();
  for (std::int32_t i = 0; i < count && !cursor.failed(); ++i) out.unrecognized.push_back(cursor.c_string());
  return cursor.done();
}

bool decode(ByteView body, CopyResponse& out) {
  Cursor cursor(body);
  out.format = cursor.u8();
  out.column_count = cursor.u16();
  out.column_formats = cursor.bytes(out.column_count * kFormatSize);
  return cursor.done();
}

bool remove_scram_plus(ByteView whole_message, std::string& out) {
  Frame frame;
  if (take_frame(whole_message, frame) != FrameStatus::complete) return false;
  if (frame.type != backend::kAuthentication || frame.whole.size() != whole_message.size()) return false;
  Authentication message;
  if (!decode(frame.body, message) || message.kind != AuthenticationKind::sasl) return false;
  auto& names = message.mechanisms;
  const auto kept = std::remove(names.begin(), names.end(), kScramSha256Plus);
  if (kept == names.end()) return false;
  names.erase(kept, names.end());
  std::string rewritten;
  append_auth_sasl(rewritten, names);
  out = std::move(rewritten);
  return true;
}

}  // namespace tapri::wire::pg
