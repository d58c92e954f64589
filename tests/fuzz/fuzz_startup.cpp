// The untyped first packets, and the text of the `options` parameter.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/pg/startup.h"

namespace {

using namespace tapri::wire::pg;

void check(bool holds) {
  if (!holds) std::abort();
}

// What was decoded must come out the same when it is written and read again.
void check_round_trip(const StartupMessage& message) {
  std::string bytes;
  append_startup(bytes, message.protocol, message.parameters);
  StartupPacket again;
  check(take_startup(bytes, again) == StartupKind::startup);
  check(again.startup.parameters == message.parameters);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const tapri::ByteView bytes(reinterpret_cast<const char*>(data), size);
  StartupPacket packet;
  switch (take_startup(bytes, packet)) {
    case StartupKind::startup:
      check(packet.size <= size && packet.size <= kMaxStartupPacketSize);
      if (packet.startup.major_version() == 3) check_round_trip(packet.startup);
      for (const auto& [name, value] : packet.startup.parameters) {
        static_cast<void>(parse_options(value));
        check(packet.startup.find(name).has_value());
      }
      break;
    case StartupKind::cancel_request:
      check(packet.cancel.secret.size() >= kMinCancelSecretSize && packet.cancel.secret.size() <= kMaxCancelSecretSize);
      break;
    case StartupKind::ssl_request:
    case StartupKind::gss_request:
      check(packet.size == 8);
      break;
    default:
      check(packet.size == 0);
      break;
  }
  const auto settings = parse_options(bytes);
  check(settings.size() <= size);
  for (const auto& setting : settings) check(!setting.first.empty());
  return 0;
}
