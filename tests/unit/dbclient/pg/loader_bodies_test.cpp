// What routines and triggers do, read from a real PostgreSQL's catalogs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "catalog/resolve.h"
#include "dbclient/pg/loader_bodies.h"
#include "loader_fixture.h"
#include "sql/pg/facts.h"

namespace tapri::dbclient::pg {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Names = std::vector<sql::QualifiedName>;

class BodiesTest : public test::LoaderTest {
 protected:
  void SetUp() override {
    LoaderTest::SetUp();
    run("CREATE TABLE t (id int, a text); CREATE TABLE log (id int); CREATE SCHEMA other;"
        "CREATE TABLE other.t (id int)");
  }
  // The relations that the routine's body reads or writes; "unknown" where it is not known.
  Names touched(const std::string& name, const std::string& schema = "public") const {
    const catalog::Routine& routine = function(name, schema);
    if (routine.body == nullptr) return {{"", "unknown"}};
    Names all;
    for (const auto& statement : routine.body->statements) {
      all.insert(all.end(), statement.reads.begin(), statement.reads.end());
      all.insert(all.end(), statement.writes.begin(), statement.writes.end());
    }
    return all;
  }
  bool knows(const std::string& name) const { return function(name).body != nullptr; }
  catalog::Resolution resolve(const std::string& sql) const {
    const std::vector<std::string> path = {"pg_catalog", "public"};
    return catalog::resolve(sql::pg::extract_facts(sql).statements.front(), snapshot_.get(), "", path, {}, std::nullopt,
                            catalog::Precision::relations);
  }
  bool writes_only(const std::string& sql, const std::vector<std::string>& tables) const {
    coherence::Footprint expected;
    for (const std::string& name : tables) {
      expected.add(coherence::any_of(snapshot_->database(), relation(name).family));
    }
    const auto found = resolve(sql).footprint.dependencies();
    return std::set(found.begin(), found.end()) ==
           std::set(expected.dependencies().begin(), expected.dependencies().end());
  }
};

TEST_F(BodiesTest, OfEveryKind) {
  load(R"sql(
    CREATE FUNCTION in_sql(x int) RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM t WHERE id = x';
    CREATE FUNCTION standard(x int) RETURNS bigint STABLE LANGUAGE sql RETURN (SELECT count(*) FROM t WHERE id = x);
    CREATE FUNCTION atomic(x int) RETURNS void LANGUAGE sql BEGIN ATOMIC
      INSERT INTO other.t VALUES (x); SELECT CASE WHEN id > 0 THEN 1 END FROM t; END;
    CREATE FUNCTION in_plpgsql(x int) RETURNS int LANGUAGE plpgsql AS
      $$BEGIN IF x > 0 THEN INSERT INTO log VALUES (x); END IF; RETURN (SELECT max(id) FROM other.t); END$$;
    CREATE FUNCTION in_a_set(x int) RETURNS TABLE (id int) LANGUAGE plpgsql AS
      $$BEGIN RETURN QUERY SELECT t.id FROM t; END$$;
    CREATE FUNCTION with_output(INOUT x int, OUT y int) LANGUAGE plpgsql AS
      $$BEGIN x := 1; y := (SELECT max(id) FROM log); END$$;
    CREATE PROCEDURE proc(x int) LANGUAGE plpgsql AS $$BEGIN DELETE FROM log WHERE id = x; END$$)sql");
  EXPECT_THAT(touched("in_sql"), ElementsAre(sql::QualifiedName{"", "t"}));
  EXPECT_THAT(touched("standard"), ElementsAre(sql::QualifiedName{"public", "t"}));
  EXPECT_THAT(touched("atomic"), ElementsAre(sql::QualifiedName{"public", "t"}, sql::QualifiedName{"other", "t"}));
  EXPECT_THAT(touched("in_plpgsql"), ElementsAre(sql::QualifiedName{"other", "t"}, sql::QualifiedName{"", "log"}));
  EXPECT_THAT(touched("in_a_set"), ElementsAre(sql::QualifiedName{"", "t"}));
  EXPECT_THAT(touched("with_output"), ElementsAre(sql::QualifiedName{"", "log"}));
  EXPECT_THAT(touched("proc"), ElementsAre(sql::QualifiedName{"", "log"}, sql::QualifiedName{"", "log"}));
  EXPECT_TRUE(function("standard").body->qualified);
  EXPECT_FALSE(function("in_sql").body->qualified);
  EXPECT_TRUE(writes_only("SELECT in_plpgsql(1)", {"log"}));
  EXPECT_TRUE(writes_only("CALL proc(1)", {"log"}));
  EXPECT_EQ(resolve("SELECT in_sql(1) FROM t").obstacle, Reason::none);
  EXPECT_EQ(resolve("SELECT standard(1) FROM t").obstacle, Reason::none);
}

TEST_F(BodiesTest, UnknownOnes) {
  load(R"sql(
    CREATE FUNCTION dynamic() RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE 'SELECT 1'; END$$;
    CREATE FUNCTION sets() RETURNS void LANGUAGE plpgsql AS $$BEGIN SET LOCAL work_mem = '1MB'; END$$;
    CREATE FUNCTION defines() RETURNS void LANGUAGE sql AS 'CREATE TABLE x (id int)';
    CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$BEGIN COMMIT; END$$;
    CREATE AGGREGATE agg (int) (SFUNC = int4_sum, STYPE = bigint);
    CREATE FUNCTION in_c(text) RETURNS text VOLATILE LANGUAGE internal AS 'upper')sql");
  for (const char* name : {"dynamic", "sets", "defines", "commits", "agg", "in_c"}) EXPECT_FALSE(knows(name)) << name;
}

TEST_F(BodiesTest, OverloadsAreOne) {
  load(R"sql(
    CREATE FUNCTION pair(int) RETURNS int LANGUAGE sql AS 'SELECT max(id) FROM t';
    CREATE FUNCTION pair(text) RETURNS void LANGUAGE sql AS 'INSERT INTO log VALUES (1)';
    CREATE FUNCTION half(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION half(text) RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE $1; END$$;
    CREATE FUNCTION paths(int) RETURNS int SET search_path = other LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION paths(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION with_c(int) RETURNS int LANGUAGE sql AS 'SELECT max(id) FROM t';
    CREATE FUNCTION with_c(text) RETURNS text IMMUTABLE LANGUAGE internal AS 'upper';
    CREATE FUNCTION other.pair(int) RETURNS int LANGUAGE sql AS 'SELECT 1')sql");
  EXPECT_THAT(touched("pair"), UnorderedElementsAre(sql::QualifiedName{"", "t"}, sql::QualifiedName{"", "log"}));
  EXPECT_THAT(touched("with_c"), ElementsAre(sql::QualifiedName{"", "t"}));
  EXPECT_THAT(touched("pair", "other"), IsEmpty());
  EXPECT_FALSE(knows("half"));
  EXPECT_FALSE(knows("paths"));
}

TEST_F(BodiesTest, OwnSearchPath) {
  load(R"sql(
    CREATE SCHEMA "Mixed, ""Case"; CREATE TABLE "Mixed, ""Case".t (id int);
    CREATE FUNCTION with_path() RETURNS void SET search_path = other, "Mixed, ""Case", pg_temp SET work_mem = '2MB'
      LANGUAGE sql AS 'DELETE FROM t';
    CREATE FUNCTION with_none() RETURNS void SET search_path = '' LANGUAGE sql AS 'DELETE FROM public.t';
    CREATE FUNCTION of_user() RETURNS void SET search_path = "$user", public LANGUAGE sql AS 'DELETE FROM t';
    CREATE FUNCTION plain() RETURNS void SET work_mem = '2MB' LANGUAGE sql AS 'DELETE FROM t')sql");
  EXPECT_THAT(*function("with_path").body->search_path, ElementsAre("other", "Mixed, \"Case"));
  EXPECT_THAT(*function("with_none").body->search_path, ElementsAre(""));
  EXPECT_FALSE(knows("of_user"));
  EXPECT_FALSE(function("plain").body->search_path);
  EXPECT_TRUE(writes_only("SELECT plain()", {"t"}));
  EXPECT_FALSE(writes_only("SELECT with_path()", {"t"}));
}

TEST(SearchPath, IsParsedAsTheServerDoes) {
  using Schemas = std::vector<std::string>;
  EXPECT_EQ(parse_search_path("a, B,\"C d\"  ,\"e\"\"f\",g"), (Schemas{"a", "b", "C d", "e\"f", "g"}));
  EXPECT_EQ(parse_search_path("pg_temp, a"), Schemas{"a"});
  EXPECT_EQ(parse_search_path("\"a,b\""), Schemas{"a,b"});
  EXPECT_EQ(parse_search_path("a, $user"), std::nullopt);
  EXPECT_EQ(parse_search_path("\"$user\""), std::nullopt);
}

// What PostgreSQL puts into the caller's query is done by the call.
TEST_F(BodiesTest, DefaultsOfArgumentsAreDoneToo) {
  load(R"sql(
    CREATE FUNCTION inserts() RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (1) RETURNING id';
    CREATE FUNCTION with_write(x int, y int DEFAULT inserts()) RETURNS void LANGUAGE sql AS 'DELETE FROM t';
    CREATE FUNCTION with_clock(x int, y timestamptz DEFAULT now()) RETURNS int STABLE LANGUAGE sql AS 'SELECT x';
    CREATE FUNCTION with_constant(x int, y int DEFAULT 5) RETURNS int STABLE LANGUAGE sql AS 'SELECT x')sql");
  EXPECT_TRUE(writes_only("SELECT with_write(1)", {"t", "log"}));
  EXPECT_EQ(resolve("SELECT with_clock(1) FROM t").obstacle, Reason::volatile_function);
  EXPECT_EQ(resolve("SELECT with_constant(1) FROM t").obstacle, Reason::none);
}

// PL/pgSQL converts what it returns and assigns, by text if need be.
TEST_F(BodiesTest, ConversionsOfPlpgsqlCount) {
  load(R"sql(
    CREATE FUNCTION plain() RETURNS int STABLE LANGUAGE plpgsql AS $$DECLARE x int := 1; BEGIN RETURN x; END$$;
    CREATE FUNCTION returns_day() RETURNS date STABLE LANGUAGE plpgsql AS $$BEGIN RETURN 'to' || 'day'; END$$;
    CREATE FUNCTION puts_out(OUT d date) STABLE LANGUAGE plpgsql AS $$BEGIN d := 'to' || 'day'; END$$;
    CREATE FUNCTION declares() RETURNS text STABLE LANGUAGE plpgsql AS
      $$DECLARE d date := 'to' || 'day'; BEGIN RETURN d; END$$;
    CREATE FUNCTION borrows() RETURNS text STABLE LANGUAGE plpgsql AS
      $$DECLARE d pg_roles.rolvaliduntil%TYPE := 'to' || 'day'; BEGIN RETURN d; END$$)sql");
  EXPECT_EQ(resolve("SELECT plain() FROM t").obstacle, Reason::none);
  for (const char* name : {"returns_day", "puts_out", "declares", "borrows"}) {
    EXPECT_NE(resolve("SELECT " + std::string(name) + "() FROM t").obstacle, Reason::none) << name;
  }
}

TEST_F(BodiesTest, WhereConversionsRunCodeNoBodyIsKnown) {
  load("CREATE FUNCTION deletes() RETURNS void LANGUAGE sql AS 'DELETE FROM t'");
  EXPECT_TRUE(knows("deletes"));
  run("DROP FUNCTION writes(); DROP FUNCTION writes_check(text)");
  load("CREATE DOMAIN checked AS text CHECK (writes_check(value))");
  EXPECT_FALSE(knows("deletes"));
}

TEST_F(BodiesTest, Triggers) {
  load(R"sql(
    CREATE FUNCTION logs() RETURNS trigger LANGUAGE plpgsql AS
      $$BEGIN INSERT INTO log VALUES (NEW.id); RETURN NULL; END$$;
    CREATE FUNCTION stamps() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.a := 'x'; RETURN NEW; END$$;
    CREATE FUNCTION dynamic() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN EXECUTE 'x'; RETURN NEW; END$$;
    CREATE TABLE followed (id int); CREATE TRIGGER x AFTER INSERT ON followed FOR EACH ROW EXECUTE FUNCTION logs();
    CREATE TABLE stamped (id int, a text);
    CREATE TRIGGER x BEFORE INSERT ON stamped FOR EACH ROW EXECUTE FUNCTION stamps();
    CREATE TABLE by_statement (id int, a text);
    CREATE TRIGGER x BEFORE INSERT ON by_statement EXECUTE FUNCTION logs();
    CREATE TABLE unknown (id int); CREATE TRIGGER x AFTER INSERT ON unknown FOR EACH ROW EXECUTE FUNCTION dynamic();
    CREATE TABLE mixed (id int); CREATE TRIGGER x AFTER INSERT ON mixed FOR EACH ROW EXECUTE FUNCTION dynamic();
    CREATE TRIGGER y AFTER INSERT ON mixed FOR EACH ROW EXECUTE FUNCTION logs();
    CREATE TABLE disabled (id int); CREATE TRIGGER x BEFORE INSERT ON disabled FOR EACH ROW EXECUTE FUNCTION dynamic();
    ALTER TABLE disabled DISABLE TRIGGER x;
    CREATE TABLE servers_own (id int);
    CREATE TRIGGER x BEFORE UPDATE ON servers_own FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
    CREATE TABLE part (id int) PARTITION BY LIST (id); CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1);
    CREATE TRIGGER x AFTER INSERT ON part FOR EACH ROW EXECUTE FUNCTION logs())sql");
  for (const char* name : {"followed", "stamped", "by_statement", "disabled", "servers_own", "part", "part1"}) {
    EXPECT_FALSE(relation(name).write_side_effects) << name;
  }
  for (const char* name : {"unknown", "mixed"}) EXPECT_TRUE(relation(name).write_side_effects) << name;
  for (const char* name : {"stamped", "servers_own"}) EXPECT_TRUE(relation(name).rewrites_rows) << name;
  for (const char* name : {"followed", "by_statement", "disabled", "part"}) {
    EXPECT_FALSE(relation(name).rewrites_rows) << name;
  }
  EXPECT_THAT(relation("followed").triggers, ElementsAre(sql::QualifiedName{"public", "logs"}));
  EXPECT_THAT(relation("disabled").triggers, IsEmpty());
  EXPECT_TRUE(writes_only("INSERT INTO followed VALUES (1)", {"followed", "log"}));
  EXPECT_TRUE(writes_only("INSERT INTO stamped VALUES (1)", {"stamped"}));
  EXPECT_TRUE(writes_only("INSERT INTO part VALUES (1)", {"part", "log"}));
}

TEST_F(BodiesTest, TriggersUnderConditionsAndLater) {
  load(R"sql(
    CREATE FUNCTION logs() RETURNS trigger LANGUAGE plpgsql AS
      $$BEGIN INSERT INTO log VALUES (NEW.id); RETURN NULL; END$$;
    CREATE FUNCTION logs_there() RETURNS trigger SET search_path = public LANGUAGE plpgsql AS
      $$BEGIN INSERT INTO log VALUES (NEW.id); RETURN NULL; END$$;
    CREATE TABLE plain (id int, a text);
    CREATE TRIGGER x AFTER INSERT ON plain FOR EACH ROW WHEN (NEW.id > 5 AND lower(NEW.a) = 'x')
      EXECUTE FUNCTION logs();
    CREATE TABLE calling (id int, a text);
    CREATE TRIGGER x AFTER INSERT ON calling FOR EACH ROW WHEN (writes_check(NEW.a)) EXECUTE FUNCTION logs();
    CREATE TABLE later (id int);
    CREATE CONSTRAINT TRIGGER x AFTER INSERT ON later DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      EXECUTE FUNCTION logs();
    CREATE TABLE later_there (id int);
    CREATE CONSTRAINT TRIGGER x AFTER INSERT ON later_there DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      EXECUTE FUNCTION logs_there())sql");
  EXPECT_FALSE(relation("plain").write_side_effects);
  EXPECT_TRUE(relation("calling").write_side_effects);
  EXPECT_TRUE(relation("later").write_side_effects);
  EXPECT_FALSE(relation("later_there").write_side_effects);
  EXPECT_TRUE(writes_only("INSERT INTO later_there VALUES (1)", {"later_there", "log"}));
}

// Reading the schema waits for nobody.
TEST_F(BodiesTest, StandardBodiesThatAreLockedAreUnknown) {
  run("CREATE FUNCTION standard() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM t; END;"
      "CREATE FUNCTION text_body() RETURNS void LANGUAGE sql AS 'DELETE FROM t'");
  tapri::test::PostgresSession session(server().url(database_));
  session.run("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
  load("");
  EXPECT_FALSE(knows("standard"));
  EXPECT_TRUE(knows("text_body"));
}

}  // namespace
}  // namespace tapri::dbclient::pg
