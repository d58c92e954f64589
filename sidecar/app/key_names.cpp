#include "app/key_names.h"

#include <algorithm>
#include <memory>
#include <memory_resource>

#include "app/statement.h"
#include "session/mysql/key_values.h"
#include "session/pg/key_values.h"

namespace tapri::app {
namespace {

std::string value_text(const sql::Value& value, const std::vector<std::string_view>& literals) {
  switch (value.source) {
    case sql::Value::Source::literal:
      return (value.negative ? "-" : "") + std::string(value.index < literals.size() ? literals[value.index] : "?");
    case sql::Value::Source::parameter:
      return (value.is_array ? "any of $" : "$") + std::to_string(value.index + 1);
    case sql::Value::Source::null:
      return "NULL";
    case sql::Value::Source::unknown:
      break;
  }
  return "?";
}

// Several values of a column stand with a bar between, several columns in parentheses.
std::string terms_text(const std::vector<catalog::KeyTerm>& terms, const std::vector<std::string_view>& literals) {
  std::string out;
  for (const catalog::KeyTerm& term : terms) {
    if (&term != terms.data()) out += ", ";
    for (const sql::Value& value : term.values) {
      out += (&value == term.values.data() ? "" : " | ") + value_text(value, literals);
    }
  }
  return terms.size() == 1 ? out : "(" + out + ")";
}

// Of sessions that speak UTF-8.
std::unique_ptr<session::KeyValues> values_of(std::string_view literals, const Language& language,
                                              const session::Analysis& analysis) {
  if (!language.is_mysql()) {
    return std::make_unique<session::pg::KeyValues>(
        session::pg::ExecutionValues{.literals = literals, .types = {}, .bind = nullptr, .unicode = true},
        analysis.parameter_types);
  }
  return std::make_unique<session::mysql::KeyValues>(
      session::mysql::ExecutionValues{
          .literals = literals, .ascii = true, .backslash_escapes = !language.dialect.no_backslash_escapes},
      std::pmr::get_default_resource());
}

// The literal that is none of its column's values as they are written; null: all are. What a parameter will be is not
// known here.
const sql::Value* odd_literal(const catalog::KeyUse& use, const session::KeyValues& values) {
  for (const catalog::KeyTerm& term : use.terms) {
    for (const sql::Value& value : term.values) {
      session::CanonicalValues bytes;
      bool null = false;
      const bool literal = value.source == sql::Value::Source::literal;
      if (literal && !values.append({term.type, term.assignable, {value}}, bytes, null)) return &value;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> key_names(const std::vector<catalog::KeyUse>& uses, const session::Analysis& analysis,
                                   std::string_view literals, const Language& language, const DependencyNames& names,
                                   std::string& why_not) {
  const std::vector<std::string_view> tokens = literal_tokens(literals, language);
  const auto values = values_of(literals, language, analysis);
  std::vector<std::string> out;
  for (const catalog::KeyUse& use : uses) {
    const sql::Value* odd = odd_literal(use, *values);
    std::vector<std::string> others = names.of(odd == nullptr ? use.with : use.otherwise);
    out.insert(out.end(), others.begin(), others.end());
    if (odd == nullptr) {
      out.push_back("key(" + use.name + " = " + terms_text(use.terms, tokens) + ")");
    } else if (why_not.empty()) {
      why_not = value_text(*odd, tokens) + " is no plain value of " + use.name;
    }
  }
  return out;
}

}  // namespace tapri::app
