"""Draws what PostgreSQL has that is neither a read nor a write of rows: definitions, settings, privileges."""

import model
import schema as schemas
import values
from statement import Statement

SETTINGS = ("set datestyle = 'German'", "set datestyle = 'SQL, DMY'", "reset datestyle", "set timezone = 'Asia/Tokyo'",
            "reset timezone", "set timezone to default", "set app.tenant = 'alice'", "set app.tenant = 'bob'",
            "reset app.tenant", "select set_config('app.tenant', 'a', false)", "set extra_float_digits = 0",
            "set bytea_output = 'escape'", "set intervalstyle = 'iso_8601'", "set enable_seqscan = off",
            "reset enable_seqscan", "set local timezone = 'Asia/Tokyo'", "set statement_timeout = '20s'",
            "set transaction isolation level repeatable read", "set transaction read only",
            "reset default_transaction_isolation",
            "set default_transaction_isolation = 'repeatable read'", "set default_transaction_read_only = on",
            "reset default_transaction_read_only", "show timezone", "show search_path",
            "set plan_cache_mode = force_generic_plan", "reset plan_cache_mode",
            "set row_security = off", "reset row_security", "discard plans", "set lc_messages = 'C'")
ROLES = ("set role alice", "set role bob", "reset role", "reset role", "set role none", "set session authorization bob",
         "reset session authorization", "set session authorization default", "set local role alice")
RESETS = ("reset all", "reset role", "reset search_path", "reset session authorization", "discard all")
ENDS = ("commit", "commit", "commit", "rollback", "rollback", "end", "abort", "commit and chain", "rollback and chain")
LEVELS = ("begin", "begin", "begin", "start transaction", "begin isolation level read committed",
          "begin isolation level repeatable read", "begin isolation level serializable", "begin read only",
          "begin isolation level repeatable read read only")


def setting(rng):
    way = rng.randrange(10)
    if way < 4:
        path = rng.choice(schemas.PATHS)
        return Statement(rng.choice((f"set search_path = {path}", f"set search_path = {path}", "reset search_path",
                                     f"set local search_path = {path}")), kind="control")
    if way < 7:
        return Statement(rng.choice(ROLES), kind="control")
    if way == 7 and rng.random() < 0.3:
        return Statement(rng.choice(("reset all", "discard all", "discard temp", "deallocate all")), kind="control")
    return Statement(rng.choice(SETTINGS), kind="control")


def reset(rng):
    return Statement(rng.choice(RESETS), kind="control")


def begin(rng, alone):
    """alone: no other session is in a transaction."""
    level = rng.choice(LEVELS)
    if "serializable" in level and not alone:
        level = "begin"
    return [Statement(level, kind="control", strong=level.endswith("serializable"))]


def end(rng, wrote, number):
    if wrote and rng.random() < 0.04:
        name, how = f"two{number}", rng.choice(("commit", "rollback"))
        after = Statement(f"{how} prepared '{name}'", kind="control")
        return Statement(f"prepare transaction '{name}'", kind="control", after=after)
    return Statement(rng.choice(ENDS), kind="control")


def savepoint(rng, there):
    """there: one is."""
    if not there:
        return Statement("savepoint a", kind="control")
    return Statement(rng.choice(("rollback to a", "rollback to savepoint a", "release a", "savepoint a")), kind="control")


def _privilege(rng, schema):
    relation = rng.choice(schema.relations)
    role, what = rng.choice(("alice", "bob")), rng.choice(("select", "all", "insert, update, delete"))
    if rng.random() < 0.4:
        return f"revoke {what} on {relation.full} from {role}"
    return f"grant {what} on {relation.full} to {role}"


def _columns(rng, schema):
    """ALTER TABLE on columns that nothing else rests on: those named more..."""
    table = rng.choice([one for one in schema.tables() if one.what == "table" and not one.twin])
    added = [one for one in table.columns if one.name.startswith("more")]
    if not added or rng.random() < 0.4:
        name = f"more{len(table.columns)}"
        column = model.Column(name, values.INT)
        default = rng.choice(("", " default 3", " not null default 0"))
        return f"alter table {table.full} add column {name} int{default}", lambda: table.columns.append(column)
    column = rng.choice(added)
    if rng.random() < 0.5:
        return f"alter table {table.full} drop column {column.name}", lambda: table.columns.remove(column)
    new = column.name + "z"
    if new.endswith("zzz"):
        return f"alter table {table.full} drop column {column.name}", lambda: table.columns.remove(column)
    return f"alter table {table.full} rename column {column.name} to {new}", lambda: setattr(column, "name", new)


def _renamed(rng, schema):
    """Two twins change places: the same name is another table from then on."""
    return ("alter table s1.twin rename to other; alter table s2.twin set schema s1; "
            "alter table s1.other set schema s2; alter table s2.other rename to twin"), None


def _view(rng, schema):
    views = [one for one in schema.relations if one.what == "view"]
    base = rng.choice([one for one in schema.tables() if one.schema == "public"])
    if rng.random() < 0.3 and len(views) > 2:
        one = rng.choice(views)
        return f"drop view {one.full}", lambda: schema.drop(one)
    name = f"v{rng.randrange(6, 9)}"
    bound = rng.randrange(3, 9)
    relation = model.Relation("public", name, [model.Column("n", values.INT)], what="view", bases=base.bases | {name})

    def made():
        for one in [one for one in schema.relations if one.name == name]:
            schema.drop(one)
        schema.add(relation)

    return f"create or replace view public.{name} as select n from {base.full} where n < {bound}", made


def _index(rng, schema):
    table = rng.choice(schema.tables())
    column = rng.choice(table.columns)
    return rng.choice((f"create index on {table.full} ({column.name})",
                       f"create index if not exists {table.name}_again on {table.full} ({column.name})",
                       f"drop index if exists {table.schema}.{table.name}_again", f"analyze {table.full}")), None


def _partition(rng, schema):
    """Detaches a partition and attaches it again, in one transaction."""
    tables = [one for one in schema.tables() if one.what == "partitioned" and one.name == "part_hash"]
    if not tables:
        return _index(rng, schema)
    table = tables[0]
    if rng.random() < 0.5:
        return f"alter table {table.full} detach partition {table.full}_1", None
    return f"alter table {table.full} attach partition {table.full}_1 for values with (modulus 2, remainder 1)", None


def _other(rng, schema):
    table = rng.choice([one for one in schema.tables() if one.what == "table" and one.schema == "public"])
    names = ("create or replace function many() returns bigint language sql stable as "
             f"'select count(*) + {rng.randrange(3)} from {table.full}'",
             "create table if not exists public.w (id int primary key, n int)", "drop table if exists public.w",
             f"alter table {table.full} {rng.choice(('disable', 'enable'))} trigger user",
             f"alter table {table.full} {rng.choice(('enable', 'disable'))} row level security",
             f"comment on table {table.full} is 'a table'", f"alter table {table.full} alter column n set default 4",
             f"truncate {table.full}", f"truncate {table.full} cascade",
             f"truncate {table.full} restart identity cascade", "create or replace view s1.twin_view as select 1 as n",
             "alter table public.log add constraint small check (n < 100000)",
             "alter table public.log drop constraint if exists small",
             "create statistics if not exists st on n, what from public.log", "refresh materialized view mat",
             "refresh materialized view mat", "refresh materialized view concurrently mat", f"lock table {table.full}",
             "alter type mood add value if not exists 'fine'", f"cluster {table.full}", f"vacuum {table.full}")
    return rng.choice(names), None


def definition(rng, schema):
    """DDL; it needs that no other session is in a transaction."""
    way = rng.choices((_columns, _renamed, _view, _index, _other, _partition, None), (3, 1, 3, 2, 6, 1, 4))[0]
    if way is None:
        return Statement(_privilege(rng, schema), kind="define")
    template, done = way(rng, schema)
    return Statement(template, kind="define", done=done)


def sequence(rng, read, write, number):
    """A read in ways that SQL has for asking again. read: text without parameters."""
    return rng.choice((_by_name, _cursor))(rng, read, write, number)


def _by_name(rng, read, write, number):
    """PREPARE and EXECUTE, with a write in between."""
    run = Statement(f"execute q{number}", tables=read.tables, once=True)
    return [Statement(f"prepare q{number} as {read.template}", kind="control"), run, run, write, run,
            Statement(rng.choice((f"deallocate q{number}", "deallocate all")), kind="control"), run]


def _cursor(rng, read, write, number):
    """Fetches around a write, in a transaction."""
    name = f"c{number}"
    fetch = Statement(f"fetch {rng.choice(('1', '2', 'all', 'next'))} from {name}", kind="control")
    return [Statement("begin", kind="control"),
            Statement(f"declare {name} {rng.choice(('', 'scroll '))}cursor for {read.template}", kind="control"), fetch,
            Statement(read.template), write, fetch, Statement(f"close {name}", kind="control"),
            Statement(rng.choice(("commit", "rollback")), kind="control")]


def temporary(rng, schema):
    """Statements, one after the other: a temporary table hides another for a while."""
    relation = rng.choice([one for one in schema.tables() if one.schema == "public"])
    read = f"select count(*), sum(n) from {relation.name}"
    end = rng.choice((f"drop table pg_temp.{relation.name}", "discard temp", "discard all", "discard all"))
    return [Statement(f"create temp table {relation.name} as select * from {relation.full}", kind="define"),
            Statement(read), Statement(f"insert into {relation.name} (n) values (3)", kind="write"), Statement(read),
            Statement(f"select count(*), sum(n) from {relation.full}"), Statement(end, kind="define"), Statement(read)]
