"""What is measured: each workload says what its clients send and which peers take part."""

import dataclasses

import data

BEHIND = ("direct", "pgbouncer", "pgpool", "tapri")  # those that show the database
MYSQL = ("mariadb", "mariadb-qc", "mysql", "tapri-mariadb", "tapri-mysql")  # likewise, of the other side
# With one client beside these.
ALONE = ("relay-mariadb", "relay-mysql", "polling-mariadb", "polling-mysql", "polling-relay-mariadb", "polling-relay-mysql")
CACHES = ("redis", "memcached", "limit")             # those that only answer what they know
PROTOCOLS = ("simple", "extended", "prepared")
MANY = 1_000_000  # entries


def side(group):
    """Of which protocol a group of workloads is."""
    return "mysql" if group.startswith("mysql-") else "postgres"


@dataclasses.dataclass(frozen=True)
class Workload:
    """units: (name, share, steps), steps: names of data.STATEMENTS; several make one unit, as in a transaction."""
    name: str
    group: str
    title: str
    units: tuple
    protocol: str = "prepared"
    clients: int = 32
    pipeline: int = 1     # statements that a client sends at once
    warm_pipeline: int = 1  # likewise while all keys are asked for once before
    peers: tuple = BEHIND
    rate: float = 0       # units a second; 0: as fast as they are answered
    keys: int = 0         # 0: as many as the statement has
    fresh: bool = False   # no key twice
    hits: bool = False    # all reads should come from the cache
    tapri: str = ""       # the Tapri of this name, of peers.TAPRIS
    quick: bool = True    # part of --quick too
    warm_seconds: float = 0.2
    sysbench: tuple = ()  # the test, and its options: it is sysbench that asks

    def statements(self):
        """Names, in the order of their first use."""
        return list(dict.fromkeys(step for _, _, steps in self.units for step in steps))

    def key_count(self):
        return self.keys or max(data.STATEMENTS[name].keys for name in self.statements())


def _one(statement, name="read"):
    return ((name, 1, (statement,)),)


def _mixed(writes):
    return (("read", 100 - writes, ("stock",)), ("write", writes, ("stock_write",)))


def _points():
    for protocol in PROTOCOLS:
        for clients in (1, 8, 32, 256):
            yield Workload(f"{protocol}-{clients}", protocol, f"point select, {protocol} protocol, {_clients(clients)}",
                           _one("point"), protocol, clients, hits=True, peers=BEHIND + CACHES,
                           quick=clients in (1, 32))
    for clients in (1, 32):
        yield Workload(f"pipelined-{clients}", "pipelined", f"point select, prepared, 16 at once, {_clients(clients)}",
                       _one("point"), clients=clients, pipeline=16, hits=True, peers=BEHIND + CACHES)


def _results():
    for protocol in ("simple", "prepared"):
        yield Workload(f"aggregate-{protocol}-32", "results", f"an aggregate over {data.SALES:,} rows, {protocol}",
                       _one("aggregate"), protocol, hits=True, peers=BEHIND + CACHES, quick=protocol == "simple")
    yield Workload("rows100-32", "results", "100 rows, prepared", _one("rows100"), hits=True, peers=BEHIND + CACHES)
    yield Workload("rows10000-8", "results", "10,000 rows, prepared", _one("rows10000"), clients=8, hits=True,
                   peers=BEHIND + CACHES)


def _misses():
    for protocol in ("simple", "prepared"):
        for clients in (1, 32):
            yield Workload(f"misses-{protocol}-{clients}", "misses",
                           f"point selects of {data.ARCHIVE:,} keys, none twice, {protocol}, {_clients(clients)}",
                           _one("archive"), protocol, clients, fresh=True, quick=clients == 32,
                           peers=BEHIND + ("polling",) * (clients == 1))


def _writes():
    for writes in (5, 50):
        for protocol in ("simple", "prepared"):
            yield Workload(f"mixed{100 - writes}-{protocol}-32", "writes",
                           f"{100 - writes} % reads, {writes} % writes of {data.HOT:,} rows, {protocol}",
                           _mixed(writes), protocol, quick=protocol == "prepared")
    page = (("page", 1, ("begin", *["point"] * 5, "commit")),)
    for protocol in ("simple", "prepared"):
        for clients in (1, 32):
            yield Workload(f"page-{protocol}-{clients}", "page",
                           f"BEGIN, 5 reads, COMMIT; {protocol}, {_clients(clients)}", page, protocol, clients,
                           hits=True, peers=BEHIND + ("limit",), quick=clients == 32 and protocol == "prepared")


def _flat():
    for keys, name in ((1000, "1k"), (MANY, "1m")):
        few_or_many = {"keys": keys, "tapri": name, "quick": False}
        for kind, pipeline in (("flat", 1), ("flat-pipelined", 16)):
            at_once = f", {pipeline} at once" if pipeline > 1 else ""
            yield Workload(f"{kind}-{name}", "flat", f"hits with {keys:,} entries, prepared{at_once}",
                           _one("archive"), pipeline=pipeline, warm_pipeline=16, hits=True, peers=("tapri", "redis"),
                           **few_or_many)
        yield Workload(f"flat-writes-{name}", "flat", f"writes with {keys:,} entries, prepared",
                       _one("archive_write", "write"), peers=("tapri",), **few_or_many)


def _open():
    for rate in (2000, 5000, 10_000):
        yield Workload(f"open-{rate}", "open", f"{rate:,} point selects a second, due at random, prepared",
                       _one("point"), rate=rate, hits=True, peers=BEHIND + CACHES, quick=rate == 2000)


def _clients(count):
    return f"{count} client{'s' * (count > 1)}"


# In MySQL's protocol a statement is sent as text, or was prepared.
MYSQL_PROTOCOLS = {"text": "simple", "binary": "prepared"}


def _mysql_points():
    for name, protocol in MYSQL_PROTOCOLS.items():
        for clients in (1, 8, 32):
            yield Workload(f"mysql-{name}-{clients}", f"mysql-{name}", f"point select, {name} protocol, {_clients(clients)}",
                           _one("point"), protocol, clients, hits=True, peers=MYSQL + ("tapri",),
                           quick=(name, clients) in (("text", 1), ("binary", 32)))


def _mysql_others():
    for name, protocol in MYSQL_PROTOCOLS.items():
        of_results = {"group": "mysql-results", "protocol": protocol, "hits": True, "peers": MYSQL, "quick": False}
        yield Workload(f"mysql-aggregate-{name}-32", title=f"an aggregate over {data.SALES:,} rows, {name}",
                       units=_one("aggregate"), **of_results)
        yield Workload(f"mysql-rows100-{name}-32", title=f"100 rows, {name}", units=_one("rows100"),
                       **{**of_results, "quick": name == "binary"})
        yield Workload(f"mysql-rows10000-{name}-8", title=f"10,000 rows, {name}", units=_one("rows10000"), clients=8,
                       **of_results)
    for name, protocol in MYSQL_PROTOCOLS.items():
        for clients in (1, 32):
            yield Workload(f"mysql-misses-{name}-{clients}", "mysql-misses",
                           f"point selects of {data.ARCHIVE:,} keys, none twice, {name}, {_clients(clients)}",
                           _one("archive"), protocol, clients, fresh=True,
                           peers=MYSQL + ("haproxy",) + ALONE * (clients == 1),
                           quick=(name, clients) == ("text", 32))
    for writes in (5, 50):
        for name, protocol in MYSQL_PROTOCOLS.items():
            yield Workload(f"mysql-mixed{100 - writes}-{name}-32", "mysql-writes",
                           f"{100 - writes} % reads, {writes} % writes of {data.HOT:,} rows, {name}",
                           _mixed(writes), protocol, peers=MYSQL, quick=(name, writes) == ("binary", 5))
    for rate in (2000, 10_000):
        yield Workload(f"mysql-open-{rate}", "mysql-open", f"{rate:,} point selects a second, due at random, binary",
                       _one("point"), rate=rate, hits=True, peers=MYSQL, quick=False)


def _mysql_sysbench():
    for name, title, test in (("point", "point selects", ("oltp_point_select",)),
                              ("read-only", "transactions that only read", ("oltp_read_only",)),
                              ("reads", "the same reads without transactions", ("oltp_read_only", "--skip-trx=on")),
                              ("read-write", "transactions that read and write", ("oltp_read_write",))):
        yield Workload(f"mysql-sysbench-{name}", "mysql-sysbench", f"sysbench {' '.join(test)}: {title}, {_clients(8)}",
                       units=(), clients=8, peers=MYSQL, sysbench=test, quick=name == "read-write")


WORKLOADS = [*_points(), *_results(), *_misses(), *_writes(), *_open(), *_flat(),
             *_mysql_points(), *_mysql_others(), *_mysql_sysbench()]
