"""Statements that only newer servers know, as writes: what was cached before one of them is not seen after it."""

import dataclasses

import pgwire as wire
import servers

TABLE = """
create table fresh (id int primary key, v int);
insert into fresh values (1, 1), (2, 2), (3, 3);
create view fresh_view as select id, v from fresh;
"""
READ = "select * from fresh order by id"
MERGE = "merge into fresh f using (values (1)) s (id) on f.id = s.id when matched then update set v = f.v + 1"


@dataclasses.dataclass
class Write:
    what: str
    since: int
    text: str
    before: str = ""  # run in the same session first
    after: str = ""


WRITES = [
    Write("MERGE ... RETURNING", 17, MERGE + " returning merge_action(), f.*"),
    Write("MERGE ... WHEN NOT MATCHED BY SOURCE", 17,
          "merge into fresh f using (values (1), (2)) s (id) on f.id = s.id "
          "when not matched by source then update set v = f.v + 1"),
    Write("MERGE ... RETURNING in WITH", 17, f"with m as ({MERGE} returning f.v) select * from m"),
    Write("MERGE in WITH", 17, f"with m as ({MERGE}) select id from fresh order by id"),
    Write("MERGE into a view", 17, MERGE.replace("into fresh f", "into fresh_view f")),
    Write("MERGE into a view ... RETURNING", 17, MERGE.replace("into fresh f", "into fresh_view f") + " returning f.v"),
    Write("EXECUTE of a MERGE ... RETURNING", 17, "execute p", f"prepare p as {MERGE} returning f.v", "deallocate p"),
    Write("EXPLAIN ANALYZE of a MERGE ... RETURNING", 17, f"explain (analyze, serialize) {MERGE} returning f.v"),
    Write("INSERT from JSON_TABLE", 17,
          "insert into fresh select id, 7 from json_table('[{\"id\": 4}]', '$[*]' columns (id int path '$.id'))", "",
          "delete from fresh where id = 4"),
    Write("UPDATE ... RETURNING old, new", 18, "update fresh set v = v + 1 where id = 1 returning old.v, new.v"),
    Write("UPDATE ... RETURNING WITH (OLD AS o, NEW AS n)", 18,
          "update fresh set v = v + 1 where id = 1 returning with (old as o, new as n) o.v, n.v"),
    Write("INSERT ... ON CONFLICT ... RETURNING WITH", 18,
          "insert into fresh values (1, 1) on conflict (id) do update set v = fresh.v + 1 "
          "returning with (old as o) o.v, fresh.v"),
    Write("UPDATE ... RETURNING WITH in WITH", 18,
          "with u as (update fresh set v = v + 1 where id = 1 returning with (old as o) o.v) select * from u"),
    Write("a virtual generated column is added", 18,
          "alter table fresh add column doubled int generated always as (v * 2) virtual", "",
          "alter table fresh drop column doubled"),
    Write("an UPDATE of what a virtual generated column is made of", 18, "update fresh set v = v + 1 where id = 1",
          "alter table fresh add column doubled int generated always as (v * 2) virtual",
          "alter table fresh drop column doubled"),
]


def good(link, data):
    messages = link.run(data)
    if wire.sqlstate(messages):
        raise AssertionError(wire.shown(messages))
    return messages


def simple(link, text):
    good(link, wire.query(text))


def unnamed(link, text):
    good(link, wire.parse(text) + wire.bind() + wire.describe("P") + wire.execute() + wire.SYNC)


class Named:
    """Prepared before the read is cached, executed after."""

    def __init__(self, link, text):
        good(link, wire.parse(text, "named") + wire.SYNC)

    def __call__(self, link, _text):
        good(link, wire.bind(statement="named") + wire.execute() + wire.SYNC)
        good(link, wire.close("S", "named") + wire.SYNC)


def cached(tapri, link, text=READ):
    """Reads until the answer comes from the cache; that answer's messages."""
    found = None

    def is_hit():
        nonlocal found
        before = tapri.hits()
        found = good(link, wire.query(text))
        return tapri.hits() > before

    servers.wait_for(is_hit, "an answer from the cache")
    return found


def written(world, one, reader, writer):
    """The write in each way of asking; raises where a reader sees old rows."""
    for way in ("simple", "unnamed", "named"):
        if one.before:
            simple(writer, one.before)
        run = {"simple": simple, "unnamed": unnamed}.get(way) or Named(writer, one.text)
        before = wire.rows(cached(world.tapri, reader))
        run(writer, one.text)
        after = wire.rows(good(reader, wire.query(READ)))
        true = [[value.encode() for value in line.split("|")] for line in world.server.sql(READ).split("\n")]
        if after != true or after == before:
            raise AssertionError(f"{way}: cached {before}, read {after}, in the database {true}")
        if one.after:
            simple(writer, one.after)


def check(world, report):
    world.server.sql(TABLE)
    reader, writer = world.session(world.tapri), world.session(world.tapri)
    for one in WRITES:
        if world.major < one.since:
            continue
        with report.guard(f"counts as a write: {one.what}"):
            written(world, one, reader, writer)
    reader.close()
    writer.close()
