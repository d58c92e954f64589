#include "wire/pg/startup.h"

#include <algorithm>

#include "wire/cursor.h"

namespace tapri::wire::pg {

namespace {

constexpr char kTlsHandshakeRecord = 0x16;
constexpr std::uint32_t kMinPacketSize = 8;  // length and code
constexpr std::uint32_t kMajorVersion = 3;

// Names and values until an empty name, which must be the last byte.
bool decode_parameters(Cursor& cursor, StartupMessage& out) {
  while (!cursor.failed()) {
    const ByteView name = cursor.c_string();
    if (name.empty()) return cursor.done();
    const ByteView value = cursor.c_string();
    if (!cursor.failed()) out.parameters.emplace_back(name, value);
  }
  return false;
}

StartupKind decode_packet(Cursor& cursor, StartupPacket& out) {
  const std::uint32_t code = cursor.u32();
  switch (code) {
    case kSslRequestCode:
      return cursor.done() ? StartupKind::ssl_request : StartupKind::invalid;
    case kGssEncRequestCode:
      return cursor.done() ? StartupKind::gss_request : StartupKind::invalid;
    case kCancelRequestCode: {
      out.cancel.process_id = cursor.u32();
      out.cancel.secret = cursor.rest();
      const std::size_t size = out.cancel.secret.size();
      const bool valid = !cursor.failed() && size >= kMinCancelSecretSize && size <= kMaxCancelSecretSize;
      return valid ? StartupKind::cancel_request : StartupKind::invalid;
    }
    default:
      break;
  }
  out.startup.protocol = code;
  if (out.startup.major_version() != kMajorVersion) return StartupKind::startup;
  return decode_parameters(cursor, out.startup) ? StartupKind::startup : StartupKind::invalid;
}

void append_packet(std::string& out, std::uint32_t code, ByteView body) {
  append_u32(out, static_cast<std::uint32_t>(kMinPacketSize + body.size()));
  append_u32(out, code);
  out.append(body);
}

void append_cut(std::string& out, ByteView text) {
  out.append(text.substr(0, text.find('\0')));
  out.push_back('\0');
}

}  // namespace

std::optional<ByteView> StartupMessage::find(ByteView name) const {
  const auto found =
      std::find_if(parameters.rbegin(), parameters.rend(), [name](const auto& entry) { return entry.first == name; });
  if (found == parameters.rend()) return std::nullopt;
  return found->second;
}

StartupKind take_startup(ByteView buffer, StartupPacket& out) {
  out = StartupPacket{};
  if (!buffer.empty() && buffer[0] == kTlsHandshakeRecord) return StartupKind::direct_tls;
  Cursor head(buffer);
  const std::uint32_t size = head.u32();
  if (head.failed()) return StartupKind::incomplete;
  if (size < kMinPacketSize || size > kMaxStartupPacketSize) return StartupKind::invalid;
  if (buffer.size() < size) return StartupKind::incomplete;
  Cursor packet(buffer.substr(sizeof size, size - sizeof size));
  const StartupKind kind = decode_packet(packet, out);
  if (kind == StartupKind::invalid) {
    out = StartupPacket{};
  } else {
    out.size = size;
  }
  return kind;
}

void append_startup(std::string& out, std::uint32_t protocol,
                    const std::vector<std::pair<ByteView, ByteView>>& parameters) {
  std::string body;
  for (const auto& [name, value] : parameters) {
    if (name.empty() || name[0] == '\0') continue;  // an empty name would end the list
    append_cut(body, name);
    append_cut(body, value);
  }
  body.push_back('\0');
  append_packet(out, protocol, body);
}

void append_ssl_request(std::string& out) { append_packet(out, kSslRequestCode, {}); }

void append_gss_request(std::string& out) { append_packet(out, kGssEncRequestCode, {}); }

void append_cancel_request(std::string& out, std::uint32_t process_id, ByteView secret) {
  std::string body;
  append_u32(body, process_id);
  body.append(secret);
  append_packet(out, kCancelRequestCode, body);
}

}  // namespace tapri::wire::pg
