"""That the servers are the ones they should be, start, stop and come back, are what their log says, and are equal."""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import mysql_servers
import mysqlwire as wire
import servers

# A program that starts a server, says which process it is, and waits to be killed.
ABANDONING = """
import shutil, sys, time
sys.path.insert(0, {library!r})
import mysql_servers
server = mysql_servers.{kind}()
shutil.copytree({data!r}, server.data)
server.start()
print(server.process.pid, server.folder, flush=True)
time.sleep(600)
"""


def check(server, _other, report):
    link = wire.session(server, database="shop")
    version = link.query("select version()").rows()[0][0]
    report.check(f"the server is {server.name} {server.version.decode()}", version.startswith(server.version), version)
    report.check("its own client gets the same", server.sql("select version()").encode() == version)
    link.leave()
    with report.guard("a statement that fails is an exception"):
        try:
            server.sql("select nothing")
            raise AssertionError("it is none")
        except RuntimeError as error:
            assert "1054" in str(error), error
    check_log(server, report)
    copy = check_stops(server, report)
    check_refusal(copy, report)
    check_orphans(copy, report)


def check_log(server, report):
    link = wire.session(server)
    before = server.log_size()
    link.query("select 1,\n  'of two\tlines'")
    statement = link.run(wire.commands.prepare("select ?")).statement
    link.execute(statement, [wire.commands.value(wire.commands.STRING, "five")])
    found = [(entry.command, entry.text) for entry in server.logged(before) if entry.connection == link.greeting.connection]
    expected = [("Query", "select 1,\n  'of two\tlines'"), ("Prepare", "select ?"), ("Execute",  "select 'five'")]
    report.check("the log has what reached the server, in order", found == expected, found)
    link.leave()


def check_stops(server, report):
    server.sql("create table shop.kept (a int); insert into shop.kept values (7)")
    begun = time.monotonic()
    server.stop()
    report.check("it stops soon", server.process.returncode == 0 and time.monotonic() - begun < 20, server.tail())
    copy = server.clone()
    server.start()
    report.check("and has its rows again", server.sql("select a from shop.kept") == "7")
    server.stop(signal.SIGKILL)
    server.start()
    report.check("also after a crash", server.sql("select a from shop.kept") == "7")
    server.sql("drop table shop.kept")
    return copy


def check_refusal(server, report):
    """server: one that does not run."""
    server.more = ("--no-such-option=1",)
    with report.guard("a server that cannot be had is an exception with its last words"):
        try:
            server.start()
            raise AssertionError("it started")
        except RuntimeError as error:
            assert "no-such-option" in str(error), error


def check_orphans(server, report):
    """Whoever is killed leaves no server behind. server: one that does not run."""
    text = ABANDONING.format(library=str(pathlib.Path(mysql_servers.__file__).parent), kind=type(server).__name__,
                             data=str(server.data))
    with tempfile.TemporaryFile("w+") as said, subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE,
                                                                stderr=said, text=True) as program:
        words = program.stdout.readline().split()
        running = words and os.path.exists(f"/proc/{words[0]}")
        program.kill()
        program.wait(20)
        said.seek(0)
        if report.check("a program starts a server of its own", running, said.read()):
            with report.guard("which ends with the program that was killed"):
                servers.wait_for(lambda: not os.path.exists(f"/proc/{words[0]}"), "the end of the server", 20)
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(words[0]), signal.SIGKILL)
            servers.forget_folder(words[1])


def check_twins(left, right, report):
    for text in ("select * from shop.items order by id", "select @@server_id, @@version",
                 "show create table shop.items", "select table_name, auto_increment from information_schema.tables"
                 " where table_schema = 'shop' order by 1"):
        compare(left, right, text, report)
    if left.name == "mysql":
        compare(left, right, "select @@server_uuid", report)
    same_file = (left.certificates / "server.pem").read_bytes() == (right.certificates / "server.pem").read_bytes()
    report.check("the twins show the same certificate", same_file)
    compare(left, right, "insert into shop.items (name) values ('plum'), ('fig')", report)
    compare(left, right, "select last_insert_id(), count(*) from shop.items", report)
    right.sql("insert into shop.items (name) values ('odd one')")
    found = [shown(place, "select count(*) from shop.items") for place in (left, right)]
    report.check("but are two: what one gets the other has not", found[0] != found[1], found[0])


def shown(place, text):
    link = wire.session(place, database="shop")
    answer = link.query(text)
    link.leave()
    return link.greeting.comparable(), answer.packets


def compare(left, right, text, report):
    one, other = shown(left, text), shown(right, text)
    report.check(f"the twins answer the same: {text[:60]}", one == other and one[1][0][1][:1] != b"\xff", f"{one}\n{other}")
