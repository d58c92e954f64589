// A discovery that asks servers, one after another, until one of them knows. Where nothing is subscribed to, the next
// question goes to the next of them: what one has said may have been of no use.
//
// Where there is something to subscribe to, the connection to the one that knew is kept, and replaced when it is lost:
// it tells when the answer has become another. Were none there any more, whoever loses what was found still asks them
// all.
//
// Thread-safety: the loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "redis/config.h"
#include "redis/discovery.h"
#include "redis/reply.h"

namespace tapri::redis {

// What is asked, and how the answers are read.
struct Question {
  std::vector<std::string> ask;
  // nullopt: it does not know. `asked`: where the answer comes from.
  std::function<std::optional<io::Address>(const Reply& answer, const io::Address& asked)> answer;
  std::string unknown;  // what to say of one that does not know, after its address
  // Who else could be asked from here on, after the answer; those that were configured stay the first.
  std::function<std::vector<io::Address>(const Reply& answer, const io::Address& asked)> others = {};
  std::vector<std::string> subscribe = {};
  // What comes of the subscription: the new address, or nullopt where it says nothing of that.
  std::function<std::optional<io::Address>(const Reply&)> message = {};
};

// `moved` is called from the loop with a new address; only where there is a subscription. The loop and the clock
// outlive it.
[[nodiscard]] std::shared_ptr<Discovery> make_asking(io::Loop& loop, const Clock& clock, AskedServers servers,
                                                     Question question, std::function<void(const io::Address&)> moved);

}  // namespace tapri::redis
