"""Builds and runs the history test for the suites history and broken."""

import concurrent.futures
import json
import os
import subprocess
import tempfile
import time

import hunting
import servers

SOURCE = servers.ROOT / "integration/history"
BUILT = servers.ROOT / "build/history"
PROGRAM = str(BUILT / "history")
THREADS = 6  # of two sessions each
# Deadlocks are part of it, so they are found soon.
SETTINGS = "deadlock_timeout = '20ms'\n"
ANOMALIES = ("stale", "backwards", "aborted", "intermediate", "fractured", "own", "lost", "impossible", "dirty_write",
             "circular")


def build():
    BUILT.mkdir(parents=True, exist_ok=True)
    sources = sorted(SOURCE.glob("*.cpp"))
    objects = [str(BUILT / f"{source.stem}.o") for source in sources]

    def compiled(source):
        subprocess.run(["g++", "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "-I/usr/include/postgresql",
                        f"-I{hunting.LIBRARY}", "-pthread", "-c", str(source),
                        "-o", str(BUILT / f"{source.stem}.o")], check=True)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(compiled, sources))
    subprocess.run(["g++", "-pthread", "-o", PROGRAM, *objects, "-lpq"], check=True)


def known_histories():
    """Of the checker alone: each with what it must find in it and what it found."""
    done = subprocess.run([PROGRAM, "check"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def reset(server):
    """Fresh tables, straight on the server: before Tapri is started."""
    subprocess.run([PROGRAM, "define", hunting.address(server)], check=True)


def run(place, server, seconds, first=False):
    """What was found: the counts, and what it said on the way. With `first` it ends at the first violation."""
    command = [PROGRAM, "run", hunting.address(place), hunting.address(server), str(seconds), str(THREADS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with tempfile.TemporaryFile("w+") as said, subprocess.Popen(command + ["first"] * first, stderr=said, **pipes) as program:
        begun = time.monotonic()
        while program.poll() is None and time.monotonic() < begun + seconds:
            time.sleep(0.2)
        out, _ = program.communicate(timeout=120)  # closes its input: it ends
        said.seek(0)
        if program.returncode:
            raise RuntimeError(said.read()[-3000:])
        return json.loads(out.strip().splitlines()[-1]), said.read()
