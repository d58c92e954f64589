#include <re2/re2.h>

#include <charconv>
#include <string_view>
#include <utility>

#include "policy/fields.h"
#include "policy/rule_file.h"
#include "policy/shape_text.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

constexpr std::string_view kTable = R"(a table such as "orders", "ledger*" or "shop.orders")";
constexpr std::string_view kName = R"(a name or pattern such as "bi_*")";
constexpr std::string_view kShape = R"(a statement's text with ? for literals, as "tapri explain" shows it)";
constexpr std::string_view kFingerprint = R"(16 hexadecimal digits, as "tapri explain" shows them)";
constexpr std::string_view kQuery = "a regular expression (RE2's syntax)";
constexpr std::size_t kLongestExpression = 4096;        // bytes
constexpr std::int64_t kExpressionMemory = 1LL << 20U;  // bytes; beyond it RE2 matches slower

std::vector<std::string> read_shapes(const Node& node, FieldReader& fields) {
  std::vector<std::string> shapes = fields.one_or_more(node, kShape);
  for (std::string& shape : shapes) {
    shape = normal_form(shape);
    if (shape.empty()) fields.expected(node, kShape);
  }
  return shapes;
}

std::optional<std::uint64_t> fingerprint_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 16 || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::uint64_t> read_fingerprints(const Node& node, FieldReader& fields) {
  std::vector<std::uint64_t> result;
  for (const std::string& text : fields.one_or_more(node, kFingerprint)) {
    if (const auto value = fingerprint_of(text)) {
      result.push_back(*value);
    } else {
      fields.refuse(node, "expected " + std::string(kFingerprint) + ", got " + quoted(text));
    }
  }
  return result;
}

std::shared_ptr<const re2::RE2> read_query(const Node& node, FieldReader& fields) {
  const auto text = fields.text(node, kQuery);
  if (!text) return nullptr;
  if (text->size() > kLongestExpression) {
    fields.refuse(node, "a regular expression of more than " + std::to_string(kLongestExpression) + " bytes");
    return nullptr;
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kExpressionMemory);
  options.set_case_sensitive(false);  // as SQL
  options.set_dot_nl(true);           // a statement may have many lines
  auto query = std::make_shared<const re2::RE2>(*text, options);
  if (query->ok()) return query;
  fields.refuse(node, "expected " + std::string(kQuery) + ": " + query->error());
  return nullptr;
}

}  // namespace

Match read_match(const Node& node, FieldReader& fields) {
  Match match;
  if (!fields.object(node, Section::match)) return match;
  const std::pair<std::string_view, std::vector<std::string>*> names[] = {
      {"user", &match.user}, {"database", &match.database}, {"application", &match.application}};
  for (const auto& [key, patterns] : names) {
    if (const Node* value = node.find(key)) *patterns = fields.one_or_more(*value, kName);
  }
  if (const Node* value = node.find("tables")) match.tables = fields.one_or_more(*value, kTable);
  if (const Node* value = node.find("tables_all")) match.tables_all = fields.one_or_more(*value, kTable);
  if (const Node* value = node.find("comment")) match.comment = fields.one_or_more(*value, kName);
  if (const Node* value = node.find("shape")) match.shape = read_shapes(*value, fields);
  if (const Node* value = node.find("fingerprint")) match.fingerprint = read_fingerprints(*value, fields);
  if (const Node* value = node.find("query")) match.query = read_query(*value, fields);
  return match;
}

}  // namespace tapri::policy
