#!/usr/bin/python3
"""What integration/quickstart runs once all is built: the servers, the two runs, the table. See its --help."""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))

import databases
import figures
import servers

PROGRAM = str(servers.ROOT / "build/release/bin/tapri_shop")


class Talk:
    """What is said on the way: a line that is written over on a terminal, plain lines elsewhere."""

    def __init__(self, stream):
        self.stream = stream
        self.terminal = stream.isatty()
        self.colours = self.terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        self.pending = False

    def colour(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colours else text

    def line(self, text=""):
        if self.pending:
            self.stream.write("\r\033[K")
            self.pending = False
        print(text, file=self.stream, flush=True)

    def heading(self, text):
        self.line(self.colour(1, f"== {text}"))

    def progress(self, text):
        """Shown on a terminal only."""
        if self.terminal:
            self.stream.write(f"\r\033[K   {text}")
            self.stream.flush()
            self.pending = True


def follow(talk, name, options, shop, process):
    """Lets the workload begin and shows how it goes on; (its result with what it cost the database, what it said)."""
    if json.loads(process.stdout.readline() or "{}").get("ready") is not True:
        raise RuntimeError(f"the workload did not start: {process.stderr.read()}")
    statements, before = shop.statements(), figures.cpu_seconds(shop.pid)
    process.stdin.write("go\n")
    process.stdin.close()
    found = None
    for line in process.stdout:
        found = json.loads(line)
        if "result" not in found:
            talk.progress(f"{name}: {found['seconds']:.0f} of {options.seconds} s, "
                          f"{found['statements'] / max(0.1, found['seconds']):,.0f} statements a second, "
                          f"{found['stale']} stale answers")
    said = process.stderr.read()
    if process.wait() or not found or "result" not in found:
        raise RuntimeError(f"the workload ended early: {said}")
    found["database_cpu_seconds"] = figures.cpu_seconds(shop.pid) - before
    found["database_statements"] = shop.statements() - statements
    return found, said


def run(talk, name, options, shop, port):
    """One run of the workload; its figures, the database's CPU time and statements included."""
    with subprocess.Popen([PROGRAM, shop.address(shop.server.port), shop.address(port), str(options.clients),
                           str(options.seconds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        try:
            found, said = follow(talk, name, options, shop, process)
        finally:
            process.kill()
    talk.line(f"   {name}: {(found['reads'] + found['writes']) / found['seconds']:,.0f} statements a second, "
              f"{found['stale']} stale answers")
    for line in said.splitlines():
        talk.line(talk.colour(31, f"   {line}"))
    return found


def run_through(talk, options, shop, tapri):
    before = figures.cpu_seconds(tapri.process.pid)
    found = run(talk, "through Tapri", options, shop, tapri.port)
    if not tapri.alive():
        raise RuntimeError(tapri.died())
    found["tapri_cpu_seconds"] = figures.cpu_seconds(tapri.process.pid) - before
    found["tapri_memory_kib"] = tapri.memory_kib()
    found["outcomes"] = {outcome: int(tapri.metric("tapri_statements_total", outcome=outcome))
                         for outcome in figures.OUTCOMES}
    return found


def show(talk, options, found):
    talk.line()
    lines = figures.table(found)
    talk.line(talk.colour(1, lines[0]))
    for line in lines[1:]:
        if line.startswith("stale"):
            line = talk.colour(31 if found["direct"]["stale"] or found["tapri"]["stale"] else 32, line)
        talk.line(line)
    talk.line()
    talk.line(figures.sentence(found))
    talk.line(f"{options.clients} clients, {options.seconds} s each way on {os.cpu_count()} processors, which clients, "
              "database and Tapri share;")
    talk.line("data in memory, fsync off; Tapri's cache was empty at the start.")
    for failure in found["failures"]:
        talk.line(talk.colour(31, f"FAILED: {failure}"))


def invite(talk, options, shop, tapri):
    """How to try it, until Ctrl-C."""
    talk.line()
    talk.heading("try it")
    talk.line(f"   through Tapri   {shop.client(tapri.port)}")
    talk.line(f"   directly        {shop.client(shop.server.port)}")
    talk.line(f"   what it does    curl http://127.0.0.1:{tapri.admin_port}/api/v1/stats     (also /metrics)")
    talk.line("   An application needs nothing but that other host and port in its connection string.")
    talk.line("   In front of your own database:")
    talk.line(f"   {os.path.relpath(tapri.program)} run --upstream {shop.upstream()}")
    talk.line()
    talk.line("Ctrl-C stops both servers and removes their files.")
    while tapri.alive() and shop.server.process.poll() is None:
        time.sleep(0.2)
    raise RuntimeError(tapri.died() or f"{databases.NAMES[options.database]} has ended")


def parse():
    options = argparse.ArgumentParser(prog="integration/quickstart")
    options.add_argument("--once", action="store_true")
    options.add_argument("--keep", action="store_true")
    options.add_argument("--json", action="store_true")
    options.add_argument("--mysql", nargs="?", choices=("mariadb", "mysql"), const="mariadb", default="postgres",
                         dest="database")
    options.add_argument("--seconds", type=int, default=8)
    options.add_argument("--clients", type=int, default=8)
    return options.parse_args()


def body(talk, options):
    """The exit code."""
    begun = time.monotonic()
    talk.heading(f"{databases.NAMES[options.database]} with a sample shop")
    shop = databases.start(options.database)
    server = shop.server
    talk.line(f"   {shop.rows():,} rows, {time.monotonic() - begun:.0f} s; port {server.port}, {server.folder}")
    talk.heading(f"the same workload directly and through Tapri, {options.seconds} s each")
    direct = run(talk, "directly", options, shop, server.port)
    tapri = servers.Tapri(server.url("shop")).start()
    found = figures.compare(direct, run_through(talk, options, shop, tapri))
    show(talk, options, found)
    if options.json:
        print(json.dumps(found, indent=1), flush=True)
    if options.keep:
        servers._folders.clear()  # pylint: disable=protected-access
        talk.line(f"Kept: {server.folder} {tapri.folder}")
    if not options.once:
        try:
            invite(talk, options, shop, tapri)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one must not cut the tidying short
            talk.line()
            talk.heading("stopping")
            tapri.stop(seconds=10)
    return 1 if found["failures"] else 0


def main():
    options = parse()
    talk = Talk(sys.stderr if options.json else sys.stdout)
    try:
        sys.exit(body(talk, options))
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        talk.line()
        sys.exit(130)
    except (RuntimeError, TimeoutError, OSError, subprocess.SubprocessError) as error:
        talk.line()
        print(f"quickstart: {error}", file=sys.stderr)
        sys.exit(1)


main()
