#include "policy/problems.h"

#include <utility>

namespace tapri::policy {

void Problems::add(const Document& document, std::size_t offset, const std::string& message) {
  if (messages_.size() >= kMost) {
    ++count_;
    return;
  }
  const std::string path = document.path_of(offset);
  add(document.place_of(offset) + ": " + (path.empty() ? "" : path + ": ") + message);
}

void Problems::add(std::string message) {
  ++count_;
  if (messages_.size() < kMost) messages_.push_back(std::move(message));
}

Error Problems::error() const {
  std::string text;
  for (const std::string& message : messages_) text += (text.empty() ? "" : "\n") + message;
  if (count_ > messages_.size()) text += "\nand " + std::to_string(count_ - messages_.size()) + " more";
  return Error{text};
}

}  // namespace tapri::policy
