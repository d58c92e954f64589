"""What processes use: CPU time by the scheduler's own account, memory, system calls."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

import servers

PROC = pathlib.Path("/proc")
CPUCLOCK_SCHED = 2  # of a process's clocks, as clock_getcpuclockid(3) numbers them


def tree(roots):
    """These processes and all that descend from them."""
    children = {}
    for name in os.listdir(PROC):
        if name.isdigit():
            with contextlib.suppress(OSError):
                fields = (PROC / name / "stat").read_text(errors="replace").rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(name))
    found, waiting = [], list(roots)
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def runs(pid):
    return (PROC / str(pid)).exists()


def cpu(pids):
    """{process: nanoseconds}, as the scheduler counts them, of its threads that have ended too."""
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):  # one of a session before this may be about to end
            found[pid] = time.clock_gettime_ns(~pid << 3 | CPUCLOCK_SCHED)
    return found


def microseconds_between(before, after):
    return sum(after[pid] - before.get(pid, 0) for pid in after) / 1000


def memory_kib(pids):
    """What they have in memory; what several share is divided among them (Pss)."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            text = (PROC / str(pid) / "smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])
    return total


def _traced(pids):
    for pid in pids:
        with contextlib.suppress(OSError):
            if any("TracerPid:\t0\n" in (task / "status").read_text() for task in (PROC / str(pid) / "task").iterdir()):
                return False
    return True


def system_calls(pids, body):
    """Runs body() while strace counts; (its value, {system call: how many})."""
    with tempfile.NamedTemporaryFile("r") as counted:
        command = ["strace", "-f", "-q", "-c", "--summary-columns=calls,name", "-o", counted.name]
        for pid in pids:
            command += ["-p", str(pid)]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as strace:
            try:
                servers.wait_for(lambda: strace.poll() is not None or _traced(pids), "strace to attach")
                value = body()
            finally:
                strace.send_signal(signal.SIGINT)
            said = strace.stderr.read()
        found = {name: int(count) for count, name in re.findall(r"^\s*(\d+) (\w+)$", counted.read(), re.M)}
    if not found:
        raise RuntimeError(f"strace counted nothing: {said}")
    found.pop("total", None)
    return value, found
