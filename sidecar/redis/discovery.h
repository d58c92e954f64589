// Where the server is that is to be connected to: known beforehand, or asked of Sentinels.
//
// Thread-safety: the loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "io/loop.h"
#include "redis/config.h"
#include "redis/reply.h"

namespace tapri::redis {

class Discovery {
 public:
  virtual ~Discovery() = default;
  // `done` is called once, perhaps from inside the call; not before an earlier find() has called its own.
  using Done = std::function<void(Result<io::Address>)>;
  virtual void find(Done done) = 0;
  // Nobody is called any more.
  virtual void drop() = 0;
};

// One after another, from the first. There is at least one.
class ListedAddresses final : public Discovery {
 public:
  explicit ListedAddresses(std::vector<io::Address> addresses) : addresses_(std::move(addresses)) {}
  void find(Done done) override;
  void drop() override {}

 private:
  std::vector<io::Address> addresses_;
  std::size_t next_ = 0;
};

// Asks Sentinels for the primary of that name, one after another until one knows it. A connection to that one is kept,
// over which it tells when another has become the primary: `moved` is called then, from the loop. Were none there any
// more, whoever loses the primary still asks them all.
//
// After https://redis.io/docs/reference/sentinel-clients/. That the server found is a primary is to be asked of itself
// (ROLE). The loop and the clock outlive it.
[[nodiscard]] std::shared_ptr<Discovery> make_sentinels(io::Loop& loop, const Clock& clock, SentinelConfig config,
                                                        std::function<void(const io::Address&)> moved);

// The primary's address in Sentinel's answer; nullopt where there is none in it.
[[nodiscard]] std::optional<io::Address> parse_primary(const Reply& reply);
// The new address in the message of a switch ("name old-host old-port new-host new-port"); nullopt where it is about
// another, or no such message.
[[nodiscard]] std::optional<io::Address> parse_switch(std::string_view message, std::string_view primary);

}  // namespace tapri::redis
