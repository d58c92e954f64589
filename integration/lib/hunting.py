"""Builds and runs the hunt for the suites hunt and broken."""

import json
import subprocess
import tempfile
import time

import servers

SOURCE = servers.ROOT / "integration/hunt"
LIBRARY = servers.ROOT / "integration/lib"
BUILT = servers.ROOT / "build/hunt"
WRITERS = READERS = 8
# As in integration/hunt/tables.h.
ROWS, PLAIN = 8, 24
TABLE = "create table hunt_{0} (id int primary key, version bigint); "
PARTITIONED = """
create table hunt_{0} (id int primary key, version bigint) partition by range (id);
create table hunt_{0}_low partition of hunt_{0} for values from (0) to (4);
create table hunt_{0}_high partition of hunt_{0} for values from (4) to (8);
"""
CASCADING = """
create table hunt_{0}_referenced (id int primary key, version bigint, unique (id, version));
create table hunt_{0} (id int primary key, version bigint,
  foreign key (id, version) references hunt_{0}_referenced (id, version) on update cascade);
insert into hunt_{0}_referenced select n, 0 from generate_series(0, 7) n;
"""
KINDS = (TABLE,) * PLAIN + (PARTITIONED,) * 2 + (CASCADING,) * 2 + (TABLE,) * 2
ROUTINES = """
create or replace function hunt_set(t text, i int, v bigint) returns void language plpgsql as $$
begin execute format('update %I set version = $1 where id = $2', t) using v, i; end $$;
create or replace procedure hunt_call(t text, i int, v bigint) language plpgsql as $$
begin execute format('update %I set version = $1 where id = $2', t) using v, i; commit; end $$;
"""


def build():
    BUILT.mkdir(parents=True, exist_ok=True)
    sources = [str(path) for path in sorted(SOURCE.glob("*.cpp"))]
    subprocess.run(["g++", "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "-I/usr/include/postgresql",
                    f"-I{LIBRARY}", "-pthread", "-o", str(BUILT / "hunt"), *sources, "-lpq"], check=True)


def reset(server):
    """Fresh tables, straight on the server: before Tapri is started."""
    text = ROUTINES
    for number, kind in enumerate(KINDS):
        text += f"drop table if exists hunt_{number}, hunt_{number}_referenced; " + kind.format(number)
        text += f"insert into hunt_{number} select n, 0 from generate_series(0, {ROWS - 1}) n;\n"
    server.sql("set client_min_messages = warning;" + text)


def address(place):
    return f"host={place.host} port={place.port} user=postgres dbname=postgres sslmode=disable gssencmode=disable"


def hunt(place, server, seconds, enough=lambda: True, most=None, first=False):
    """What was found: the counts, and what it said on the way. It ends after `seconds` once there is enough, after
    `most` seconds in any case, and with `first` at the first stale read."""
    most = most or seconds
    command = [str(BUILT / "hunt"), address(place), address(server), str(most), str(WRITERS), str(READERS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with tempfile.TemporaryFile("w+") as said, subprocess.Popen(command + ["first"] * first, stderr=said, **pipes) as program:
        begun = time.monotonic()
        while program.poll() is None and (time.monotonic() < begun + seconds or not enough()):
            time.sleep(0.2)
        out, _ = program.communicate(timeout=most + 120)  # closes its input: it ends
        said.seek(0)
        if program.returncode:
            raise RuntimeError(said.read())
        return json.loads(out.strip().splitlines()[-1]), said.read()
