"""What Tapri is meant to reach beside its peers: ratios of one run, round by round. They decide no test."""

import figures


def _lines():
    """(what, (workload, peer), (workload, peer) or None, figure, "<=" or ">=", bound)"""
    for protocol in ("prepared", "simple"):
        for clients in (1, 32):
            name = f"{protocol}-{clients}"
            for peer, figure, bound in (("limit", "cpu_us", 1.5), ("redis", "cpu_us", 1.0), ("pgbouncer", "cpu_us", 0.4),
                                        ("redis", "p50_us", 1.2)):
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
        yield "for comparison: pgpool's hit ratio", (name, "pgpool"), None, "hit_ratio", "<=", 0.05
    for protocol in ("simple", "prepared"):
        for clients in (1, 32):
            name = f"misses-{protocol}-{clients}"
            pair = (name, "tapri"), (name, "pgbouncer")
            yield "CPU of a miss beside pgbouncer", *pair, "cpu_us", "<=", 1
            yield "p50 of a miss beside pgbouncer (<= 1: it adds no more)", *pair, "p50_us", "<=", 1
            yield "throughput of misses beside pgbouncer", *pair, "throughput", ">=", 0.97
    for clients in (1, 32):
        yield ("throughput of the page beside direct", (f"page-{clients}", "tapri"), (f"page-{clients}", "direct"),
               "throughput", ">=", 5)
    for kind, what in (("flat", "CPU of a hit"), ("flat-writes", "CPU of a write")):
        yield (f"{what} with 1,000,000 entries beside 1,000", (f"{kind}-1m", "tapri"), (f"{kind}-1k", "tapri"), "cpu_us",
               "<=", 1.25)


def judged(found):
    """One dictionary a line; value None: not measured."""
    out = []
    for what, left, right, figure, how, bound in _lines():
        value = figures.ratio(found, left, right, figure) if right else figures.alone(found, *left, figure)
        met = None if value is None else value["median"] <= bound if how == "<=" else value["median"] >= bound
        out.append({"what": what, "workload": left[0], "value": value, "bound": f"{how} {bound:g}", "met": met})
    return out
