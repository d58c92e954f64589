#include "wire/mysql/response.h"

#include "wire/mysql/packet.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

namespace {

constexpr char kSqlstateMarker = '#';
constexpr std::size_t kSqlstateSize = 5;

bool take_head(Reader& reader, Ok& out) {
  out = Ok{};
  const std::uint8_t first = reader.u8();
  if (first != first_byte::kOk && first != first_byte::kEof) reader.fail();
  out.in_place_of_eof = first == first_byte::kEof;
  out.affected_rows = reader.lenenc();
  out.last_insert_id = reader.lenenc();
  out.status = reader.u16();
  out.warnings = reader.u16();
  return !reader.failed();
}

bool optional_metadata(Capabilities capabilities) {
  return !is_mariadb(capabilities) && has(capabilities, capability::kOptionalResultsetMetadata);
}

// Whether a count of columns has a flag behind it, by which the server tells whether definitions follow. (MySQL's
// documentation has it in front; its server does not.)
bool flags_metadata(Capabilities capabilities) {
  return is_mariadb(capabilities) ? has(capabilities, capability::kMariaCacheMetadata)
                                  : optional_metadata(capabilities);
}

bool take_flag(Reader& reader) {
  const std::uint8_t flag = reader.u8();
  if (flag > 1) reader.fail();
  return flag == 1;
}

}  // namespace

bool decode_head(ByteView payload, Ok& out) {
  Reader reader(payload);
  return take_head(reader, out);
}

bool decode(ByteView payload, Capabilities capabilities, Ok& out) {
  Reader reader(payload);
  if (!take_head(reader, out)) return false;
  if (reader.remaining() == 0) return true;
  // Counted by every server, although the documentation says that it is not where sessions are not tracked. One that is
  // not counted is taken as it is.
  const ByteView uncounted = reader.unread();
  out.info = reader.lenenc_bytes();
  const bool tracked = has(capabilities, capability::kSessionTrack);
  if (tracked && (out.status & status::kSessionStateChanged) != 0) {
    out.session_state = reader.lenenc_bytes();
    return reader.done();
  }
  if (!reader.done() && !tracked) {
    out.info = uncounted;
    return true;
  }
  return reader.done();
}

bool decode(ByteView payload, Err& out) {
  out = Err{};
  Reader reader(payload);
  if (reader.u8() != first_byte::kErr) reader.fail();
  out.code = reader.u16();
  if (reader.unread().starts_with(kSqlstateMarker)) {
    static_cast<void>(reader.u8());
    out.sqlstate = reader.bytes(kSqlstateSize);
  }
  out.message = reader.rest();
  return reader.done();
}

bool decode(ByteView payload, Eof& out) {
  Reader reader(payload);
  if (reader.u8() != first_byte::kEof) reader.fail();
  out.warnings = reader.u16();
  out.status = reader.u16();
  return reader.done();
}

bool decode(ByteView payload, LocalInfile& out) {
  Reader reader(payload);
  if (reader.u8() != first_byte::kLocalInfile) reader.fail();
  out.file_name = reader.rest();
  return reader.done();
}

bool decode(ByteView payload, Capabilities capabilities, ColumnCount& out) {
  out = ColumnCount{};
  Reader reader(payload);
  out.count = reader.lenenc();
  if (flags_metadata(capabilities)) out.metadata_follows = take_flag(reader);
  return reader.done();
}

bool decode(ByteView payload, Capabilities capabilities, PrepareOk& out) {
  out = PrepareOk{};
  Reader reader(payload);
  if (reader.u8() != first_byte::kOk) reader.fail();
  out.statement = reader.u32();
  out.column_count = reader.u16();
  out.parameter_count = reader.u16();
  static_cast<void>(reader.u8());
  if (!reader.failed() && reader.remaining() > 0) out.warnings = reader.u16();
  if (optional_metadata(capabilities)) out.metadata_follows = take_flag(reader);
  return !reader.failed();
}

bool decode(ByteView payload, Progress& out) {
  out = Progress{};
  Reader reader(payload);
  if (reader.u8() != first_byte::kErr || reader.u16() != kProgressErrorCode) reader.fail();
  if (reader.u8() != 1) reader.fail();  // texts that follow
  out.stage = reader.u8();
  out.max_stage = reader.u8();
  out.progress = reader.u24();
  out.text = reader.lenenc_bytes();
  return reader.done();
}

void append_ok(std::string& out, std::uint8_t& sequence, Capabilities capabilities, const Ok& ok) {
  const bool tracked = has(capabilities, capability::kSessionTrack);
  // Without the client's consent, or with nothing to tell, the flag would announce what is not there.
  const bool changed = tracked && (ok.status & status::kSessionStateChanged) != 0;
  PacketWriter packet(out, sequence);
  packet.u8(ok.in_place_of_eof ? first_byte::kEof : first_byte::kOk);
  packet.lenenc(ok.affected_rows);
  packet.lenenc(ok.last_insert_id);
  packet.u16(changed ? ok.status : static_cast<std::uint16_t>(ok.status & ~status::kSessionStateChanged));
  packet.u16(ok.warnings);
  if (changed || !ok.info.empty()) packet.lenenc_bytes(ok.info);
  if (changed) packet.lenenc_bytes(ok.session_state);
}

void append_err(std::string& out, std::uint8_t& sequence, std::uint16_t code, ByteView sqlstate, ByteView message) {
  PacketWriter packet(out, sequence);
  packet.u8(first_byte::kErr);
  packet.u16(code);
  packet.u8(static_cast<std::uint8_t>(kSqlstateMarker));
  packet.bytes(sqlstate);
  packet.bytes(message);
}

void append_eof(std::string& out, std::uint8_t& sequence, const Eof& eof) {
  PacketWriter packet(out, sequence);
  packet.u8(first_byte::kEof);
  packet.u16(eof.warnings);
  packet.u16(eof.status);
}

void append_end_of_rows(std::string& out, std::uint8_t& sequence, Capabilities capabilities, const Eof& eof) {
  if (!has(capabilities, capability::kDeprecateEof)) return append_eof(out, sequence, eof);
  Ok ok;
  ok.in_place_of_eof = true;
  ok.warnings = eof.warnings;
  ok.status = eof.status & static_cast<std::uint16_t>(~status::kSessionStateChanged);
  append_ok(out, sequence, capabilities, ok);
}

void append_column_count(std::string& out, std::uint8_t& sequence, Capabilities capabilities,
                         const ColumnCount& columns) {
  PacketWriter packet(out, sequence);
  packet.lenenc(columns.count);
  if (flags_metadata(capabilities)) packet.u8(columns.metadata_follows ? 1 : 0);
}

void append_prepare_ok(std::string& out, std::uint8_t& sequence, Capabilities capabilities, const PrepareOk& ok) {
  PacketWriter packet(out, sequence);
  packet.u8(first_byte::kOk);
  packet.u32(ok.statement);
  packet.u16(ok.column_count);
  packet.u16(ok.parameter_count);
  packet.u8(0);
  packet.u16(ok.warnings);
  if (optional_metadata(capabilities)) packet.u8(ok.metadata_follows ? 1 : 0);
}

}  // namespace tapri::wire::mysql
