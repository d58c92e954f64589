#include "policy/fields.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "policy/text.h"

namespace tapri::policy {
namespace {

constexpr std::size_t kLongestText = 64ULL << 10U;  // bytes: a shape may be long

std::string described(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::boolean:
      return node.boolean ? "true" : "false";
    case Node::Kind::number:
      return "a number";
    case Node::Kind::text:
      return quoted(node.text);
    case Node::Kind::list:
      return node.children.empty() ? "an empty list" : "a list";
    case Node::Kind::object:
      return "an object";
  }
  return {};
}

}  // namespace

bool FieldReader::object(const Node& node, Section section) {
  if (node.kind != Node::Kind::object) {
    expected(node, "an object {...}");
    return false;
  }
  for (const Node& member : node.children) {
    const auto keys = keys_of(section);
    const auto key = std::ranges::find(keys, std::string_view(member.key), &Key::name);
    if (key == keys.end()) {
      refuse_key(member, "unknown key" + hint_for_unknown_key(section, member.key));
    } else if (!key->supported) {
      refuse_key(member, "not supported by this version of Tapri");
    }
  }
  return true;
}

bool FieldReader::list(const Node& node) {
  if (node.kind == Node::Kind::list) return true;
  expected(node, "a list [...]");
  return false;
}

std::optional<bool> FieldReader::boolean(const Node& node) {
  if (node.kind == Node::Kind::boolean) return node.boolean;
  expected(node, "true or false");
  return std::nullopt;
}

std::optional<std::string> FieldReader::text(const Node& node, std::string_view what) {
  if (node.kind != Node::Kind::text || node.text.empty()) {
    expected(node, what);
  } else if (node.text.size() > kLongestText) {
    refuse(node, "longer than " + std::to_string(kLongestText) + " bytes");
  } else {
    return node.text;
  }
  return std::nullopt;
}

std::vector<std::string> FieldReader::texts(const Node& node, std::string_view what) {
  std::vector<std::string> result;
  if (!list(node)) return result;
  for (const Node& child : node.children) {
    if (auto value = text(child, what)) result.push_back(std::move(*value));
  }
  return result;
}

std::vector<std::string> FieldReader::one_or_more(const Node& node, std::string_view what) {
  if (node.kind == Node::Kind::list && !node.children.empty()) return texts(node, what);
  std::vector<std::string> result;
  if (node.kind != Node::Kind::text) {
    expected(node, std::string(what) + ", or a list of such");
  } else if (auto value = text(node, what)) {
    result.push_back(std::move(*value));
  }
  return result;
}

void FieldReader::refuse_key(const Node& node, const std::string& message) {
  problems_.add(document_, node.key_offset, message);
}

void FieldReader::refuse(const Node& node, const std::string& message) {
  problems_.add(document_, node.offset, message);
}

void FieldReader::expected(const Node& node, std::string_view what) {
  refuse(node, "expected " + std::string(what) + ", got " + described(node));
}

}  // namespace tapri::policy
