"""Sends the same statements to two MySQL or MariaDB servers, in several sessions, and compares what they answer."""

import dataclasses
import re

import mysql_answers as answers
import mysql_asking as asking
import mysql_commands as commands
import mysql_packets as packets
import mysqlwire as wire
import player
import servers

WITH_EOF = wire.USUAL & ~wire.DEPRECATE_EOF
# Of the sessions, in order: user and capabilities.
LOGINS = (("trusted", wire.USUAL), ("trusted", wire.USUAL), ("alice", WITH_EOF | wire.FOUND_ROWS))
DATABASES = ("gen", "s1")
START = ("drop user if exists alice@'%', bob@'%'", "drop role if exists reader", "create user alice@'%'", "create user bob@'%'",
         "create role reader", "grant reader to alice@'%'", *(f"drop database if exists {one}" for one in DATABASES),
         *(f"create database {one}" for one in DATABASES), *(f"grant all on {one}.* to alice@'%', bob@'%'" for one in DATABASES),
         "create table gen.known (id int primary key)")
# Settings that a text may be read by.
SETS = re.compile(r"set (?!transaction|session transaction|autocommit|@)")
MIXED_GROUPS = 1140  # ER_MIX_OF_GROUP_FUNC_AND_FIELDS
KNOWN = "select count(*) from gen.known"
TABLES = """select concat(table_schema, '.', table_name) from information_schema.tables
  where table_type = 'BASE TABLE' and table_schema in ('gen', 's1') order by 1"""


def run_direct(server, *texts):
    """The rows of the last, as lists; around Tapri."""
    link = wire.session(server, timeout=60.0)
    for text in texts:
        answer = link.query(text)
        if answer.error:
            raise RuntimeError(f"{text}: {answer.error}")
    link.leave()
    return answer.rows() if answer.results[0].columns else []


@dataclasses.dataclass
class Prepared:
    """A statement of a session; ids: on each of the two."""
    ids: tuple
    types: tuple = None  # that were sent last
    uses: int = 0


class Session:
    """One on each server."""

    def __init__(self, direct, proxied, user, capabilities=wire.USUAL, database=DATABASES[0]):
        self.links = [wire.session(place, user, 60.0, database=database, capabilities=capabilities)
                      for place in (direct, proxied)]
        self.prepared = {}  # text -> Prepared
        self.state = "I"
        self.failed = False  # the last statement

    def ask(self, ask):
        """What both said: lists of Replies."""
        for link in self.links:
            link.infile = lambda name: [ask.data] if ask.data else []
        if isinstance(ask, asking.Batch):
            said = self._exchange(*([one.command() for one in ask.asks] for _ in self.links))
        elif ask.way == "text":
            said = self._exchange([ask.command()], [ask.command()])
        else:
            said = self._prepared(ask)
        if ask.forgets:
            self.prepared.clear()
        elif not isinstance(ask, asking.Batch) and SETS.match(ask.text):
            self._forget_unsettled()
        self._told(said)
        return said

    def _exchange(self, left, right):
        """Commands for each, all of them sent before the first answer is read."""
        both = list(zip(self.links, (left, right)))
        for link, these in both:
            for command in these:
                link.send(command)
        return [[_reply(link, command) for command in these if command[0] not in answers.NO_ANSWER] for link, these in both]

    def _prepared(self, ask):
        kept, said = self.prepared.get(ask.text), ([], [])
        if not kept:
            made = [link.run(commands.prepare(ask.text)) for link in self.links]
            said = tuple([_without_id(one)] for one in made)
            if any(one.error for one in made):
                return said
            kept = self.prepared[ask.text] = Prepared(tuple(one.statement for one in made))
        executed = self._exchange(*(ask.execution(one, kept.types != ask.types) for one in kept.ids))
        kept.types, kept.uses = ask.types, kept.uses + 1
        # MariaDB with ONLY_FULL_GROUP_BY carries aggregates over a derived table out once, and refuses them from then on.
        refused = kept.uses > 1 and executed[0][-1].results[-1].end.code == MIXED_GROUPS
        if refused or ask.way == "prepared" or kept.uses >= asking.USES:
            del self.prepared[ask.text]
            self._exchange(*([commands.close(one)] for one in kept.ids))
        if refused:
            return self._prepared(ask)
        return [before + after for before, after in zip(said, executed)]

    def _forget_unsettled(self):
        """MySQL reads a text anew, by the settings of then, at the first execution with parameters of other types than it
        took them for. One that is answered from the cache puts that off (docs/mysql.md)."""
        if "MariaDB" in self.links[0].greeting.version:
            return
        for text in [text for text, kept in self.prepared.items() if kept.types]:
            self._exchange(*([commands.close(one)] for one in self.prepared.pop(text).ids))

    def _told(self, said):
        """The transaction's state; an error does not tell of it."""
        last = said[0][-1].results[-1].end
        self.failed = any(result.end.failed for reply in said[0] for result in reply.results)
        if last.failed:
            for replies, reply in zip(said, self._exchange([commands.PING_SERVER], [commands.PING_SERVER])):
                replies += reply
            last = said[0][-1].results[-1].end
        outside = last.status & answers.AUTOCOMMIT and not last.status & answers.IN_TRANSACTION
        self.state = "I" if outside else "T"

    def close(self):
        for link in self.links:
            link.leave()


def _reply(link, command):
    """The answer to a command that was sent. With its warnings MySQL counts in an execution those that are left of the
    statement before, and both servers do for commands that are no statements. To MariaDB a column of an outer join may be
    NOT NULL from the second execution on."""
    answer = link.read(command)
    exact = command[0] not in answers.NO_RESULT and command[0] != commands.EXECUTE
    return asking.Reply(tuple(answer.packets), tuple(answer.results), exact)


def _without_id(answer):
    """Of a prepare: MySQL counts one more where it prepares anew by itself."""
    shown = tuple((sequence, payload[:1] + payload[5:] if sequence == 1 and payload[:1] == b"\0" else payload)
                  for sequence, payload in answer.packets)
    return asking.Reply(shown, tuple(answer.results))


class Player(player.Player):
    """The sessions on both servers, and a Tapri."""

    lost = (packets.Closed, packets.Silent, OSError)
    same, difference = staticmethod(asking.same), staticmethod(asking.difference)

    def __init__(self, direct, behind, logins=LOGINS, more=()):
        """more: options of Tapri."""
        super().__init__()
        self.direct, self.behind = direct, behind
        for server in (direct, behind):
            run_direct(server, *START)
        self.tapri = servers.Tapri(behind.url(), "--workers", "2", *more).start()
        self.keeper = wire.session(self.tapri)  # while it is open Tapri watches the schema
        self.keeper.query("select found_rows()")  # from now on servers are told of what was found without them
        self.sessions = [Session(direct, self.tapri, *login) for login in logins]

    def held(self):
        lines = []
        for server in (self.direct, self.behind):
            names = [row[0].decode() for row in run_direct(server, TABLES)]
            lines.append([f"{name} {sorted(map(repr, run_direct(server, f'select * from {name}')))}" for name in names])
        return lines

    def schema_known(self):
        """Answers come from the cache."""
        before = self.tapri.hits()
        for _ in range(2):
            self.keeper.query(KNOWN)
        return self.tapri.hits() > before

    def stop(self):
        self.close()
        self.keeper.leave()
        code = self.tapri.stop()
        return f"tapri ended with {code}\n{self.tapri.tail()}" if code else ""


TEXT_ONLY = ("@", "lock ", "unlock ", "use ")  # of MySQL; MariaDB prepares them, too


class Stand(Player):
    """For isolation: sessions as they are asked for."""

    ways = ("text", "prepared", "kept")

    def __init__(self, name, direct, behind):
        super().__init__(direct, behind, logins=())
        self.name = f"{name}: "

    @staticmethod
    def told(answer):
        return tuple(reply.packets for reply in answer)

    def make(self, first):
        for server in (self.direct, self.behind):
            server.sql(first, DATABASES[0])

    def session(self, user, database=None, _other=""):
        return Session(self.direct, self.tapri, user, database=database or DATABASES[0])

    @staticmethod
    def ask(text, way):
        return asking.Ask(text, "text" if text.startswith(TEXT_ONLY) else way)

    @staticmethod
    def must_hit(way):
        return way != "kept"
