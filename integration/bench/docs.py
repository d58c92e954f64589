"""docs/benchmarks.md and docs/bench/ from a report."""

import json
import pathlib

import acceptance
import plots
import servers
import written

PAGE = pathlib.Path(__file__).with_name("benchmarks.md.in")


def write(folder):
    """folder: where a run has left its report.json."""
    result = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    result["acceptance"] = acceptance.judged({name: {peer: one["rounds"] for peer, one in workload["peers"].items()}
                                              for name, workload in result["workloads"].items()})
    drawn = plots.draw(servers.ROOT / "docs/bench", result)
    tables = []
    for line in written.tables(result):
        tables.append(line)
        group = next((name for name, heading in written.GROUPS.items() if line == f"## {heading}"), None)
        if group in drawn:
            tables += ["", f"![{written.GROUPS[group]}](bench/{group}.svg)"]
    text = PAGE.read_text(encoding="utf-8")
    for place, lines in (("RAN", [written.ran(result)]), ("ACCEPTANCE", written.accepted(result)),
                         ("BEST", [written.BEST]), ("LEGEND", [written.LEGEND]), ("TABLES", tables)):
        text = text.replace(f"@{place}@", "\n".join(lines).rstrip())
    (servers.ROOT / "docs/benchmarks.md").write_text(text, encoding="utf-8")
