"""Builds and runs the history test for the suites history and broken."""

import concurrent.futures
import json
import os
import pathlib
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


def run(place, server, seconds, first=False):
    """What was found: the counts, and what it said on the way. With `first` it ends at the first violation."""
    return _run(PROGRAM, _all(place, hunting.address), hunting.address(server), seconds, first)


def run_mysql(place, server, seconds, first=False, enough=lambda: True):
    """It ends after `seconds` once there is enough, after ten times that in any case."""
    return _run(MYSQL_PROGRAM, _all(place, _mysql_address), _mysql_address(server), seconds, first, enough)


def _mysql_address(place):
    return f"{place.host}:{place.port}"


def _all(place, address):
    """Of one place, or of several that the sessions take in turn."""
    return "|".join(map(address, place if isinstance(place, list) else [place]))


def _run(program, place, server, seconds, first, enough=lambda: True):
    most = seconds * 10
    command = [program, "run", place, server, str(most), str(THREADS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with tempfile.TemporaryFile("w+") as said, subprocess.Popen(command + ["first"] * first, stderr=said, **pipes) as running:
        begun = time.monotonic()
        while running.poll() is None and time.monotonic() < begun + most:
            if time.monotonic() >= begun + seconds and enough():
                break
            time.sleep(0.2)
        out, _ = running.communicate(timeout=120)  # closes its input: it ends
        said.seek(0)
        if running.returncode:
            raise RuntimeError(said.read()[-3000:])
        return json.loads(out.strip().splitlines()[-1]), said.read()
