"""What works with less: no control connection, no probe, no cache. The answers are the same, and nothing is kept."""

import json

import pgwire as wire
import servers
from world import PRODUCT, SECONDS, ask, kept, outcome, outcomes, request, scenario, session, value

RULES = {"version": 1, "rules": [{"name": "sums", "match": {"query": "sum\\("}, "ttl": "1h", "coherence": "ttl"}]}
SUM = "select sum(price) from products"
# Reads of all kinds, writes between them, errors: each twice, directly and through Tapri.
STATEMENTS = [PRODUCT, "select id, name, price from products order by id limit 5", "select count(*) from orders",
              "select 1, 'x', null",
              "select * from nothing", "select 1 / 0", "begin", "update visits set count = 5 where id = 1",
              "select count from visits where id = 1", "rollback", "select count(*) from visits where id = 1",
              "insert into stations values (9, 'Braga')", "select name from stations where id = 9",
              "delete from stations where id = 9", "select name from stations where id = 9",
              "set extra_float_digits = 1",
              "show extra_float_digits",
              "select p.name from products p join orders o on o.product = p.id where o.id = 3"]


def answers(place, extended=False):
    """Every message of every answer, but for what differs between any two sessions."""
    link = session(place)
    found = []
    for text in STATEMENTS * 2:
        found.append(link.run(wire.extended(text) if extended else wire.query(text)))
    link.close()
    return found


def ruled():
    path = servers.temporary_folder("rules") / "rules.json"
    path.write_text(json.dumps(RULES))
    return ["--rules", str(path)]


def same_answers(world, report, tapri, name):
    for extended in (False, True):
        expected, found = answers(world.server, extended), answers(tapri, extended)
        wrong = [(STATEMENTS[at % len(STATEMENTS)], wire.shown(found[at]), wire.shown(expected[at]))
                 for at in range(len(expected)) if expected[at] != found[at]]
        report.check(f"{name}: the same answers, {'extended' if extended else 'simple'}", not wrong, wrong[:2])
    report.check(f"{name}: nothing came from the cache", tapri.hits() == 0 and tapri.metric("tapri_cache_entries") == 0)


def works_without_a_schema(world, report, tapri, name):
    """But for what a rule allows by TTL."""
    same_answers(world, report, tapri, name)
    report.check(f"{name}: metrics say so", tapri.metric("tapri_degraded", component="catalog") == 1)
    report.check(f"{name}: and name the reason", tapri.metric("tapri_bypass_total", reason="catalog_unavailable") > 0)
    found = request(tapri, "/readyz?verbose")
    report.check(f"{name}: it is ready all the same", found.status == 200 and
                 "[-]catalog failed (degraded, not required)" in found.text, found)
    link, writer = session(tapri), session(tapri)
    before = kept(tapri, link, SUM)
    value(writer, "update products set price = price + 1 where id = 1")
    report.check(f"{name}: a rule's answer is kept for its TTL", ask(tapri, link, SUM) == ("hit_l1", before))
    value(writer, "update products set price = price - 1 where id = 1")
    writer.close()
    report.check(f"{name}: and nothing else", outcomes(tapri, link, PRODUCT) == ["bypass"] * 3)
    report.check(f"{name}: a flush takes it", request(tapri, "/api/v1/flush", "POST", {"rule": "sums"}).document() ==
                 {"flushed_entries": 1} and outcome(tapri, link, SUM) == "miss")
    link.close()


@scenario
def without_a_control_connection(world, report):
    tapri = world.tapri("--control-enabled=false", *ruled())
    works_without_a_schema(world, report, tapri, "control.enabled off")


@scenario
def with_wrong_control_credentials(world, report):
    world.server.sql("drop role if exists reader; create role reader login password 'The-right-one'")
    tapri = world.tapri(*ruled(), upstream=f"postgres://reader:The-wrong-one@127.0.0.1:{world.server.port}/postgres")
    servers.wait_for(lambda: tapri.metric("tapri_degraded", component="catalog") == 1, "to be degraded", SECONDS)
    works_without_a_schema(world, report, tapri, "a wrong password")
    report.check("the log says so, without it", "password authentication failed" in tapri.tail() and
                 "The-wrong-one" not in tapri.tail(), tapri.tail())
    # Recovery.
    world.server.sql("alter role reader password 'The-wrong-one'")
    link = session(tapri)
    kept(tapri, link, PRODUCT)
    report.check("once the password is right, it caches", tapri.metric("tapri_degraded", component="catalog") == 0)
    value(link, "update products set name = 'changed' where id = 7")
    report.check("and sees writes", ask(tapri, link, PRODUCT) == ("miss", "changed"))
    value(link, "update products set name = 'product 7' where id = 7")
    link.close()


@scenario
def without_a_right_to_connect(world, report):
    """A role that may log in, but not to the database that a client uses."""
    world.server.sql("drop role if exists reader; create role reader login password 'x'")
    world.server.sql("create database closed")
    world.server.sql("revoke connect on database closed from public; "
                     "create table t (i int); insert into t values (1)", "closed")
    tapri = world.tapri(upstream=f"postgres://reader:x@127.0.0.1:{world.server.port}/postgres")
    open_one, link = session(tapri), session(tapri, database="closed")
    kept(tapri, open_one, PRODUCT)
    servers.wait_for(lambda: tapri.metric("tapri_degraded", component="catalog") == 1, "to be degraded", SECONDS)
    report.check("there nothing is kept", [ask(tapri, link, "select i from t")
                                           for _ in range(3)] == [("bypass", "1")] * 3)
    report.check("elsewhere all is as before", outcome(tapri, open_one, PRODUCT) == "hit_l1")
    world.server.sql("grant connect on database closed to reader")
    report.check("once it may, it is kept", kept(tapri, link, "select i from t") == "1")
    open_one.close()
    link.close()


def nothing_is_kept(world, report, flag, name):
    tapri = world.tapri(flag, *ruled())
    same_answers(world, report, tapri, name)
    link = session(tapri)
    found = outcomes(tapri, link, SUM)
    # A read counts as a write where the schema is not known and reads may write.
    report.check("not even by a rule", set(found) <= {"bypass", "write"}, found)
    report.check("metrics say so", tapri.metric("tapri_caching") == 0 and
                 tapri.metric("tapri_bypass_total", reason="caching_off") > 0)
    link.close()


@scenario
def without_the_probe(world, report):
    nothing_is_kept(world, report, "--probe-enabled=false", "probe.enabled off")


@scenario
def without_the_cache(world, report):
    nothing_is_kept(world, report, "--cache-enabled=false", "cache.enabled off")
