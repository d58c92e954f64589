#include "policy/rule_file.h"

#include <string>
#include <utility>

#include "policy/fields.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

constexpr std::string_view kRuleName = "a name for the rule";
constexpr std::size_t kLongestName = 100;  // bytes

// "rules.json:12", without the folder: what logs and explain show.
std::string short_place(const Document& document, std::size_t offset) {
  const std::string& name = document.name();
  const std::size_t slash = name.rfind('/');
  return (slash == name.npos ? name : name.substr(slash + 1)) + ":" + std::to_string(document.line_of(offset));
}

void check_version(const Node& root, FieldReader& fields) {
  const Node* version = root.find("version");
  if (version == nullptr) {
    fields.refuse(root, R"(expected the key "version": 1)");
  } else if (version->kind != Node::Kind::number || version->number != 1) {
    fields.refuse(*version, "expected 1, the only version of the format that this version of Tapri reads");
  }
}

void read_name(const Node& node, ReadRule& result, FieldReader& fields) {
  const Node* name = node.find("name");
  if (name == nullptr) {
    fields.refuse(node, R"(expected the key "name": rules are referred to by it)");
    return;
  }
  result.name_offset = name->offset;
  result.rule.name = fields.text(*name, kRuleName).value_or("");
  if (result.rule.name.size() > kLongestName) fields.refuse(*name, "longer than 100 bytes");
  if (result.rule.name == "defaults") fields.refuse(*name, R"(the name "defaults" is taken)");
}

ReadRule read_rule(const Node& node, FieldReader& fields) {
  ReadRule result;
  result.offset = result.name_offset = node.offset;
  if (!fields.object(node, Section::rule)) return result;
  result.rule.place = short_place(fields.document(), node.offset);
  read_name(node, result, fields);
  if (const Node* match = node.find("match")) result.rule.match = read_match(*match, fields);
  if (const Node* tags = node.find("tags")) result.rule.tags = fields.texts(*tags, "a tag");
  result.overrides = read_settings(node, fields);
  return result;
}

void read_defaults(const Node& node, RuleFile& file, FieldReader& fields) {
  if (!fields.object(node, Section::defaults)) return;
  file.defaults_offset = node.key_offset;
  file.defaults = read_settings(node, fields);
  if (const Node* hints = node.find("hints")) file.defaults->hints = fields.boolean(*hints);
}

}  // namespace

RuleFile read_rule_file(const Document& document, Problems& problems) {
  RuleFile file;
  FieldReader fields(document, problems);
  const Node& root = document.root();
  if (!fields.object(root, Section::file)) return file;
  check_version(root, fields);
  if (const Node* schema = root.find("$schema")) static_cast<void>(fields.text(*schema, "the schema's address"));
  if (const Node* defaults = root.find("defaults")) read_defaults(*defaults, file, fields);
  if (const Node* rules = root.find("rules"); rules != nullptr && fields.list(*rules)) {
    for (const Node& node : rules->children) file.rules.push_back(read_rule(node, fields));
  }
  if (const Node* list = root.find("dependencies"); list != nullptr && fields.list(*list)) {
    for (const Node& node : list->children) {
      if (auto effect = read_dependency(node, fields)) file.effects.push_back(std::move(*effect));
    }
  }
  return file;
}

}  // namespace tapri::policy
