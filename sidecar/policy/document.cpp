#include "policy/document.h"

#include <json/reader.h>
#include <json/value.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "policy/scan.h"

namespace tapri::policy {
namespace {

Node::Kind kind_of(const Json::Value& value) {
  switch (value.type()) {
    case Json::nullValue:
      return Node::Kind::null;
    case Json::booleanValue:
      return Node::Kind::boolean;
    case Json::stringValue:
      return Node::Kind::text;
    case Json::arrayValue:
      return Node::Kind::list;
    case Json::objectValue:
      return Node::Kind::object;
    default:
      return Node::Kind::number;
  }
}

// The depth is bounded by scan_json().
Node node_of(const Json::Value& value, const Scan& scan) {
  Node node;
  node.kind = kind_of(value);
  node.offset = node.key_offset = static_cast<std::size_t>(value.getOffsetStart());
  if (auto key = scan.key_of.find(node.offset); key != scan.key_of.end()) node.key_offset = key->second;
  if (node.kind == Node::Kind::boolean) node.boolean = value.asBool();
  if (node.kind == Node::Kind::number) node.number = value.asDouble();
  if (node.kind == Node::Kind::text) node.text = value.asString();
  if (node.kind == Node::Kind::list || node.kind == Node::Kind::object) {
    node.children.reserve(value.size());
    for (auto child = value.begin(); child != value.end(); ++child) {
      node.children.push_back(node_of(*child, scan));
      if (node.kind == Node::Kind::object) node.children.back().key = child.name();
    }
    std::ranges::sort(node.children, {}, &Node::key_offset);  // the library sorts members by name
  }
  return node;
}

// On failure the library's report.
tl::expected<Json::Value, std::string> read_json(const std::string& text) {
  std::string report;
  try {
    Json::CharReaderBuilder builder;
    builder["collectComments"] = false;
    builder["strictRoot"] = true;
    builder["failIfExtra"] = true;
    builder["rejectDupKeys"] = true;
    builder["allowTrailingCommas"] = true;
    const std::unique_ptr<Json::CharReader> reader(builder.newCharReader());
    Json::Value value;
    if (reader->parse(text.data(), text.data() + text.size(), &value, &report)) return value;
  } catch (const std::exception& problem) {
    report = problem.what();
  }
  return tl::unexpected<std::string>(std::move(report));
}

std::optional<std::size_t> number_after(std::string_view text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return std::nullopt;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + at + word.size(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

bool is_continuation_byte(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

const Node* Node::find(std::string_view member) const {
  const auto found = std::ranges::find(children, member, &Node::key);
  return kind == Kind::object && found != children.end() ? &*found : nullptr;
}

Document::Document(std::string_view text, std::string name) : name_(std::move(name)) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text_ = text;
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const bool carriage_return = text_[i] == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n');
    if (text_[i] == '\n' || carriage_return) line_starts_.push_back(i + 1);
  }
}

Result<Document> Document::parse(std::string_view text, std::string name) {
  if (text.size() > kMaxFileSize) {
    return fail(name + ":1:1: the file is longer than " + std::to_string(kMaxFileSize) + " bytes");
  }
  Document document(text, std::move(name));
  auto scan = scan_json(document.text_, kMaxNesting);
  if (!scan) return fail(document.place_of(scan.error().offset) + ": " + scan.error().message);
  auto value = read_json(scan->text);
  if (!value) return fail(document.syntax_problem(value.error()));
  document.root_ = node_of(*value, *scan);
  return document;
}

std::size_t Document::line_of(std::size_t offset) const {
  const auto next = std::ranges::upper_bound(line_starts_, offset);
  return static_cast<std::size_t>(next - line_starts_.begin());
}

std::string Document::place_of(std::size_t offset) const {
  const std::size_t line = line_of(offset);
  const std::string_view before = std::string_view(text_).substr(0, offset).substr(line_starts_[line - 1]);
  const auto continuation = static_cast<std::size_t>(std::ranges::count_if(before, is_continuation_byte));
  return name_ + ":" + std::to_string(line) + ":" + std::to_string(before.size() - continuation + 1);
}

std::string Document::path_of(std::size_t offset) const {
  std::string path;
  const Node* node = &root_;
  while (node->offset < offset) {
    const auto next = std::ranges::upper_bound(node->children, offset, {}, &Node::key_offset);
    if (next == node->children.begin()) break;
    const auto child = std::prev(next);
    if (node->kind == Node::Kind::list) {
      path += "[" + std::to_string(child - node->children.begin()) + "]";
    } else {
      path += (path.empty() ? "" : ".") + child->key;
    }
    node = &*child;
    if (node->key_offset == offset) break;
  }
  return path;
}

// The library reports "* Line 3, Column 5\n  What is wrong.\n...": the first problem, in this program's form.
std::string Document::syntax_problem(std::string_view report) const {
  const std::size_t line = number_after(report, "Line ").value_or(1);
  const std::size_t column = number_after(report, "Column ").value_or(1);
  std::size_t offset = line >= 1 && line <= line_starts_.size() ? line_starts_[line - 1] : 0;
  if (column > 1) offset = std::min(offset + column - 1, text_.size());
  if (const std::size_t first_line = report.find('\n'); report.starts_with("*") && first_line != report.npos) {
    report.remove_prefix(std::min(report.find_first_not_of(" \n", first_line), report.size()));
    report = report.substr(0, report.find('\n'));
  }
  return place_of(offset) + ": not valid JSON: " + std::string(report);
}

}  // namespace tapri::policy
