#include "wire/mysql/packet.h"

#include <gtest/gtest.h>

#include "unit/wire/mysql/vectors.h"

namespace tapri::wire::mysql {
namespace {

std::string message(std::size_t size, std::uint8_t sequence = 0) {
  std::string out;
  append_message(out, sequence, std::string(size, 'x'));
  return out;
}

TEST(MysqlPacket, IsTakenWholeAtEverySplitPoint) {
  const std::string stream = hex("03000007 616263 00000008");
  for (std::size_t size = 0; size <= stream.size(); ++size) {
    const ExactBuffer buffer(ByteView(stream).substr(0, size));
    PacketHeader header;
    EXPECT_EQ(peek_packet(buffer.view(), header), size >= 4) << size;
    EXPECT_EQ(header.payload_size, size >= 4 ? 3U : 0U);
    Packet packet;
    ASSERT_EQ(take_packet(buffer.view(), packet), size >= 7) << size;
    EXPECT_EQ(packet.payload, size >= 7 ? "abc" : "");
    EXPECT_EQ(packet.sequence, size >= 7 ? 7 : 0);
    EXPECT_EQ(packet.whole.size(), size >= 7 ? 7U : 0U);
  }
}

TEST(MysqlPacket, MayBeEmpty) {
  const ExactBuffer buffer(hex("00000003"));
  Packet packet;
  ASSERT_TRUE(take_packet(buffer.view(), packet));
  EXPECT_TRUE(packet.payload.empty());
  EXPECT_EQ(packet.sequence, 3);
}

TEST(MysqlPacket, WriterFillsHeadersInAndCountsUp) {
  std::string out = "before";
  std::uint8_t sequence = 255;
  {
    PacketWriter packet(out, sequence);
    packet.u8(1);
    packet.u16(0x0203);
    packet.u32(0x04050607);
    packet.number(0x1122334455667788, 8);
    packet.lenenc(251);
    packet.lenenc_bytes("ab");
    packet.c_string(raw("c\0d"));
    packet.zeros(2);
    packet.bytes("e");
  }
  append_message(out, sequence, "f");
  EXPECT_EQ(out, "before" + hex("1a0000ff 01 0302 07060504 8877665544332211 fcfb00 026162 6300 0000 65 01000000 66"));
  EXPECT_EQ(sequence, 1);
}

TEST(MysqlPacket, PayloadsOfExactlyTheLimitAreFollowedByAnEmptyPacket) {
  const std::string out = message(kMaxPayload, 5);
  ASSERT_EQ(out.size(), kMaxPayload + 8U);
  EXPECT_EQ(out.substr(0, 4), hex("ffffff05"));
  EXPECT_EQ(out.substr(out.size() - 4), hex("00000006"));
  EXPECT_EQ(message(kMaxPayload - 1).size(), kMaxPayload + 3U);
}

TEST(MysqlPacket, LargePayloadsAreSplitAndJoined) {
  for (const std::size_t extra :
       {std::size_t{0}, std::size_t{1}, std::size_t{kMaxPayload}, std::size_t{kMaxPayload} + 7}) {
    std::string payload(kMaxPayload + extra, 'a');
    for (std::size_t i = 0; i < payload.size(); i += 1001) payload[i] = static_cast<char>('a' + i % 23);
    std::string out = "x";
    std::uint8_t sequence = 254;
    append_message(out, sequence, payload);
    const std::size_t packets = payload.size() / kMaxPayload + 1;
    EXPECT_EQ(sequence, static_cast<std::uint8_t>(254 + packets));
    ASSERT_EQ(out.size(), 1 + payload.size() + 4 * packets);
    Message found;
    std::string joined;
    const ByteView stream = ByteView(out).substr(1);
    ASSERT_EQ(take_message(stream, payload.size(), joined, found), MessageStatus::complete);
    EXPECT_TRUE(found.payload == payload);
    EXPECT_EQ(found.whole.size(), stream.size());
    EXPECT_EQ(found.first_sequence, 254);
    EXPECT_EQ(found.last_sequence, static_cast<std::uint8_t>(254 + packets - 1));
    EXPECT_EQ(take_message(stream.substr(0, stream.size() - 1), payload.size(), joined, found),
              MessageStatus::incomplete);
    EXPECT_EQ(take_message(stream, payload.size() - 1, joined, found), MessageStatus::too_large);
  }
}

TEST(MysqlPacket, MessageOfOnePacketIsNotCopied) {
  const ExactBuffer buffer(message(10) + "behind");
  std::string joined = "untouched";
  Message found;
  ASSERT_EQ(take_message(buffer.view(), 10, joined, found), MessageStatus::complete);
  EXPECT_EQ(found.payload.data(), buffer.view().data() + 4);
  EXPECT_EQ(found.whole.size(), 14U);
  EXPECT_EQ(joined, "untouched");
}

TEST(MysqlPacket, TooLargeIsKnownFromTheHeader) {
  std::string joined;
  Message found;
  EXPECT_EQ(take_message(ExactBuffer(hex("ffff0000")).view(), 65534, joined, found), MessageStatus::too_large);
  EXPECT_EQ(take_message(ExactBuffer(hex("ffff0000")).view(), 65535, joined, found), MessageStatus::incomplete);
  EXPECT_EQ(take_message(ExactBuffer(hex("ffff00")).view(), 0, joined, found), MessageStatus::incomplete);
  EXPECT_EQ(take_message(ExactBuffer(hex("00000000")).view(), 0, joined, found), MessageStatus::complete);
}

TEST(MysqlPacket, WalkPassesAnyStreamInAnyPieces) {
  const std::string stream = message(3) + message(0) + message(kMaxPayload) + message(5);
  for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{4097}, stream.size()}) {
    PacketWalk walk;
    std::size_t begun = 0;
    std::size_t at = 0;
    std::size_t shown = 0;
    while (at < stream.size()) {
      shown = std::min(stream.size(), std::max(shown, at) + piece);
      ByteView rest = ByteView(stream).substr(at, shown - at);
      PacketHeader header;
      while (!rest.empty()) {
        if (walk.at_header()) {
          if (!peek_packet(rest, header)) break;
          if (!walk.continuation()) ++begun;
          walk.enter(header);
        }
        const std::size_t passed = walk.pass(rest.size());
        rest.remove_prefix(passed);
        at += passed;
      }
    }
    EXPECT_EQ(begun, 4U);
    EXPECT_TRUE(walk.at_message());
  }
}

TEST(MysqlPacket, IsRenumberedInPlace) {
  std::string packets = "xx" + message(2, 9) + message(0, 9) + message(3, 9);
  const std::string whole = packets;
  std::uint8_t sequence = 255;
  EXPECT_EQ(renumber(packets, 2, sequence), packets.size() - 2);
  EXPECT_EQ(sequence, 2);
  EXPECT_EQ(packets, "xx" + message(2, 255) + message(0, 0) + message(3, 1));
  packets.pop_back();
  EXPECT_EQ(renumber(packets, 2, sequence), 10U);
  EXPECT_EQ(sequence, 4);
  EXPECT_EQ(renumber(packets, 99, sequence), 0U);
}

}  // namespace
}  // namespace tapri::wire::mysql
