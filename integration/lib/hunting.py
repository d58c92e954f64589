"""Builds and runs the hunt for the suites hunt and broken."""

import json
import os
import subprocess

import servers

SOURCE = servers.ROOT / "integration/hunt"
BUILT = servers.ROOT / "build/hunt"
TABLES, ROWS = 24, 8
SET = """
create or replace function hunt_set(t text, i int, v bigint) returns void language plpgsql as $$
begin execute format('update %I set version = $1 where id = $2', t) using v, i; end $$;
"""


def build():
    BUILT.mkdir(parents=True, exist_ok=True)
    sources = [str(path) for path in sorted(SOURCE.glob("*.cpp"))]
    subprocess.run(["g++", "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "-I/usr/include/postgresql", "-pthread",
                    "-o", str(BUILT / "hunt"), *sources, "-lpq"], check=True)


def reset(server):
    """Fresh tables, straight on the server: before Tapri is started."""
    text = SET
    for table in range(TABLES):
        text += f"drop table if exists hunt_{table}; create table hunt_{table} (id int primary key, version bigint); "
        text += f"insert into hunt_{table} select n, 0 from generate_series(0, {ROWS - 1}) n;\n"
    server.sql(text)


def hunt(place, seconds, writers=8, readers=8, first=False):
    """What was found: the counts, and what it said on the way."""
    address = f"host={place.host} port={place.port} user=postgres dbname=postgres sslmode=disable gssencmode=disable"
    done = subprocess.run([str(BUILT / "hunt"), address, str(seconds), str(writers), str(readers)] + ["first"] * first,
                          capture_output=True, text=True, timeout=seconds + 120, check=False, env=os.environ)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1]), done.stderr
