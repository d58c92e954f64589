// What is read from a real PostgreSQL's catalogs.
#include <gtest/gtest.h>

#include <algorithm>

#include "catalog/builtins.h"
#include "loader_fixture.h"

namespace tapri::dbclient::pg {
namespace {

using catalog::Effects;
using catalog::RelationKind;
using catalog::Volatility;

using LoaderTest = test::LoaderTest;

TEST_F(LoaderTest, RelationsOfEveryKind) {
  load(R"sql(
    CREATE TABLE t (id int PRIMARY KEY);
    CREATE TABLE p (id int) PARTITION BY RANGE (id);
    CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
    CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent);
    CREATE VIEW v AS SELECT * FROM t;
    CREATE MATERIALIZED VIEW m AS SELECT * FROM t;
    CREATE SEQUENCE s;
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (id int) SERVER sv;
    CREATE SCHEMA "Quoted"; CREATE TABLE "Quoted"."My Table" (id int);
    CREATE TABLE secret (id int); ALTER TABLE secret ENABLE ROW LEVEL SECURITY)sql");
  EXPECT_EQ(snapshot_->database(), "test/" + database_);
  EXPECT_EQ(relation("t").kind, RelationKind::table);
  EXPECT_EQ(relation("p").kind, RelationKind::partitioned);
  EXPECT_EQ(relation("p1").family, relation("p").oid);
  EXPECT_EQ(relation("child").family, relation("parent").oid);
  EXPECT_EQ(relation("v").kind, RelationKind::view);
  EXPECT_EQ(relation("m").kind, RelationKind::materialised);
  EXPECT_EQ(relation("s").kind, RelationKind::sequence);
  EXPECT_EQ(relation("f").kind, RelationKind::foreign);
  EXPECT_EQ(relation("My Table", "Quoted").kind, RelationKind::table);
  EXPECT_TRUE(relation("secret").row_security);
  EXPECT_FALSE(relation("t").row_security);
  EXPECT_EQ(relation("pg_class", "pg_catalog").kind, RelationKind::table);
  for (const char* name : {"t", "p", "p1", "v", "secret"}) {
    EXPECT_FALSE(relation(name).write_side_effects) << name;
    EXPECT_FALSE(relation(name).read_side_effects) << name;
  }
  EXPECT_GE(snapshot_->server_version(), 120000U);
  EXPECT_FALSE(snapshot_->volatile_casts());
}

TEST_F(LoaderTest, CascadesOfEveryAction) {
  load(R"sql(
    CREATE TABLE parent (id int PRIMARY KEY, other int UNIQUE);
    CREATE TABLE c1 (id int PRIMARY KEY, r int REFERENCES parent ON DELETE CASCADE);
    CREATE TABLE c2 (r int REFERENCES parent ON DELETE SET NULL);
    CREATE TABLE c3 (r int DEFAULT 1 REFERENCES parent ON DELETE SET DEFAULT);
    CREATE TABLE c4 (r int REFERENCES parent (other) ON UPDATE CASCADE);
    CREATE TABLE c5 (r int REFERENCES parent);
    CREATE TABLE c6 (r int REFERENCES parent ON DELETE RESTRICT);
    CREATE TABLE grandchild (r int REFERENCES c1 ON DELETE CASCADE))sql");
  std::vector<catalog::ObjectId> expected;
  for (const char* name : {"c1", "c2", "c3", "c4", "grandchild"}) expected.push_back(relation(name).oid);
  std::vector<catalog::ObjectId> cascades = relation("parent").cascades;
  std::sort(cascades.begin(), cascades.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(cascades, expected);
}

TEST_F(LoaderTest, WriteSideEffects) {
  load(R"sql(
    CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE FUNCTION pure(int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT $1 > 0';
    CREATE OPERATOR =!! (RIGHTARG = text, FUNCTION = writes_check);
    CREATE TABLE other (id int);
    CREATE TABLE triggered (id int); CREATE TRIGGER x AFTER INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION trg();
    CREATE TABLE disabled (id int); CREATE TRIGGER x AFTER INSERT ON disabled FOR EACH ROW EXECUTE FUNCTION trg();
    ALTER TABLE disabled DISABLE TRIGGER x;
    CREATE TABLE builtin (a text, v tsvector);
    CREATE TRIGGER x BEFORE INSERT ON builtin FOR EACH ROW
      EXECUTE FUNCTION tsvector_update_trigger(v, 'pg_catalog.simple', a);
    CREATE TABLE ruled (id int); CREATE RULE r AS ON INSERT TO ruled DO ALSO INSERT INTO other VALUES (new.id);
    CREATE TABLE defaulted (id int DEFAULT writes());
    CREATE TABLE checked (a text CHECK (writes_check(a)));
    CREATE TABLE operated (a text CHECK (=!! a));
    CREATE DOMAIN dom AS text CHECK (writes_check(value)); CREATE TABLE domained (a dom);
    CREATE TABLE domained_array (a dom[]);
    CREATE TYPE comp AS (a int, b dom); CREATE TABLE composed (c comp);
    CREATE DOMAIN dom_default AS int DEFAULT writes(); CREATE TABLE dom_defaulted (a dom_default);
    CREATE TABLE plain (id serial PRIMARY KEY, a timestamptz DEFAULT now(), u uuid DEFAULT gen_random_uuid(),
                        n int CHECK (pure(n)), r int REFERENCES plain ON DELETE CASCADE);
    CREATE TABLE part (id int) PARTITION BY LIST (id); CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1);
    CREATE TRIGGER x AFTER INSERT ON part1 FOR EACH ROW EXECUTE FUNCTION trg())sql");
  for (const char* name : {"triggered", "ruled", "defaulted", "checked", "operated", "domained", "domained_array",
                           "composed", "dom_defaulted", "part", "part1"}) {
    EXPECT_TRUE(relation(name).write_side_effects) << name;
    EXPECT_FALSE(relation(name).read_side_effects) << name;
  }
  for (const char* name : {"plain", "other", "disabled", "builtin"}) {
    EXPECT_FALSE(relation(name).write_side_effects) << name;
  }
}

TEST_F(LoaderTest, ReadSideEffects) {
  load(R"sql(
    CREATE TABLE t (id int);
    CREATE FUNCTION agg_step(int, int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN $1 + $2; END';
    CREATE AGGREGATE agg_writes (int) (SFUNC = agg_step, STYPE = int);
    CREATE VIEW calm AS SELECT id, now() FROM t;
    CREATE VIEW direct AS SELECT writes() FROM t;
    CREATE VIEW through AS SELECT * FROM direct;
    CREATE VIEW further AS SELECT through.* FROM through JOIN t ON true;
    CREATE VIEW aggregated AS SELECT agg_writes(id) FROM t;
    CREATE TABLE guarded (a text); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON guarded USING (writes_check(a));
    CREATE VIEW over_guarded AS SELECT * FROM guarded)sql");
  for (const char* name : {"direct", "through", "further", "aggregated", "guarded", "over_guarded"}) {
    EXPECT_TRUE(relation(name).read_side_effects) << name;
  }
  for (const char* name : {"t", "calm"}) EXPECT_FALSE(relation(name).read_side_effects) << name;
  EXPECT_TRUE(relation("guarded").write_side_effects);
}

TEST_F(LoaderTest, FunctionsAndOperators) {
  load(R"sql(
    CREATE FUNCTION pure(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION mixed(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION mixed(text) RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION step(int, int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
    CREATE AGGREGATE agg (int) (SFUNC = step, STYPE = int);
    CREATE TABLE t (id int);
    CREATE FUNCTION of_row(t) RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION of_any(anyelement, int DEFAULT 1) RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION of_two(t, int) RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';
    CREATE PROCEDURE proc() LANGUAGE plpgsql AS 'BEGIN END';
    CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = step);
    CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION pgcrypto)sql");
  EXPECT_EQ(function("pure").volatility, Volatility::immutable);
  EXPECT_EQ(function("mixed").volatility, Volatility::stable);
  EXPECT_EQ(function("agg").volatility, Volatility::is_volatile);
  EXPECT_TRUE(has_unknown_effects(function("agg")));
  EXPECT_TRUE(has_unknown_effects(function("writes")));
  EXPECT_TRUE(has_unknown_effects(function("proc")));
  EXPECT_TRUE(has_unknown_effects(function("trg")));
  EXPECT_TRUE(function("of_row").takes_row);
  EXPECT_TRUE(function("of_any").takes_row);
  EXPECT_FALSE(function("of_two").takes_row);
  EXPECT_FALSE(function("pure").takes_row);
  EXPECT_FALSE(function("now", "pg_catalog").takes_row);
  EXPECT_EQ(function("now", "pg_catalog").volatility, Volatility::stable);
  EXPECT_EQ(function("random", "pg_catalog").volatility, Volatility::is_volatile);
  EXPECT_FALSE(has_unknown_effects(function("random", "pg_catalog")));
  EXPECT_EQ(function("json_agg", "pg_catalog").volatility, Volatility::stable);
  EXPECT_EQ(function("uuid_generate_v4").volatility, Volatility::is_volatile);
  EXPECT_FALSE(has_unknown_effects(function("uuid_generate_v4")));
  EXPECT_FALSE(has_unknown_effects(function("gen_salt")));
  ASSERT_EQ(snapshot_->operators("===").size(), 1U);
  EXPECT_TRUE(has_unknown_effects(*snapshot_->operators("===").front()));
  EXPECT_EQ(snapshot_->operators("=").front()->volatility, Volatility::stable);
}

// PostgreSQL puts the default into the caller's query, whatever the function itself is marked.
TEST_F(LoaderTest, DefaultsOfArgumentsCount) {
  load(R"sql(
    CREATE FUNCTION age_at(x int, at timestamptz DEFAULT clock_timestamp()) RETURNS text IMMUTABLE LANGUAGE sql
      AS 'SELECT $2::text';
    CREATE FUNCTION years(d date, asof date DEFAULT current_date) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION imm2(x int, y int DEFAULT writes()) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION through_clock(x int, y text DEFAULT age_at(1)) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION through_write(x int, y int DEFAULT imm2(1)) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
    CREATE OPERATOR =!! (RIGHTARG = text, FUNCTION = writes_check);
    CREATE FUNCTION operated(x int, y bool DEFAULT =!! 'a') RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION settled(x int, y text DEFAULT to_char(1, '9')) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION chosen(x int, y int DEFAULT CASE WHEN random() > 0 THEN 1 END) RETURNS int IMMUTABLE LANGUAGE sql
      AS 'SELECT 1';
    CREATE FUNCTION plain(x int, a text DEFAULT 'a {b}', b int[] DEFAULT '{}', c float8 DEFAULT 1.5, d int DEFAULT -1,
                          e text DEFAULT NULL, f int[] DEFAULT ARRAY[1, 2]) RETURNS int IMMUTABLE LANGUAGE sql
      AS 'SELECT 1';
    CREATE TABLE t (id int DEFAULT through_write(1), n int CHECK (imm2(n) > 0));
    CREATE TABLE calm (id int DEFAULT plain(1));
    CREATE DOMAIN dom AS int CHECK (imm2(value) > 0);
    CREATE VIEW v AS SELECT imm2(id) FROM calm)sql");
  for (const char* name : {"age_at", "years", "through_clock", "chosen"}) {
    EXPECT_EQ(function(name).volatility, Volatility::is_volatile) << name;
    EXPECT_FALSE(has_unknown_effects(function(name))) << name;
  }
  for (const char* name : {"imm2", "through_write", "operated"}) {
    EXPECT_EQ(function(name).volatility, Volatility::is_volatile) << name;
    EXPECT_TRUE(has_unknown_effects(function(name))) << name;
  }
  EXPECT_EQ(function("settled").volatility, Volatility::stable);
  EXPECT_EQ(function("plain").volatility, Volatility::immutable);
  EXPECT_EQ(function("make_interval", "pg_catalog").volatility, Volatility::immutable);
  EXPECT_TRUE(relation("t").write_side_effects);
  EXPECT_FALSE(relation("calm").write_side_effects);
  EXPECT_TRUE(relation("v").read_side_effects);
  EXPECT_TRUE(type("dom").volatile_input);
}

TEST_F(LoaderTest, ExtensionDefaultsAreHarmless) {
  load(R"sql(CREATE EXTENSION "uuid-ossp"; CREATE TABLE t (id uuid DEFAULT uuid_generate_v4()))sql");
  EXPECT_FALSE(relation("t").write_side_effects);
}

TEST_F(LoaderTest, Types) {
  load(R"sql(
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE DOMAIN email AS text CHECK (value LIKE '%@%');
    CREATE DOMAIN checked AS text CHECK (writes_check(value));
    CREATE TYPE pair AS (a int, b checked);
    CREATE TYPE floats AS RANGE (subtype = float8);
    CREATE EXTENSION citext;
    CREATE TABLE t (id int))sql");
  EXPECT_EQ(type("mood").kind, 'e');
  EXPECT_TRUE(type("mood").safe_input);
  EXPECT_EQ(type("email").kind, 'd');
  EXPECT_FALSE(type("email").volatile_input);
  EXPECT_TRUE(type("checked").volatile_input);
  EXPECT_TRUE(type("pair").volatile_input);
  EXPECT_EQ(type("pair").kind, 'c');
  EXPECT_TRUE(type("citext").safe_input);
  EXPECT_EQ(type("floats").kind, 'r');
  EXPECT_TRUE(type("int4", "pg_catalog").safe_input);
  EXPECT_EQ(type("_text", "pg_catalog").kind, 'b');
  EXPECT_TRUE(snapshot_->types("t").empty());
  EXPECT_FALSE(snapshot_->volatile_casts());
}

TEST_F(LoaderTest, TimesOfDay) {
  load(R"sql(
    CREATE TABLE a (t time); CREATE TABLE b (t timetz); CREATE TABLE c (t timetz[]);
    CREATE DOMAIN opening AS time; CREATE TABLE d (t opening);
    CREATE TABLE e (t timestamptz, d date);
    CREATE TABLE f (t timetz); ALTER TABLE f DROP COLUMN t)sql");
  EXPECT_TRUE(relation("a").has_time);
  EXPECT_FALSE(relation("a").has_timetz);
  EXPECT_TRUE(relation("b").has_timetz);
  EXPECT_TRUE(relation("c").has_timetz);
  EXPECT_TRUE(relation("d").has_time);
  EXPECT_FALSE(relation("e").has_time || relation("e").has_timetz);
  EXPECT_FALSE(relation("f").has_timetz);
}

TEST_F(LoaderTest, VolatileCasts) {
  EXPECT_TRUE(load(R"sql(
    CREATE TYPE mood AS ENUM ('sad');
    CREATE FUNCTION to_mood(int) RETURNS mood STABLE LANGUAGE sql AS $$SELECT 'sad'::mood$$;
    CREATE CAST (int AS mood) WITH FUNCTION to_mood(int))sql")
                  .volatile_casts());
}

TEST_F(LoaderTest, CastsByTextAreAsGoodAsTheirTypes) {
  EXPECT_FALSE(load(R"sql(
    CREATE TYPE mood AS ENUM ('sad');
    CREATE CAST (text AS mood) WITH INOUT AS IMPLICIT;
    CREATE CAST (mood AS varchar) WITH INOUT;
    CREATE CAST (varchar AS jsonb) WITH INOUT AS IMPLICIT)sql")
                   .volatile_casts());
  run("DROP FUNCTION writes(); DROP FUNCTION writes_check(text)");
  EXPECT_TRUE(load("CREATE CAST (varchar AS timestamptz) WITH INOUT").volatile_casts());
  run("DROP FUNCTION writes(); DROP FUNCTION writes_check(text); DROP CAST (varchar AS timestamptz)");
  EXPECT_TRUE(load("CREATE TYPE pair AS (a int, b date); CREATE CAST (text AS pair) WITH INOUT").volatile_casts());
}

TEST_F(LoaderTest, AggregatesThatStartWithAMoment) {
  load(R"sql(
    CREATE AGGREGATE since_now (timestamptz) (SFUNC = timestamptz_larger, STYPE = timestamptz, INITCOND = 'now');
    CREATE AGGREGATE since_then (timestamptz) (SFUNC = timestamptz_larger, STYPE = timestamptz,
                                               INITCOND = '2000-01-01'))sql");
  EXPECT_EQ(function("since_now").volatility, Volatility::is_volatile);
  EXPECT_FALSE(has_unknown_effects(function("since_now")));
  EXPECT_EQ(function("since_then").volatility, Volatility::immutable);
}

TEST_F(LoaderTest, RowsOfATableHoldWhatItsColumnsDo) {
  load(R"sql(
    CREATE DOMAIN dom AS text CHECK (writes_check(value));
    CREATE TABLE held (a dom); CREATE TABLE holder (r held); CREATE TABLE array_holder (r held[]);
    CREATE TABLE opened (t time); CREATE TABLE hours (r opened);
    CREATE TABLE plain (a int); CREATE TABLE calm (r plain))sql");
  EXPECT_TRUE(relation("holder").write_side_effects);
  EXPECT_TRUE(relation("array_holder").write_side_effects);
  EXPECT_TRUE(type("held").volatile_input);
  EXPECT_TRUE(type("_held").volatile_input);
  EXPECT_TRUE(relation("hours").has_time);
  EXPECT_FALSE(relation("calm").write_side_effects);
  EXPECT_TRUE(snapshot_->types("plain").empty());
}

TEST_F(LoaderTest, EventTriggers) {
  EXPECT_FALSE(load(R"sql(
    CREATE FUNCTION etrg() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER ddl ON ddl_command_end EXECUTE FUNCTION etrg();
    ALTER EVENT TRIGGER ddl DISABLE)sql")
                   .hidden_effects()
                   .definitions);
  run("ALTER EVENT TRIGGER ddl ENABLE");
  run("DROP FUNCTION writes(); DROP FUNCTION writes_check(text)");
  EXPECT_TRUE(load("").hidden_effects().definitions);
}

TEST_F(LoaderTest, CuratedListsHold) {
  load("");
  for (const char* name : {"to_char", "date_trunc", "json_agg", "format"}) {
    EXPECT_TRUE(catalog::depends_on_settings_only(name)) << name;
  }
  // Nothing that is volatile may be on the list, and nothing immutable needs to be.
  const auto rows = server().run("SELECT DISTINCT proname, provolatile FROM pg_proc WHERE oid < 16384");
  for (const auto& row : rows) {
    if (!catalog::depends_on_settings_only(row[0])) continue;
    EXPECT_NE(row[1], "v") << row[0];
  }
  for (const auto& row : rows) {
    if (!catalog::is_well_known_and_deterministic(row[0])) continue;
    EXPECT_TRUE(row[1] == "i" || (row[1] == "s" && catalog::depends_on_settings_only(row[0]))) << row[0];
  }
  for (const auto& row : server().run("SELECT DISTINCT oprname FROM pg_operator WHERE oid < 16384")) {
    EXPECT_TRUE(catalog::is_well_known_operator(row[0])) << row[0];
  }
  for (const char* name : {"now", "age", "current_setting", "has_table_privilege", "pg_backend_pid", "version",
                           "inet_client_addr", "txid_current", "timetz", "json_populate_record"}) {
    EXPECT_FALSE(catalog::depends_on_settings_only(name)) << name;
  }
}

}  // namespace
}  // namespace tapri::dbclient::pg
