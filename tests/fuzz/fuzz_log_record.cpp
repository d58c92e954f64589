// The decoder of the fleet's log: what it takes, it writes again as it understood it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "coherence/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tapri::coherence;
  const tapri::ByteView bytes(reinterpret_cast<const char*>(data), size);
  const auto record = decode(bytes);
  if (!record) return 0;
  const tapri::ByteString written = encode(*record);
  if (written.size() > size) std::abort();
  const auto again = decode(written);
  if (!again || !(*again == *record)) std::abort();
  return 0;
}
