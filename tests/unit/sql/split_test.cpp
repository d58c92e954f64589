// Statements are cut where PostgreSQL would see them end.
#include "sql/pg/split.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sql/pg/facts.h"

namespace tapri::sql::pg {
namespace {

using Pieces = std::vector<std::string_view>;

TEST(Split, CutsAtSemicolonsAndLeavesOutWhatIsEmpty) {
  EXPECT_EQ(split_statements("SELECT 1; SELECT 2 ;; \n;SELECT 3"), (Pieces{"SELECT 1", "SELECT 2", "SELECT 3"}));
  EXPECT_EQ(split_statements("SELECT 1;"), Pieces{"SELECT 1"});
  EXPECT_EQ(split_statements(" -- nothing\n ; /* nor ; here */ ;"), Pieces{});
  EXPECT_EQ(split_statements(""), Pieces{});
}

TEST(Split, KeepsTheCommentBeforeAStatement) {
  EXPECT_EQ(split_statements("SELECT 1; /* tapri: bypass */ SELECT 2"),
            (Pieces{"SELECT 1", "/* tapri: bypass */ SELECT 2"}));
}

TEST(Split, SeesNoEndInsideQuotesCommentsAndParentheses) {
  const Pieces whole = {R"(SELECT 'a;''b', E'\';', "c;d", $$;$$, $x$ ; $$ $x$ -- ;
 /* ; /* ; */ ; */ FROM t)",
                        "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)", "SELECT $1 + 1"};
  for (const std::string_view one : whole) {
    EXPECT_EQ(split_statements(one), Pieces{one});
    EXPECT_EQ(split_statements(std::string(one) + "\n; SELECT 1"), (Pieces{one, "SELECT 1"}));
  }
}

TEST(Split, SeesNoEndInsideTheBodyOfARoutine) {
  const std::string_view routine =
      "CREATE OR REPLACE FUNCTION f(int DEFAULT 1) RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 "
      "END; "
      "END";
  EXPECT_EQ(split_statements(std::string(routine) + "; SELECT 3"), (Pieces{routine, "SELECT 3"}));
  EXPECT_EQ(split_statements("BEGIN; SELECT 1; END; SELECT 2"), (Pieces{"BEGIN", "SELECT 1", "END", "SELECT 2"}));
}

TEST(Split, TakesTheRestWhereAQuoteHasNoEnd) {
  for (const std::string_view open : {"SELECT 'a; b", "SELECT \"a; b", "SELECT $$a; b", "SELECT /* ; b", "'"}) {
    EXPECT_EQ(split_statements(open), Pieces{open});
    EXPECT_EQ(split_statements("SELECT 1; " + std::string(open)), (Pieces{"SELECT 1", open}));
  }
}

// As many pieces as the real grammar sees statements, and the same ones.
TEST(Split, AgreesWithTheGrammar) {
  const std::string_view text =
      "SELECT a FROM t WHERE b = 'x;y'; INSERT INTO t VALUES ($q$;$q$); WITH x AS (SELECT 1) SELECT * FROM x;"
      "CREATE PROCEDURE p() BEGIN ATOMIC DELETE FROM t; INSERT INTO u VALUES (1); END; UPDATE t SET a = E'\\';'; "
      "COMMIT";
  const Facts facts = extract_facts(text);
  const auto pieces = split_statements(text);
  ASSERT_EQ(pieces.size(), facts.statements.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    Facts alone = extract_facts(pieces[i]);
    ASSERT_TRUE(alone.single());
    // Literals are known in a string of one statement only.
    StatementFacts among = facts.statements[i];
    for (StatementFacts* each : {&alone.statements[0], &among}) {
      each->levels.clear();
      each->changes.clear();
    }
    EXPECT_EQ(alone.statements[0], among) << pieces[i];
  }
}

}  // namespace
}  // namespace tapri::sql::pg
