// What the parser of MySQL and MariaDB makes of statements, for measuring it against a server.
//
//   mysql_facts [--version 10.11.19-MariaDB] [--sql-mode MODE] < statements
//
// Reads statements that end in a NUL byte, prints one line for each, with tabs between: its verb, its obstacle, and the
// relations that it reads or writes; of several in one text the worst.
#include <algorithm>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "sql/mysql/facts.h"
#include "sql/mysql/shape.h"

namespace {

namespace mysql = tapri::sql::mysql;

void print(std::string_view sql, const mysql::Dialect& dialect) {
  const tapri::sql::Facts facts = mysql::extract_facts(sql, dialect);
  const tapri::sql::StatementFacts* shown = &facts.statements.front();
  for (const auto& statement : facts.statements) {
    if (statement.verb == tapri::sql::Verb::not_understood) shown = &statement;
  }
  std::cout << tapri::sql::verb_name(shown->verb) << "\t" << tapri::reason_name(shown->obstacle) << "\t";
  // Line breaks within a name would end the line.
  std::string names;
  for (const auto* list : {&shown->reads, &shown->writes}) {
    for (const auto& name : *list) names += name.schema + (name.schema.empty() ? "" : ".") + name.name + "\t";
  }
  std::replace(names.begin(), names.end(), '\n', ' ');
  std::cout << names << "\n";
}

}  // namespace

int main(int count, char** arguments) {
  mysql::Dialect dialect;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view option = arguments[i];
    if (option == "--version" && mysql::apply_version(dialect, arguments[i + 1])) continue;
    if (option != "--sql-mode") {
      std::cerr << "mysql_facts: " << option << " " << arguments[i + 1] << "?\n";
      return 2;
    }
    mysql::apply_sql_mode(dialect, arguments[i + 1]);
  }
  const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
  std::string_view rest = input;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\0');
    print(rest.substr(0, end), dialect);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return 0;
}
