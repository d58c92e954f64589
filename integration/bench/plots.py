"""Draws what was measured: one SVG for each group of workloads."""

import matplotlib

matplotlib.use("Agg")

# Below the choice of a back end.
import matplotlib.pyplot as pyplot  # pylint: disable=wrong-import-position
from matplotlib.ticker import FuncFormatter, NullFormatter  # pylint: disable=wrong-import-position

# Told apart by colour-blind readers too (Okabe and Ito's palette).
COLOURS = {"tapri": "#D55E00", "direct": "#0072B2", "pgbouncer": "#56B4E9", "pgpool": "#009E73", "redis": "#CC79A7",
           "memcached": "#E69F00", "limit": "#999999", "before": "#F0E442", "polling": "#000000",
           "tapri-mariadb": "#E69F00", "tapri-mysql": "#CC79A7", "mariadb": "#0072B2", "mariadb-qc": "#009E73",
           "mysql": "#56B4E9", "haproxy": "#000000", "before-mariadb": "#F0E442", "before-mysql": "#999999",
           "polling-mariadb": "#D55E00", "polling-mysql": "#882255", "relay-mariadb": "#44AA99", "relay-mysql": "#117733",
           "polling-relay-mariadb": "#DDCC77", "polling-relay-mysql": "#AA4499"}
PANELS = (("throughput", "answered a second"), ("cpu_us", "CPU µs of its own for a statement"))
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "tapri", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3,
         "axes.axisbelow": True}


def _plain(value, _):
    if value >= 1000:
        return f"{value / 1000:g}k" if value < 1e6 else f"{value / 1e6:g}M"
    return f"{value:g}"


def _label(panel):
    panel.yaxis.set_major_formatter(FuncFormatter(_plain))
    panel.yaxis.set_minor_formatter(NullFormatter())


def _save(figure, path):
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", bbox_to_anchor=(0.5, 0.98), ncol=len(labels), fontsize=8)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)


def _spread(workloads, peer, figure):
    """(places, medians, lower and upper errors) of the workloads that have this peer's figure."""
    places, medians, below, above = [], [], [], []
    for place, workload in enumerate(workloads.values()):
        one = workload["peers"].get(peer, {}).get("summary", {}).get(figure)
        if one:
            places.append(place)
            medians.append(one["median"])
            below.append(one["median"] - one["min"])
            above.append(one["max"] - one["median"])
    return places, medians, [below, above]


def _bars(workloads, names, path):
    figure, panels = pyplot.subplots(1, len(PANELS), figsize=(11, 3.6))
    width = 0.8 / len(names)
    for panel, (what, label) in zip(panels, PANELS):
        for number, peer in enumerate(names):
            places, medians, errors = _spread(workloads, peer, what)
            shifted = [place + (number - (len(names) - 1) / 2) * width for place in places]
            panel.bar(shifted, medians, width, yerr=errors, label=peer, color=COLOURS[peer],
                      error_kw={"elinewidth": 0.7})
        panel.set_yscale("log")
        _label(panel)
        panel.set_title(label)
        turned = {"rotation": 15, "ha": "right"} if len(workloads) > 3 else {}
        panel.set_xticks(range(len(workloads)), workloads, **turned)
    _save(figure, path)


def _percentiles(workloads, names, path):
    """Latency over the share of the requests that were slower: the further right, the rarer."""
    figure, panels = pyplot.subplots(1, len(workloads), figsize=(4 * len(workloads), 3.6), sharey=True, squeeze=False)
    for panel, (name, workload) in zip(panels[0], workloads.items()):
        for peer in (one for one in names if one in workload["peers"]):
            rounds = workload["peers"][peer]["rounds"]
            curves = [[pair for pair in run["latency_us"]["all"]["quantiles"] if pair[0] <= 0.999] for run in rounds]
            medians = [sorted(curve[at][1] for curve in curves)[len(curves) // 2] for at in range(len(curves[0]))]
            panel.plot([1 / (1 - at) for at, _ in curves[0]], medians, label=peer, color=COLOURS[peer],
                       linewidth=2.2 if peer == "tapri" else 1.2)
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.set_xticks([2, 10, 100, 1000], ["50 %", "90 %", "99 %", "99.9 %"])
        _label(panel)
        panel.set_title(name)
    panels[0][0].set_ylabel("latency from when it was due, µs")
    _save(figure, path)


def draw(folder, result):
    """The groups that were drawn: folder/GROUP.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    with pyplot.rc_context(STYLE):
        for group in dict.fromkeys(workload["group"] for workload in result["workloads"].values()):
            workloads = {name: one for name, one in result["workloads"].items() if one["group"] == group}
            names = [name for name in COLOURS if any(name in one["peers"] for one in workloads.values())]
            (_percentiles if group.endswith("open") else _bars)(workloads, names, folder / f"{group}.svg")
            drawn.append(group)
    return drawn
