#include "app/statement.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "sql/pg/facts.h"
#include "sql/pg/shape.h"
#include "telemetry/log_format.h"

namespace tapri::app {

// Each stands as length (4 bytes, little endian) and token; an empty one is no literal (sql/pg/shape.h).
std::vector<std::string_view> literal_tokens(std::string_view literals) {
  std::vector<std::string_view> tokens;
  while (literals.size() >= 4) {
    std::uint32_t size = 0;
    for (unsigned i = 0; i < 4; ++i) size |= std::uint32_t{static_cast<unsigned char>(literals[i])} << (8 * i);
    if (size > 0) tokens.push_back(literals.substr(4, size));
    literals.remove_prefix(std::min<std::size_t>(literals.size(), 4 + std::size_t{size}));
  }
  return tokens;
}

ParsedStatement parse_statement(std::string_view sql, std::size_t max_statement) {
  std::string shape;
  std::string literals;
  if (sql.size() > max_statement) {
    shape = "(a statement longer than the limit for analysis)";
  } else {
    (void)sql::pg::lift_literals(sql, shape, literals);
  }
  sql::Facts facts = sql::pg::extract_facts(sql, {.max_length = max_statement});
  return {std::make_shared<session::Shape>(1, std::move(shape), std::move(facts), 1), std::move(literals)};
}

std::string name_text(const sql::QualifiedName& name) {
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

std::string one_line(std::string_view text) {
  std::string line = telemetry::valid_utf8(text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return line;
}

}  // namespace tapri::app
