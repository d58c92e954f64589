"""docs/benchmarks.md and docs/bench/ from a report: the sides that it has measured, of the others what stands there."""

import json
import pathlib

import acceptance
import plots
import servers
import workloads
import written

TEMPLATE = pathlib.Path(__file__).with_name("benchmarks.md.in")
PAGE = servers.ROOT / "docs/benchmarks.md"
SIDES = {"postgres": "", "mysql": "MySQL and MariaDB: "}  # and how their headings begin


def write(folder):
    """folder: where a run has left its report.json."""
    result = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    result["acceptance"] = acceptance.judged({name: {peer: one["rounds"] for peer, one in workload["peers"].items()}
                                              for name, workload in result["workloads"].items()})
    drawn = plots.draw(servers.ROOT / "docs/bench", result)
    text, old = TEMPLATE.read_text(encoding="utf-8"), PAGE.read_text(encoding="utf-8")
    for side, heading in SIDES.items():
        begin, end = (f"<!-- integration/bench/run --docs, {side}: {what} -->" for what in ("begin", "end"))
        mine = _only(result, side)
        new = "\n".join(_block(mine, heading, drawn)) if mine["workloads"] else old.partition(begin)[2].partition(end)[0]
        text = text.replace(f"@{side.upper()}@", f"{begin}\n{new.strip()}\n{end}")
    PAGE.write_text(text, encoding="utf-8")


def _only(result, side):
    """What a report says of one side."""
    measured = {name: one for name, one in result["workloads"].items() if workloads.side(one["group"]) == side}
    peers = {peer for one in measured.values() for peer in one["peers"]}
    known = {one.name: workloads.side(one.group) for one in workloads.WORKLOADS}
    return {**result, "workloads": measured,
            "versions": {peer: version for peer, version in result["versions"].items() if peer in peers},
            "acceptance": [line for line in result["acceptance"] if known[line["workload"]] == side]}


def _block(result, heading, drawn):
    """Markdown lines."""
    title = f"{heading}what is aimed at"
    lines = [written.ran(result), "", f"## {title[0].upper()}{title[1:]}", "",
             f"The ratios that Tapri is to reach. {written.BEST}", "", *written.accepted(result), "", written.LEGEND, ""]
    for line in written.tables(result):
        lines.append(line)
        group = next((name for name, heading in written.GROUPS.items() if line == f"## {heading}"), None)
        if group in drawn:
            lines += ["", f"![{written.GROUPS[group]}](bench/{group}.svg)"]
    return lines
