"""Corner cases 7: the extended protocol."""

import struct

import pgwire as wire
from corner import ask, corner, expect, prepared, value

ONE = "select id, owner, balance from accounts where id = $1"


@corner("7 Describe alone, of a statement and of a portal")
def describe_alone(side):
    link = side.login()
    return [link.run(wire.parse(ONE, "d") + wire.describe("S", "d") + wire.SYNC),
            link.run(wire.describe("S", "d") + wire.SYNC),
            link.run(wire.bind(["1"], "p", "d") + wire.describe("P", "p") + wire.SYNC),
            link.run(wire.parse("select id from accounts") + wire.describe("S") + wire.SYNC),
            link.run(wire.parse("insert into written values (1)") + wire.describe("S") + wire.SYNC),
            link.run(wire.describe("S", "nothing") + wire.SYNC), link.run(wire.describe("P", "nothing") + wire.SYNC)]


@corner("7 Close of a portal against a statement of the same name")
def close_same_name(side):
    link = side.login()
    again = wire.bind(["2"], "x", "x") + wire.execute("x") + wire.SYNC
    return [link.run(wire.parse(ONE, "x") + wire.bind(["1"], "x", "x") + wire.close("P", "x") + again),
            link.run(wire.bind(["1"], "x", "x") + wire.execute("x") + wire.close("P", "x") + wire.SYNC), link.run(again),
            link.run(wire.close("S", "x") + wire.SYNC), link.run(again),
            link.run(wire.close("S", "never") + wire.close("P", "never") + wire.SYNC)]


@corner("7 several unnamed Parses in a batch")
def unnamed_parses(side):
    link = side.login()
    batch = b"".join(prepared(text) for text in (
        "select owner from accounts where id = 1", "select 2", "select owner from accounts where id = 3",
        "select count(*) from products", "select owner from accounts where id = 1"))
    return [link.run(batch + wire.SYNC) for _ in range(3)]


@corner("7 Flush without Sync")
def flush(side):
    link = side.login()
    found = []
    for number in ("1", "2", "1"):
        link.send(prepared(ONE, [number]) + wire.FLUSH)
        found.append(link.until(b"C", b"E"))
    link.send(wire.parse("select 1/0 from accounts") + wire.bind() + wire.execute() + wire.FLUSH)
    found.append(link.until(b"C", b"E"))
    link.send(prepared(ONE, ["1"]) + wire.FLUSH)  # skipped
    return found, link.run(wire.SYNC), link.run(prepared(ONE, ["3"]) + wire.SYNC)


@corner("7 PortalSuspended: Execute with a row limit, on and on, and to the end")
def row_limit(side):
    link = side.login()
    text = "select id from accounts where id < 8 order by id"
    whole = prepared(text) + wire.SYNC
    parts = (wire.parse(text) + wire.bind() + wire.describe("P") + wire.execute("", 3) + wire.execute("", 3) +
             wire.execute("", 3) + wire.execute("", 3) + wire.SYNC)
    exact = wire.parse(text) + wire.bind() + wire.execute("", 7) + wire.execute("", 7) + wire.SYNC
    return [link.run(one) for one in (whole, parts, whole, exact, parts, prepared(text, rows=100) + wire.SYNC, whole)]


@corner("7 a portal kept over several Syncs of a transaction")
def portal_over_syncs(side):
    link = side.login()
    found = [ask(link, "begin"), link.run(wire.parse("select id from accounts order by id") +
                                          wire.bind(portal="kept") + wire.SYNC)]
    for _ in range(3):
        found.append(link.run(wire.execute("kept", 4) + wire.SYNC))
    return found, ask(link, "commit"), link.run(wire.execute("kept", 4) + wire.SYNC)


@corner("7 an Execute twice, and one of a portal that was never bound")
def execute_twice(side):
    link = side.login()
    return [link.run(prepared("select id from accounts where id = 1") + wire.execute() + wire.SYNC),
            link.run(wire.execute("never") + wire.SYNC), link.run(wire.execute() + wire.SYNC),
            link.run(wire.bind(statement="never") + wire.execute() + wire.SYNC)]


@corner("7 a simple Query in mid-batch without Sync")
def query_in_batch(side):
    link = side.login()
    read = prepared(ONE, ["1"])
    found = []
    for _ in range(2):
        found.append(link.run(read + wire.query("select owner from accounts where id = 2")))
        found.append(link.run(read + wire.query("select 1/0")))
        found.append(link.run(wire.parse("bad sql") + wire.query("ignored until Sync") + wire.SYNC))
        found.append(link.run(read + wire.query("select 1") + read + wire.SYNC, 2))
    return found


@corner("7 hits and misses and writes in one pipeline, with one Sync or many", hits=True)
def mixed_pipeline(side):
    link = side.login()
    ask(link, "delete from written")
    steps = [(ONE, ["1"]), ("select count(*) from products", []), (ONE, ["2"]),
             ("insert into written values ($1, $2)", ["1", "x"]), ("select count(*) from written", []),
             (ONE, ["1"]), ("update written set v = 'y'", []), ("select v from written where id = $1", ["1"]),
             ("delete from written", []), ("select count(*) from written", [])]
    together = b"".join(prepared(*step) for step in steps) + wire.SYNC
    apart = b"".join(prepared(*step) + wire.SYNC for step in steps)
    return [link.run(together), link.run(apart, len(steps)), link.run(together), link.run(apart, len(steps))]


@corner("7 named statements executed in a pipeline, cached rows while other Binds are pending", hits=True)
def pending_binds(side):
    link = side.login()
    link.run(wire.parse(ONE, "one") + wire.parse("select count(*) from products", "two") + wire.SYNC)
    batch = b""
    for number in range(40):
        if number % 3 == 1:
            batch += wire.bind(statement="two") + wire.describe("P") + wire.execute()
        else:
            batch += wire.bind([str(number % 5 + 1)], statement="one", results=(number % 2,)) + wire.execute()
    return [link.run(batch + wire.SYNC) for _ in range(3)]


@corner("7 two portals bound before either is executed")
def interleaved_portals(side):
    link = side.login()
    batch = (wire.parse(ONE, "i") + wire.bind(["1"], "a", "i") + wire.bind(["2"], "b", "i") + wire.execute("b") +
             wire.execute("a") + wire.bind(["3"], "c", "i") + wire.execute("c") + wire.SYNC)
    return link.run(batch), link.run(wire.close("S", "i") + wire.SYNC), link.run(batch)


@corner("7 result formats for each column", hits=True)
def result_formats(side):
    link = side.login()
    text = "select id, owner, balance from accounts where id = 1"
    return [link.run(prepared(text, results=results) + wire.SYNC)
            for _ in range(2) for results in ((), (0,), (1,), (1, 0, 1), (0, 1, 0), (0, 0, 0), (1, 1, 1), (0, 1), (2,))]


@corner("7 parameter formats and types", hits=True)
def parameter_formats(side):
    link = side.login()
    int4, text, int8 = 23, 25, 20
    four, eight = struct.pack("!i", 4), struct.pack("!q", 4)
    found = []
    for _ in range(2):
        for values, formats, types in (
                (["4"], (), ()), (["4"], (0,), (int4,)), ([four], (1,), ()), ([four], (1,), (int4,)), ([eight], (1,), (int8,)),
                (["4"], (0,), (int8,)), ([None], (1,), ()), ([eight], (1,), (int4,)), (["4"], (0,), (text,)), (["4", "5"], (), ()),
                ([], (), ()), (["x"], (0,), ()), ([b"\0\0"], (1,), ()), (["4"], (0, 1), ()), (["4"], (7,), ())):
            found.append(link.run(prepared(ONE, values, formats=formats, types=types) + wire.SYNC))
        both = "select owner, $1 as a, $2 as b from accounts where id = $3"
        found.append(link.run(prepared(both, ["x", four, "4"], formats=(0, 1, 0), types=(text, int4)) + wire.SYNC))
        found.append(link.run(prepared(both, ["1", "2", "4"], types=(int4, int8)) + wire.SYNC))
        found.append(link.run(prepared(both, ["1", "2", "4"], types=(text, text)) + wire.SYNC))
    return found


@corner("7 an error in a batch skips to Sync", hits=True)
def error_skips(side):
    link = side.login()
    good = prepared(ONE, ["1"])
    return [link.run(good + prepared("select 1/0") + good + wire.SYNC) for _ in range(2)] + [
        link.run(good + wire.parse("selec") + good + wire.SYNC + good + wire.SYNC, 2),
        link.run(wire.bind(["1"], statement="nothing") + wire.execute() + wire.SYNC), link.run(good + wire.SYNC)]


@corner("7 a pipeline is one implicit transaction", hits=True)
def implicit_transaction(side):
    link, other = side.login(), side.login()
    ask(link, "delete from written")
    found = []
    for _ in range(2):
        found.append(ask(other, "select count(*) from written"))
        found.append(link.run(prepared("insert into written values (7)") + prepared("select count(*) from written") +
                              prepared("select 1/0") + wire.SYNC))
        found.append(ask(other, "select count(*) from written"))
        found.append(ask(link, "select count(*) from written"))
    expect(value(other, "select count(*) from written") == "0", "a write that was rolled back is seen")
    return found


@corner("7 statements prepared in a transaction that failed")
def prepared_in_failed(side):
    link = side.login()
    found = [ask(link, "begin"), link.run(wire.parse(ONE, "inside") + wire.SYNC), ask(link, "select 1/0"),
             link.run(wire.bind(["1"], statement="inside") + wire.execute() + wire.SYNC),
             link.run(wire.parse("select 5", "failed") + wire.SYNC), ask(link, "rollback")]
    for name, values in (("inside", ["1"]), ("failed", [])):
        found.append(link.run(wire.bind(values, statement=name) + wire.execute() + wire.SYNC))
    return found


@corner("7 a ROLLBACK through the extended protocol")
def extended_rollback(side):
    link = side.login()
    return [link.run(prepared(text) + wire.SYNC) for text in (
        "begin", "update accounts set balance = 1 where id = 1", "select balance from accounts where id = 1", "rollback",
        "select balance from accounts where id = 1", "begin", "select 1/0", "select 1", "rollback", "select 1")]


@corner("7 DEALLOCATE, DISCARD ALL and PREPARE share names with the protocol's statements")
def shared_names(side):
    link = side.login()
    run = wire.bind(["1"], statement="s") + wire.describe("P") + wire.execute() + wire.SYNC
    make = wire.parse(ONE, "s") + wire.SYNC
    found = []
    for forget in ("deallocate s", "deallocate all", "discard all", 'deallocate prepare "s"'):
        found += [link.run(make), link.run(run), ask(link, forget), link.run(run)]
    found += [ask(link, f"prepare s (int) as {ONE}"), link.run(run), link.run(make), ask(link, "execute s (2)")]
    return found, link.run(prepared("deallocate s") + wire.SYNC), link.run(run)


@corner("7 a statement's name is taken, the unnamed one is replaced")
def name_taken(side):
    link = side.login()
    return [link.run(wire.parse("select 1", "n") + wire.SYNC), link.run(wire.parse("select 2", "n") + wire.SYNC),
            link.run(wire.bind(statement="n") + wire.execute() + wire.SYNC), link.run(wire.parse("select 3") + wire.SYNC),
            link.run(wire.bind() + wire.execute() + wire.SYNC), link.run(wire.bind() + wire.execute() + wire.SYNC),
            ask(link, "select 'destroys the unnamed statement'"), link.run(wire.bind() + wire.execute() + wire.SYNC),
            link.run(wire.parse(ONE) + wire.SYNC), link.run(wire.bind(["1"]) + wire.execute() + wire.SYNC),
            link.run(wire.parse("bad sql") + wire.SYNC), link.run(wire.bind(["1"]) + wire.execute() + wire.SYNC)]


@corner("7 the plan of a prepared statement may not change its result type")
def changed_result(side):
    link = side.login()
    found = []
    for text in ("drop table if exists shape", "create table shape (a int)", "insert into shape values (1)"):
        found.append(ask(link, text))
    run = wire.bind(statement="shape") + wire.execute() + wire.SYNC
    found += [link.run(wire.parse("select * from shape", "shape") + wire.SYNC), link.run(run), link.run(run),
              ask(link, "alter table shape add b int"), link.run(run), ask(link, "drop table shape"), link.run(run)]
    return [[one for one in messages if one[0] != b"T"] for messages in found]


@corner("7 as many parameters as the protocol can count")
def many_parameters(side):
    link = side.login()
    count = 65535
    text = "select count(*) from accounts where id in (" + ",".join(f"${n + 1}" for n in range(count)) + ")"
    batch = wire.parse(text) + wire.bind([str(n) for n in range(count)]) + wire.execute() + wire.SYNC
    return link.run(batch), link.run(batch), link.run(wire.parse("select $65536") + wire.SYNC)


@corner("7 empty queries, comments and several statements")
def empty(side):
    link = side.login()
    return [link.run(prepared(text) + wire.SYNC) for text in ("", ";", "-- nothing", "/**/", "select 1; select 2", "select 1;")]


@corner("7 a thousand statements in one packet", hits=True)
def thousand(side):
    link = side.login()
    simple = b"".join(wire.query(f"select owner from accounts where id = {n % 30}") for n in range(1000))
    extended = b"".join(prepared(ONE, [str(n % 30)]) + wire.SYNC for n in range(1000))
    return link.run(simple, 1000), link.run(extended, 1000)


@corner("7 byte by byte", hits=True)
def bytewise(side):
    link = side.login()
    found = []
    for batch in (prepared(ONE, ["1"]) + wire.SYNC, wire.query("select owner from accounts where id = 1")):
        for byte in batch:
            link.send(bytes([byte]))
        found.append(link.ready())
    return found
