"""pgbench's accounts in PostgreSQL."""

import subprocess

import accounts
import caching
import pgwire as wire
import servers

READ = "SELECT abalance FROM pgbench_accounts WHERE aid = {}"
WRITE = "UPDATE pgbench_accounts SET abalance = abalance + {} WHERE aid = {}"


class Session:
    def __init__(self, tapri, way):
        self.way = way
        self.link = wire.Connection(tapri.host, tapri.port)
        self.link.login()
        if way == "named":
            self.link.run(wire.parse(READ.format("$1"), "r", [23]) + wire.parse(WRITE.format("$1", "$2"), "w") +
                          wire.message(b"S"))

    def balance(self, account):
        if self.way == "simple":
            got = self.link.run(wire.query(READ.format(account)))
        elif self.way == "unnamed":
            got = self.link.run(wire.extended(READ.format(account)))
        else:
            number = account.to_bytes(4, "big")
            got = self.link.run(wire.bind([number], statement="r", formats=[1]) + wire.execute() + wire.message(b"S"))
        return [row[0] for row in wire.rows(got)]

    def add(self, delta, account):
        if self.way == "simple":
            got = self.link.run(wire.query(WRITE.format(delta, account)))
        elif self.way == "unnamed":
            got = self.link.run(wire.extended(WRITE.format(delta, account)))
        else:
            values = [str(delta), str(account)]
            got = self.link.run(wire.bind(values, statement="w") + wire.execute() + wire.message(b"S"))
        if b"C" not in [kind for kind, _ in got]:
            raise RuntimeError(wire.shown(got))

    def close(self):
        self.link.close()


class Accounts(accounts.Accounts):
    def session(self, tapri, way):
        return Session(tapri, way)


class Place:
    ways = ("simple", "unnamed", "named")
    sessions = Accounts

    def __init__(self):
        self.name = "postgres"
        self.server = servers.Postgres("rows").create()
        subprocess.run(["pgbench", "--initialize", "--quiet", "--host", self.server.host, "--port", str(self.server.port),
                        "--username", "postgres", "postgres"], check=True, capture_output=True)

    def begin(self):
        self.server.sql("update pgbench_accounts set abalance = 0 where abalance <> 0")

    def url(self):
        return self.server.url()

    def watch(self, tapri):
        return caching.session_with_hits(tapri, "select count(*) from pgbench_branches")
