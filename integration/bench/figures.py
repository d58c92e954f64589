"""What the rounds of a run come to: medians and spread of each figure, and ratios between two peers."""

import functools
import operator
import statistics

# name -> (what it is, unit, digits)
FIGURES = {
    "throughput": ("units answered", "/s", 0),
    "cpu_us": ("CPU of the peer's own processes for each statement", "µs", 2),
    "database_cpu_us": ("CPU of the database for each statement", "µs", 2),
    "client_cpu_us": ("CPU of the load generator for each statement", "µs", 2),
    "p50_us": ("latency, median", "µs", 0),
    "p99_us": ("latency, 99th percentile", "µs", 0),
    "hit_ratio": ("reads answered from the cache", "", 3),
    "stale": ("reads that showed an older row than was known before they were sent", "", 0),
    "memory_mib": ("memory of the peer's processes (Pss)", "MiB", 0),
    "calls": ("system calls for each statement", "", 2),
}


def quantile(run, wanted, unit="all"):
    return next(value for at, value in run["latency_us"][unit]["quantiles"] if at == wanted)


def of_round(run):
    """The figures of one run of one peer; those that were not taken are left out."""
    out = {
        "throughput": run["latency_us"]["all"]["count"] / run["seconds"],
        "cpu_us": run["cpu_us"],
        "database_cpu_us": run["database_cpu_us"],
        "client_cpu_us": 1e6 * run["client_cpu_seconds"] / max(1, run["statements"]),
        "p50_us": quantile(run, 0.5),
        "p99_us": quantile(run, 0.99),
        "stale": run["stale"],
    }
    if "hit_ratio" in run:
        out["hit_ratio"] = run["hit_ratio"]
    if "memory_kib" in run:
        out["memory_mib"] = run["memory_kib"] / 1024
    if "system_calls" in run:
        out["calls"] = sum(run["system_calls"].values())
    return out


def _spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def summary(runs):
    """{figure: {median, min, max}} of one peer's rounds on one workload."""
    rounds = [of_round(run) for run in runs]
    return {name: _spread([one[name] for one in rounds if name in one])
            for name in FIGURES if any(name in one for one in rounds)}


def best(runs, figure):
    """Of all rounds: the one that was disturbed least."""
    return (max if figure in ("throughput", "hit_ratio") else min)(of_round(run)[figure] for run in runs)


def compared(how, found, left, right, figure):
    """{median, min, max} of how(left's, right's) in each round, and best: likewise between the best rounds of both.
    left, right: (workload, peer). None: not measured."""
    mine, others = (found.get(workload, {}).get(peer, []) for workload, peer in (left, right))
    pairs = [(one, other) for one, other in zip(mine, others) if of_round(other)[figure] > 0]
    if not pairs:
        return None
    mine, others = zip(*pairs)
    return {**_spread([how(of_round(one)[figure], of_round(other)[figure]) for one, other in pairs]),
            "best": how(best(mine, figure), best(others, figure))}


ratio = functools.partial(compared, operator.truediv)
added = functools.partial(compared, operator.sub)


def alone(found, workload, peer, figure):
    """Likewise of one peer's figure."""
    runs = [run for run in found.get(workload, {}).get(peer, []) if figure in of_round(run)]
    return {**_spread([of_round(run)[figure] for run in runs]), "best": best(runs, figure)} if runs else None
