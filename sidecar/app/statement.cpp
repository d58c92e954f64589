#include "app/statement.h"

#include <memory>
#include <string>
#include <utility>

#include "session/odd_shape.h"
#include "telemetry/log_format.h"

namespace tapri::app {

ParsedStatement parse_statement(std::string_view sql, const Language& language, std::size_t max_statement) {
  std::string shape;
  std::string literals;
  if (sql.size() > max_statement) {
    shape = "(a statement longer than the limit for analysis)";
  } else {
    (void)lift_literals(sql, language, shape, literals);
  }
  sql::Facts facts = extract_facts(sql, language, max_statement);
  if (sql.size() <= max_statement && !session::understood(facts)) {
    shape = session::odd_shape(sql, language.is_mysql() ? &language.dialect : nullptr);
    literals.clear();
  }
  return {std::make_shared<session::Shape>(1, language.protocol, std::move(shape), std::move(facts), 1),
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
