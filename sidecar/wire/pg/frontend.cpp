#include "wire/pg/frontend.h"

#include "wire/cursor.h"
#include "wire/pg/values.h"

namespace tapri::wire::pg {

namespace {

bool decode_kind_and_name(ByteView body, char& kind, ByteView& name) {
  Cursor cursor(body);
  kind = static_cast<char>(cursor.u8());
  name = cursor.c_string();
  return cursor.done() && (kind == 'S' || kind == 'P');
}

std::uint16_t format_of(ByteView formats, std::uint16_t count, std::size_t index) {
  if (count == 1) return load_u16(formats.data());
  return index < count ? load_u16(formats.data() + index * kFormatSize) : std::uint16_t{0};
}

}  // namespace

std::uint16_t Bind::parameter_format(std::size_t index) const {
  return format_of(parameter_formats, parameter_format_count, index);
}

std::uint16_t Bind::result_format(std::size_t column) const {
  return format_of(result_formats, result_format_count, column);
}

bool decode(ByteView body, Query& out) {
  Cursor cursor(body);
  out.sql = cursor.c_string();
  return cursor.done();
}

bool decode(ByteView body, Parse& out) {
  Cursor cursor(body);
  out.name = cursor.c_string();
  out.sql = cursor.c_string();
  out.type_count = cursor.u16();
  out.types = cursor.bytes(out.type_count * kOidSize);
  return cursor.done();
}

bool decode(ByteView body, Bind& out) {
  Cursor cursor(body);
  out.portal = cursor.c_string();
  out.statement = cursor.c_string();
  const ByteView parameters = cursor.unread();
  out.parameter_format_count = cursor.u16();
  out.parameter_formats = cursor.bytes(out.parameter_format_count * kFormatSize);
  out.parameter_count = cursor.u16();
  out.parameter_values = take_values(cursor, out.parameter_count);
  out.parameters = parameters.substr(0, parameters.size() - cursor.remaining());
  out.result_format_count = cursor.u16();
  out.result_formats = cursor.bytes(out.result_format_count * kFormatSize);
  return cursor.done();
}

bool decode(ByteView body, Describe& out) { return decode_kind_and_name(body, out.kind, out.name); }

bool decode(ByteView body, Execute& out) {
  Cursor cursor(body);
  out.portal = cursor.c_string();
  out.max_rows = cursor.i32();
  return cursor.done();
}

bool decode(ByteView body, Close& out) { return decode_kind_and_name(body, out.kind, out.name); }

bool decode(ByteView body, PasswordMessage& out) {
  Cursor cursor(body);
  out.password = cursor.c_string();
  return cursor.done();
}

bool decode(ByteView body, SaslInitialResponse& out) {
  Cursor cursor(body);
  out.mechanism = cursor.c_string();
  const std::int32_t length = cursor.i32();
  out.has_response = length != -1;
  if (length < -1) cursor.fail();
  out.response = length < 0 ? ByteView{} : cursor.bytes(static_cast<std::size_t>(length));
  return cursor.done();
}

bool decode(ByteView body, SaslResponse& out) {
  out.data = body;
  return true;
}

}  // namespace tapri::wire::pg
