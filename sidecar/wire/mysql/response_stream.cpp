#include "wire/mysql/response_stream.h"

#include <algorithm>

namespace tapri::wire::mysql {

// Passes what is left of packets that were entered. False if `data` ends before.
bool ResponseStream::pass_body(ByteView data, Step& step) {
  while (!walk_.at_header() || walk_.continuation()) {
    if (walk_.at_header()) {
      PacketHeader header;
      if (!peek_packet(data.substr(step.passed), header)) {
        step.wanted = kPacketHeaderSize;
        return false;
      }
      walk_.enter(header);
    }
    step.passed += walk_.pass(data.size() - step.passed);
    if (!walk_.at_header()) {
      step.wanted = 1;
      return false;
    }
  }
  return true;
}

// Takes the message at the front of `rest`. True if the step goes on behind it.
bool ResponseStream::message(ByteView rest, Step& step) {
  PacketHeader header;
  if (!peek_packet(rest, header)) {
    step.wanted = kPacketHeaderSize;
    return false;
  }
  const std::size_t head_size = std::min<std::size_t>(header.payload_size, ResponseFollower::kHeadSize);
  if (rest.size() < kPacketHeaderSize + head_size) {
    step.wanted = kPacketHeaderSize + head_size;
    return false;
  }
  const ByteView head = rest.substr(kPacketHeaderSize, head_size);
  const bool bulk = follower_.is_bulk(header.payload_size, head);
  // Whether it is shown whole is known from the header: nobody waits for what is too large.
  const bool whole = !header.continued() && header.payload_size <= max_message_;
  if (!bulk && whole && rest.size() < kPacketHeaderSize + header.payload_size) {
    step.wanted = kPacketHeaderSize + header.payload_size;
    return false;
  }
  const ResponsePart part = follower_.on_message(header.payload_size, head);
  walk_.enter(header);
  step.passed += walk_.pass(rest.size());
  if (bulk) return true;
  step.part = part;
  step.payload = rest.substr(kPacketHeaderSize, whole ? header.payload_size : head_size);
  step.cut = !whole;
  return false;
}

ResponseStream::Step ResponseStream::advance(ByteView data) {
  Step step;
  while (pass_body(data, step)) {
    if (follower_.done() || !message(data.substr(step.passed), step)) break;
  }
  return step;
}

}  // namespace tapri::wire::mysql
