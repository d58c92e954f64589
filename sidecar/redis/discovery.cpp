#include "redis/discovery.h"

#include <charconv>
#include <string>

namespace tapri::redis {
namespace {

// Longer than any host's name may be.
constexpr std::size_t kLongestHost = 255;

}  // namespace

void ListedAddresses::find(Done done) {
  if (addresses_.empty()) return done(fail("no address of a Redis is configured"));
  done(addresses_[next_++ % addresses_.size()]);
}

std::optional<io::Address> make_address(std::string_view host, std::string_view port) {
  std::uint16_t number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  if (read.ec != std::errc() || read.ptr != port.data() + port.size() || number == 0) return std::nullopt;
  if (host.empty() || host.size() > kLongestHost) return std::nullopt;
  return io::Address{std::string(host), number, ""};
}

}  // namespace tapri::redis
