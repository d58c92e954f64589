// Columns, the keys made of them, and views' definitions, read from a real PostgreSQL's catalogs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "loader_fixture.h"

namespace tapri::dbclient::pg {
namespace {

using catalog::ColumnType;
using catalog::ForeignKeyAction;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// As it was read, before a snapshot is made of it.
class ColumnsTest : public dbclient::test::DatabaseTest {
 protected:
  const catalog::Snapshot::Source& load(const std::string& sql) {
    run(sql);
    auto connection = ControlConnection::open(config(), database_);
    EXPECT_TRUE(connection) << connection.error().message;
    auto source = (*connection)->load("test/" + database_);
    EXPECT_TRUE(source) << source.error().message;
    source_ = std::move(*source);
    return source_;
  }
  const catalog::Relation& relation(const std::string& name) const {
    const auto found =
        std::ranges::find_if(source_.relations, [&](const auto& r) { return r.schema == "public" && r.name == name; });
    static const catalog::Relation kNone;
    EXPECT_NE(found, source_.relations.end()) << name;
    return found == source_.relations.end() ? kNone : *found;
  }
  std::string name_of(catalog::ObjectId oid) const {
    const auto found = std::ranges::find(source_.relations, oid, &catalog::Relation::oid);
    return found == source_.relations.end() ? "?" : found->name;
  }
  const catalog::Column& column(const std::string& table, const std::string& name) const {
    const auto& columns = relation(table).columns;
    const auto found = std::ranges::find(columns, name, &catalog::Column::name);
    static const catalog::Column kNone;
    EXPECT_NE(found, columns.end()) << table << '.' << name;
    return found == columns.end() ? kNone : *found;
  }
  std::vector<std::string> columns(const std::string& table) const {
    std::vector<std::string> names;
    for (const catalog::Column& column : relation(table).columns) names.push_back(column.name);
    return names;
  }
  // "table(a,b)", primary ones with a star.
  std::vector<std::string> unique_keys() const {
    std::vector<std::string> keys;
    for (const catalog::UniqueKey& key : source_.unique_keys) {
      keys.push_back((key.primary ? "*" : "") + name_of(key.relation) + '(' + joined(key.columns) + ')');
    }
    return keys;
  }
  std::vector<std::string> indexed_columns() const {
    std::vector<std::string> names;
    for (const auto& indexed : source_.indexed_columns)
      names.push_back(name_of(indexed.relation) + '.' + indexed.column);
    return names;
  }
  // "child(a,b)->parent(c,d) delete,update"
  std::vector<std::string> foreign_keys() const {
    std::vector<std::string> keys;
    for (const catalog::ForeignKey& key : source_.foreign_keys) {
      keys.push_back(name_of(key.child) + '(' + joined(key.child_columns) + ")->" + name_of(key.parent) + '(' +
                     joined(key.parent_columns) + ") " + word(key.on_delete) + ',' + word(key.on_update));
    }
    return keys;
  }

 private:
  static std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ",") + word;
    return all;
  }
  static std::string word(ForeignKeyAction action) {
    switch (action) {
      case ForeignKeyAction::none:
        return "none";
      case ForeignKeyAction::cascade:
        return "cascade";
      case ForeignKeyAction::set_null:
        return "null";
      case ForeignKeyAction::set_default:
        return "default";
    }
    return "?";
  }
  catalog::Snapshot::Source source_;
};

TEST_F(ColumnsTest, ColumnsInTheirOrder) {
  load(R"sql(
    CREATE TABLE t (c int, gone int, a text, "B c" uuid);
    ALTER TABLE t DROP COLUMN gone;
    CREATE VIEW v AS SELECT a, c FROM t;
    CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
    CREATE TABLE p (id int) PARTITION BY RANGE (id);
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (id int) SERVER sv;
    CREATE TABLE bare ())sql");
  EXPECT_THAT(columns("t"), ElementsAre("c", "a", "B c"));
  EXPECT_THAT(columns("v"), ElementsAre("a", "c"));
  EXPECT_THAT(columns("m"), ElementsAre("a"));
  EXPECT_THAT(columns("p"), ElementsAre("id"));
  EXPECT_THAT(columns("f"), ElementsAre("id"));
  EXPECT_THAT(columns("bare"), IsEmpty());
}

TEST_F(ColumnsTest, TypesOfColumns) {
  load(R"sql(
    CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE DOMAIN whole AS int;
    CREATE TABLE t (i2 int2, i4 int, i8 bigint, u uuid, s text, v varchar, v10 varchar(10), c text COLLATE "C",
                    l text COLLATE loose, lv varchar(5) COLLATE loose, ch char(3), one "char", n name, d whole, nu numeric,
                    o oid, b bytea, ia int[], serial serial,
                    g int GENERATED ALWAYS AS (i4 + 1) STORED, id int GENERATED ALWAYS AS IDENTITY))sql");
  for (const char* name : {"i2", "i4", "i8", "serial", "g", "id"}) {
    EXPECT_EQ(column("t", name).type, ColumnType::integer) << name;
  }
  EXPECT_EQ(column("t", "u").type, ColumnType::uuid);
  for (const char* name : {"s", "v", "v10", "c"}) EXPECT_EQ(column("t", name).type, ColumnType::text) << name;
  for (const char* name : {"l", "lv", "ch", "one", "n", "d", "nu", "o", "b", "ia"}) {
    EXPECT_EQ(column("t", name).type, ColumnType::other) << name;
  }
  EXPECT_EQ(column("t", "v10").assignable.max_length, 10U);
  EXPECT_EQ(column("t", "v").assignable.max_length, 0U);
  EXPECT_EQ(column("t", "s").assignable.max_length, 0U);
  EXPECT_TRUE(column("t", "g").generated);
  EXPECT_FALSE(column("t", "id").generated);
  EXPECT_FALSE(column("t", "i4").generated);
}

TEST_F(ColumnsTest, UniqueKeys) {
  load(R"sql(
    CREATE TABLE t (id int PRIMARY KEY, a int, b text, c int, UNIQUE (b, a), UNIQUE (c) DEFERRABLE);
    CREATE UNIQUE INDEX ON t (a) INCLUDE (c);
    CREATE UNIQUE INDEX ON t (lower(b));
    CREATE UNIQUE INDEX ON t (a, lower(b));
    CREATE UNIQUE INDEX ON t (c, b) WHERE a > 0;
    CREATE INDEX ON t (c, a);
    CREATE TABLE p (id int, k int, PRIMARY KEY (k, id)) PARTITION BY RANGE (id);
    CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
    CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE UNIQUE INDEX ON m (id))sql");
  EXPECT_THAT(unique_keys(),
              UnorderedElementsAre("*t(id)", "t(b,a)", "t(c)", "t(a)", "*p(k,id)", "*p1(k,id)", "m(id)"));
}

TEST_F(ColumnsTest, UniqueByAnotherEqualityIsNoKey) {
  load(R"sql(
    CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE FUNCTION cmp(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT btint4cmp($1 / 10, $2 / 10)';
    CREATE FUNCTION eq(int, int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT cmp($1, $2) = 0';
    CREATE FUNCTION lt(int, int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT cmp($1, $2) < 0';
    CREATE FUNCTION le(int, int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT cmp($1, $2) <= 0';
    CREATE OPERATOR ~= (LEFTARG = int, RIGHTARG = int, FUNCTION = eq, COMMUTATOR = ~=);
    CREATE OPERATOR ~< (LEFTARG = int, RIGHTARG = int, FUNCTION = lt);
    CREATE OPERATOR ~<= (LEFTARG = int, RIGHTARG = int, FUNCTION = le);
    CREATE OPERATOR ~> (LEFTARG = int, RIGHTARG = int, FUNCTION = lt);
    CREATE OPERATOR ~>= (LEFTARG = int, RIGHTARG = int, FUNCTION = le);
    CREATE OPERATOR CLASS tens FOR TYPE int USING btree AS OPERATOR 1 ~<, OPERATOR 2 ~<=, OPERATOR 3 ~=,
      OPERATOR 4 ~>=, OPERATOR 5 ~>, FUNCTION 1 cmp(int, int);
    CREATE TABLE t (a int, b text, c text COLLATE loose, d text COLLATE "C", e text);
    CREATE UNIQUE INDEX looser_than_column ON t (e COLLATE loose);
    CREATE UNIQUE INDEX own_operators ON t (a tens);
    CREATE UNIQUE INDEX pattern ON t (d text_pattern_ops);
    CREATE UNIQUE INDEX stricter_than_column ON t (c COLLATE "C");
    CREATE UNIQUE INDEX one_of_two ON t (b, a tens);
    CREATE UNIQUE INDEX same_loose ON t (c);
    CREATE UNIQUE INDEX both_bytewise ON t (b COLLATE "C", d COLLATE "POSIX"))sql");
  EXPECT_THAT(unique_keys(), UnorderedElementsAre("t(c)", "t(b,d)"));
  // ON CONFLICT (e) finds a row with another e.
  EXPECT_EQ(column("t", "a").type, catalog::ColumnType::other);
  EXPECT_EQ(column("t", "e").type, catalog::ColumnType::other);
  EXPECT_EQ(column("t", "b").type, catalog::ColumnType::text);
  EXPECT_EQ(column("t", "d").type, catalog::ColumnType::text);
}

TEST_F(ColumnsTest, InvalidIndexesAreNone) {
  load(R"sql(
    CREATE TABLE p (id int, a int) PARTITION BY RANGE (id);
    CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
    CREATE UNIQUE INDEX ON ONLY p (id);
    CREATE INDEX ON ONLY p (a))sql");
  EXPECT_THAT(unique_keys(), IsEmpty());
  EXPECT_THAT(indexed_columns(), IsEmpty());
}

TEST_F(ColumnsTest, IndexedColumns) {
  load(R"sql(
    CREATE TABLE t (id int PRIMARY KEY, a int, b text, c jsonb, d int, e int, UNIQUE (a, b));
    CREATE INDEX ON t (a);
    CREATE INDEX ON t (lower(b));
    CREATE INDEX ON t USING gin (c);
    CREATE INDEX ON t USING hash (d) WHERE e > 0;
    CREATE INDEX ON t ((e + 1), e);
    CREATE TABLE child (r int REFERENCES t, s int, u text, FOREIGN KEY (s, u) REFERENCES t (a, b));
    CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE INDEX ON m (id))sql");
  EXPECT_THAT(indexed_columns(), UnorderedElementsAre("t.id", "t.a", "t.c", "t.d", "child.r", "child.s", "m.id"));
}

TEST_F(ColumnsTest, ForeignKeys) {
  load(R"sql(
    CREATE TABLE parent (gone int, id int PRIMARY KEY, a int, b int, UNIQUE (b, a));
    ALTER TABLE parent DROP COLUMN gone;
    CREATE TABLE c1 (x int, r int REFERENCES parent ON DELETE CASCADE);
    CREATE TABLE c2 (r int REFERENCES parent ON DELETE SET NULL ON UPDATE CASCADE);
    CREATE TABLE c3 (r int DEFAULT 1 REFERENCES parent ON DELETE SET DEFAULT);
    CREATE TABLE c4 (r int REFERENCES parent ON DELETE RESTRICT);
    CREATE TABLE c5 (p int, q int, FOREIGN KEY (q, p) REFERENCES parent (a, b) ON UPDATE SET NULL);
    CREATE TABLE self (id int PRIMARY KEY, up int REFERENCES self ON DELETE CASCADE))sql");
  EXPECT_THAT(foreign_keys(),
              UnorderedElementsAre("c1(r)->parent(id) cascade,none", "c2(r)->parent(id) null,cascade",
                                   "c3(r)->parent(id) default,none", "c4(r)->parent(id) none,none",
                                   "c5(q,p)->parent(a,b) none,null", "self(up)->self(id) cascade,none"));
}

// What partitions have is a copy of the one above them, which stands for the family; one that a partition has by itself
// is there as well, also once it is detached.
TEST_F(ColumnsTest, ForeignKeysOfPartitions) {
  load(R"sql(
    CREATE TABLE parent (id int PRIMARY KEY) PARTITION BY RANGE (id);
    CREATE TABLE parent1 PARTITION OF parent FOR VALUES FROM (0) TO (10);
    CREATE TABLE child (id int, r int REFERENCES parent ON DELETE CASCADE) PARTITION BY RANGE (id);
    CREATE TABLE child1 (r int, id int); ALTER TABLE child ATTACH PARTITION child1 FOR VALUES FROM (0) TO (10);
    CREATE TABLE child2 PARTITION OF child FOR VALUES FROM (10) TO (20);
    CREATE TABLE other (id int PRIMARY KEY);
    ALTER TABLE child1 ADD FOREIGN KEY (id) REFERENCES other ON DELETE CASCADE)sql");
  EXPECT_THAT(foreign_keys(),
              UnorderedElementsAre("child(r)->parent(id) cascade,none", "child1(id)->other(id) cascade,none"));
  load("ALTER TABLE child DETACH PARTITION child2");
  EXPECT_THAT(foreign_keys(),
              testing::IsSupersetOf({"child(r)->parent(id) cascade,none", "child2(r)->parent(id) cascade,none"}));
}

TEST_F(ColumnsTest, OwnEquality) {
  EXPECT_FALSE(load(R"sql(
    CREATE EXTENSION citext;
    CREATE FUNCTION eq(uuid, text) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT $1::text = $2';
    CREATE FUNCTION eq(anyelement, anyelement) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true';
    CREATE OPERATOR == (LEFTARG = uuid, RIGHTARG = text, FUNCTION = eq))sql")
                   .own_equality);
  EXPECT_TRUE(load("CREATE OPERATOR = (LEFTARG = uuid, RIGHTARG = text, FUNCTION = eq)").own_equality);
  EXPECT_FALSE(load("DROP OPERATOR = (uuid, text)").own_equality);
  EXPECT_TRUE(load("CREATE OPERATOR = (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = eq)").own_equality);
  EXPECT_FALSE(load("DROP OPERATOR = (anyelement, anyelement)").own_equality);
  EXPECT_TRUE(load(R"sql(
    CREATE FUNCTION eq(numeric, int2) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true';
    CREATE OPERATOR = (LEFTARG = numeric, RIGHTARG = int2, FUNCTION = eq))sql")
                  .own_equality);
}

TEST_F(ColumnsTest, DefinitionsOfViews) {
  load(R"sql(
    CREATE SCHEMA other; CREATE TABLE other.t (id int, a text);
    CREATE FUNCTION other.f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
    CREATE TABLE t (id int);
    CREATE VIEW v AS SELECT x.id, other.f(y.id), abs(x.id) FROM other.t x JOIN t y ON x.id = y.id;
    CREATE VIEW united AS SELECT id FROM t UNION SELECT id FROM other.t;
    CREATE VIEW over AS WITH t AS (SELECT * FROM v) SELECT * FROM t;
    CREATE VIEW constant AS SELECT 1 AS one;
    CREATE VIEW locking AS SELECT id FROM t FOR UPDATE;
    CREATE TEMP VIEW passing AS SELECT id FROM t;
    CREATE MATERIALIZED VIEW m AS SELECT id FROM t)sql");
  ASSERT_NE(relation("v").definition, nullptr);
  EXPECT_THAT(relation("v").definition->reads,
              UnorderedElementsAre(sql::QualifiedName{"other", "t"}, sql::QualifiedName{"public", "t"}));
  EXPECT_THAT(relation("v").definition->functions,
              UnorderedElementsAre(sql::QualifiedName{"other", "f"}, sql::QualifiedName{"", "abs"}));
  ASSERT_NE(relation("united").definition, nullptr);
  ASSERT_NE(relation("over").definition, nullptr);
  EXPECT_THAT(relation("over").definition->reads, ElementsAre(sql::QualifiedName{"public", "v"}));
  for (const char* name : {"constant", "locking", "t", "m"}) EXPECT_EQ(relation(name).definition, nullptr) << name;
}

// Reading the schema waits for nobody.
TEST_F(ColumnsTest, DefinitionsThatAreLockedAreLeftOut) {
  run("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t");
  tapri::test::PostgresSession session(server().url(database_));
  session.run("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
  load("");
  EXPECT_EQ(relation("v").definition, nullptr);
  EXPECT_THAT(columns("v"), ElementsAre("id"));
  session.run("ROLLBACK");
  load("");
  EXPECT_NE(relation("v").definition, nullptr);
}

}  // namespace
}  // namespace tapri::dbclient::pg
