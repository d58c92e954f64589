#include "unit/sql/case_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tapri::sql {
namespace {

std::string joined(const std::vector<QualifiedName>& names) {
  std::string text;
  for (const QualifiedName& name : names) text += " " + (name.schema.empty() ? "" : name.schema + ".") + name.name;
  return text;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += " " + (name.empty() ? "ALL" : name);
  return text;
}

std::string flags_of(const StatementFacts& facts) {
  std::string text;
  if (facts.writes_unknown) text += " writes_unknown";
  if (facts.drops_or_alters) text += " drops_or_alters";
  if (facts.temporary_only) text += " temporary_only";
  if (facts.database_level) text += " database_level";
  if (facts.changes_roles) text += " changes_roles";
  if (facts.commits_implicitly) text += " commits_implicitly";
  if (facts.changes_session) text += " changes_session";
  if (facts.changes_unknown_setting) text += " changes_unknown_setting";
  if (facts.parameter_sensitive) text += " parameter_sensitive";
  if (facts.read_only) text += " read_only";
  if (facts.chain) text += " chain";
  return text;
}

std::string isolation_name(Isolation isolation) {
  switch (isolation) {
    case Isolation::unchanged:
      return "";
    case Isolation::read_committed:
      return " read_committed";
    case Isolation::repeatable_read:
      return " repeatable_read";
    case Isolation::serializable:
      return " serializable";
  }
  return "";
}

void read_file(const std::filesystem::path& path, std::vector<Case>& cases) {
  std::ifstream in(path);
  Case current;
  int number = 0;
  const auto flush = [&] {
    if (!current.sql.empty() && current.expected.empty()) throw std::runtime_error("no facts: " + current.sql);
    if (!current.expected.empty()) cases.push_back(current);
    current = Case();
  };
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.starts_with('#')) continue;
    if (line.empty()) {
      flush();
    } else if (line.starts_with('>')) {
      if (!current.expected.empty()) throw std::runtime_error("no empty line before: " + line);
      current.file = path.filename().string();
      if (current.line == 0) current.line = number;
      current.sql += (current.sql.empty() ? "" : "\n") + line.substr(std::min<std::size_t>(2, line.size()));
    } else {
      if (current.line == 0) throw std::runtime_error("no statement before: " + line);
      current.expected += line + "\n";
    }
  }
  flush();
}

}  // namespace

std::vector<Case> read_cases(const std::string& folder) {
  std::vector<Case> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".case") read_file(entry.path(), cases);
  }
  if (cases.empty()) throw std::runtime_error("no cases in " + folder);
  return cases;
}

std::string to_text(const StatementFacts& facts, const std::string& indent) {
  std::ostringstream out;
  const auto line = [&](const std::string& key, const std::string& values) {
    if (!values.empty()) out << indent << key << values << "\n";
  };
  out << indent << verb_name(facts.verb) << "\n";
  const Reason usual = facts.verb == Verb::select           ? Reason::none
                       : facts.verb == Verb::not_understood ? Reason::not_understood
                                                            : Reason::not_a_read;
  if (facts.obstacle != usual) line("obstacle:", " " + std::string(reason_name(facts.obstacle)));
  line("reads:", joined(facts.reads));
  line("writes:", joined(facts.writes));
  line("functions:", joined(facts.functions));
  line("operators:", joined(facts.operators));
  line("types:", joined(facts.types));
  line("fields:", joined(facts.fields));
  line("settings:", joined(facts.settings));
  line("isolation:", isolation_name(facts.isolation));
  line("name: ", facts.name);
  line("flags:", flags_of(facts));
  for (const StatementFacts& inner : facts.inner) out << to_text(inner, indent + "  ");
  return out.str();
}

std::string to_text(const Facts& facts) {
  std::string text;
  for (const StatementFacts& statement : facts.statements) text += to_text(statement);
  return text;
}

}  // namespace tapri::sql
