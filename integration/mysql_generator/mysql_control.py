"""Draws what MySQL has that is neither a read nor a write of rows: definitions, settings, privileges, transactions."""

import model
import mysql_values as values
from statement import Statement

MODES = ("", "", "", "STRICT_TRANS_TABLES", "ANSI_QUOTES", "PIPES_AS_CONCAT", "NO_BACKSLASH_ESCAPES", "NO_AUTO_VALUE_ON_ZERO",
         "PAD_CHAR_TO_FULL_LENGTH", "ANSI", "TRADITIONAL", "HIGH_NOT_PRECEDENCE", "ONLY_FULL_GROUP_BY", "STRICT_ALL_TABLES",
         "NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES", "ALLOW_INVALID_DATES", "NO_ZERO_DATE,NO_ZERO_IN_DATE,IGNORE_SPACE")
SETTINGS = ("set names latin1", "set names utf8mb4 collate utf8mb4_bin", "set names latin1 collate latin1_bin", "set names binary",
            "set collation_connection = utf8mb4_bin", "set collation_connection = utf8mb4_unicode_ci", "set character_set_results = latin1",
            "set character_set_results = null", "set character_set_client = latin1", "set character_set_connection = ucs2", "set character set latin1",
            "set time_zone = '+09:00'", "set lc_time_names = 'de_DE'", "set div_precision_increment = 8", "set group_concat_max_len = 5",
            "set sql_select_limit = 2", "set sql_auto_is_null = 1", "set sql_safe_updates = 1", "set foreign_key_checks = 0",
            "set insert_id = 12", "set last_insert_id = 5", "set auto_increment_increment = 3", "set auto_increment_offset = 2",
            "set completion_type = 1", "set timestamp = 1000000000", "set max_sort_length = 8", "set default_week_format = 3",
            "set session transaction isolation level read committed", "set session transaction isolation level read committed",
            "set session transaction isolation level read uncommitted", "set session transaction read only",
            "set transaction isolation level read committed", "set autocommit = 0", "set autocommit = 0", "set @v = 5", "set @v = 'a'",
            "set @v = null", "set @v = 5.5", "set sql_buffer_result = 1", "set optimizer_switch = 'index_merge=off'", "@ping",
            "set role reader", "set role none", "use s1", "use s1", "@init s1", "show warnings", "show variables like 'sql_mode'",
            "select @@sql_mode, @@autocommit", "show status like 'none'", "set session sql_warnings = 1")
OF_MARIADB = ("set sql_mode = 'ORACLE'", "set sql_mode = 'EMPTY_STRING_IS_NULL'", "set sql_mode = 'SIMULTANEOUS_ASSIGNMENT'",
              "set statement sql_mode = '' for select 1")
RESETS = ("set sql_mode = default", "set names utf8mb4", "use gen", "use gen", "@init gen", "@reset connection", "@reset connection",
          "set session transaction isolation level repeatable read", "set sql_select_limit = default, foreign_key_checks = 1",
          "set sql_auto_is_null = 0, sql_safe_updates = 0, completion_type = 0", "set session transaction read write")
ENDS = ("commit", "commit", "commit", "rollback", "rollback", "commit and chain", "rollback and chain", "set autocommit = 1",
        "commit work")
LEVELS = ("begin", "begin", "start transaction", "start transaction read only", "start transaction with consistent snapshot",
          "start transaction read write")
ISOLATION = ("read committed", "read committed", "read committed", "repeatable read", "read uncommitted", "serializable")


def setting(rng):
    if rng.random() < 0.35:
        return Statement(f"set {rng.choice(('', 'session '))}sql_mode = '{rng.choice(MODES)}'", kind="control")
    return Statement(rng.choice(SETTINGS), kind="control")


def reset(rng):
    return Statement(rng.choice(RESETS), kind="control")


def begin(rng, alone):
    """alone: no other session is in a transaction."""
    first, level = [], ""
    if rng.random() < 0.6:
        level = rng.choice(ISOLATION)
        level = "read committed" if level == "serializable" and not alone else level
        first = [Statement(f"set transaction isolation level {level}", kind="control")]
    return first + [Statement(rng.choice(LEVELS), kind="control", strong=level == "serializable")]


def end(rng, _wrote, _number):
    return Statement(rng.choice(ENDS), kind="control")


def savepoint(rng, there):
    """there: one is."""
    if not there:
        return Statement("savepoint a", kind="control")
    return Statement(rng.choice(("rollback to a", "rollback to savepoint a", "release savepoint a", "savepoint a")), kind="control")


# Sequences

def sequence(rng, read, write, number):
    """A read in ways that SQL has for asking again. read: text without parameters."""
    steps = rng.choice((_by_name, _told, _told, _told, _distributed, _locked))(read, write, rng, number)
    return steps + [Statement("@reset connection", kind="control")] * (rng.random() < 0.7)


def _by_name(read, write, rng, number):
    """PREPARE and EXECUTE, with a write in between."""
    run = Statement(f"execute q{number}", tables=read.tables, once=True)
    return [Statement(f"prepare q{number} from {values.quoted(read.template)}", kind="control"), run, run, write, run,
            Statement(f"deallocate prepare q{number}", kind="control"), run]


# What may stand between a read and what tells of it.
BETWEEN = ("set @a = 1", "do 1", "select @a", "select 1 from dual where 1 = 0", "select found_rows() + 1", "show tables", "use gen",
           "show status like 'nothing'", "begin", "commit", "select nothing_there", "insert into nothing_there values (1)",
           "set names utf8mb4", "select 1 union select 2", "select n from log limit 2", "select sql_calc_found_rows n from log limit 1")


def _told(read, write, rng, _number):
    """What a session says of the statement before, which may not have reached the server."""
    questions = ("select found_rows()", "select row_count()", "show warnings", "show count(*) warnings", "select last_insert_id()",
                 "select @@warning_count", "show errors", "get diagnostics @v = number", "select found_rows(), row_count()")
    chosen = [Statement(rng.choice(questions), kind="control") for _ in range(3)]
    if rng.random() < 0.5:
        between = [rng.choice((write, read, Statement(rng.choice(BETWEEN), kind="control"))) for _ in range(4)]
        found = Statement("select found_rows()", kind="control")
        return [read, read, between[0], found, read, *between[1:3], found, chosen[0], read, between[3], chosen[1]]
    return [read, read, chosen[0], read, chosen[1], write, read, chosen[2]]


def _distributed(read, write, rng, number):
    """XA."""
    ends = [f"xa prepare 'x{number}'", rng.choice((f"xa commit 'x{number}'", f"xa rollback 'x{number}'"))]
    if rng.random() < 0.4:
        ends = [f"xa commit 'x{number}' one phase"]
    control = lambda text: Statement(text, kind="control")
    return [read, control(f"xa start 'x{number}'"), write, read, control(f"xa end 'x{number}'"), *(control(one) for one in ends), read]


def _locked(read, write, rng, _number):
    table = rng.choice(sorted(write.tables) or ["log"])
    how = rng.choice((f"lock tables {table} write", f"lock tables {table} read", f"lock tables {table} write, log read"))
    return [Statement(how, kind="define"), read, write, read, Statement("unlock tables", kind="control"), read]


def temporary(rng, schema):
    """Statements, one after the other: a temporary table hides another for a while."""
    relation = rng.choice([one for one in schema.tables() if one.schema == "gen"])
    read = f"select count(*), sum(n) from {relation.full}"
    end = rng.choice((f"drop temporary table {relation.full}", f"drop temporary table {relation.full}", "@reset connection"))
    return [Statement(f"create temporary table {relation.full} as select * from {relation.full}", kind="define"),
            Statement(read), Statement(f"insert into {relation.full} (n) values (3)", kind="write"), Statement(read),
            Statement(f"select n from {relation.full} where n = 3"), Statement(end, kind="define"), Statement(read),
            Statement(rng.choice(("@reset connection", "@ping")), kind="control")]


# Definitions

def _privilege(rng, schema):
    relation = rng.choice(schema.relations)
    what = rng.choice(("select", "all", "insert, update, delete", "select (n)", "update (n)"))
    to = rng.choice(("alice@'%'", "alice@'%'", "reader"))
    return f"revoke {what} on {relation.full} from {to}" if rng.random() < 0.4 else f"grant {what} on {relation.full} to {to}"


def _columns(rng, schema):
    """ALTER TABLE on columns that nothing else rests on: those named more..."""
    table = rng.choice([one for one in schema.tables() if one.what == "table" and not one.twin])
    added = [one for one in table.columns if one.name.startswith("more")]
    if not added or rng.random() < 0.4:
        name = f"more{len(table.columns)}"
        column = model.Column(name, values.INT)
        text = f"alter table {table.full} add column {name} int{rng.choice(('', ' default 3', ' not null default 0'))}"
        return text + rng.choice(("", "", " first")), lambda: table.columns.append(column)
    column = rng.choice(added)
    new = column.name + "z"
    if rng.random() < 0.5 or new.endswith("zzz"):
        return f"alter table {table.full} drop column {column.name}", lambda: table.columns.remove(column)
    return f"alter table {table.full} rename column {column.name} to {new}", lambda: setattr(column, "name", new)


def _kind(rng, schema):
    """What is equal in a column, or what it holds, changes."""
    table = rng.choice([one for one in schema.tables() if one.what == "table"])
    texts = [one for one in table.columns if one.kind.base == "text" and not one.fixed]
    numbers = [one for one in table.columns if one.kind.base == "int" and not one.fixed and not one.serial]
    if texts and rng.random() < 0.6:
        new = rng.choice([one for one in values.texts(schema.server) if not one.prefix])
        return f"alter table {table.full} modify {rng.choice(texts).name} {new.name}", None
    if rng.random() < 0.2:
        return f"alter table {table.full} convert to character set utf8mb4 collate utf8mb4_general_ci", None
    return f"alter table {table.full} modify {rng.choice(numbers).name} {rng.choice(('int', 'bigint', 'smallint', 'int unsigned'))}", None


def _renamed(_rng, _schema):
    """Two twins change places: the same name is another table from then on."""
    return "rename table gen.twin to gen.other, s1.twin to gen.twin, gen.other to s1.twin", None


def _view(rng, schema):
    views = [one for one in schema.relations if one.what == "view"]
    base = rng.choice([one for one in schema.tables() if one.schema == "gen"])
    if rng.random() < 0.3 and len(views) > 2:
        one = rng.choice(views)
        return f"drop view {one.full}", lambda: schema.drop(one)
    name, bound = f"v{rng.randrange(6, 9)}", rng.randrange(3, 9)
    relation = model.Relation("gen", name, [model.Column("n", values.INT)], what="view", bases=base.bases | {name})

    def made():
        for one in [one for one in schema.relations if one.name == name]:
            schema.drop(one)
        schema.add(relation)

    return f"create or replace view gen.{name} as select n from {base.full} where n < {bound}", made


def _index(rng, schema):
    table = rng.choice(schema.tables())
    column = rng.choice([one for one in table.columns if not one.kind.prefix] or table.columns)
    return rng.choice((f"create index again on {table.full} ({column.name})", f"drop index again on {table.full}",
                       f"create unique index again on {table.full} ({column.name})", f"analyze table {table.full}",
                       f"alter table {table.full} drop index another")), None


def _partition(rng, schema):
    table = next(one for one in schema.tables() if one.what == "partitioned")
    return rng.choice((f"alter table {table.full} truncate partition p0", f"alter table {table.full} analyze partition p1",
                       f"alter table {table.full} remove partitioning", f"alter table {table.full} partition by hash (id) partitions 2")), None


def _other(rng, schema):
    table = rng.choice([one for one in schema.tables() if one.what == "table" and one.schema == "gen"])
    texts = (f"truncate {table.full}", f"truncate table {table.full}", f"alter table {table.full} engine = {rng.choice(('InnoDB', 'MyISAM'))}",
             f"alter table {table.full} auto_increment = 13", f"alter table {table.full} alter column n set default 4",
             "create table if not exists gen.w (id int primary key, n int)", "drop table if exists gen.w",
             f"create table if not exists gen.w as select n from {table.full}", f"alter table {table.full} comment = 'a table'",
             f"optimize table {table.full}", f"flush tables {table.full}", "alter table gen.log add constraint small check (n < 100000)",
             "alter table gen.log drop constraint small", f"alter table {table.full} disable keys", "flush privileges",
             f"rename table {table.full} to gen.moved, gen.moved to {table.full}", "create or replace view s1.twin_view as select 1 as n")
    return rng.choice(texts), None


def definition(rng, schema):
    """DDL; it needs that no other session is in a transaction."""
    way = rng.choices((_columns, _kind, _renamed, _view, _index, _other, _partition, None), (3, 3, 1, 2, 3, 6, 1, 3))[0]
    if way is None:
        return Statement(_privilege(rng, schema), kind="define")
    template, done = way(rng, schema)
    return Statement(template, kind="define", done=done)
