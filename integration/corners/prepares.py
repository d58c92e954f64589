"""Corner cases of named statements that the server gets late, or never."""

import pgwire as wire
from begin import LOGGED, reached
from corner import ask, corner, expect
from servers import wait_for

READ = "select balance from accounts where id = 4"


def parsed(text, name, more=b""):
    return wire.parse(text, name) + more + wire.SYNC


def used(name, values=(), results=()):
    return wire.bind(values, statement=name, results=results) + wire.describe("P") + wire.execute() + wire.SYNC


def mute(messages):
    """Errors by what they say, not where in the server's source it is said."""
    def one(kind, body):
        fields = wire.error_fields(body) if kind == b"E" else {}
        return (kind, sorted((key, text) for key, text in fields.items() if key not in "LFR")) if fields else (kind, body)
    return [one(kind, body) for kind, body in messages]


def known(side, text, read=None, values=()):
    """Until a session that is new prepares and executes it without the server."""
    def without_server():
        link = side.login(more=LOGGED)
        link.run(parsed(text, "known"))
        before = side.tapri.metric("tapri_deferred_prepares_total", result="avoided"), side.hits()
        link.run(parsed(text, "again") + used("again", values) + wire.close("S", "again") + wire.SYNC, readies=3)
        after = side.tapri.metric("tapri_deferred_prepares_total", result="avoided"), side.hits()
        return after[0] > before[0] and after[1] > before[1]
    if side.tapri:
        wait_for(without_server, f"{text} to be prepared and answered without the server", 60)
    return side.login(more=LOGGED)


def counted(side, mark, run):
    """What it finds, which through Tapri does not reach the server."""
    before = reached(side, mark)
    found = run()
    count = reached(side, mark) - before
    expect(count == 0 if side.tapri else count > 0, f"{count} statements reached the server")
    return found


@corner("prepare: statement, description, execution and Close, as lib/pq sends them", hits=True)
def like_libpq(side):
    text = f"{READ} /* libpq {side.name} */"
    link = known(side, text)
    def run():
        return [link.run(part) for number in range(20) for part in (
            parsed(text, str(number), wire.describe("S", str(number))), used(str(number)),
            wire.close("S", str(number)) + wire.SYNC)]
    found = counted(side, f"libpq {side.name}", run)
    return [len(found), found[:3] == found[3:6], mute(found[1])]


@corner("prepare: statement, execution and DEALLOCATE, as PDO sends them", hits=True)
def like_pdo(side):
    text = f"select owner from accounts where id = $1 /* pdo {side.name} */"
    link = known(side, text, values=("4",))
    def run():
        return [found for number in range(20) for found in (
            link.run(parsed(text, f"pdo_stmt_{number:08x}")), link.run(used(f"pdo_stmt_{number:08x}", ("4",))),
            ask(link, f"DEALLOCATE pdo_stmt_{number:08x}"))]
    return counted(side, f"pdo {side.name}", run)


def altered(side, change, back):
    """A statement that is prepared, and a change of its table by another session before it is executed."""
    text = "select late.c from late"
    link = side.login()
    ask(link, "drop table if exists late; create table late (c int, d int); insert into late values (1, 2)")
    link = known(side, text)
    found = [link.run(parsed(text, "s", wire.describe("S", "s")))]
    ask(side.login(), change)
    found += [link.run(used("s")), link.run(used("s", results=(1,)))]
    found += [ask(link, "begin"), link.run(used("s")), ask(link, "rollback"), ask(link, "execute s")]
    found += [link.run(wire.describe("S", "s") + wire.SYNC), link.run(wire.close("S", "s") + wire.SYNC)]
    ask(side.login(), back)
    return [[(kind, b"" if kind == b"T" or kind == b"t" else body) for kind, body in mute(part)] for part in found]


@corner("prepare: another session changes the type of the result")
def other_type(side):
    return altered(side, "alter table late alter c type bigint", "drop table late")


@corner("prepare: another session changes the table and not the type of the result")
def same_type(side):
    return altered(side, "alter table late add e int", "drop table late")


@corner("prepare: another session drops the table")
def dropped(side):
    return altered(side, "drop table late", "select 1")


@corner("prepare: another session makes the table anew")
def made_anew(side):
    return altered(side, "begin; drop table late; create table late (c int); insert into late values (7); commit",
                   "drop table late")


@corner("prepare: SQL that names the statement, or shows it")
def named_by_sql(side):
    found = []
    for text in ("execute s", "explain (costs off) execute s", "deallocate s", "deallocate all", "discard all",
                 "prepare s as select 1",
                 "select name, statement, parameter_types, from_sql from pg_prepared_statements order by name"):
        link = known(side, READ)
        link.run(parsed(READ, "s"))
        found += [ask(link, text), link.run(used("s")), link.run(parsed(READ, "s")),
                  link.run(wire.describe("S", "s") + wire.SYNC)]
    return [mute(part) for part in found]


@corner("prepare: what is said by wrong uses")
def wrong_uses(side):
    link = known(side, READ)
    found = [link.run(part) for part in (
        parsed(READ, "s"), parsed(READ, "s"), wire.close("S", "s") + wire.SYNC, used("s"), parsed(READ, "s"),
        used("s", ("1",)), used("s", results=(0, 1)), wire.describe("S", "t") + wire.SYNC)]
    return [mute(part) for part in found]


@corner("prepare: settings that change between Parse and Execute")
def settings_between(side):
    text = "select count(*), '01/02/2003'::date from accounts where date '01/02/2003' < date '2003-01-20'"
    found = []
    for change in ("set datestyle = 'sql, dmy'", "select set_config('datestyle', 'sql, dmy', false)",
                   "begin; set local datestyle = 'sql, dmy'"):
        link = known(side, text)
        link.run(parsed(text, "s"))
        found += [ask(link, change), link.run(used("s")), ask(link, "rollback"), link.run(used("s"))]
    return [mute(part) for part in found]


@corner("prepare: in a transaction that has failed, and behind it")
def failed(side):
    link = known(side, READ)
    found = [link.run(parsed(READ, "s")), ask(link, "begin"), ask(link, "select 1/0"), link.run(used("s")),
             link.run(parsed(READ, "t")), link.run(wire.describe("S", "s") + wire.SYNC),
             link.run(wire.close("S", "s") + wire.SYNC), ask(link, "deallocate s"), ask(link, "rollback"),
             link.run(used("s")), link.run(used("t"))]
    return [mute(part) for part in found]


@corner("prepare: in pipelines, behind an error and before one")
def pipelines(side):
    link = known(side, READ)
    bad = wire.parse("select nothing from nowhere", "bad")
    found = [link.run(bad + wire.parse(READ, "s") + wire.SYNC + used("s"), readies=2),
             link.run(wire.parse(READ, "s") + bad + wire.SYNC + used("s"), readies=2),
             link.run(bad + wire.close("S", "s") + wire.SYNC + used("s"), readies=2),
             link.run(wire.close("S", "s") + wire.parse(READ, "s") + wire.bind(statement="s") + wire.execute() +
                      wire.bind(statement="s") + wire.execute("", 1) + wire.SYNC + wire.query("execute s"), readies=2)]
    return [mute(part) for part in found]
