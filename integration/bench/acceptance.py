"""What Tapri is meant to reach beside its peers: ratios of one run, round by round. They decide no test."""

import figures
import workloads


def _lines():
    """(what, (workload, peer), (workload, peer) or None, figure, "<=" or ">=", bound; None: only for comparison)"""
    for protocol in ("prepared", "simple"):
        for clients in (1, 32):
            name = f"{protocol}-{clients}"
            for peer, figure, bound in (("limit", "cpu_us", 1.5), ("redis", "cpu_us", 1.0),
                                        ("pgbouncer", "cpu_us", 0.4), ("redis", "p50_us", 1.2)):
                what = "CPU of a hit" if figure == "cpu_us" else "p50 of a hit"
                yield f"{what} beside {peer}", (name, "tapri"), (name, peer), figure, "<=", bound
    for name, peer, bound in (("simple-32", "pgpool", 2), ("prepared-32", "pgpool", 8), ("simple-32", "direct", 3),
                              ("prepared-32", "direct", 3)):
        yield f"throughput of hits beside {peer}", (name, "tapri"), (name, peer), "throughput", ">=", bound
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
        for clients in (1, 32):
            name = f"page-{protocol}-{clients}"
            yield "throughput of the page beside direct", (name, "tapri"), (name, "direct"), "throughput", ">=", 5
    for kind, peer, what, bound in (("flat", "tapri", "CPU of a hit", 1.25),
                                    ("flat-writes", "tapri", "CPU of a write", 1.25),
                                    ("flat", "redis", "for comparison: Redis' CPU of a hit", None),
                                    ("flat-pipelined", "tapri", "for comparison: CPU of a hit, pipelined", None),
                                    ("flat-pipelined", "redis", "for comparison: Redis' likewise", None)):
        yield (f"{what} with {workloads.MANY:,} entries beside 1,000", (f"{kind}-1m", peer), (f"{kind}-1k", peer),
               "cpu_us", "<=", bound)


def judged(found):
    """One dictionary a line; value None: not measured."""
    out = []
    for what, left, right, figure, how, bound in _lines():
        value = figures.ratio(found, left, right, figure) if right else figures.alone(found, *left, figure)
        met = None
        if value and bound is not None:
            met = value["median"] <= bound if how == "<=" else value["median"] >= bound
        out.append({"what": what, "workload": left[0], "value": value, "met": met,
                    "bound": "" if bound is None else f"{how} {bound:g}"})
    return out
