"""Builds and runs the history test for the suites history and broken."""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

import hunting
import servers

SOURCE = servers.ROOT / "integration/history"
SHARED = servers.ROOT / "integration/lib/history"
BUILT = servers.ROOT / "build/history"
PROGRAM = str(BUILT / "history")
MYSQL_SOURCE = servers.ROOT / "integration/mysql_history"
MYSQL_PROGRAM = str(servers.ROOT / "build/mysql_history/history")
THREADS = 6  # of two sessions each
# Deadlocks are part of it, so they are found soon.
SETTINGS = "deadlock_timeout = '20ms'\n"
# The log of all statements is not read here, and would fill the disk.
MYSQL_SETTINGS = ("--general-log=0",)
FORMS = ("reads", "reads_in_transactions", "transactions", "string", "rolled_back", "rolled_back_to_savepoint",
         "snapshots", "update", "update_group", "update_two", "update_in_with", "move", "upsert", "insert", "delete",
         "cascade", "append")
MYSQL_FORMS = ("reads", "reads_in_transactions", "transactions", "string", "rolled_back", "rolled_back_to_savepoint",
               "snapshots", "commits_by_begin", "commits_by_definitions", "update", "update_many", "update_both", "move",
               "move_by_upsert", "insert", "insert_many", "insert_select", "ignored", "upsert", "upsert_by_code", "replace",
               "replace_two", "replace_by_code", "delete", "delete_many", "delete_both", "cascade", "append", "contended",
               "locks", "locks_refused", "numbered", "numbered_again")
FAULTS = ("resets", "cancels", "terminations", "unknown", "unknown_done")
ANOMALIES = ("stale", "backwards", "aborted", "intermediate", "fractured", "own", "lost", "impossible", "dirty_write",
             "circular")


def build():
    """The program of PostgreSQL's side."""
    compile_program(PROGRAM, SOURCE, ["-I/usr/include/postgresql"], ["-lpq"])


def build_mysql():
    """The program of MySQL's and MariaDB's side."""
    compile_program(MYSQL_PROGRAM, MYSQL_SOURCE, ["-I/usr/include/mariadb"], ["-lmariadb"])


def compile_program(program, side, flags, libraries):
    """What all sides share and one of them, a folder of sources."""
    folder = pathlib.Path(program).parent
    folder.mkdir(parents=True, exist_ok=True)
    sources = sorted(SHARED.glob("*.cpp")) + sorted(side.glob("*.cpp"))
    objects = [str(folder / f"{source.stem}.o") for source in sources]

    def compiled(source, made):
        subprocess.run(["g++", "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{side}", f"-I{SHARED}",
                        f"-I{hunting.LIBRARY}", *flags, "-pthread", "-c", str(source), "-o", made], check=True)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(compiled, sources, objects))
    subprocess.run(["g++", "-pthread", "-o", program, *objects, *libraries], check=True)


def known_histories():
    """Of the checker alone: each with what it must find in it and what it found."""
    done = subprocess.run([PROGRAM, "check"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def reset(server):
    """Fresh tables, straight on the server: before Tapri is started."""
    subprocess.run([PROGRAM, "define", hunting.address(server)], check=True)


def reset_mysql(server):
    subprocess.run([MYSQL_PROGRAM, "define", f"{server.host}:{server.port}"], check=True)


def run(place, server, seconds, first=False, enough=lambda: True, bound=None):
    """What was found: the counts, and what it said on the way. With `first` it ends at the first violation, else after
    `seconds` once there is enough, after ten times that in any case. bound: milliseconds by which answers of a fleet may
    be old."""
    return _run(PROGRAM, _all(place, hunting.address), hunting.address(server), seconds, first, enough, bound)


def run_mysql(place, server, seconds, first=False, enough=lambda: True, bound=None):
    return _run(MYSQL_PROGRAM, _all(place, _mysql_address), _mysql_address(server), seconds, first, enough, bound)


def tell(report, where, found, forms):
    report.note(f"{where}: {found['operations']} operations, {found['operations_per_second']} a second")
    for kinds in (forms, FAULTS, ANOMALIES):
        report.note("  " + ", ".join(f"{kind} {found.get(kind, 0)}" for kind in kinds))
    told = [f"{kind} {count}" for kind, count in found.items() if kind.startswith("refused_") or kind == "unannounced"]
    report.note("  " + ", ".join(told))


def tell_outcomes(report, tapri):
    report.note("  " + ", ".join(f"{outcome} {int(tapri.metric('tapri_statements_total', outcome=outcome))}"
                                 for outcome in ("hit_l1", "hit_l2", "miss", "coalesced", "bypass", "write")))


def violations(said, kinds):
    """What was said of anomalies of these kinds."""
    told = re.split(r"^(?=VIOLATION |ERROR |\d+ operations)", said, flags=re.MULTILINE)
    return "".join(one for one in told if one.startswith(tuple(f"VIOLATION {kind}:" for kind in kinds)))[:30000]


def check(report, found, said, of=""):
    """No anomaly, and hardly anything that could not be judged; of: what stands before the names of the checks."""
    for anomaly in ANOMALIES:
        report.check(f"{of}nothing in the history is {anomaly}", found[anomaly] == 0, violations(said, [anomaly]))
    report.check(f"{of}no error", found["errors"] == 0, said[:30000])
    report.check(f"{of}nearly every row can be judged", found["unjudged"] * 1000 <= found["operations"], found)


def _mysql_address(place):
    return f"{place.host}:{place.port}"


def _all(place, address):
    """Of one place, or of several that the sessions take in turn."""
    return "|".join(map(address, place if isinstance(place, list) else [place]))


def _run(program, place, server, seconds, first, enough, bound):
    most = seconds * 10
    command = [program, "run", place, server, str(most), str(THREADS)]
    command += ["first"] * first + ([] if bound is None else [f"bound={bound}"])
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with tempfile.TemporaryFile("w+") as said, subprocess.Popen(command, stderr=said, **pipes) as running:
        begun = time.monotonic()
        while running.poll() is None and time.monotonic() < begun + most:
            if time.monotonic() >= begun + seconds and enough():
                break
            time.sleep(0.2)
        out, _ = running.communicate(timeout=120)  # closes its input: it ends
        said.seek(0)
        if running.returncode:
            raise RuntimeError(f"{program} ended with {running.returncode}: {said.read()[-3000:]}")
        return json.loads(out.strip().splitlines()[-1]), said.read()
