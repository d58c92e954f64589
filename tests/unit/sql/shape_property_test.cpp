// What must hold of any text: blanks and comments do not matter, a shape and its literals give the text back, and texts
// of one shape have one set of facts. Texts are made from a fixed seed: a failure repeats.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "sql/pg/facts.h"
#include "sql/pg/shape.h"
#include "unit/sql/case_file.h"
#include "unit/sql/shape_reader.h"

namespace tapri::sql::pg {
namespace {

using Tokens = std::vector<std::string>;

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  const std::string& one_of(const Tokens& tokens) { return tokens[below(tokens.size())]; }

  // Any tokens in any order: mostly no statement at all.
  Tokens soup() {
    static const Tokens any = {"a",     "\"b ?\"", "t.c",   "e",    "n",       "$1",     "1",     "2.5e3",
                               ".5",    "'x'",     "'?'",   "''''", "E'\\\\'", "E'\\n'", "B'1'",  "N'x'",
                               "$$q$$", "$t$?$t$", "?",     "?|",   "-",       "+",      "(",     ")",
                               ",",     "=",       "::",    "[",    "]",       "'now'",  "float", "date",
                               "||",    "@-",      "U&'x'", ";",    "\\?",     "0x1F",   "as",    "from"};
    static const Tokens starts = {"SELECT", "VALUES", "WITH", "INSERT", "(", "SET"};
    Tokens tokens = {one_of(starts)};
    for (std::size_t left = below(12); left > 0; --left) tokens.push_back(one_of(any));
    return tokens;
  }

  // A SELECT, nearly always one that parses.
  Tokens statement() {
    tokens_.clear();
    add({"SELECT"});
    expression(4);
    add({",", "f", "("});
    expression(2);
    add({")", "FROM", one_of({"t", "s . u", "( SELECT 1 ) x"})});
    add({"WHERE"});
    expression(4);
    if (one_in(2)) add({"ORDER", "BY", "1"});
    return tokens_;
  }

  // The same tokens apart by other blanks and comments.
  std::string spaced(const Tokens& tokens) {
    static const Tokens blanks = {" ",         "\n", "\t \r\n", " /* ' ? */ ", " --x'\n", " /* /* */ \n */ ",
                                  " -- \" \r", "\f"};
    std::string text = one_in(2) ? one_of(blanks) : "";
    for (const std::string& token : tokens) {
      text += token;
      do text += one_of(blanks);
      while (one_in(4));
    }
    return text;
  }

  Tokens with_other_literals(Tokens tokens) {
    for (std::string& token : tokens) {
      if (is_literal(token)) token = one_of(literals());
    }
    return tokens;
  }

 private:
  static const Tokens& literals() {
    static const Tokens all = {"1", "2.5", "1e3", "'x'", "'2024-01-01'", "E'a\\\\'", "$$d$$", "24", "'now'", "53"};
    return all;
  }
  static bool is_literal(const std::string& token) {
    return std::find(literals().begin(), literals().end(), token) != literals().end();
  }

  void add(const Tokens& tokens) { tokens_.insert(tokens_.end(), tokens.begin(), tokens.end()); }

  void expression(std::size_t depth) {
    if (depth == 0 || one_in(4)) return add({one_of({one_of(literals()), one_of(literals()), "a", "t . c", "$1"})});
    switch (below(7)) {
      case 0:
        add({one_of({"-", "+", "@", "NOT"})});
        return expression(depth - 1);
      case 1:
        add({"("});
        expression(depth - 1);
        return add({")"});
      case 2:
        add({"CAST", "("});
        expression(depth - 1);
        if (one_in(3)) return add({"AS", "float", "(", "24", ")", ")"});
        return add({"AS", one_of({"date", "int", "timetz", "s . x"}), ")"});
      case 3:
        add({one_of({"g", "date", "pg_catalog . lower", "timestamptz"}), "("});
        expression(depth - 1);
        return add({")"});
      case 4:
        add({one_of({"date", "interval", "float"}), one_of({"'x'", "'2024-01-01'", "'now'"})});
        return;
      default:
        expression(depth - 1);
        add({one_of({"-", "+", "?", "?|", "=", "||", "AND", "IS DISTINCT FROM"})});
        return expression(depth - 1);
    }
  }

  std::mt19937 random_;
  Tokens tokens_;
};

struct Lifted {
  bool lifted = false;
  std::string shape;
  std::string literals;
};

Lifted lift(const std::string& sql) {
  Lifted result;
  result.lifted = lift_literals(sql, result.shape, result.literals);
  return result;
}

void check_same_for_other_blanks(Maker& maker, const Tokens& tokens) {
  const std::string one = maker.spaced(tokens);
  const std::string other = maker.spaced(tokens);
  const Lifted a = lift(one);
  const Lifted b = lift(other);
  ASSERT_EQ(a.lifted, b.lifted) << one << "\n---\n" << other;
  if (!a.lifted) return;
  EXPECT_EQ(a.shape, b.shape);
  EXPECT_EQ(a.literals, b.literals) << one << "\n---\n" << other;
}

void check_reads_back(const std::string& sql) {
  const Lifted result = lift(sql);
  if (!result.lifted) return;
  const auto text = read_back(result.shape, result.literals);
  ASSERT_TRUE(text) << sql << "\n" << result.shape;
  EXPECT_EQ(extract_facts(*text).statements, extract_facts(sql).statements) << sql << "\n---\n" << *text;
  const Lifted again = lift(*text);
  EXPECT_TRUE(again.lifted && again.shape == result.shape && again.literals == result.literals) << sql;
}

TEST(ShapeProperty, AnyTokens) {
  Maker maker(1);
  std::size_t lifted = 0;
  for (int i = 0; i < 20'000 && !HasFatalFailure(); ++i) {
    const Tokens tokens = maker.soup();
    check_same_for_other_blanks(maker, tokens);
    const std::string sql = maker.spaced(tokens);
    check_reads_back(sql);
    lifted += lift(sql).lifted ? 1U : 0U;
  }
  EXPECT_GE(lifted, 2'000U);
}

TEST(ShapeProperty, Statements) {
  Maker maker(2);
  std::size_t understood = 0;
  for (int i = 0; i < 5'000 && !HasFatalFailure(); ++i) {
    const Tokens tokens = maker.statement();
    check_same_for_other_blanks(maker, tokens);
    const std::string sql = maker.spaced(tokens);
    check_reads_back(sql);
    understood += extract_facts(sql).statements.front().verb == Verb::select ? 1U : 0U;
  }
  EXPECT_GE(understood, 3'000U);
}

// Facts are kept by shape: whatever text of a shape came first, its facts must hold for every other.
TEST(ShapeProperty, OneShapeHasOneSetOfFacts) {
  Maker maker(3);
  std::size_t compared = 0;
  for (int i = 0; i < 2'000; ++i) {
    const Tokens tokens = maker.statement();
    std::map<std::string, Facts> known;
    for (int variant = 0; variant < 8; ++variant) {
      const std::string sql = maker.spaced(maker.with_other_literals(tokens));
      const Lifted result = lift(sql);
      Facts facts = extract_facts(sql);
      if (!result.lifted || facts.statements.front().verb == Verb::not_understood) continue;
      const auto [first, is_new] = known.try_emplace(result.shape, facts);
      if (is_new) continue;
      ++compared;
      EXPECT_EQ(first->second.statements, facts.statements) << sql << "\n" << to_text(first->second) << to_text(facts);
    }
  }
  EXPECT_GE(compared, 2'000U);
}

}  // namespace
}  // namespace tapri::sql::pg
