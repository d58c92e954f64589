"""sysbench: each test that it ships, with prepared statements and without; one thread and a seed, so it asks the same."""

import os
import re
import subprocess

from emit import DATABASE, HOST, PASSWORD, PORT, USER, emit

FOLDER = "/usr/share/sysbench"
TESTS = sorted(name[:-4] for name in os.listdir(FOLDER) if name.endswith(".lua") and name != "oltp_common.lua")
TABLES = ("sbtest1", "sbtest2")


def sysbench(test, command, *more):
    where = [f"--mysql-host={HOST}", f"--mysql-port={PORT}", f"--mysql-user={USER}", f"--mysql-password={PASSWORD}",
             f"--mysql-db={DATABASE}", "--mysql-ssl=off"]
    done = subprocess.run(["sysbench", f"{FOLDER}/{test}.lua", *where, "--rand-seed=7", *more, command],
                          capture_output=True, text=True, check=False, cwd="/tmp")
    counts = re.findall(r"(?m)^ +(read|write|other|total|transactions|queries|ignored errors|reconnects): +(\d+)", done.stdout)
    return [done.returncode, counts, done.stderr or [line for line in done.stdout.splitlines() if "FATAL" in line]]


def ask(text):
    done = subprocess.run(["/usr/bin/mariadb", "--no-defaults", f"-h{HOST}", f"-P{PORT}", f"-u{USER}", "-N", DATABASE, "-e", text],
                          capture_output=True, text=True, check=False, env={**os.environ, "MYSQL_PWD": PASSWORD})
    return [done.stdout, done.stderr]


def sums():
    return ask("checksum table " + ", ".join(TABLES))


emit("tests", TESTS)
size = [f"--tables={len(TABLES)}", "--table-size=2000"]
emit("prepare", sysbench("oltp_read_write", "prepare", *size))
# What it fills the tables with goes by no seed.
emit("filled anew", [ask(f"update {table} set k = id * 7 % 2000, c = lpad(id, 119, '-'), pad = lpad(id, 59, '.')") for table in TABLES])
emit("as prepared", sums())
for test in TESTS:
    if test == "bulk_insert":
        continue
    for mode in ("auto", "disable"):
        emit(f"{test}, prepared statements: {mode}", sysbench(test, "run", *size, "--threads=1", "--events=100", "--time=0",
                                                              f"--db-ps-mode={mode}"))
    emit(f"after {test}", sums())
emit("cleanup", sysbench("oltp_read_write", "cleanup", *size))
emit("bulk: prepare", sysbench("bulk_insert", "prepare", "--threads=1"))
emit("bulk: run", sysbench("bulk_insert", "run", "--threads=1", "--events=20000", "--time=0"))
emit("bulk: cleanup", sysbench("bulk_insert", "cleanup", "--threads=1"))
