"""Corner cases of transactions at REPEATABLE READ that are answered from the cache, where a rule allows it."""

import contextlib

import pgwire as wire
import servers
from corner import ask, corner, expect, prepared

READ = "select balance from accounts where id = 3"
OTHER = "select balance from accounts where id = 4"
BEGIN = "begin isolation level repeatable read read only"
CHANGE = "update accounts set balance = balance + {} where id = 3"


@contextlib.contextmanager
def ruled(side):
    """A side where all cached answers may be used in snapshots, and a session there that gets READ from the cache."""
    rules = servers.temporary_folder("rules") / "rules.json"
    rules.write_text('{"version": 1, "defaults": {"snapshot_reads": true}}')
    with side.of_its_own("--rules", str(rules)) as own:
        link = own.login()
        own.from_cache(link, READ)
        for _ in range(2):
            link.run(prepared(READ) + wire.SYNC)
        yield own, link


def read_ahead(side, link):
    """BEGIN and a read, which comes from the cache."""
    hits = side.hits()
    found = ask(link, BEGIN), ask(link, READ)
    expect(not side.tapri or side.hits() == hits + 1, "the first read did not come from the cache")
    return found


@corner("snapshot: what comes behind a cached read, whatever it is")
def whatever_follows(side):
    found = []
    with ruled(side) as (own, link):
        for text in ("select 1", OTHER, "rollback and chain", "commit and chain", "savepoint s; select 1", "savepoint s",
                     "begin", "set transaction read only", "set transaction read write",
                     "set transaction isolation level serializable", "set local statement_timeout = 0",
                     "declare k cursor for select 1", "copy (select 1) to stdout", "", "not even sql", "select 1/0",
                     "lock table accounts in share mode", "update accounts set balance = -1 where id = 3",
                     "begin; select 1; commit", "commit; select 1"):
            own.from_cache(link, READ)
            found.append((text, read_ahead(own, link), [ask(link, one) for one in (text, READ, "rollback", READ)]))
        for batch in (prepared(READ), prepared(OTHER), prepared("select 1/0"), wire.parse("no sql"),
                      wire.parse(OTHER, "s") + wire.describe("S", "s") + wire.close("S", "s"), wire.execute(),
                      wire.parse(OTHER) + wire.bind() + wire.execute("", 1), wire.parse("rollback", "r") + wire.close("S", "r")):
            found.append((read_ahead(own, link), link.run(prepared(READ) + batch + wire.SYNC), ask(link, "rollback")))
    return found


@corner("snapshot: a write between what the cache and what the server answers fails the transaction")
def write_between(side):
    with ruled(side) as (own, link):
        other = own.login()
        found = [read_ahead(own, link), ask(other, CHANGE.format(7))]
        messages = ask(link, "select 1")
        # To the server alone it is one snapshot.
        expect(wire.sqlstate(messages) == ("40001" if own.tapri else None), wire.shown(messages))
        expect(not own.tapri or wire.sqlstate(ask(link, READ)) == "25P02", "it is not a failed transaction")
        found += [ask(link, "rollback")[-1], ask(link, READ), ask(other, CHANGE.format(-7)), ask(link, READ)]
    return found


@corner("snapshot: a write to something else lets it go on, and what has been read stays what it was")
def write_elsewhere(side):
    with ruled(side) as (own, link):
        other = own.login()
        found = [read_ahead(own, link), ask(other, CHANGE.replace("id = 3", "id = 4").format(7)), ask(link, READ)]
        found += [ask(link, "select 1"), ask(other, CHANGE.format(5)), ask(link, READ), ask(link, "commit"), ask(link, READ)]
        found += [ask(other, CHANGE.format(-5)), ask(other, CHANGE.replace("id = 3", "id = 4").format(-7))]
    return found
