// Who a cancel request is for: sessions by the process id and key that their server gave them.
//
// Thread-safety: any thread. The callback runs on the caller's thread and must only hand over.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guarded.h"

namespace tapri::proxy {

class CancelRegistry {
 public:
  void add(std::uint32_t process_id, std::string secret, std::function<void()> cancelled);
  void remove(std::uint32_t process_id, std::string_view secret);
  // Nothing where the key does not fit.
  void cancel(std::uint32_t process_id, std::string_view secret);

 private:
  struct Entry {
    std::string secret;
    std::function<void()> cancelled;
  };
  Guarded<std::unordered_multimap<std::uint32_t, Entry>> entries_;
};

}  // namespace tapri::proxy
