"""What sessions share and what they do not: one execution for many that ask at once; two upstreams in one Tapri."""

import pgwire as wire
import servers
from world import PRODUCT, SECONDS, ask, get, kept, outcome, request, scenario, session, value

MANY = 50
SLOW = "select count(*) as slow from orders where product > 3"
BLOCKED = "query like '%as slow%' and wait_event_type = 'Lock'"
ACTIVE = "state = 'active' and query like '%pg_sleep(3600)%'"


def calls(server, part):
    """How often the server has run statements that contain this."""
    return int(server.sql("select coalesce(sum(calls), 0) from pg_stat_statements where "
                          f"query like '%{part}%' and query not like '%pg_stat_statements%'"))


def crowd(world, tapri, how):
    """Sessions that have all asked the same, which waits at the server; and the one that keeps it waiting."""
    links = [session(tapri) for _ in range(MANY)]
    for link in links:
        kept(tapri, link, PRODUCT)
    world.server.sql("select pg_stat_statements_reset()")
    holder = session(world.server)
    value(holder, "begin; lock table orders in access exclusive mode")
    for link in links:
        link.send(how(SLOW))
    return links, holder


@scenario
def single_flight(world, report):
    for name, how in (("simple", wire.query), ("extended", wire.extended)):
        tapri = world.tapri("--flight-max-wait", "10m")
        links, holder = crowd(world, tapri, how)
        servers.wait_for(lambda tapri=tapri: tapri.metric("tapri_flight_waiters") == MANY - 1, "all but one to wait",
                         SECONDS)
        report.check(f"{name}: one asks the server", world.backends("query like '%as slow%'") == 1)
        holder.close()
        found = [link.ready() for link in links]
        report.check(f"{name}: {MANY} sessions get the answer", all(wire.rows(one) == [[b"97"]] for one in found),
                     [wire.shown(one) for one in found[:3]])
        report.check(f"{name}: byte for byte the same one", all(one == found[0] for one in found[1:]))
        report.check(f"{name}: the server ran it once", calls(world.server, "as slow") == 1,
                     calls(world.server, "as slow"))
        servers.wait_for(lambda tapri=tapri: tapri.metric("tapri_statements_total", outcome="coalesced") == MANY - 1,
                         "the others to be counted", SECONDS)
        report.check(f"{name}: nobody waits any more", tapri.metric("tapri_flight_waiters") == 0)
        report.check(f"{name}: and now it is kept", outcome(tapri, links[0], SLOW) ==
                     ("hit_l1" if how == wire.query else "miss"))  # each protocol has answers of its own
        for link in links:
            link.close()


@scenario
def single_flight_ends(world, report):
    tapri = world.tapri("--flight-max-wait", "100ms")
    links, holder = crowd(world, tapri, wire.query)
    servers.wait_for(lambda: world.backends(BLOCKED) == MANY, "all to ask", SECONDS)
    report.check("who has waited long enough asks the server", tapri.metric("tapri_flight_waiters") == 0)
    holder.close()
    report.check("and gets the answer", all(wire.rows(link.ready()) == [[b"97"]] for link in links))
    for link in links:
        link.close()
    tapri = world.tapri("--flight-max-wait", "10m", "--flight-max-waiters", "5")
    links, holder = crowd(world, tapri, wire.query)
    servers.wait_for(lambda: world.backends(BLOCKED) == MANY - 5, "the rest to ask", SECONDS)
    report.check("no more than so many wait", tapri.metric("tapri_flight_waiters") == 5)
    # The one that asked first goes away: those that wait for it must not wait for ever.
    links[0].close()
    holder.close()
    report.check("all get the answer", all(wire.rows(link.ready()) == [[b"97"]] for link in links[1:]))
    for link in links[1:]:
        link.close()


class Pair:
    """Two servers with other rows in the same tables, and one Tapri before both."""

    def __init__(self, world):
        self.servers = [world.server, servers.Postgres("operation-b", "shared_buffers = 64MB\n").create()]
        self.servers[1].sql("create table products (id int primary key, name text, price int); "
                            "insert into products select n, 'other ' || n, 1 from generate_series(1, 10) n; "
                            "create database second")
        self.tapri = world.tapri("--upstream", self.servers[1].url("second"), "--listen", "127.0.0.1:0")
        self.ports = self.tapri.ports

    def session(self, which, **more):
        return session(self.tapri, self.ports[which], **more)


@scenario
def two_upstreams(world, report):
    pair = Pair(world)
    tapri = pair.tapri
    report.check("two addresses", len(set(pair.ports)) == 2, pair.ports)
    links = [pair.session(0), pair.session(1)]
    names = ["product 7", "other 7"]
    for turn in (1, 2, 3):
        report.check(f"turn {turn}: each reaches its own server", [value(link, PRODUCT) for link in links] == names)
    report.check("each answer is kept", [kept(tapri, link, PRODUCT) for link in links] == names)
    entries = tapri.metric("tapri_cache_entries")
    report.check("under one fingerprint there are two", entries == 2 and
                 len([one for one in get(tapri, "/api/v1/shapes")["shapes"] if "products" in one["text"]]) == 1,
                 entries)
    other = pair.session(1)
    report.check("a new session gets that of its own", ask(tapri, other, PRODUCT) == ("hit_l1", "other 7"))
    value(links[1], "update products set name = 'changed' where id = 7")
    report.check("a write ends that of its own only", [ask(tapri, link, PRODUCT) for link in links] ==
                 [("hit_l1", "product 7"), ("miss", "changed")])
    flushed = request(tapri, "/api/v1/flush", "POST", {"table": "products"})
    report.check("a flush of a table is for both", flushed.document() == {"flushed_entries": 2}, flushed)
    for which, (database, table) in enumerate((("postgres", "stations"), ("second", "only_second"))):
        pair.servers[which].sql(f"create table if not exists {table} (id int primary key, name text)", database)
        link = pair.session(which, database=database)
        kept(tapri, link, f"select count(*) from {table}")
        found = request(tapri, "/api/v1/explain", "POST",
                        {"sql": f"select count(*) from {table}", "database": database}).document()
        report.check(f"explain asks the upstream of {database}", found["statements"][0]["cacheable"], found)
        link.close()
    for link in [*links, other]:
        link.close()
    pair.servers[1].stop()
    link = pair.session(0)
    report.check("one that is down does not matter to the other", kept(tapri, link, PRODUCT) == "product 7")
    link.close()


def cancel(tapri, port, link):
    """Asks at this address to cancel what this session does; returns when Tapri has taken it."""
    other = wire.Connection(tapri.host, port, SECONDS)
    other.send(wire.cancel_request(*link.backend))
    other.rest()
    other.close()


@scenario
def a_cancel_reaches_its_own_upstream(world, report):
    pair = Pair(world)
    links = [pair.session(0), pair.session(1)]

    def active():
        return [int(server.sql(f"select count(*) from pg_stat_activity where pid <> pg_backend_pid() and {ACTIVE}"))
                for server in pair.servers]

    for link in links:
        link.send(wire.query("select pg_sleep(3600)"))
    servers.wait_for(lambda: active() == [1, 1], "both to sleep", SECONDS)
    for which in (0, 1):
        cancel(pair.tapri, pair.ports[1 - which], links[which])
    report.check("at the other's address a cancel does nothing", active() == [1, 1])
    cancel(pair.tapri, pair.ports[1], links[1])
    found = links[1].ready()
    report.check("at its own it ends the statement", wire.sqlstate(found) == "57014", wire.shown(found))
    report.check("and no other", active() == [1, 0])
    cancel(pair.tapri, pair.ports[0], links[0])
    found = links[0].ready()
    report.check("the other one's, too", wire.sqlstate(found) == "57014", wire.shown(found))
    report.check("both sessions go on", [value(link, PRODUCT) for link in links] == ["product 7", "other 7"])
    for link in links:
        link.close()
