#include "wire/mysql/packet.h"

#include <algorithm>

namespace tapri::wire::mysql {

namespace {

void store_header(char* at, std::size_t payload_size, std::uint8_t sequence) {
  store_u24(at, static_cast<std::uint32_t>(payload_size));
  at[3] = static_cast<char>(sequence);
}

}  // namespace

MessageStatus take_message(ByteView buffer, std::size_t limit, std::string& joined, Message& out) {
  std::size_t size = 0;     // of the buffer
  std::size_t payload = 0;  // of the message
  PacketHeader header;
  std::uint8_t first = 0;
  do {
    const bool begins = size == 0;
    const bool known = peek_packet(buffer.substr(size), header);
    if (!known) return MessageStatus::incomplete;
    if (begins) first = header.sequence;
    payload += header.payload_size;
    if (payload > limit) return MessageStatus::too_large;
    size += kPacketHeaderSize + header.payload_size;
    if (size > buffer.size()) return MessageStatus::incomplete;
  } while (header.continued());
  out.first_sequence = first;
  out.last_sequence = header.sequence;
  out.whole = buffer.substr(0, size);
  out.payload = out.whole.substr(kPacketHeaderSize);
  if (size == kPacketHeaderSize + payload) return MessageStatus::complete;
  joined.clear();
  joined.reserve(payload);
  Packet packet;
  for (ByteView rest = out.whole; take_packet(rest, packet); rest.remove_prefix(packet.whole.size())) {
    joined.append(packet.payload);
  }
  out.payload = joined;
  return MessageStatus::complete;
}

void PacketWriter::finish() {
  const std::size_t payload = out_.size() - start_ - kPacketHeaderSize;
  const std::size_t more = payload / kMaxPayload;  // packets after the first
  out_.append(more * kPacketHeaderSize, '\0');
  char* const first = out_.data() + start_;
  // From the last to the first, so that no byte is written over before it was moved.
  for (std::size_t i = more; i > 0; --i) {
    const char* const from = first + kPacketHeaderSize + i * kMaxPayload;
    const std::size_t size = std::min<std::size_t>(payload - i * kMaxPayload, kMaxPayload);
    char* const to = first + i * (kPacketHeaderSize + kMaxPayload);
    std::copy_backward(from, from + size, to + kPacketHeaderSize + size);
    store_header(to, size, static_cast<std::uint8_t>(sequence_ + i));
  }
  store_header(first, std::min<std::size_t>(payload, kMaxPayload), sequence_);
  sequence_ = static_cast<std::uint8_t>(sequence_ + more + 1);
}

void append_message(std::string& out, std::uint8_t& sequence, ByteView payload) {
  PacketWriter(out, sequence).bytes(payload);
}

std::size_t renumber(std::string& packets, std::size_t from, std::uint8_t& sequence) {
  std::size_t at = std::min(from, packets.size());
  Packet packet;
  while (take_packet(ByteView(packets).substr(at), packet)) {
    packets[at + 3] = static_cast<char>(sequence++);
    at += packet.whole.size();
  }
  return at - std::min(from, packets.size());
}

}  // namespace tapri::wire::mysql
