"""report.json and report.md."""

import json
import os
import pathlib
import platform
import re

import acceptance
import figures
import mysql_peers

# figure -> heading of its column
COLUMNS = {"throughput": "per second", "cpu_us": "CPU µs", "database_cpu_us": "database CPU µs", "p50_us": "p50 µs",
           "p99_us": "p99 µs", "hit_ratio": "hits", "stale": "stale", "memory_mib": "MiB", "calls": "system calls"}
LEGEND = ("Medians of the rounds, the least and the most in brackets. CPU: of the peer's own processes, for each "
          "statement; stale: reads that showed an older row than one that had been seen, or whose write had been "
          "acknowledged, before they were sent. The last two columns: Tapri's figure, before the same server, divided by "
          "this peer's.")
BEST = ("What decides is the median of the ratios round by round (the least and the most in brackets); beside it stands the "
        "ratio between the best round of each, which a busy machine disturbs less. No test depends on them.")
GROUPS = {
    "simple": "Point select, simple protocol",
    "extended": "Point select, extended protocol (unnamed statement, parsed each time)",
    "prepared": "Point select, prepared",
    "pipelined": "Point select, prepared, pipelined",
    "results": "Expensive and large results",
    "misses": "Misses only",
    "writes": "Reads and writes",
    "page": "A page in a transaction",
    "open": "Fixed rates",
    "flat": "Few entries and many",
    "mysql-text": "MySQL and MariaDB: point select, text protocol",
    "mysql-binary": "MySQL and MariaDB: point select, prepared (binary protocol)",
    "mysql-results": "MySQL and MariaDB: expensive and large results",
    "mysql-misses": "MySQL and MariaDB: misses only",
    "mysql-writes": "MySQL and MariaDB: reads and writes",
    "mysql-open": "MySQL and MariaDB: fixed rates",
    "mysql-sysbench": "MySQL and MariaDB: sysbench",
}


def machine():
    cpu = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return {"processors": os.cpu_count(), "model": cpu[1] if cpu else platform.machine(),
            "kernel": platform.release().split("-")[0], "load": os.getloadavg()[1],
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)}


def result(given, found, rounds, versions):
    """All that is known, for report.json. found: {workload: {peer: [figures of each round]}}."""
    by_name = {workload.name: of_peers for workload, of_peers in found.items()}
    return {
        "machine": machine(), "versions": versions,
        "run": {"rounds": rounds, "seconds": given.seconds, "mode": "full" if given.full else "quick"},
        "workloads": {workload.name: {"title": workload.title, "group": workload.group,
                                      "peers": {peer: {"summary": figures.summary(runs), "rounds": runs}
                                                for peer, runs in of_peers.items() if runs}}
                      for workload, of_peers in found.items()},
        "acceptance": acceptance.judged(by_name)}


def _shown(figure, spread):
    digits = figures.FIGURES[figure][2]
    text = f"{spread['median']:,.{digits}f}"
    if spread["min"] != spread["max"]:
        text += f" ({spread['min']:,.{digits}f}–{spread['max']:,.{digits}f})"
    return text


def _cell(summary, figure):
    """Empty where it was not taken, or where there is nothing to say."""
    if figure not in summary or figure == "stale" and not summary[figure]["max"]:
        return ""
    return _shown(figure, summary[figure])


def _beside(of_peers, peer, figure):
    """How the figure of the Tapri that it is compared with does so."""
    rounds = {"": {name: one["rounds"] for name, one in of_peers.items()}}
    ours = mysql_peers.PEERS[peer].beside
    found = figures.ratio(rounds, ("", ours), ("", peer), figure) if ours else None
    return f"{found['median']:.2f}x" if found else ""


def _table(workload):
    lines = ["| | " + " | ".join(COLUMNS.values()) + " | Tapri: throughput | Tapri: CPU |",
             "|---|" + "---:|" * (len(COLUMNS) + 2)]
    of_peers = workload["peers"]
    for peer in sorted(of_peers, key=list(mysql_peers.PEERS).index):
        summary = of_peers[peer]["summary"]
        cells = [_cell(summary, figure) for figure in COLUMNS]
        cells += [_beside(of_peers, peer, figure) for figure in ("throughput", "cpu_us")]
        lines.append(f"| {peer} | " + " | ".join(cells) + " |")
    return lines


def tables(result_):
    """Markdown lines: a section for each group."""
    lines = []
    for group, heading in GROUPS.items():
        mine = {name: one for name, one in result_["workloads"].items() if one["group"] == group}
        if mine:
            lines += [f"## {heading}", ""]
        for name, workload in mine.items():
            lines += [f"`{name}`: {workload['title']}", "", *_table(workload), ""]
    return lines


def accepted(result_):
    """Markdown lines: the table of what is to be reached."""
    lines = ["| | workload | median | best rounds | bound | |", "|---|---|---:|---:|---:|---|"]
    for line in result_["acceptance"]:
        value = line["value"]
        text = ""
        if value:
            text = f"{value['median']:.3g} ({value['min']:.3g}–{value['max']:.3g}) | {value['best']:.3g}"
        verdict = {None: "" if value else "not measured", True: "met", False: "**not met**"}[line["met"]]
        lines.append(f"| {line['what']} | {line['workload']} | {text or ' | '} | {line['bound']} | {verdict} |")
    return lines


def ran(result_):
    """On the machine and the run. Load: beside the two or three that a run makes by itself, what else the machine did."""
    of, run, versions = result_["machine"], result_["run"], result_["versions"]
    return (f"{of['processors']} processors ({of['model']}), {of['memory_gib']} GiB, Linux {of['kernel']}; "
            f"{run['rounds']} round{'s' * (run['rounds'] > 1)} of {run['seconds']:g} s"
            f"{', load average {:.0f}'.format(of['load']) if 'load' in of else ''}. "
            f"{', '.join(dict.fromkeys(versions.values()))}.")


def write(folder, result_):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(result_, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = ["# Tapri beside its peers", "", ran(result_), "",
             LEGEND, "",
             *tables(result_), "## Acceptance", "", BEST, "",
             *accepted(result_), ""]
    (folder / "report.md").write_text("\n".join(lines), encoding="utf-8")
