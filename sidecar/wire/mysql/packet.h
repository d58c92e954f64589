// Cuts MySQL packets, of either direction, out of a byte stream, and writes them.
//
// A packet is a 3-byte little-endian length of its payload, a sequence id (counts up by one from each command on, and
// wraps at 256), and the payload. A payload of 0xffffff bytes is continued by the next packet, which may be empty; all
// that belong together are called a message here (MySQL Internals, "MySQL Packets"). Every length can be: there is no
// invalid header. Limits are the caller's, to be applied before it buffers.
// Views: point into the buffer given. Nothing throws; only the writers and take_message() allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

inline constexpr std::size_t kPacketHeaderSize = 4;
// The largest payload of one packet; one of this size is continued.
inline constexpr std::uint32_t kMaxPayload = 0xffffff;

struct PacketHeader {
  std::uint32_t payload_size = 0;
  std::uint8_t sequence = 0;

  [[nodiscard]] bool continued() const { return payload_size == kMaxPayload; }
};

struct Packet {
  std::uint8_t sequence = 0;
  ByteView whole;  // header and payload
  ByteView payload;
};

// Reads the header only: true says that `out` is known, not that the payload is there.
[[nodiscard]] inline bool peek_packet(ByteView buffer, PacketHeader& out) {
  if (buffer.size() < kPacketHeaderSize) return false;
  out.payload_size = load_u24(buffer.data());
  out.sequence = static_cast<std::uint8_t>(buffer[3]);
  return true;
}

// The first packet of `buffer`, if all of it is there. `out` is left alone otherwise.
[[nodiscard]] inline bool take_packet(ByteView buffer, Packet& out) {
  PacketHeader header;
  if (!peek_packet(buffer, header) || buffer.size() - kPacketHeaderSize < header.payload_size) return false;
  out.sequence = header.sequence;
  out.whole = buffer.substr(0, kPacketHeaderSize + header.payload_size);
  out.payload = out.whole.substr(kPacketHeaderSize);
  return true;
}

enum class MessageStatus : std::uint8_t {
  complete,
  incomplete,  // more bytes are needed
  too_large,   // the payload has more bytes than the limit: known as soon as a header says so
};

struct Message {
  std::uint8_t first_sequence = 0;
  std::uint8_t last_sequence = 0;
  ByteView whole;    // of all its packets, headers included
  ByteView payload;  // into the buffer, or into `joined` if there were several packets
};

// The first message of `buffer`, its packets' payloads joined, if all of it is there and is not larger than `limit`
// bytes. `joined` is written to only for a complete message of several packets.
[[nodiscard]] MessageStatus take_message(ByteView buffer, std::size_t limit, std::string& joined, Message& out);

// Passes over packets by their headers, for streams of any size: keeps nothing of their bodies.
//
//   while (!rest.empty()) {
//     if (!walk.at_header()) { rest.remove_prefix(walk.pass(rest.size())); continue; }
//     if (!peek_packet(rest, header)) break;    // less than a header is left for next time
//     ... walk.continuation() tells whether `header` begins a message ...
//     walk.enter(header);
//   }
class PacketWalk {
 public:
  // At the beginning of a packet: nothing of one is left to pass.
  [[nodiscard]] bool at_header() const { return left_ == 0; }
  // The next packet belongs to the message of the one before it.
  [[nodiscard]] bool continuation() const { return continuation_; }
  // At the beginning of a message.
  [[nodiscard]] bool at_message() const { return left_ == 0 && !continuation_; }

  // Requires at_header(). The header's bytes are the first to be passed.
  void enter(const PacketHeader& header) {
    left_ = kPacketHeaderSize + header.payload_size;
    continuation_ = header.continued();
  }
  // How many of the next `available` bytes belong to the packet; they are passed.
  [[nodiscard]] std::size_t pass(std::size_t available) {
    const std::size_t passed = available < left_ ? available : left_;
    left_ -= passed;
    return passed;
  }

 private:
  std::size_t left_ = 0;
  bool continuation_ = false;
};

// Appends one message to a string: the payload is what is appended to the same string during the writer's life; headers
// are filled in, and put between where the payload needs several packets, when it goes out of scope. `sequence` is the
// id of the first packet, and is counted up by each.
class PacketWriter {
 public:
  PacketWriter(std::string& out, std::uint8_t& sequence) : out_(out), sequence_(sequence), start_(out.size()) {
    out.append(kPacketHeaderSize, '\0');
  }
  ~PacketWriter() { finish(); }
  PacketWriter(const PacketWriter&) = delete;
  PacketWriter& operator=(const PacketWriter&) = delete;

  // `size` is at most 8.
  void number(std::uint64_t value, std::size_t size) { append_little(out_, value, size); }
  void u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void u16(std::uint16_t value) { append_little(out_, value, 2); }
  void u32(std::uint32_t value) { append_little(out_, value, 4); }
  void lenenc(std::uint64_t value) { append_lenenc(out_, value); }
  void bytes(ByteView value) { out_.append(value); }
  void zeros(std::size_t count) { out_.append(count, '\0'); }
  void lenenc_bytes(ByteView value) { append_lenenc_bytes(out_, value); }
  // Cut at its first NUL byte.
  void c_string(ByteView text) { append_c_string(out_, text); }

 private:
  void finish();

  std::string& out_;
  std::uint8_t& sequence_;
  std::size_t start_;
};

// One message whose payload is at hand.
void append_message(std::string& out, std::uint8_t& sequence, ByteView payload);

// Gives the whole packets in `packets` behind `from`, where a header must begin, the ids from `sequence` on, which is
// counted up. Returns how many bytes they have: fewer than there are if the last packet is cut short.
std::size_t renumber(std::string& packets, std::size_t from, std::uint8_t& sequence);

}  // namespace tapri::wire::mysql
