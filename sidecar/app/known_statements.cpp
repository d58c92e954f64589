#include "app/known_statements.h"

#include <json/json.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "app/statement.h"
#include "base/protocol_name.h"
#include "sql/mysql/shape.h"

namespace tapri::app {
namespace {

constexpr std::size_t kMaxStatement = std::size_t{1024} * 1024;

bool is_understood(const session::Shape& shape) {
  const auto& statements = shape.facts().statements;
  return statements.size() == 1 && statements.front().verb != sql::Verb::not_understood;
}

bool is_empty(const session::Shape& shape) {
  const auto& statements = shape.facts().statements;
  return statements.size() == 1 && statements.front().verb == sql::Verb::empty;
}

class Collector {
 public:
  void add(session::ShapeRef shape, std::uint64_t calls) {
    if (is_empty(*shape) || !seen_.insert(shape->text()).second) return;
    out_.push_back({std::move(shape), calls});
  }
  std::vector<KnownStatement> take() { return std::move(out_); }

 private:
  std::set<std::string> seen_;
  std::vector<KnownStatement> out_;
};

// A piece without semicolons may be one statement over several lines, or one a line.
void add_piece(std::string_view piece, const Language& language, Collector& collector) {
  session::ShapeRef whole = parse_statement(piece, language, kMaxStatement).shape;
  if (is_understood(*whole) || piece.find('\n') == std::string_view::npos) {
    collector.add(std::move(whole), 0);
    return;
  }
  std::vector<session::ShapeRef> lines;
  bool understood = false;
  while (!piece.empty()) {
    const std::size_t end = std::min(piece.find('\n'), piece.size());
    lines.push_back(parse_statement(piece.substr(0, end), language, kMaxStatement).shape);
    understood = understood || (is_understood(*lines.back()) && !is_empty(*lines.back()));
    piece.remove_prefix(std::min(piece.size(), end + 1));
  }
  if (!understood) {
    collector.add(std::move(whole), 0);
    return;
  }
  for (session::ShapeRef& line : lines) collector.add(std::move(line), 0);
}

// The word in front of a parenthesis at `end` (not included), in lower case.
std::string word_before(std::string_view text, std::size_t end) {
  while (end > 0 && text[end - 1] == ' ') --end;
  std::size_t start = end;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  while (start > 0 && is_letter(text[start - 1])) --start;
  std::string word(text.substr(start, end - start));
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return word;
}

// The grammar wants a number in parentheses after these: varchar(10), current_timestamp(3).
bool takes_number(std::string_view word) {
  static constexpr std::array<std::string_view, 13> kWords = {
      "char",  "character", "current_time", "current_timestamp", "interval", "localtime", "localtimestamp",
      "nchar", "second",    "time",         "timestamp",         "varchar",  "varying"};
  return std::ranges::find(kWords, word) != kWords.end();
}

// What may stand for the literal at `at` of the shape. After a minus only numbers are lifted (sql/pg/shape.cpp); MySQL
// does not tell them from strings there.
std::string_view literal_at(std::string_view shape, std::size_t at) {
  const std::size_t last = at == 0 ? std::string_view::npos : shape.find_last_not_of(' ', at - 1);
  if (last != std::string_view::npos && shape[last] == '-') return "1";
  const char before = at > 0 ? shape[at - 1] : ' ';
  const char earlier = at > 1 ? shape[at - 2] : ' ';
  const bool prefix = earlier == ' ' || earlier == '(' || earlier == ',' || earlier == '=' || earlier == '>';
  if (prefix && (before == 'b' || before == 'B' || before == 'x' || before == 'X')) return "'0'";
  if (before == '(' && takes_number(word_before(shape, at - 1))) return "1";
  return "'0'";
}

// After a quoted string or identifier that stands in the shape.
std::size_t end_of_quoted(std::string_view shape, std::size_t at) {
  const std::size_t end = shape.find(shape[at], at + 1);
  return end == std::string_view::npos ? shape.size() : end + 1;
}

sql::Facts facts_of_shape(const std::string& shape, Protocol protocol) {
  const std::string statement = statement_of_shape(shape, protocol);
  Language language{protocol};
  if (language.is_mysql()) language.dialect = sql::mysql::dialect_of(shape);
  std::string lifted;
  std::string literals;
  // A text that is not lifted is its own shape, question marks and all.
  const bool same = lift_literals(statement, language, lifted, literals) && lifted == shape;
  return extract_facts(same ? std::string_view(statement) : std::string_view(shape), language, kMaxStatement);
}

Result<KnownStatement> known_shape(const Json::Value& entry, std::size_t number, Protocol otherwise) {
  const std::string place = "shapes[" + std::to_string(number) + "]";
  if (!entry.isObject() || !entry["text"].isString()) return fail(place + ": expected an object with \"text\"");
  const Json::Value& calls = entry["calls"];
  const Json::Value& named = entry["protocol"];
  const auto protocol = named.isNull() ? otherwise : protocol_called(named.isString() ? named.asString() : "");
  if (!protocol) return fail(place + ".protocol: expected \"postgres\" or \"mysql\"");
  const std::string shape = entry["text"].asString();
  return KnownStatement{std::make_shared<session::Shape>(1, *protocol, shape, facts_of_shape(shape, *protocol), 1),
                        calls.isUInt64() ? calls.asUInt64() : 0};
}

}  // namespace

std::string statement_of_shape(std::string_view shape, Protocol protocol) {
  std::string out;
  std::size_t at = 0;
  while (at < shape.size()) {
    const char c = shape[at];
    if (c == '\'' || c == '"' || (c == '`' && protocol == Protocol::mysql)) {
      const std::size_t end = end_of_quoted(shape, at);
      out.append(shape.substr(at, end - at));
      at = end;
    } else if (shape.substr(at, 2) == "\\?") {
      out += '?';
      at += 2;
    } else if (shape.substr(at, 2) == "/*") {
      const std::size_t end = std::min(shape.find("*/", at), shape.size());
      out.append(shape.substr(at, end - at));
      at = end;
    } else {
      if (c == '?') {
        out.append(literal_at(shape, at));
      } else {
        out += c;
      }
      ++at;
    }
  }
  return out;
}

std::vector<KnownStatement> statements_in(std::string_view sql, const Language& language) {
  Collector collector;
  for (const std::string_view piece : split_statements(sql, language)) add_piece(piece, language, collector);
  return collector.take();
}

Result<std::vector<KnownStatement>> statements_of_shapes(std::string_view json, Protocol otherwise) {
  Json::CharReaderBuilder builder;
  Json::CharReaderBuilder::strictMode(&builder.settings_);
  builder["stackLimit"] = 8;
  const std::unique_ptr<Json::CharReader> reader(builder.newCharReader());
  Json::Value document;
  std::string errors;
  try {
    if (!reader->parse(json.data(), json.data() + json.size(), &document, &errors))
      return fail("it is no JSON: " + errors);
  } catch (const Json::Exception&) {  // nested too deep
    return fail("it is not what /api/v1/shapes answers");
  }
  if (!document.isObject() || !document["shapes"].isArray()) {
    return fail("it is not what /api/v1/shapes answers: expected an object with a list \"shapes\"");
  }
  Collector collector;
  std::size_t number = 0;
  for (const Json::Value& entry : document["shapes"]) {
    auto known = known_shape(entry, number++, otherwise);
    if (!known) return tl::unexpected(known.error());
    collector.add(std::move(known->shape), known->calls);
  }
  return collector.take();
}

}  // namespace tapri::app
