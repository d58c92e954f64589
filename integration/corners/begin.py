"""Corner cases of transactions whose BEGIN the server gets late, or never."""

import itertools

import pgwire as wire
from corner import ask, corner, expect, prepared, value
from servers import wait_for
from startup import cancel

READ = "select balance from accounts where id = 3"
TIMES = itertools.count(1)
LOGGED = (("options", "-c log_statement=all -c log_min_messages=log"),)


def reached(side, mark):
    """How many statements with this mark the server's log has. What a session asks is logged before it is answered."""
    log = side.server.folder / "server.log"
    return sum(f"/* {mark} */" in line for line in log.read_text(errors="replace").splitlines())


def warmed(side, link):
    """The link, once Tapri answers reads of both protocols in it from the cache."""
    side.from_cache(link, READ)
    for _ in range(2):
        link.run(prepared(READ) + wire.SYNC)
    return link


@corner("begin: a loop of transactions whose reads all hit never reaches the server", hits=True)
def all_hits(side):
    link = warmed(side, side.login(more=LOGGED))
    mark = f"loop {side.name}"
    texts = [f"{text} /* {mark} */" for text in ("begin", READ, "commit")]
    before, hits = reached(side, mark), side.hits()
    found = [[ask(link, text) for text in texts] for _ in range(200)]
    found += [link.run(b"".join(prepared(text) for text in texts) + wire.SYNC) for _ in range(200)]
    found += [link.run(b"".join(map(wire.query, texts)), readies=3) for _ in range(200)]
    count = reached(side, mark) - before
    expect(count == 0 if side.tapri else count >= 1800, f"{count} statements reached the server")
    expect(not side.tapri or side.hits() - hits == 600, "a read was not answered from the cache")
    return found


@corner("begin: prepared once, executed many times, with and without a row limit", hits=True)
def prepared_begin(side):
    link = warmed(side, side.login(more=LOGGED))
    mark = f"prepared {side.name}"
    link.run(wire.parse(f"begin /* {mark} */", "S_1") + wire.parse(f"commit /* {mark} */", "S_2") + wire.SYNC)
    before = reached(side, mark)
    begin = wire.bind(statement="S_1") + wire.describe("P") + wire.execute()
    commit = wire.bind(statement="S_2") + wire.execute("", 1) + wire.SYNC
    found = [link.run(begin + prepared(READ) + wire.SYNC) + link.run(commit) for _ in range(20)]
    count = reached(side, mark) - before
    expect(count == 0 if side.tapri else count >= 40, f"{count} statements reached the server")
    return found


@corner("begin: what comes behind it, whatever it is", hits=True)
def whatever_follows(side):
    link = warmed(side, side.login())
    found = []
    for text in ("begin", "rollback and chain", "commit and chain", "savepoint s; select 1", "rollback to s",
                 "release savepoint s", "set transaction read only",
                 "set local statement_timeout = 0", "listen c", "declare k cursor for select 1", "select 1; select 2",
                 "copy (select 1) to stdout", "prepare transaction 'late'", "rollback prepared 'late'",
                 "select pg_advisory_xact_lock(77)", "begin; select 1; commit", "", "not even sql", "select 1/0",
                 "lock table accounts in share mode", "vacuum", "update accounts set balance = -1 where id = 3"):
        for first in ("begin", "start transaction", "begin read only", "/* a */ BEGIN work;"):
            found.append((first, text, [ask(link, one) for one in (first, READ, text, READ, "rollback")]))
    ask(link, "rollback prepared 'late'")
    return found, [ask(link, one) for one in ("commit", READ)]


@corner("begin: the extended protocol's ways to ask for it", hits=True)
def extended_begin(side):
    link = warmed(side, side.login())
    begin = wire.parse("begin") + wire.bind() + wire.execute()
    found = []
    for batch in (begin + wire.execute(), begin + wire.SYNC + wire.execute(), begin + wire.SYNC + wire.describe("P"),
                  begin + wire.SYNC + wire.close("P") + wire.execute(), begin + wire.bind() + wire.execute(),
                  begin + prepared(READ) + wire.execute(), begin + prepared("select 1/0") + prepared(READ),
                  begin + wire.parse("no sql"), begin + wire.parse(READ, "s") + wire.describe("S", "s"),
                  wire.parse("begin") + wire.describe("S") + wire.bind() + wire.execute() + prepared(READ),
                  wire.parse("begin", types=(23,)) + wire.bind(["1"]) + wire.execute(),
                  wire.parse("begin") + wire.bind(["1"]) + wire.execute(),
                  wire.parse("begin") + wire.bind(results=(1, 1)) + wire.describe("P") + wire.execute(),
                  wire.parse("begin") + wire.bind(portal="p") + wire.execute("p") + prepared(READ),
                  begin + wire.query(READ) + prepared(READ),
                  begin + prepared(READ) + wire.parse("commit") + wire.bind() + wire.execute() + wire.execute()):
        readies = 1 + batch.count(wire.SYNC) + batch.count(wire.query(READ))
        found.append(link.run(batch + wire.SYNC, readies=readies))
        found.append(link.run(begin + prepared(READ) + wire.SYNC))
        found.append(ask(link, "rollback"))
        link.run(wire.close("S", "s") + wire.SYNC)
    return found


@corner("begin: two sessions see each other's changes as they are committed", hits=True)
def others_changes(side):
    link, other = warmed(side, side.login()), side.login()
    change = "update accounts set balance = balance + {} where id = 3"
    found = [ask(link, "begin"), ask(link, READ), ask(other, change.format(7)), ask(link, READ), ask(link, READ),
             ask(link, change.format(5)), ask(other, READ), ask(link, READ), ask(link, "commit"), ask(other, READ)]
    return found, ask(other, change.format(-12)), ask(link, READ)


def waiting(side, watch, count):
    """Sessions that wait for the table, or for the answer of one that does."""
    locked = int(value(watch, "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
                              "query like '%from products%' and pid <> pg_backend_pid()"))
    return locked + (side.tapri.metric("tapri_flight_waiters") if side.tapri else 0) == count


@corner("begin: a cancel while it waits for the answer that another session gets")
def cancelled_wait(side):
    first, second, holder, watch = (warmed(side, side.login()) for _ in range(4))
    slow = f"select name from products where id = 4 and {next(TIMES)} > 0"  # not kept from the time before
    ask(holder, "begin; lock table products in access exclusive mode")
    first.send(wire.query(slow))
    wait_for(lambda: waiting(side, watch, 1), "the first to wait")
    ask(second, "begin")
    second.send(wire.query(slow))
    wait_for(lambda: waiting(side, watch, 2), "the second to wait")
    cancel(side, second.backend)
    messages = second.ready()
    found = wire.sqlstate(messages), messages[-1], ask(second, READ), ask(second, "commit")
    ask(holder, "rollback")
    return found, first.ready(), ask(second, slow)
