"""Sends the same bytes to both servers, in several sessions of one database, and compares what they answer."""

import contextlib
import json
import struct

import pgwire as wire
import servers

import asking
import player

READY, ERROR = b"Z"[0], b"E"[0]
PASSWORD = "Two for tea: 100%"  # of alice and bob
# Of the sessions, in order: user, and settings of the login.
LOGINS = (("postgres", [("search_path", "s1, public")]), ("postgres", [("search_path", "s1, public")]),
          ("alice", [("search_path", "s2, public")]))
PENDING = ("catalog_pending", "catalog_unavailable")
KNOWN = "select count(*) from public.trail"
STATE = """select c.oid::regclass::text, (xpath('/row/x/text()', query_to_xml(
  format('select md5(string_agg(r::text, '','' order by r::text)) as x from only %s r', c.oid::regclass),
  true, true, '')))[1]
  from pg_class c join pg_namespace s on s.oid = relnamespace
  where relkind in ('r', 'm') and nspname in ('public', 's1', 's2') order by 1"""


def run_direct(server, text, database="postgres"):
    """The rows; around Tapri."""
    link = wire.Connection(server.host, server.port, 60.0)
    link.login(database=database)
    messages = link.run(wire.query(text))
    link.send(wire.TERMINATE)
    link.close()
    if wire.sqlstate(messages):
        raise RuntimeError(f"{text}: {wire.shown(messages)}")
    return wire.rows(messages)


class Half:
    """One connection; reads whole answers."""

    def __init__(self, place, user, database, more):
        self.link = wire.Connection(place.host, place.port, 60.0)
        messages = self.link.login(user, database, PASSWORD, more)
        if messages[-1][0] != b"Z":
            raise RuntimeError(f"login failed: {wire.shown(messages)}")
        self.socket = self.link.socket

    def reply(self):
        """(all bytes up to ReadyForQuery, the transaction's state, whether there was an error)."""
        data, at, error = self.socket.recv(1 << 16), 0, False
        while True:
            while at + 5 <= len(data):
                end = at + 1 + struct.unpack_from("!I", data, at + 1)[0]
                if end > len(data):
                    break
                kind = data[at]
                if kind == READY:
                    return data, chr(data[at + 5]), error
                error = error or kind == ERROR
                at = end
            more = self.socket.recv(1 << 16)
            if not more:
                raise wire.Closed(f"after {data[-300:]!r}")
            data += more

    def close(self):
        with contextlib.suppress(OSError):
            self.link.send(wire.TERMINATE)
        self.link.close()


class Session:
    def __init__(self, direct, proxied, database, user, more):
        self.halves = tuple(Half(place, user, database, more) for place in (direct, proxied))
        self.prepared = {}
        self.state = "I"
        self.failed = False  # the last statement

    def ask(self, ask):
        """What both said."""
        message = ask.message(self.prepared)
        left, right = self.halves
        right.socket.sendall(message)
        left.socket.sendall(message)
        expected, self.state, self.failed = left.reply()
        found = right.reply()[0]
        if self.failed:
            ask.forget(self.prepared)
        return expected, found

    def close(self):
        for half in self.halves:
            half.close()


class Player(player.Player):
    """The sessions of one database on both servers, and a Tapri for it."""

    lost = (wire.Closed, OSError)
    same, difference = staticmethod(asking.same), staticmethod(asking.difference)

    def __init__(self, direct, behind, database, logins=LOGINS):
        super().__init__()
        self.direct, self.behind, self.database = direct, behind, database
        for server in (direct, behind):
            run_direct(server, f"create database {database} template base")
        self.tapri = servers.Tapri(behind.url(database), "--workers", "2").start()
        self.sessions = [Session(direct, self.tapri, database, *login) for login in logins]

    def held(self):
        self.end_prepared()
        return [run_direct(server, STATE, self.database) for server in (self.direct, self.behind)]

    def schema_known(self):
        return self.explain(KNOWN)["reason"] not in PENDING

    def explain(self, text):
        """What Tapri says of a statement, to whoever has the default settings; None where it has no parser for it."""
        body = {"sql": text, "user": "postgres", "database": self.database}
        _, answer = self.tapri.admin("/api/v1/explain", "POST", body)
        return (json.loads(answer).get("statements") or [{"cacheable": False, "reason": answer}])[0]

    def end_prepared(self):
        """Transactions that were prepared and nothing more."""
        for server in (self.direct, self.behind):
            prepared = "select gid from pg_prepared_xacts where database = current_database()"
            for row in run_direct(server, prepared, self.database):
                run_direct(server, f"rollback prepared '{row[0].decode()}'", self.database)

    def stop(self):
        """What Tapri says of itself when it does not end cleanly."""
        self.close()
        code = self.tapri.stop()
        self.end_prepared()
        for server in (self.direct, self.behind):
            run_direct(server, f"drop database {self.database} with (force)")
        return f"tapri ended with {code}\n{self.tapri.tail()}" if code else ""


class Stand(Player):
    """For isolation: sessions as they are asked for, and a second database."""

    ways = ("simple", "unnamed", "named")
    name = ""

    def __init__(self, direct, behind):
        super().__init__(direct, behind, "isolation", logins=())
        self.told = lambda answer: answer

    def make(self, first, second):
        for server in (self.direct, self.behind):
            server.sql(f"create database {self.database}_b template base")
            server.sql(first, self.database)
            server.sql(second, self.database + "_b")
        self.sessions = [self.session("postgres")]  # while it is open Tapri watches the schema

    def session(self, user, path=None, other=""):
        more = [("search_path", path)] if path else []
        return Session(self.direct, self.tapri, self.database + ("_b" if other else ""), user, more)

    @staticmethod
    def ask(text, way):
        return asking.Ask(text, "simple" if ";" in text else way)

    @staticmethod
    def must_hit(_way):
        return True
