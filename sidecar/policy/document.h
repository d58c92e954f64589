// A JSON text as a tree that remembers where everything stands, so that a problem can be shown at its line and column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tapri::policy {

inline constexpr std::size_t kMaxFileSize = 1ULL << 20U;  // bytes; longer files are refused unread
inline constexpr std::size_t kMaxNesting = 16;            // the format itself needs 5

struct Node {
  enum class Kind : std::uint8_t { null, boolean, number, text, list, object };
  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;
  std::size_t offset = 0;      // bytes from the start of the document to the value
  std::size_t key_offset = 0;  // to its key; as `offset` where it has none
  std::string key;             // of a member
  std::string text;
  std::vector<Node> children;  // of a list or an object, in the order of the text

  [[nodiscard]] const Node* find(std::string_view member) const;
};

// Immutable once parsed.
class Document {
 public:
  // With comments and trailing commas; a key may not stand twice in one object. Never throws. The error reads
  // "rules.json:12:7: what was expected".
  [[nodiscard]] static Result<Document> parse(std::string_view text, std::string name);

  [[nodiscard]] const Node& root() const { return root_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  // 1-based.
  [[nodiscard]] std::size_t line_of(std::size_t offset) const;
  // "rules.json:12:7"; the column counts characters.
  [[nodiscard]] std::string place_of(std::size_t offset) const;
  // "rules[3].match.tables" of what starts at `offset`; empty for the whole document.
  [[nodiscard]] std::string path_of(std::size_t offset) const;

 private:
  Document(std::string_view text, std::string name);
  [[nodiscard]] std::string syntax_problem(std::string_view report) const;

  std::string name_;
  std::string text_;
  std::vector<std::size_t> line_starts_;
  Node root_;
};

}  // namespace tapri::policy
