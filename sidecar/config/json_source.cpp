#include <json/json.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <utility>

#include "config/source.h"

namespace tapri::config {
namespace {

// "12:5" of the byte at `offset`, counted from 1.
std::string line_column(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return std::to_string(line) + ":" + std::to_string(column);
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& name, Source& out) : text_(text), name_(name), out_(out) {}

  void read_object(const Json::Value& object, const std::string& prefix) {
    for (const std::string& key : object.getMemberNames()) {
      if (prefix.empty() && key == "$schema") continue;
      read_value(object[key], prefix + key);
    }
  }

 private:
  [[nodiscard]] std::string where(const Json::Value& value) const {
    return name_ + ":" + line_column(text_, static_cast<std::size_t>(std::max<ptrdiff_t>(value.getOffsetStart(), 0)));
  }

  void read_value(const Json::Value& value, const std::string& path) {
    if (value.isObject()) return read_object(value, path + ".");
    Given given{path, {}, where(value), value.isArray()};
    if (value.isArray()) {
      for (const Json::Value& element : value) add_text(element, given);
    } else {
      add_text(value, given);
    }
    out_.given.push_back(std::move(given));
  }

  void add_text(const Json::Value& value, Given& given) {
    if (value.isNull() || value.isObject() || value.isArray()) {
      out_.problems.push_back(where(value) + ": " + given.path + ": expected a string, a number, true or false");
      return;
    }
    given.values.push_back(value.asString());
  }

  std::string_view text_;
  const std::string& name_;
  Source& out_;
};

// jsoncpp's "* Line 3, Column 5\n  What is wrong.\n..." as "name:3:5: What is wrong.", the first finding only: what
// follows it is its consequence.
std::string syntax_error(const std::string& name, const std::string& errors) {
  std::istringstream in(errors);
  std::string star;
  std::string word;
  char comma = ' ';
  int line = 0;
  int column = 0;
  if (!(in >> star >> word >> line >> comma >> word >> column) || star != "*") return name + ": " + errors;
  std::string message;
  std::getline(in >> std::ws, message);
  return name + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + message;
}

}  // namespace

Source read_json(std::string_view text, const std::string& name) {
  Source out;
  Json::CharReaderBuilder builder;
  Json::CharReaderBuilder::strictMode(&builder.settings_);
  builder["allowComments"] = true;
  builder["allowTrailingCommas"] = true;
  builder["stackLimit"] = 32;
  const std::unique_ptr<Json::CharReader> reader(builder.newCharReader());
  Json::Value root;
  std::string errors;
  try {
    if (!reader->parse(text.data(), text.data() + text.size(), &root, &errors)) {
      out.problems.push_back(syntax_error(name, errors));
    } else if (!root.isObject()) {
      out.problems.push_back(name + ":1:1: expected an object: { ... }");
    } else {
      Reader(text, name, out).read_object(root, "");
    }
  } catch (const Json::Exception& error) {  // nested too deep
    out.problems.push_back(name + ": " + error.what());
  }
  return out;
}

Source read_json_file(const std::string& path) {
  auto text = read_file(path);
  if (text) return read_json(*text, path);
  Source out;
  out.problems.push_back(text.error().message);
  return out;
}

}  // namespace tapri::config
