#include "policy/problems.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tapri::policy {

void Problems::add(const Document& document, std::size_t offset, const std::string& message) {
  ++count_;
  if (problems_.size() >= kMost) return;
  const std::string path = document.path_of(offset);
  std::string text = document.place_of(offset) + ": " + (path.empty() ? "" : path + ": ") + message;
  problems_.push_back({document.name(), offset, std::move(text)});
}

void Problems::add(std::string file, std::string message) {
  ++count_;
  if (problems_.size() < kMost) problems_.push_back({std::move(file), 0, std::move(message)});
}

Error Problems::error() const {
  std::vector<Problem> sorted = problems_;
  std::ranges::stable_sort(sorted, [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.offset) < std::tie(b.file, b.offset);
  });
  std::string text;
  for (const Problem& problem : sorted) text += (text.empty() ? "" : "\n") + problem.message;
  if (count_ > sorted.size()) text += "\nand " + std::to_string(count_ - sorted.size()) + " more";
  return Error{text};
}

}  // namespace tapri::policy
