"""What the two runs of the quickstart gave: measured, compared, printed."""

import os
import pathlib

TICKS = os.sysconf("SC_CLK_TCK")
OUTCOMES = ("hit_l1", "hit_l2", "hit_stale", "miss", "coalesced", "bypass", "write")


def _cpu_fields(pid):
    """(parent, own CPU seconds, CPU seconds of children that have ended), or None if it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    user, system, children_user, children_system = (int(field) for field in fields[11:15])
    return int(fields[1]), (user + system) / TICKS, (children_user + children_system) / TICKS


def cpu_seconds(pid):
    """CPU time of a server and of all its children, those that have ended included."""
    _, own, ended = _cpu_fields(pid)
    total = own + ended
    for name in os.listdir("/proc"):
        fields = _cpu_fields(name) if name.isdigit() else None
        if fields and fields[0] == pid:
            total += fields[1] + fields[2]
    return total


def _share_saved(field, direct, through):
    return 1 - through[field] / direct[field] if direct[field] else 0.0


def compare(direct, through):
    """Both runs' figures with those that are made of several; see docs/quickstart.md."""
    for run in (direct, through):
        run["statements"] = run["reads"] + run["writes"]
        run["throughput"] = run["statements"] / run["seconds"]
        run["database_cpu_seconds_per_1000"] = 1000 * run["database_cpu_seconds"] / max(1, run["statements"])
        run["database_statements_per_1000"] = 1000 * run["database_statements"] / max(1, run["statements"])
    outcomes = through["outcomes"]
    hits = sum(outcomes[name] for name in ("hit_l1", "hit_l2", "hit_stale"))
    through["hits"] = hits
    through["hit_ratio"] = hits / max(1, through["reads"])
    saved = {
        "throughput": through["throughput"] / max(1e-9, direct["throughput"]),
        "database_cpu": _share_saved("database_cpu_seconds_per_1000", direct, through),
        "database_statements": _share_saved("database_statements_per_1000", direct, through),
    }
    failures = []
    for name, run in (("direct", direct), ("through Tapri", through)):
        if run["stale"]:
            failures.append(f"{run['stale']} stale answers, {name}")
        if run["errors"]:
            failures.append(f"{run['errors']} failed statements, {name}")
    if hits == 0:
        failures.append("nothing was answered from the cache")
    return {"direct": direct, "tapri": through, "saved": saved, "failures": failures}


def _milliseconds(name):
    return lambda run: f"{run[name] / 1000:.2f} ms"


def _factor(direct, through):
    return f"{through / direct:.2f} x" if direct else ""


def _less(direct, through):
    return f"{100 * (through / direct - 1):+.0f} %" if direct else ""


# (label, text of a run's figure, field, how the two compare)
_ROWS = [
    ("statements a second", lambda run: f"{run['throughput']:,.0f}", "throughput", _factor),
    ("reads, p50", _milliseconds("reads_p50_us"), "reads_p50_us", _factor),
    ("reads, p99", _milliseconds("reads_p99_us"), "reads_p99_us", _factor),
    ("writes, p50", _milliseconds("writes_p50_us"), "writes_p50_us", _factor),
    ("writes, p99", _milliseconds("writes_p99_us"), "writes_p99_us", _factor),
    ("all, p50", _milliseconds("all_p50_us"), "all_p50_us", _factor),
    ("all, p99", _milliseconds("all_p99_us"), "all_p99_us", _factor),
    ("statements sent", lambda run: f"{run['statements']:,}", "", None),
    ("  of these, writes", lambda run: f"{100 * run['writes'] / max(1, run['statements']):.1f} %", "", None),
    ("reads answered from memory", lambda run: f"{100 * run['hit_ratio']:.1f} %" if "hits" in run else "-", "", None),
    ("  statements so saved", lambda run: f"{run['hits']:,}" if "hits" in run else "-", "", None),
    ("statements that the database ran", lambda run: f"{run['database_statements']:,}", "", None),
    ("  per 1,000 sent", lambda run: f"{run['database_statements_per_1000']:,.0f}", "database_statements_per_1000",
     _less),
    ("database CPU", lambda run: f"{run['database_cpu_seconds']:.2f} s", "", None),
    ("  per 1,000 sent", lambda run: f"{1000 * run['database_cpu_seconds_per_1000']:.0f} ms",
     "database_cpu_seconds_per_1000", _less),
    ("Tapri's CPU", lambda run: f"{run['tapri_cpu_seconds']:.2f} s" if "hits" in run else "-", "", None),
    ("Tapri's memory", lambda run: f"{run['tapri_memory_kib'] / 1024:.0f} MiB" if "hits" in run else "-", "", None),
    ("reads checked", lambda run: f"{run['reads']:,}", "", None),
    ("stale answers found", lambda run: f"{run['stale']:,}", "", None),
]


def table(found):
    """The lines of the table."""
    direct, through = found["direct"], found["tapri"]
    lines = [f"{'':34}{'directly':>14}{'through Tapri':>16}"]
    for label, text, field, how in _ROWS:
        compared = how(direct[field], through[field]) if how else ""
        lines.append(f"{label:34}{text(direct):>14}{text(through):>16}{compared:>12}".rstrip())
    return lines


def sentence(found):
    """What it comes to."""
    def words(share, less, more):
        return f"{abs(100 * share):.0f} % {less if share >= 0 else more}"
    saved = found["saved"]
    return (f"For each statement sent, the database ran {words(saved['database_statements'], 'fewer', 'more')} "
            f"statements and used {words(saved['database_cpu'], 'less', 'more')} CPU.")
