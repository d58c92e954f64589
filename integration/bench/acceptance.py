"""What Tapri is meant to reach beside its peers: ratios of one run, round by round. They decide no test."""

import itertools

import figures
import workloads


RELAYS = {"tapri": "relay", "polling": "polling-relay"}


def _postgres():
    """(what, (workload, peer), (workload, peer) or None, figure, "<=" or ">=", bound; None: only for comparison)"""
    for protocol in ("prepared", "simple"):
        for clients in (1, 32):
            name = f"{protocol}-{clients}"
            for peer, figure, bound in (("limit", "cpu_us", 1.5), ("redis", "cpu_us", 1.0),
                                        ("pgbouncer", "cpu_us", 0.4), ("redis", "p50_us", 1.2)):
                what = "CPU of a hit" if figure == "cpu_us" else "p50 of a hit"
                yield f"{what} beside {peer}", (name, "tapri"), (name, peer), figure, "<=", bound
            yield "for comparison: the limit's CPU beside pgbouncer's", (name, "limit"), (name, "pgbouncer"), "cpu_us", "<=", None
    for name, peer, bound in (("simple-32", "pgpool", 2), ("prepared-32", "pgpool", 8), ("simple-32", "direct", 3),
                              ("prepared-32", "direct", 3)):
        yield f"throughput of hits beside {peer}", (name, "tapri"), (name, peer), "throughput", ">=", bound
    for name in ("simple-32", "prepared-32"):
        yield "for comparison: the limit's throughput beside direct", (name, "limit"), (name, "direct"), "throughput", ">=", None
    for protocol in ("simple", "prepared"):
        yield ("throughput of the aggregate beside the point select", (f"aggregate-{protocol}-32", "tapri"),
               (f"{protocol}-32", "tapri"), "throughput", ">=", 0.9)
    for protocol in ("simple", "prepared"):
        name = f"mixed95-{protocol}-32"
        yield "hit ratio at 5 % writes", (name, "tapri"), None, "hit_ratio", ">=", 0.9
        yield "throughput at 5 % writes beside direct", (name, "tapri"), (name, "direct"), "throughput", ">=", 2
        yield "pgpool's hit ratio", (name, "pgpool"), None, "hit_ratio", "<=", 0.05
    for protocol in ("simple", "prepared"):
        for clients in (1, 32):
            name = f"misses-{protocol}-{clients}"
            pair = (name, "tapri"), (name, "pgbouncer")
            yield "CPU of a miss beside pgbouncer", *pair, "cpu_us", "<=", 1
            yield "p50 of a miss beside pgbouncer (<= 1: it adds no more)", *pair, "p50_us", "<=", 1
            yield "throughput of misses beside pgbouncer", *pair, "throughput", ">=", 0.97
    for protocol in ("simple", "prepared"):
        yield ("p50 of a miss beside pgbouncer, with busy_poll", (f"misses-{protocol}-1", "polling"),
               (f"misses-{protocol}-1", "pgbouncer"), "p50_us", "<=", 1)
    for protocol in ("simple", "prepared"):
        for clients in (1, 32):
            name = f"page-{protocol}-{clients}"
            yield "throughput of the page beside direct", (name, "tapri"), (name, "direct"), "throughput", ">=", 5
            yield "for comparison: the limit's", (name, "limit"), (name, "direct"), "throughput", ">=", None
    for kind, peer, what, bound in (("flat", "tapri", "CPU of a hit", 1.25),
                                    ("flat-writes", "tapri", "CPU of a write", 1.25),
                                    ("flat", "redis", "for comparison: Redis' CPU of a hit", None),
                                    ("flat-pipelined", "tapri", "for comparison: CPU of a hit, pipelined", None),
                                    ("flat-pipelined", "redis", "for comparison: Redis' likewise", None)):
        yield (f"{what} with {workloads.MANY:,} entries beside 1,000", (f"{kind}-1m", peer), (f"{kind}-1k", peer),
               "cpu_us", "<=", bound)


def _mysql():
    """Likewise."""
    for server in ("mariadb", "mysql"):
        ours = f"tapri-{server}"
        for name, clients in itertools.product(workloads.MYSQL_PROTOCOLS, (1, 8, 32)):
            workload = f"mysql-{name}-{clients}"
            yield (f"CPU of a hit before {server} beside one before PostgreSQL", (workload, ours), (workload, "tapri"),
                   "cpu_us", "<=", 1.3)
        for name in workloads.MYSQL_PROTOCOLS:
            yield f"hit ratio at 5 % writes before {server}", (f"mysql-mixed95-{name}-32", ours), None, "hit_ratio", ">=", 0.9
    for name in workloads.MYSQL_PROTOCOLS:
        workload = f"mysql-mixed95-{name}-32"
        yield "hit ratio of MariaDB's own cache at 5 % writes", (workload, "mariadb-qc"), None, "hit_ratio", "<=", 0.05
        yield ("for comparison: throughput at 5 % writes beside MariaDB", (workload, "tapri-mariadb"), (workload, "mariadb"),
               "throughput", ">=", None)
        workload = f"mysql-{name}-32"
        yield ("for comparison: CPU of a hit beside one of MariaDB's own cache", (workload, "tapri-mariadb"),
               (workload, "mariadb-qc"), "cpu_us", "<=", None)


def _added():
    """(what, (workload, peer), (workload, peer) that it adds to, figure, bound; None: only for comparison)"""
    for name in workloads.MYSQL_PROTOCOLS:
        workload = f"mysql-misses-{name}-1"
        for server in ("mariadb", "mysql"):
            for ours, how in (("tapri", ""), ("polling", ", with busy_poll")):
                yield (f"µs that a miss adds to {server}'s p50{how}", (workload, f"{ours}-{server}"), (workload, server),
                       "p50_us", 15)
                yield (f"for comparison: µs that a bare relay adds to {server}'s p50{how}",
                       (workload, f"{RELAYS[ours]}-{server}"), (workload, server), "p50_us", None)
        yield ("for comparison: µs that haproxy adds to mariadb's", (workload, "haproxy"), (workload, "mariadb"), "p50_us",
               None)


def _lines():
    """As _postgres(), with how the two are compared."""
    for line in (*_postgres(), *_mysql()):
        yield *line, figures.ratio
    for *line, bound in _added():
        yield *line, "<=", bound, figures.added


def judged(found):
    """One dictionary a line; value None: not measured."""
    out = []
    for what, left, right, figure, how, bound, compare in _lines():
        value = compare(found, left, right, figure) if right else figures.alone(found, *left, figure)
        met = None
        if value and bound is not None:
            met = value["median"] <= bound if how == "<=" else value["median"] >= bound
        out.append({"what": what, "workload": left[0], "value": value, "met": met,
                    "bound": "" if bound is None else f"{how} {bound:g}"})
    return out
