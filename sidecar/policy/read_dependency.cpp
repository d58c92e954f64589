#include <algorithm>
#include <string_view>
#include <utility>

#include "policy/fields.h"
#include "policy/rule_file.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

constexpr std::string_view kTable = R"(a table such as "orders" or "shop.orders")";
constexpr std::string_view kTablePattern = R"(a table such as "orders", "ledger*" or "shop.orders")";
constexpr std::string_view kFunctionPattern = R"(a function such as "place_order" or "shop.place_order")";

// What changes must be named: a pattern would say nothing of tables that are not known yet.
bool is_table_name(std::string_view text) {
  const std::size_t dot = text.find('.');
  return text.find_first_of("*?") == text.npos && dot != 0 && dot + 1 != text.size();
}

std::vector<std::string> read_tables(const Node& object, std::string_view key, FieldReader& fields) {
  const Node* node = object.find(key);
  if (node == nullptr) return {};
  std::vector<std::string> tables = fields.texts(*node, kTable);
  for (const Node& child : node->children) {
    if (child.kind == Node::Kind::text && !child.text.empty() && !is_table_name(child.text)) {
      fields.expected(child, std::string(kTable) + ", without * and ?");
    }
  }
  return tables;
}

bool read_when(const Node& object, DeclaredEffect& effect, FieldReader& fields) {
  const Node* node = object.find("when");
  if (node == nullptr) {
    fields.refuse(object, R"(expected the key "when": {"writes": table} or {"calls": function})");
    return false;
  }
  if (!fields.object(*node, Section::when)) return false;
  const Node* writes = node->find("writes");
  const Node* calls = node->find("calls");
  if ((writes == nullptr) == (calls == nullptr)) {
    fields.refuse(*node, R"(expected one key: either "writes" or "calls")");
    return false;
  }
  if (writes != nullptr) effect.when_writes = fields.text(*writes, kTablePattern);
  if (calls != nullptr) effect.when_calls = fields.text(*calls, kFunctionPattern);
  return effect.when_writes || effect.when_calls;
}

void refuse_misplaced(const Node& object, std::string_view key, std::string_view when, FieldReader& fields) {
  if (const Node* node = object.find(key)) {
    fields.refuse_key(*node, "goes only with \"when\": {" + quoted(when) + ": ...}");
  }
}

void check_writes(const Node& object, FieldReader& fields) {
  for (const std::string_view key : {"changes", "reads", "deterministic"}) {
    refuse_misplaced(object, key, "calls", fields);
  }
  const Node* also_changes = object.find("also_changes");
  if (also_changes == nullptr) {
    fields.refuse(object, R"(expected the key "also_changes": the tables that change too)");
  } else if (also_changes->kind == Node::Kind::list && also_changes->children.empty()) {
    fields.expected(*also_changes, "a list of at least one table");
  }
}

void check_calls(const Node& object, const DeclaredEffect& effect, FieldReader& fields) {
  refuse_misplaced(object, "also_changes", "writes", fields);
  const bool says_something = std::ranges::any_of(object.children, [](const Node& member) {
    return member.key == "changes" || member.key == "reads" || member.key == "deterministic";
  });
  if (!says_something) {
    fields.refuse(object,
                  R"(expected "changes", "reads" or "deterministic": an empty list where the function does neither)");
  }
  if (effect.deterministic && !effect.changes.empty()) {
    fields.refuse_key(*object.find("deterministic"), "a function that changes tables must run each time");
  }
}

}  // namespace

std::optional<DeclaredEffect> read_dependency(const Node& node, FieldReader& fields) {
  if (!fields.object(node, Section::dependency)) return std::nullopt;
  DeclaredEffect effect;
  effect.also_changes = read_tables(node, "also_changes", fields);
  effect.changes = read_tables(node, "changes", fields);
  effect.reads = read_tables(node, "reads", fields);
  if (const Node* deterministic = node.find("deterministic")) {
    effect.deterministic = fields.boolean(*deterministic).value_or(false);
  }
  if (!read_when(node, effect, fields)) return std::nullopt;
  if (effect.when_writes) check_writes(node, fields);
  if (effect.when_calls) check_calls(node, effect, fields);
  return effect;
}

}  // namespace tapri::policy
