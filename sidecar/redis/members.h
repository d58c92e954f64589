// Who belongs to a fleet: each instance says every second that it is there, and learns who else is.
//
//   tapri:{NS}:members  a hash: of each instance its id, when it was last heard of by Redis' clock, and what it says of
//                       itself. One that has been silent is forgotten by whoever asks next; without anybody the key
//                       expires.
//
// For people to look at: nothing rests on it. Ages come of Redis' clock alone, so it does not matter how far the
// instances' own are apart.
//
// Thread-safety: the loop's thread, but for all().
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "io/loop.h"
#include "redis/client.h"
#include "redis/reply.h"

namespace tapri::redis {

struct Member {
  std::string id;
  Duration age{};  // since it was last heard of, when this instance was last answered
  std::string text;
};

// Of the reply to an instance's word, in the order of their ids. What is no such reply has none.
[[nodiscard]] std::vector<Member> parse_members(const Reply& reply);

class Members {
 public:
  struct Config {
    std::string name_space = "default";
    std::string id;  // of this instance, in this run
    Duration interval = std::chrono::seconds(1);
    Duration deadline = std::chrono::seconds(1);  // of an answer
    Duration forget = std::chrono::seconds(15);   // after so long without a word
  };
  // `describe` gives what this instance says of itself; it is called on the loop's thread. The client and the loop
  // outlive this.
  Members(io::Loop& loop, Client& client, Config config, std::function<std::string()> describe);

  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  // As of the last answer, in the order of their ids. Empty: there was none lately.
  [[nodiscard]] std::vector<Member> all() const;

 private:
  void beat();

  Client& client_;
  Config config_;
  std::string key_;
  std::function<std::string()> describe_;
  std::unique_ptr<io::Timer> timer_;
  std::shared_ptr<Guarded<std::vector<Member>>> known_;  // an answer may come when this is gone
};

}  // namespace tapri::redis
