// One reply of Redis (RESP2) as hiredis' reader has parsed it.
//
// A Reply is a view: it lives as long as the call that it is handed to, and so do the texts it gives out. Asking a
// reply for what its kind has not is no error: there is no text, 0, no elements. So is asking for an element beyond the
// last, which is nil: what a server sends needs no checks before it is looked at. Thread-safety: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tapri::redis {

// Of one reply.
struct ReplyLimits {
  std::size_t bytes = 64UL * 1024 * 1024;  // all of its texts together
  std::size_t elements = 64UL * 1024;      // of all its arrays together
  std::size_t line = 64UL * 1024;          // bytes of a status, an error, or the head of anything
};

class Reply;

// What a Reply looks into: its elements in one piece, their texts in another. Reused from reply to reply.
struct ReplyTree {
  struct Node;
  std::vector<Node> nodes;
  std::string text;
};

class Reply {
 public:
  enum class Kind : unsigned char { nil, status, error, integer, string, array };

  Reply() = default;  // nil
  Reply(const ReplyTree& tree, std::size_t node) : tree_(&tree), node_(node) {}

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] std::string_view text() const;  // of status, error, string
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] std::size_t size() const;  // of arrays
  [[nodiscard]] Reply operator[](std::size_t index) const;
  [[nodiscard]] bool is_error() const { return kind() == Kind::error; }

 private:
  [[nodiscard]] const ReplyTree::Node* node() const;

  const ReplyTree* tree_ = nullptr;
  std::size_t node_ = 0;
};

struct ReplyTree::Node {
  Reply::Kind kind = Reply::Kind::nil;
  std::size_t begin = 0;  // of its text, or of its elements among the nodes
  std::size_t size = 0;
  std::int64_t integer = 0;
};

// The first word of an error, which says of what kind it is: "NOAUTH", "LOADING". Empty where it is none.
[[nodiscard]] std::string_view error_code(const Reply& reply);

}  // namespace tapri::redis
