#include "sql/mysql/facts.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "sql/mysql/found_rows.h"
#include "sql/mysql/gather.h"
#include "sql/mysql/parser.h"
#include "sql/mysql/shape.h"

namespace tapri::sql::mysql {
namespace {

// A string of very many tiny statements would cost far more memory as facts than as text.
constexpr std::size_t kMaxStatements = 10'000;

template <typename T, typename Less>
void drop_duplicates(std::vector<T>& items, Less less) {
  std::sort(items.begin(), items.end(), less);
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

void drop_duplicates(std::vector<QualifiedName>& names) {
  drop_duplicates(names, [](const QualifiedName& a, const QualifiedName& b) {
    return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
  });
}

// What cannot be understood may do anything.
StatementFacts not_understood(Reason reason) {
  StatementFacts facts;
  facts.verb = Verb::not_understood;
  facts.obstacle = reason;
  facts.writes_unknown = true;
  facts.drops_or_alters = true;
  facts.changes_roles = true;
  facts.commits_implicitly = true;
  facts.changes_session = true;
  facts.changes_unknown_setting = true;
  facts.keys_unknown = true;
  return facts;
}

Facts whole_not_understood(Reason reason) {
  Facts all;
  all.statements.push_back(not_understood(reason));
  return all;
}

bool has_calls(const StatementFacts& facts) { return !facts.functions.empty() || !facts.types.empty(); }

class Extraction {
 public:
  Extraction(std::string_view sql, const Dialect& dialect, const Limits& limits)
      : sql_(sql), dialect_(dialect), limits_(limits) {}

  // `nested`: the text of a PREPARE, whose literals are nobody's.
  Facts run(bool nested) const {
    const Tokens tokens = tokens_of(sql_, dialect_);
    const std::vector<Piece> pieces = pieces_of(tokens.tokens);
    if (pieces.empty()) return empty();
    if (pieces.size() > kMaxStatements) return whole_not_understood(Reason::too_large);
    const bool lifted = !nested && pieces.size() == 1 && is_lifted();
    Facts facts;
    facts.statements.reserve(pieces.size());
    for (const Piece& piece : pieces) facts.statements.push_back(statement(tokens, piece, lifted, nested));
    return facts;
  }

 private:
  [[nodiscard]] bool is_lifted() const {
    std::string shape;
    std::string literals;
    return lift_literals(sql_, dialect_, shape, literals);
  }

  static Facts empty() {
    Facts all;
    StatementFacts& facts = all.statements.emplace_back();
    facts.verb = Verb::empty;
    facts.obstacle = Reason::not_a_read;
    return all;
  }

  [[nodiscard]] StatementFacts statement(const Tokens& tokens, const Piece& piece, bool lifted, bool nested) const {
    Arena arena;
    Parsed parsed = Parser(sql_, tokens.tokens, piece, dialect_, limits_, arena).run();
    if (parsed.failure != Reason::none) return not_understood(parsed.failure);
    StatementFacts& facts = parsed.facts;
    if (facts.verb == Verb::truncate || facts.verb == Verb::maintain) {
      for (const QualifiedName& name : facts.writes) facts.changes.emplace_back().relation = name;
    }
    StatementFacts arguments;
    StatementFacts& gathered = facts.verb == Verb::execute ? arguments : facts;
    Gather gather(gathered, dialect_, lifted);
    gather.statement(parsed.root);
    if (gather.too_many()) return not_understood(Reason::too_deep);
    if (parsed.forgets_keys || tokens.sets_variables) forget_keys(facts);
    Reason obstacle = parsed.obstacle;
    if (gather.obstacle() != Reason::none && (obstacle == Reason::none || gather.obstacle() < obstacle)) {
      obstacle = gather.obstacle();
    }
    // A hint that sets a variable: the result is not what the session's settings make it.
    if (tokens.sets_variables && obstacle == Reason::none) obstacle = Reason::volatile_function;
    if (parsed.prepares) prepare(parsed, nested);
    if (facts.verb == Verb::execute && has_calls(arguments)) {
      arguments.verb = Verb::select;
      arguments.obstacle = Reason::not_a_read;
      facts.inner.push_back(std::move(arguments));
    }
    settle(facts, obstacle);
    if (facts.verb == Verb::select) facts.found_rows = found_rows_of(tokens, piece, facts, dialect_);
    return std::move(facts);
  }

  static void forget_keys(StatementFacts& facts) {
    facts.levels.clear();
    facts.changes.clear();
    facts.keys_unknown = true;
  }

  void prepare(Parsed& parsed, bool nested) const {
    StatementFacts inner = not_understood(Reason::not_understood);
    if (parsed.prepared && !nested) {
      Facts facts = Extraction(*parsed.prepared, dialect_, limits_).run(true);
      if (facts.single()) inner = std::move(facts.statements.front());
    }
    parsed.facts.inner.push_back(std::move(inner));
  }

  static void settle(StatementFacts& facts, Reason obstacle) {
    drop_duplicates(facts.reads);
    drop_duplicates(facts.writes);
    drop_duplicates(facts.functions);
    drop_duplicates(facts.types);
    drop_duplicates(facts.settings, std::less<>());
    facts.obstacle = obstacle;
    if (facts.verb != Verb::select) {
      facts.obstacle = Reason::not_a_read;
    } else if (obstacle == Reason::none && facts.reads.empty()) {
      facts.obstacle = Reason::no_relation;
    }
  }

  std::string_view sql_;
  const Dialect& dialect_;
  const Limits& limits_;
};

}  // namespace

Facts extract_facts(std::string_view sql, const Dialect& dialect, const Limits& limits) {
  if (sql.size() > limits.max_length) return whole_not_understood(Reason::too_large);
  return Extraction(sql, dialect, limits).run(false);
}

}  // namespace tapri::sql::mysql
