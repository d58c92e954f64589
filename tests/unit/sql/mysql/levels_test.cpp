// What statements say of rows: levels with their equalities, and the values that changes store.
#include <gtest/gtest.h>

#include <sstream>

#include "sql/mysql/facts.h"

namespace tapri::sql::mysql {
namespace {

std::string text_of(const Value& value) {
  const std::string sign = value.negative ? "-" : "";
  switch (value.source) {
    case Value::Source::unknown:
      return "unknown";
    case Value::Source::null:
      return "null";
    case Value::Source::literal:
      return sign + "#" + std::to_string(value.index);
    case Value::Source::parameter:
      return "?" + std::to_string(value.index);
  }
  return "";
}

std::string text_of(const ColumnName& column) { return (column.item.empty() ? "" : column.item + ".") + column.name; }

std::string text_of(const Equality& equality) {
  std::string out = text_of(equality.column) + "=" + text_of(equality.other);
  for (const Value& value : equality.values) out += (out.back() == '=' ? "" : "|") + text_of(value);
  if (equality.scope != 0) out += "@" + std::to_string(equality.scope);
  return out;
}

// "t:x[1] a=#0 | ..." one level after the other: items with alias and scopes, equalities, flags.
std::string levels(const std::string& sql, const Dialect& dialect = {}) {
  std::string out;
  const Facts facts = extract_facts(sql, dialect);
  for (const QueryLevel& level : facts.statements.front().levels) {
    if (!out.empty()) out += " / ";
    if (level.parent >= 0) out += "in " + std::to_string(level.parent) + ": ";
    for (const FromItem& item : level.items) {
      out += (item.level > 0 ? "level " + std::to_string(item.level) : item.relation.name) + ":" + item.alias;
      for (const std::uint32_t scope : item.scopes) out += "@" + std::to_string(scope);
      out += " ";
    }
    for (const Equality& equality : level.equalities) out += text_of(equality) + " ";
    if (level.groups) out += "groups ";
    if (level.limits) out += "limits ";
    if (out.ends_with(' ')) out.pop_back();
  }
  return out;
}

TEST(MysqlLevels, ConjunctsCount) {
  EXPECT_EQ(levels("SELECT a FROM t WHERE a = 1 AND 2 = b AND c = -3 AND (d = ? && e = 'x') AND f > 4"),
            "t:t a=#0 b=#1 c=-#2 d=?0 e=#3");
  EXPECT_EQ(levels("SELECT a FROM t WHERE a IN (1, ?, NULL) AND b = 2 OR FALSE"), "t:t");
  EXPECT_EQ(levels("SELECT a FROM t WHERE a IN (1, ?, NULL) AND (b = 2 OR b = 3 OR b IN (4))"),
            "t:t a=#0|?0|null b=#1|#2|#3");
  EXPECT_EQ(levels("SELECT a FROM t WHERE (a, b) = (1, 2) AND ROW(c, d) = ROW(e, 3)"), "t:t a=#0 b=#1 c=e d=#2");
  EXPECT_EQ(levels("SELECT a FROM t WHERE a = 1 OR b = 2"), "t:t");
}

TEST(MysqlLevels, WhatIsNoPlainEqualityDoesNotCount) {
  for (const char* condition : {"NOT a = 1",
                                "a <=> 1",
                                "a = 1 IS TRUE",
                                "a = 1 XOR b",
                                "a = 1 + 1",
                                "a = b = 1",
                                "a = 1 COLLATE utf8mb4_bin",
                                "BINARY a = 1",
                                "a = BINARY 'x'",
                                "a = _utf8'x'",
                                "a = 'x' 'y'",
                                "a = +1",
                                "a = - -1",
                                "a = @b",
                                "a = 1 | 0",
                                "a NOT IN (1)",
                                "a IN (1, 1 + 1)",
                                "a = ANY (SELECT 1 FROM u)",
                                "a LIKE 'x'",
                                "a BETWEEN 1 AND 1",
                                "a = TRUE",
                                "a COLLATE utf8mb4_bin = 'x'",
                                "a -> '$.x' = 1",
                                "a = f(1)",
                                "@b := a = 1",
                                "a = 1 IN (0)",
                                "!a = 1"}) {
    const std::string found = levels(std::string("SELECT a FROM t WHERE ") + condition);
    EXPECT_EQ(found.find("a="), std::string::npos) << condition << ": " << found;
  }
}

TEST(MysqlLevels, PipesMeanWhatTheModeSays) {
  EXPECT_EQ(levels("SELECT a FROM t WHERE a = 1 || a = 2"), "t:t a=#0|#1");
  Dialect dialect;
  dialect.pipes_as_concat = true;
  EXPECT_EQ(levels("SELECT a FROM t WHERE b = 1 AND a = 1 || 'x'", dialect), "t:t b=#0");
}

TEST(MysqlLevels, Joins) {
  EXPECT_EQ(levels("SELECT 1 FROM t x JOIN u ON x.a = u.b AND u.c = 5 WHERE x.a = 1"), "t:x u:u x.a=u.b u.c=#1 x.a=#2");
  EXPECT_EQ(levels("SELECT 1 FROM t LEFT JOIN u ON t.a = u.a WHERE t.a = 1"), "t:t u:u@1 t.a=u.a@1 t.a=#1");
  EXPECT_EQ(levels("SELECT 1 FROM t RIGHT JOIN u ON t.a = u.a WHERE u.a = 1"), "t:t@1 u:u t.a=u.a@1 u.a=#1");
  EXPECT_EQ(levels("SELECT 1 FROM t LEFT JOIN (u JOIN v ON u.a = v.a) ON t.a = u.a"),
            "t:t u:u@1 v:v@1 u.a=v.a@1 t.a=u.a@1");
  EXPECT_EQ(levels("SELECT 1 FROM t JOIN u JOIN v ON u.a = v.a ON t.a = u.a"), "t:t u:u v:v u.a=v.a t.a=u.a");
  EXPECT_EQ(levels("SELECT 1 FROM t NATURAL JOIN u"), "t:t u:u");
}

TEST(MysqlLevels, SubQueries) {
  EXPECT_EQ(levels("SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a AND u.b = 1) AND t.a = 2"),
            "t:t t.a=#3 / in 0: u:u u.a=t.a u.b=#2");
  EXPECT_EQ(levels("SELECT 1 FROM (SELECT a FROM t LIMIT 1) x WHERE x.a = 1"), "level 2:x x.a=#2 / t:t limits");
  EXPECT_EQ(levels("SELECT 1 FROM t UNION SELECT 2 FROM u WHERE a = 1"), "groups / t:t / u:u a=#2");
  EXPECT_EQ(levels("WITH x AS (SELECT a FROM t WHERE a = 1) SELECT 2 FROM x WHERE a = 3"), ":x a=#2 / t:t a=#0");
}

TEST(MysqlLevels, AColumnWithItsSchemaMayBeOfALevelAround) {
  EXPECT_EQ(levels("SELECT 1 FROM d.t WHERE d.t.a = 1"), "t:t t.a=#1");
  EXPECT_EQ(levels("SELECT 1 FROM d.t WHERE EXISTS (SELECT 1 FROM e.t WHERE d.t.a = 1 AND d.t.b IN (2) AND t.c = 3)"),
            "t:t / in 0: t:t t.c=#4");
  EXPECT_EQ(levels("SELECT (SELECT 1 FROM (SELECT 1 FROM e.t WHERE d.t.a = 1 AND t.b = d.t.b) x) FROM d.t"),
            "t:t / in 0: level 3:x / t:t");
}

TEST(MysqlLevels, RowsThatAreNotTheItems) {
  EXPECT_EQ(levels("SELECT DISTINCT a FROM t"), "t:t groups");
  EXPECT_EQ(levels("SELECT a FROM t GROUP BY a"), "t:t groups");
  EXPECT_EQ(levels("SELECT max(a) FROM t"), "t:t groups");
  EXPECT_EQ(levels("SELECT a FROM t ORDER BY count(*)"), "t:t groups");
  EXPECT_EQ(levels("SELECT upper(a) FROM t"), "t:t");
  EXPECT_EQ(levels("SELECT my_own(a) FROM t"), "t:t groups");
  EXPECT_EQ(levels("SELECT a, last_value(b) OVER (ORDER BY c) FROM t"), "t:t groups");
  EXPECT_EQ(levels("SELECT (SELECT max(t.a) FROM u) FROM t"), "t:t groups / in 0: u:u groups");
}

TEST(MysqlLevels, Outputs) {
  const auto facts = extract_facts("SELECT a, t.b AS x, c 'y', *, t.*, 1 FROM t", {}).statements.front();
  const auto& outputs = facts.levels.front().outputs;
  ASSERT_EQ(outputs.size(), 6U);
  EXPECT_EQ(outputs[0], (Output{"a", {"", "a", false}}));
  EXPECT_EQ(outputs[1], (Output{"x", {"t", "b", false}}));
  EXPECT_EQ(outputs[2].name, "");  // it is lifted out of the shape
  EXPECT_EQ(outputs[3], (Output{"*", {}}));
  EXPECT_EQ(outputs[4], (Output{"*", {"t", "", false}}));
  EXPECT_EQ(outputs[5], (Output{"", {}}));
}

// "insert t (a b) #0 #1; set c=#2 on conflict 2"
std::string changes(const std::string& sql, const Dialect& dialect = {}) {
  static const std::vector<std::string> kinds = {"other", "insert", "update", "remove"};
  std::ostringstream out;
  const Facts facts = extract_facts(sql, dialect);
  for (const Change& change : facts.statements.front().changes) {
    out << kinds[static_cast<std::size_t>(change.kind)] << " " << change.relation.name;
    if (change.level > 0) out << " level " << change.level;
    for (const auto& column : change.columns) out << " " << column;
    for (const auto& row : change.rows) {
      out << " (";
      for (const Value& value : row) out << (&value == row.data() ? "" : " ") << text_of(value);
      out << ")";
    }
    for (const Assignment& each : change.assignments) out << " " << each.column << ":=" << text_of(each.value);
    if (change.on_conflict == Change::OnConflict::does_nothing) out << " ignore";
    if (change.on_conflict == Change::OnConflict::updates) out << " or update";
    out << ";";
  }
  return out.str();
}

TEST(MysqlChanges, Inserts) {
  EXPECT_EQ(changes("INSERT INTO t (A, b) VALUES (1, ?), (-2, DEFAULT)"), "insert t a b (#0 ?0) (-#1 unknown);");
  EXPECT_EQ(changes("INSERT INTO t SET a = 1, b = now()"), "insert t a b (#0 unknown);");
  EXPECT_EQ(changes("INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE b = 2"), "insert t (#0) b:=#1 or update;");
  EXPECT_EQ(changes("INSERT INTO t SET a = 1 ON DUPLICATE KEY UPDATE b = 2"), "insert t a (#0) b:=#1 or update;");
  EXPECT_EQ(changes("INSERT INTO t SELECT 1"), "insert t;");
  EXPECT_EQ(changes("REPLACE INTO t VALUES (1)"), "other t (#0);");
  EXPECT_EQ(changes("LOAD DATA INFILE 'x' INTO TABLE t"), "insert t;");
  EXPECT_EQ(changes("LOAD DATA INFILE 'x' REPLACE INTO TABLE t"), "other t;");
}

// NULL may become the next number; IGNORE and loose modes make values fit.
TEST(MysqlChanges, ValuesThatMayNotBeStoredAsTheyStand) {
  EXPECT_EQ(changes("INSERT INTO t VALUES (NULL, 1)"), "insert t (unknown #0);");
  EXPECT_EQ(changes("UPDATE t SET a = NULL"), "update t level 1 a:=unknown;");
  EXPECT_EQ(changes("INSERT IGNORE INTO t VALUES (1)"), "insert t (unknown) ignore;");
  EXPECT_EQ(changes("UPDATE IGNORE t SET a = 1"), "update t level 1 a:=unknown;");
  Dialect loose;
  loose.strict = false;
  EXPECT_EQ(changes("INSERT INTO t VALUES (1)", loose), "insert t (unknown);");
  EXPECT_EQ(changes("UPDATE t SET a = 1, A = 2"), "update t level 1 a:=unknown;");
  EXPECT_EQ(changes("UPDATE t SET `\xc3\xa9` = 1"), "other t level 1 \xc3\xa9:=#0;");
  EXPECT_EQ(changes("INSERT INTO t (`\xc3\xa9`) VALUES (1)"), "other t \xc3\xa9 (#0);");
}

TEST(MysqlChanges, UpdatesAndDeletes) {
  EXPECT_EQ(changes("UPDATE t x SET x.a = 1, b = ?"), "update t level 1 a:=#0 b:=?0;");
  EXPECT_EQ(levels("UPDATE t x SET a = 1 WHERE x.b = 2 LIMIT 3"), "t:x x.b=#1");
  EXPECT_EQ(changes("UPDATE t, u SET t.a = 1"), "other t;");
  EXPECT_EQ(changes("UPDATE t x, u SET t.a = 1, a = 2"), "other t;other u;");
  EXPECT_EQ(changes("DELETE FROM t WHERE a = 1"), "remove t level 1;");
  EXPECT_EQ(levels("DELETE FROM t WHERE a = 1"), "t:t a=#0");
  EXPECT_EQ(changes("DELETE x FROM t x"), "other t;");
  EXPECT_EQ(changes("DELETE t FROM t x, u"), "other t;");
}

TEST(MysqlChanges, WhatForgetsKeys) {
  for (const char* sql :
       {"UPDATE t FOR PORTION OF p FROM 1 TO 2 SET a = 1", "DELETE HISTORY FROM t",
        "SET STATEMENT a = 1 FOR DELETE FROM t", "INSERT /*+ SET_VAR(sql_mode='') */ INTO t VALUES (1)"}) {
    const auto facts = extract_facts(sql, {}).statements.front();
    EXPECT_TRUE(facts.keys_unknown && facts.changes.empty() && facts.levels.empty()) << sql;
    EXPECT_EQ(facts.writes, (std::vector<QualifiedName>{{"", "t"}})) << sql;
  }
}

// Of texts that are not lifted the literals are nobody's.
TEST(MysqlChanges, LiteralsAreKnownOfLiftedTextsOnly) {
  EXPECT_EQ(changes("INSERT INTO t VALUES (1); SELECT 1"), "insert t (unknown);");
  const auto prepared = extract_facts("PREPARE s FROM 'SELECT a FROM t WHERE a = 1 AND b = ?'", {}).statements.front();
  ASSERT_EQ(prepared.inner.size(), 1U);
  EXPECT_EQ(prepared.inner.front().levels.front().equalities.size(), 1U);
}

}  // namespace
}  // namespace tapri::sql::mysql
