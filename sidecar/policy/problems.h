// Collects what is wrong with a rule file, so that all of it can be mended in one go.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/document.h"

namespace tapri::policy {

class Problems {
 public:
  static constexpr std::size_t kMost = 20;  // further ones are only counted

  // `offset`: where in the document the offending key or value starts.
  void add(const Document& document, std::size_t offset, const std::string& message);
  // A message about a whole file, which names its place itself.
  void add(std::string file, std::string message);

  [[nodiscard]] bool empty() const { return count_ == 0; }
  // One problem a line, "rules.json:12:7: rules[3].ttl: expected ...", by file and place.
  [[nodiscard]] Error error() const;

 private:
  struct Problem {
    std::string file;
    std::size_t offset = 0;
    std::string message;
  };
  std::vector<Problem> problems_;
  std::size_t count_ = 0;
};

}  // namespace tapri::policy
