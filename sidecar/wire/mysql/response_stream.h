// Finds the messages of a response in the bytes that a server sends, however they are cut, and follows them.
//
// Whatever may go on to the client without being looked at is passed at once: a result of any size needs no more of the
// caller's buffer than one message that must be seen whole, and that has a limit. Nothing allocates or throws.
// Thread-safety: an object belongs to one thread.
//
//   stream.begin(command);
//   while (!stream.done()) {
//     const ResponseStream::Step step = stream.advance(data);
//     ... forward the first step.passed bytes of `data` (and keep them, to record them), then drop them ...
//     if (step.part == ResponsePart::none) break;   // more bytes are needed: step.wanted at least
//     ... look at step.part and step.payload ...
//   }
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "wire/mysql/packet.h"
#include "wire/mysql/response_follower.h"

namespace tapri::wire::mysql {

class ResponseStream {
 public:
  struct Step {
    // Bytes at the front of `data` that belong to the response and need not be seen again.
    std::size_t passed = 0;
    // The message that ended the step; its bytes are passed. `row`, `column` and `event` end none.
    ResponsePart part = ResponsePart::none;
    // Of that message, into `data`.
    ByteView payload;
    // The payload is only the beginning: the message is larger than the limit. What is left of it is passed by the next
    // steps; where that message was the last one, done() comes when it has been passed.
    bool cut = false;
    // Without a part: how many bytes must be there, those not passed included, before the next step can pass more.
    std::size_t wanted = 0;
  };

  // `max_message`: bytes of payload up to which a message that is not passed unseen is shown whole.
  explicit ResponseStream(Capabilities capabilities, std::size_t max_message = 65536)
      : follower_(capabilities), max_message_(max_message) {}

  // Requires that the response before is done().
  void begin(Command command) { follower_.begin(command); }
  [[nodiscard]] Step advance(ByteView data);

  [[nodiscard]] bool done() const { return follower_.done() && walk_.at_message(); }
  // What it goes by; its done() does not wait for the rest of a message that was cut.
  [[nodiscard]] const ResponseFollower& follower() const { return follower_; }

 private:
  [[nodiscard]] bool pass_body(ByteView data, Step& step);
  [[nodiscard]] bool message(ByteView rest, Step& step);

  ResponseFollower follower_;
  PacketWalk walk_;
  std::size_t max_message_;
};

}  // namespace tapri::wire::mysql
