"""Corner cases 8 to 12: COPY, notifications, function calls, replication, state, size."""

import hashlib
import itertools
import struct
import time

import pgwire as wire
from corner import ask, corner, expect, prepared, value
from servers import wait_for

SLOTS = itertools.count()


def digest(messages):
    whole = hashlib.sha256()
    for kind, body in messages:
        whole.update(kind + struct.pack("!I", len(body)) + body)
    return len(messages), whole.hexdigest()


@corner("8 CopyData after an error, and when no COPY runs")
def copy_after_error(side):
    link = side.login()
    ask(link, "delete from written")
    link.send(wire.query("copy written (id) from stdin"))
    found = [link.until(b"G")]
    link.send(b"".join(wire.copy_data(line) for line in (b"1\n", b"bad\n", b"2\n") + (b"3\n",) * 1000) + wire.COPY_DONE)
    found += [link.ready(), ask(link, "select count(*) from written")]
    link.send(wire.copy_data(b"stray\n") + wire.COPY_DONE)
    return found, ask(link, "select 1")


@corner("8 COPY FROM in the extended protocol, then a read of what it wrote")
def copy_extended(side):
    link = side.login()
    ask(link, "delete from written")
    read = prepared("select count(*) from written") + wire.SYNC
    found = [link.run(read)]
    link.send(wire.parse("copy written (id) from stdin") + wire.bind() + wire.execute() + wire.FLUSH)
    found.append(link.until(b"G"))
    link.send(wire.copy_data(b"1\n2\n") + wire.COPY_DONE + wire.SYNC)
    return found, link.ready(), link.run(read), ask(link, "delete from written"), link.run(read)


@corner("8 a Query in the middle of COPY FROM ends it")
def query_in_copy(side):
    link = side.login()
    ask(link, "delete from written")
    link.send(wire.query("copy written (id) from stdin"))
    link.until(b"G")
    link.send(wire.copy_data(b"5\n") + wire.query("select 1"))
    return link.rest()


@corner("8 COPY FROM seen by others at its end, not before, and not when it fails", hits=True)
def copy_and_readers(side):
    writer, reader = side.login(), side.login()
    ask(writer, "delete from written")
    read = "select count(*) from written"
    found = [ask(reader, read), ask(reader, read)]
    for end in (wire.message(b"f", "no"), wire.COPY_DONE):
        writer.send(wire.query("copy written (id) from stdin"))
        writer.until(b"G")
        writer.send(wire.copy_data(b"1\n2\n3\n"))
        found.append(ask(reader, read))
        writer.send(end)
        found += [writer.ready(), ask(reader, read), ask(writer, read)]
    ask(writer, "delete from written")
    return found, ask(reader, read)


@corner("8 a large COPY out, and large COPY data in, in odd pieces")
def copy_large(side):
    link = side.login()
    out = ask(link, "copy (select n, md5(n::text) from generate_series(1, 100000) n) to stdout")
    ask(link, "create temp table big (n int, t text)")
    link.send(wire.query("copy big from stdin"))
    link.until(b"G")
    data = b"".join(body for kind, body in out if kind == b"d")
    sizes = (1, 7, 8191, 8192, 8193, 65536, 1000000)
    at = turn = 0
    while at < len(data):
        link.send(wire.copy_data(data[at:at + sizes[turn % len(sizes)]]))
        at, turn = at + sizes[turn % len(sizes)], turn + 1
    link.send(wire.COPY_DONE)
    return digest(out), link.ready(), ask(link, "select count(*), sum(n) from big")


@corner("9 notifications between sessions, in the order of their transactions")
def notifications(side):
    listener, speaker = side.login(), side.login()
    ask(listener, "listen a; listen b")
    ask(speaker, "begin; notify a, '1'; notify b, '2'; commit; notify a, '3'")
    found = [body[4:] for kind, body in (listener.receive() for _ in range(3)) if kind == b"A"]
    ask(speaker, "begin; notify a, 'never'; rollback")
    ask(listener, "unlisten a")
    ask(speaker, "notify a; notify b, 'last'")
    kind, body = listener.receive()
    return found, kind, body[4:], ask(listener, "select 1")


@corner("9 a notification in a session that reads from the cache", hits=True)
def notified_reader(side):
    listener, speaker = side.login(), side.login()
    ask(listener, "listen c")
    read = wire.query("select owner from accounts where id = 1")
    listener.run(read)
    ask(speaker, "notify c, 'x'")
    time.sleep(0.1)  # it may come before or after the answer, but never inside and never not at all
    messages = listener.run(read)
    if b"A" not in [kind for kind, _ in messages]:
        messages.append(listener.receive())
    return sorted((kind, body[4:] if kind == b"A" else body) for kind, body in messages)


def call(oid, arguments, formats=(0,), result=0):
    parts = [struct.pack("!I", oid), struct.pack("!H", len(formats)), *[struct.pack("!H", code) for code in formats],
             struct.pack("!H", len(arguments))]
    for argument in arguments:
        parts += [struct.pack("!i", -1)] if argument is None else [struct.pack("!i", len(argument)), argument]
    return wire.message(b"F", *parts, struct.pack("!H", result))


@corner("9 the fastpath FunctionCall, also of a function that writes", hits=True)
def function_call(side):
    link, other = side.login(), side.login()
    absolute = int(value(link, "select 'abs(int4)'::regprocedure::oid"))
    set_stock = int(value(link, "select 'set_stock(int, int)'::regprocedure::oid"))
    read = "select stock from products where id = 20"
    ask(link, "update products set stock = 16 where id = 20")
    found = [link.run(call(absolute, [b"-5"])), link.run(call(absolute, [struct.pack("!i", -5)], (1,), 1)),
             link.run(call(absolute, [None])), link.run(call(absolute, [b"x"])), link.run(call(1, [])), ask(other, read)]
    for stock in (b"17", b"18"):
        found += [ask(other, read), link.run(call(set_stock, [b"20", stock])), ask(other, read), ask(link, read)]
    return found


@corner("9 a replication connection: IDENTIFY_SYSTEM, a temporary slot, COPY BOTH")
def replication(side):
    link = side.login(more=[("replication", "database")])
    system = wire.rows(ask(link, "IDENTIFY_SYSTEM"))[0]
    name = f"corner_{next(SLOTS)}"  # a slot of this name may still be there, for as long as its session takes to end
    slot = ask(link, f"CREATE_REPLICATION_SLOT {name} TEMPORARY LOGICAL test_decoding NOEXPORT_SNAPSHOT")
    begin = wire.rows(slot)[0][1].decode()
    writer = side.login()
    ask(writer, "create table if not exists replicated (x int); insert into replicated values (42)")
    link.send(wire.query(f"START_REPLICATION SLOT {name} LOGICAL {begin}"))
    expect(link.receive()[0] == b"W", "no CopyBothResponse")
    lines = []
    while not any(b"INSERT" in line for line in lines):
        kind, body = link.receive()
        expect(kind == b"d", (kind, body))
        if body[:1] == b"w":
            lines.append(body[25:])
    link.send(wire.COPY_DONE)
    link.ready()
    return system[0], lines[-1].split(b":", 1)[1], ask(link, "select owner from accounts where id = 1")


@corner("9 a physical replication connection speaks its own language")
def physical(side):
    link = side.login(more=[("replication", "true")])
    return [wire.rows(ask(link, "IDENTIFY_SYSTEM"))[0][0], ask(link, "SHOW wal_segment_size"),
            ask(link, "select 1"), wire.kinds(ask(link, "TIMELINE_HISTORY 1"))]


@corner("10 RESET goes back to what the login's options, role and database made the default", hits=True)
def reset(side):
    link = side.login(more=[("options", "-c search_path=other"), ("TimeZone", "Asia/Kolkata")])
    read = "select name from products where id = 1"
    found = []
    for text in ("set search_path = public", "reset search_path", "set search_path = public", "reset all",
                 "set search_path = public", "discard all", "set search_path to default"):
        found += [ask(link, text), ask(link, read), ask(link, read), ask(link, "show search_path"), ask(link, "show timezone")]
    side.sql("alter role with_scram set search_path = other")
    link = side.login("with_scram")
    found += [ask(link, read), ask(link, "set search_path = public"), ask(link, read), ask(link, "reset search_path"),
              ask(link, read)]
    side.sql("alter role with_scram reset search_path")
    return found


@corner("10 RESET goes back to what was set for the database, for the role, and for the role in the database")
def reset_to_stored(side):
    read = "select products.name, tz from products, public.kinds where products.id = 1 and i4 = 2"
    stored = (("database elsewhere", "other, public", "Asia/Kolkata"), ("role with_scram", "public", "UTC"),
              ("role with_scram in database elsewhere", "public, other", "Asia/Tokyo"))
    changes = ("select 1", "set search_path = pg_catalog, other", "reset search_path", "set timezone = 'America/Lima'",
               "reset timezone", "set search_path = other; set timezone = 'America/Lima'", "reset all",
               "set search_path to default", "set session search_path = other", "discard all")
    found = []
    try:
        for level, path, zone in stored:
            side.sql(f"alter {level} set search_path = {path}; alter {level} set timezone = '{zone}'")
            link = side.login("with_scram", "elsewhere")
            for change in changes:
                found += [ask(link, change), ask(link, read), ask(link, read), ask(link, "show search_path")]
            expect(value(link, "show timezone") == zone, value(link, "show timezone"))
    finally:
        for level, _, _ in stored:
            side.sql(f"alter {level} reset all")
    return found


@corner("10 settings changed through Parse, in strings of several statements, with computed names", hits=True)
def hidden_sets(side):
    link = side.login()
    read = wire.query("select name from products where id = 1")
    found = []
    for change in (prepared("set search_path = other") + wire.SYNC, prepared("reset search_path") + wire.SYNC,
                   wire.query("select 1; set search_path = other; select 2"), wire.query("reset all"),
                   wire.query("do $$ begin perform set_config('search' || '_path', 'other', false); end $$"),
                   wire.query("discard all"), prepared("select set_config($1, $2, false)", ["search_path", "other"]) + wire.SYNC,
                   wire.query("begin; set local search_path = public; select 1"), wire.query("commit"),
                   wire.query("begin; set search_path = public; select 1"), wire.query("rollback"),
                   wire.query("update pg_settings set setting = 'public' where name = 'search_path'"),
                   wire.query("/* x */ SET/**/search_path/**/=/**/other")):
        found += [link.run(change), link.run(read), link.run(read)]
    return found


@corner('10 "$user" in search_path with SET ROLE', hits=True)
def dollar_user(side):
    link = side.login()
    found = [ask(link, "drop schema if exists plain_user cascade; create schema plain_user; grant usage on schema plain_user to "
                       "public; create table plain_user.accounts (id int, owner text); insert into plain_user.accounts "
                       "values (1, 'of plain_user'); grant select on plain_user.accounts to public")]
    read = "select owner from accounts where id = 1"
    found.append(side.from_cache(link, read))
    for text in ("set role plain_user", "reset role", "set session authorization plain_user", "reset session authorization"):
        found += [ask(link, read), ask(link, read), ask(link, text), ask(link, read), ask(link, read)]
    ask(link, "drop schema plain_user cascade")
    return [[one for one in messages if one[0] != b"T"] for messages in found]  # a T has the new table's oid


@corner("10 the same text by other users and in another database", hits=True)
def others(side):
    names = {"postgres": side.login(), "plain_user": side.login("plain_user"), "with_md5": side.login("with_md5"),
             "elsewhere": side.login(database="elsewhere")}
    found = []
    for _ in range(2):
        for name, link in names.items():
            found += [(name, ask(link, "select owner from accounts where id = 1")),
                      (name, ask(link, "select id, who from secured order by id")),
                      (name, link.run(prepared("select owner from accounts where id = $1", ["1"]) + wire.SYNC))]
    return found


@corner("10 a temporary table that shadows, seen by its own session only", hits=True)
def shadow(side):
    link, other = side.login(), side.login()
    read = "select owner from accounts where id = 1"
    found = [ask(link, read), ask(other, read)]
    for text in ("create temp table accounts as select 1 as id, 'temporary' as owner", "drop table pg_temp.accounts",
                 "begin; create temp table accounts as select 1 as id, 'temporary' as owner", "rollback",
                 "do $$ begin create temp table accounts as select 1 as id, 'hidden' as owner; end $$", "discard all"):
        found += [ask(link, text), ask(link, read), ask(link, read), ask(other, read)]
    return [[one for one in messages if one[0] != b"T"] for messages in found]


@corner("10 advisory locks belong to their session and end with it")
def advisory(side):
    holder, other = side.login(), side.login()
    ask(holder, "select pg_advisory_lock(77)")
    held = ask(other, "select pg_try_advisory_lock(77)")
    holder.send(wire.TERMINATE)
    holder.rest()
    wait_for(lambda: value(other, "select count(*) from pg_locks where locktype = 'advisory'") == "0", "the lock's end")
    return held, ask(other, "select pg_try_advisory_lock(77)")


@corner("11 absurd message lengths end the session with an error")
def absurd_lengths(side):
    for kind in (b"Q", b"P", b"B", b"E", b"S", b"d", b"F"):
        for length in (0, 3, 0x7FFFFFFF, 0xFFFFFFFF):
            link = side.login()
            link.send(kind + struct.pack("!I", length) + b"x" * 8)
            ends = link.rest(20)
            expect([one for one, _ in ends] in ([], [b"E"]), f"{kind} {length}: {wire.shown(ends)}")


@corner("11 messages that are malformed inside")
def malformed(side):
    found = []
    for junk in (wire.message(b"Q", b"no zero byte"), wire.message(b"Q", b""), wire.message(b"Q", b"select 1\0more\0"),
                 wire.message(b"P", b"x"), wire.message(b"B", b"\0\0\0\1"), wire.message(b"D", b"X\0"), wire.message(b"C", b""),
                 wire.message(b"E", b"\0"), wire.message(b"S", b"x"), wire.message(b"B", b"\0\0\0\0\xff\xff\0\0"),
                 wire.message(b"P", b"\0select 1\0\xff\xff")):
        link = side.login()
        link.send(junk + wire.SYNC)
        ends = link.until(b"E", b"Z")
        found.append((junk, ends[-1]))
    link = side.login()
    link.send(wire.message(b"y", b"no such message"))
    return found, link.rest()


@corner("11 large statements, large values, many rows")
def large(side):
    link = side.login()
    long_text = "select '" + "x" * 16_000_000 + "', owner from accounts where id = 1"
    many = "select n, md5(n::text) from generate_series(1, 300000) n"
    return [digest(ask(link, text)) for text in (
        long_text, "select repeat('y', 100000000)", many, "select p.*, r.* from products p, reviews r order by p.id, r.id",
        "select owner from accounts where id = 1 /*" + "c" * 3_000_000 + "*/")]


@corner("11 a megabyte of nested parentheses harms nobody")
def nested(side):
    link, other = side.login(), side.login()
    messages = [ask(link, f"select {'(' * deep}owner{')' * deep} from accounts where id = 1")
                for deep in (100, 1000, 4000, 500_000)]
    expect(wire.sqlstate(messages[-1]) in ("42601", "54001"), wire.shown(messages[-1]))
    sums = ask(link, "select owner from accounts where id = " + "+".join(["1"] * 5000))
    return messages, sums, ask(other, "select owner from accounts where id = 1"), ask(link, "select 1")


@corner("11 Terminate with work pending")
def terminate(side):
    link = side.login()
    link.send(prepared("select owner from accounts where id = 1") + wire.TERMINATE)
    ends = link.rest()
    expect(b"Z" not in [kind for kind, _ in ends], wire.kinds(ends))


@corner("12 several statements in one string, and what holds after each", hits=True)
def strings(side):
    link, other = side.login(), side.login()
    ask(link, "delete from written")
    read = "select count(*) from written"
    found = []
    for text in ("insert into written values (1); select count(*) from written", "begin; insert into written values (2)",
                 "select count(*) from written; rollback; select count(*) from written",
                 "insert into written values (3); select 1/0; insert into written values (4)",
                 "begin; insert into written values (5); commit; select 1/0", "", " ", ";", "-- x", "delete from written; select 1"):
        found += [ask(link, text), ask(other, read), ask(link, read)]
    return found
