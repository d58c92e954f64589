"""What is shipped beside the program: the systemd unit, and the quickstart."""

import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess

import servers
from command_line import FLAG, settings, tapri
from world import scenario

UNIT = servers.ROOT / "docs/tapri.service"
QUICKSTART = ["integration/quickstart"]
LIMIT = 240  # seconds for what takes about ten: the machine may be busy


def unit_commands():
    """The unit's Exec... lines: (name, words)."""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"(Exec\w+)=[-@:+!]*(.+)", line)
        if found:
            yield found[1], shlex.split(found[2])


@scenario
def systemd_unit(_world, report):
    commands = dict(unit_commands())
    start = commands.get("ExecStart", [])
    report.check("it runs tapri", start[:2] == ["/usr/bin/tapri", "run"], start)
    known = set(FLAG.findall(tapri("run", "--help").stdout))
    used = {word.partition("=")[0] for word in start if word.startswith("-")}
    report.check("with flags that tapri knows", used and used <= known, used - known)
    text = UNIT.read_text(encoding="utf-8")
    variables = {variable for _, _, variable, _ in settings()}
    named = {re.sub("_FILE$", "", name) for name in re.findall(r"TAPRI_[A-Z_]+", text)}
    report.check("and variables that it knows", named <= variables, named - variables)
    report.check("it reloads with SIGHUP and stops with SIGTERM", "-HUP" in commands.get("ExecReload", []) and
                 "KillSignal=SIGTERM" in text, commands)
    drain = json.loads(tapri("run", "--print-config").stdout)["drain"]["timeout"]
    stop = re.search(r"^TimeoutStopSec=(\d+)$", text, re.M)
    report.check("it is given longer to stop than a drain takes", stop and int(stop[1]) > int(drain.removesuffix("s")),
                 drain)
    if shutil.which("systemd-analyze"):
        # Under the path where it was built: what is not installed cannot be found to be executable.
        copy = servers.temporary_folder("unit") / "tapri.service"
        copy.write_text(text.replace("/usr/bin/tapri", servers.tapri_program()))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True,
                              check=False)
        about_it = [line for line in (done.stdout + done.stderr).splitlines() if "tapri.service" in line]
        report.check("systemd has nothing against it", not about_it and done.returncode == 0, done.stdout + done.stderr)


def quickstart(folder, *options):
    """Started with its files in this folder, and SIGINT as a terminal's Ctrl-C would find it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TAPRI_") or
                   name == "TAPRI_BIN"}
    return servers.spawn(["env", "--default-signal=INT", *QUICKSTART, *options], signal.SIGTERM, cwd=servers.ROOT,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         env={**environment, "TMPDIR": str(folder)})


def living_in(folder):
    """Processes that work in this folder: servers are started in a folder of their own, and so are their children."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "cwd").startswith(str(folder)):
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:  # it has ended meanwhile
            continue
    return found


def nothing_left(report, name, folder):
    report.check(f"{name}: no process is left", not living_in(folder), living_in(folder))
    report.check(f"{name}: no file is left", not list(folder.iterdir()), list(folder.iterdir()))


def once(report, *database):
    """A whole run; database: the option that chooses it."""
    folder = servers.temporary_folder("quickstart")
    process = quickstart(folder, *database, "--once", "--json", "--seconds", "3")
    out, said = process.communicate(timeout=LIMIT)
    report.check("it ends well", process.returncode == 0, said[-3000:])
    found = json.loads(out)
    report.check("nothing failed", found["failures"] == [], found["failures"])
    for name in ("direct", "tapri"):
        run = found[name]
        report.check(f"{name}: no stale answer, no error", (run["stale"], run["errors"]) == (0, 0) and
                     run["reads"] > 100, run)
        share = run["writes"] / (run["reads"] + run["writes"])
        report.check(f"{name}: about 5 % writes", 0.04 < share < 0.06, f"{share:.4f}")
    report.check("answers came from the cache", found["tapri"]["hits"] > 0 and 0 < found["tapri"]["hit_ratio"] <= 1,
                 found["tapri"])
    sent, ran = (found["direct"][name] for name in ("statements", "database_statements"))
    report.check("directly the database ran what was sent", sent <= ran < 1.2 * sent + 1000, (sent, ran))
    rows = re.search(r"([\d,]+) rows", said)
    report.check("a million rows and more", rows and int(rows[1].replace(",", "")) >= 1_000_000, said[-3000:])
    report.check("the table is shown", "through Tapri" in said and "stale answers found" in said, said[-3000:])
    nothing_left(report, "--once", folder)


def until_interrupted(report, count, *database):
    """Started and left waiting. count: processes that there are then, at least."""
    folder = servers.temporary_folder("quickstart")
    process = quickstart(folder, *database, "--seconds", "1")
    said, client = "", []
    for line in process.stdout:
        said += line
        if found := re.search(r"through Tapri +((?:psql|mariadb) .+)", line):
            client = shlex.split(found[1])
        if "Ctrl-C" in line:
            break
    report.check("it says how to connect", client, said[-3000:])
    report.check("servers run in its folder", len(living_in(folder)) >= count, living_in(folder))
    plain = ["-X", "-A", "-t"] if client[0] == "psql" else ["--no-defaults", "-N", "-B"]
    done = subprocess.run([client[0], *plain, *client[1:]], input="select count(*) + 0 from products where id < 4;\n",
                          capture_output=True, text=True, check=False)
    report.check("and so one can", (done.returncode, done.stdout) == (0, "3\n"), done.stderr)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=LIMIT)
    report.check("SIGINT ends it well", process.returncode == 0, errors[-3000:])
    nothing_left(report, "SIGINT", folder)


@scenario
def quickstart_once(_world, report):
    once(report)


@scenario
def quickstart_once_with_mariadb(_world, report):
    once(report, "--mysql")


@scenario
def quickstart_until_interrupted(_world, report):
    until_interrupted(report, 6)


@scenario
def quickstart_with_mariadb_until_interrupted(_world, report):
    until_interrupted(report, 2, "--mysql")


@scenario
def quickstart_used_badly(_world, report):
    for options in (["--twice"], ["--seconds", "0"], ["--seconds"], ["--clients", "many"], ["--mysql=oracle"]):
        done = subprocess.run([*QUICKSTART, *options], cwd=servers.ROOT, capture_output=True, text=True, check=False)
        report.check(f"{' '.join(options)}: 2", done.returncode == 2 and options[0] in done.stderr and not done.stdout,
                     done.stderr)
    done = subprocess.run([*QUICKSTART, "--help"], cwd=servers.ROOT, capture_output=True, text=True, check=False)
    report.check("--help", done.returncode == 0 and "--once" in done.stdout, done.stderr)
