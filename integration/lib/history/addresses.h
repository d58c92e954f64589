// Where the sessions of a history connect to: one address, or those of several Tapris in turn.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace history {

class Addresses {
 public:
  // "ADDRESS" or "ADDRESS|ADDRESS...".
  explicit Addresses(const std::string& text) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const auto end = std::min(text.find('|', begin), text.size());
      all_.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  const std::string& of(int session) const { return all_[static_cast<std::size_t>(session) % all_.size()]; }
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
};

}  // namespace history
