// Where the server is that is to be connected to: known beforehand, or to be asked for (asking.h).
//
// Thread-safety: the loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "io/loop.h"

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

// The address of a server as another server gives it; nullopt where it is none.
[[nodiscard]] std::optional<io::Address> make_address(std::string_view host, std::string_view port);

}  // namespace tapri::redis
