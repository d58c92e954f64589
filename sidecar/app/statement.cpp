#include "app/statement.h"

#include <memory>
#include <string>
#include <utility>

#include "sql/pg/facts.h"
#include "sql/pg/shape.h"
#include "telemetry/log_format.h"

namespace tapri::app {

ParsedStatement parse_statement(std::string_view sql, std::size_t max_statement) {
  std::string shape;
  std::string literals;
  if (sql.size() > max_statement) {
    shape = "(a statement longer than the limit for analysis)";
  } else {
    (void)sql::pg::lift_literals(sql, shape, literals);
  }
  sql::Facts facts = sql::pg::extract_facts(sql, {.max_length = max_statement});
  return {std::make_shared<session::Shape>(1, Protocol::postgres, std::move(shape), std::move(facts), 1),
          std::move(literals)};
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
