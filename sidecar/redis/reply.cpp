#include "redis/reply.h"

namespace tapri::redis {

const ReplyTree::Node* Reply::node() const {
  return tree_ != nullptr && node_ < tree_->nodes.size() ? &tree_->nodes[node_] : nullptr;
}

Reply::Kind Reply::kind() const {
  const auto* const me = node();
  return me != nullptr ? me->kind : Kind::nil;
}

std::string_view Reply::text() const {
  const auto* const me = node();
  if (me == nullptr || me->kind == Kind::array) return {};
  return std::string_view(tree_->text).substr(me->begin, me->size);
}

std::int64_t Reply::integer() const {
  const auto* const me = node();
  return me != nullptr ? me->integer : 0;
}

std::size_t Reply::size() const {
  const auto* const me = node();
  return me != nullptr && me->kind == Kind::array ? me->size : 0;
}

Reply Reply::operator[](std::size_t index) const {
  const auto* const me = node();
  if (me == nullptr || me->kind != Kind::array || index >= me->size) return {};
  return {*tree_, me->begin + index};
}

std::string_view error_code(const Reply& reply) {
  if (!reply.is_error()) return {};
  const std::string_view text = reply.text();
  return text.substr(0, text.find(' '));
}

}  // namespace tapri::redis
