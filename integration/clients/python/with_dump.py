"""pg_dump and pg_restore."""

import re
import tempfile

from emit import emit
from programs import run


def comparable(text):
    """Without the key that newer versions make up for each dump."""
    return re.sub(r"(?m)^\\(un)?restrict .*\n", "", text)


def dump(*more):
    code, out, err = run("pg_dump", "--no-owner", *more)
    return [code, comparable(out), err]


def with_dump():
    with tempfile.TemporaryDirectory() as folder:
        plain = dump()
        emit("pg_dump", plain)
        emit("pg_dump custom", run("pg_dump", "-Fc", "-f", f"{folder}/dump"))
        emit("pg_dump directory, two jobs", run("pg_dump", "-Fd", "-j", "2", "-f", f"{folder}/jobs"))
        emit("createdb", run("createdb", "restored"))
        emit("pg_restore", run("pg_restore", "-d", "restored", "-j", "2", f"{folder}/dump"))
        again = dump("restored")
        emit("restored", again[1] == plain[1] or again)
        emit("dropdb", run("dropdb", "restored"))
        restore = "pg_restore --clean --if-exists --no-owner -f -"
        code, out, err = run("bash", "-c", f"set -o pipefail; pg_dump -Fc | {restore}")
        emit("pg_dump | pg_restore", [code, comparable(out), err])


with_dump()
