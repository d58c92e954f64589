#include <json/json.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

#include "sql/pg/lexing_cost.h"
#include "sql/pg/routine_body.h"
#include "sql/pg/scanner.h"

extern "C" {
#include <pg_query.h>
}

namespace tapri::sql::pg {
namespace {

// A body of very many tiny expressions would cost far more memory as facts than as text.
constexpr std::size_t kMaxStatements = 10'000;
constexpr int kMaxNesting = 900;  // of the parser's answer

// Nodes of the parser's answer that do no more than their expressions say. Those left out: EXECUTE, COMMIT, ROLLBACK,
// and whatever else there may be.
constexpr std::array<std::string_view, 34> kNodes = {"PLpgSQL_arrayelem",
                                                     "PLpgSQL_case_when",
                                                     "PLpgSQL_condition",
                                                     "PLpgSQL_diag_item",
                                                     "PLpgSQL_exception",
                                                     "PLpgSQL_exception_block",
                                                     "PLpgSQL_expr",
                                                     "PLpgSQL_function",
                                                     "PLpgSQL_if_elsif",
                                                     "PLpgSQL_raise_option",
                                                     "PLpgSQL_rec",
                                                     "PLpgSQL_recfield",
                                                     "PLpgSQL_row",
                                                     "PLpgSQL_stmt_assert",
                                                     "PLpgSQL_stmt_assign",
                                                     "PLpgSQL_stmt_block",
                                                     "PLpgSQL_stmt_call",
                                                     "PLpgSQL_stmt_case",
                                                     "PLpgSQL_stmt_execsql",
                                                     "PLpgSQL_stmt_exit",
                                                     "PLpgSQL_stmt_foreach_a",
                                                     "PLpgSQL_stmt_fori",
                                                     "PLpgSQL_stmt_fors",
                                                     "PLpgSQL_stmt_getdiag",
                                                     "PLpgSQL_stmt_if",
                                                     "PLpgSQL_stmt_loop",
                                                     "PLpgSQL_stmt_perform",
                                                     "PLpgSQL_stmt_raise",
                                                     "PLpgSQL_stmt_return",
                                                     "PLpgSQL_stmt_return_next",
                                                     "PLpgSQL_stmt_return_query",
                                                     "PLpgSQL_stmt_while",
                                                     "PLpgSQL_type",
                                                     "PLpgSQL_var"};
static_assert(std::is_sorted(kNodes.begin(), kNodes.end()));

// How the text of an expression is to be read.
enum class Form { expression, statement, assignment };

Form form_in(std::string_view node, std::string_view field) {
  if (node == "PLpgSQL_stmt_assign") return Form::assignment;
  const bool statement = (node == "PLpgSQL_stmt_execsql" && field == "sqlstmt") || node == "PLpgSQL_stmt_perform" ||
                         node == "PLpgSQL_stmt_call" ||
                         ((node == "PLpgSQL_stmt_fors" || node == "PLpgSQL_stmt_return_query") && field == "query");
  return statement ? Form::statement : Form::expression;
}

// After the token at `at`; kOpen where none can be told.
std::size_t end_of_token(std::string_view text, std::size_t at) {
  if (starts_comment(text, at)) return end_of_comment(text, at);
  switch (classify(text[at])) {
    case Byte::letter:
      return end_of_word(text, at);
    case Byte::digit:
      return end_of_number(text, at);
    case Byte::quote:
    case Byte::double_quote:
      return end_of_quoted(text, at, Escapes::doubled);
    case Byte::operation:
      return end_of_operator(text, at);
    case Byte::blank:
    case Byte::punctuation:
      return at + 1;
    default:
      return kOpen;
  }
}

struct PlpgsqlAssignment {
  std::string_view target;
  std::string_view value;
};

// "target := value" or "target = value", cut at the first of these outside brackets.
std::optional<PlpgsqlAssignment> cut_assignment(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = end_of_token(text, at);
    if (end == kOpen) return std::nullopt;
    const std::string_view token = text.substr(at, end - at);
    if (token == "[" || token == "(") ++depth;
    if ((token == "]" || token == ")") && depth-- == 0) return std::nullopt;
    if (depth == 0 && token == ":" && text.substr(end).starts_with('=')) {
      return PlpgsqlAssignment{text.substr(0, at), text.substr(end + 1)};
    }
    // "a =-1" is an assignment, too.
    if (depth == 0 && token.starts_with('=') && token.find_first_not_of("+-", 1) == std::string_view::npos) {
      return PlpgsqlAssignment{text.substr(0, at), text.substr(at + 1)};
    }
    at = end;
  }
  return std::nullopt;
}

class BodyWalk {
 public:
  explicit BodyWalk(const Limits& limits) : limits_(limits) {}

  BodyFacts run(const Json::Value& functions) {
    if (!functions.isArray() || functions.size() != 1) return std::nullopt;
    node(functions[0], "", "");
    if (!understood_) return std::nullopt;
    return joined(std::move(statements_), std::vector<StatementFacts>());
  }

 private:
  // `owner` is the named node that `value` is in, `field` where.
  void node(const Json::Value& value, std::string_view owner, std::string_view field) {
    if (!understood_) return;
    if (value.isArray()) {
      for (const Json::Value& item : value) node(item, owner, field);
    }
    if (!value.isObject()) return;
    for (auto item = value.begin(); item != value.end(); ++item) {
      const std::string name = item.name();
      if (!name.starts_with("PLpgSQL_")) {
        if (name == "dynquery") understood_ = false;
        node(*item, owner, name);
      } else if (!std::binary_search(kNodes.begin(), kNodes.end(), std::string_view(name))) {
        understood_ = false;
      } else if (name == "PLpgSQL_expr") {
        query((*item)["query"], form_in(owner, field));
      } else if (name == "PLpgSQL_type") {
        type((*item)["typname"]);
      } else {
        node(*item, name, "");
      }
    }
  }

  void query(const Json::Value& text, Form form) {
    if (!text.isString()) {
      understood_ = false;
    } else if (form == Form::statement) {
      add(sql_body_facts(text.asString(), limits_));
    } else if (form == Form::expression) {
      add(expression_facts(text.asString(), limits_));
    } else {
      assignment(text.asString());
    }
  }

  void assignment(const std::string& text) {
    const auto parts = cut_assignment(text);
    if (!parts) {
      understood_ = false;
      return;
    }
    add(expression_facts(parts->value, limits_));
    if (parts->target.find('[') != std::string_view::npos) add(expression_facts(parts->target, limits_));
  }

  // Types of parameters and of what PL/pgSQL declares by itself are UNKNOWN here; a record takes what it is given.
  void type(const Json::Value& name) {
    const std::string text = name.isString() ? name.asString() : "";
    if (text == "UNKNOWN" || text == "record") return;
    if (text.find('%') == std::string::npos) return add(expression_facts("x::" + text, limits_));
    StatementFacts of_another;  // "t.a%TYPE": as good as any
    of_another.verb = Verb::select;
    of_another.obstacle = Reason::unknown_type;
    add(std::vector{std::move(of_another)});
  }

  void add(BodyFacts facts) {
    if (!facts || statements_.size() + facts->size() > kMaxStatements) {
      understood_ = false;
      return;
    }
    std::move(facts->begin(), facts->end(), std::back_inserter(statements_));
  }

  const Limits& limits_;
  std::vector<StatementFacts> statements_;
  bool understood_ = true;
};

void add_parameters(const std::vector<std::string>& names, std::string_view mode, std::string& definition) {
  for (const std::string& name : names) {
    if (definition.back() != '(') definition += ',';
    definition += mode;
    definition += '"';
    for (const char c : name) definition += c == '"' ? std::string("\"\"") : std::string(1, c);
    definition += "\" int";
  }
}

// The statement that the parser asks for, with no more of a header than it looks at. Types do not matter to it.
std::string definition_of(const PlpgsqlRoutine& routine) {
  std::string definition = "CREATE FUNCTION f(";
  add_parameters(routine.parameters, "IN ", definition);
  add_parameters(routine.outputs, "OUT ", definition);
  definition += ") RETURNS ";
  if (routine.returns_set) definition += "SETOF ";
  definition += routine.trigger ? "trigger" : "record";
  std::string quote = "$body$";
  while (routine.body.find(quote) != std::string_view::npos) quote.insert(quote.size() - 1, 1, 'x');
  definition += " LANGUAGE plpgsql AS " + quote;
  definition += routine.body;
  return definition + quote;
}

std::optional<Json::Value> parse(const std::string& definition) {
  const PgQueryPlpgsqlParseResult result = pg_query_parse_plpgsql(definition.c_str());
  std::optional<Json::Value> functions;
  if (result.error == nullptr && result.plpgsql_funcs != nullptr) {
    const std::string_view text = result.plpgsql_funcs;
    Json::CharReaderBuilder builder;
    builder["stackLimit"] = kMaxNesting;
    const std::unique_ptr<Json::CharReader> reader(builder.newCharReader());
    Json::Value value;
    try {
      if (reader->parse(text.data(), text.data() + text.size(), &value, nullptr)) functions = std::move(value);
    } catch (const std::exception&) {  // nested too deeply
      functions.reset();
    }
  }
  pg_query_free_plpgsql_parse_result(result);
  return functions;
}

}  // namespace

BodyFacts plpgsql_body_facts(const PlpgsqlRoutine& routine, const Limits& limits) {
  const auto has_nul = [](std::string_view text) { return text.find('\0') != std::string_view::npos; };
  if (routine.body.size() > limits.max_length || has_nul(routine.body)) return std::nullopt;
  if (std::any_of(routine.parameters.begin(), routine.parameters.end(), has_nul)) return std::nullopt;
  if (std::any_of(routine.outputs.begin(), routine.outputs.end(), has_nul)) return std::nullopt;
  if (is_costly_to_scan(routine.body)) return std::nullopt;
  const std::optional<Json::Value> functions = parse(definition_of(routine));
  if (!functions) return std::nullopt;
  try {
    return BodyWalk(limits).run(*functions);
  } catch (const Json::Exception&) {
    return std::nullopt;
  }
}

}  // namespace tapri::sql::pg
