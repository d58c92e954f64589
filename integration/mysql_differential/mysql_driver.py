"""Runs cases of statements/*.sql on one MariaDB or MySQL server, in one of several ways of asking.

The files are written as those of integration/differential (driver). "@ value" is a string, "@ (type) value" has that type,
"@ (long data) value" is sent ahead; "| line" a line of the file that LOAD DATA LOCAL asks for.
"""

import datetime
import re

import mysql_answers as answers
import mysql_commands as commands
import mysql_packets as packets
import mysqlwire as wire

# As text, with EOF packets and without; prepared each time; prepared once, then executed without types; with a cursor.
WAYS = ("text", "text with EOF", "prepared", "kept", "cursor")
PLAIN = 2  # of these have no parameters
FETCHED = 2  # rows at once
WITH_EOF = wire.USUAL & ~wire.DEPRECATE_EOF
CAPABILITIES = {"text": wire.USUAL | wire.SESSION_TRACK, "text with EOF": WITH_EOF, "prepared": WITH_EOF | wire.FOUND_ROWS,
                "kept": wire.USUAL, "cursor": wire.USUAL}
TYPES = {"tiny": commands.TINY, "short": commands.SHORT, "long": commands.LONG, "longlong": commands.LONGLONG,
         "float": commands.FLOAT, "double": commands.DOUBLE, "decimal": commands.DECIMAL, "blob": commands.BLOB,
         "date": commands.DATE, "datetime": commands.DATETIME, "timestamp": commands.TIMESTAMP, "time": commands.TIME}
# What Tapri does not offer of what its server does.
NOT_OFFERED = wire.COMPRESS | wire.ZSTD | wire.SSL | wire.CACHE_METADATA
READ = {commands.FLOAT: float, commands.DOUBLE: float, commands.DATE: datetime.date.fromisoformat,
        commands.DATETIME: datetime.datetime.fromisoformat, commands.TIMESTAMP: datetime.datetime.fromisoformat,
        commands.TIME: lambda text: span(text), commands.DECIMAL: str, commands.BLOB: str}


def span(text):
    hours, minutes, seconds = text.lstrip("-").split(":")
    length = datetime.timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    return -length if text[0] == "-" else length


def parameter(text):
    """(Value, what to send as long data before or None)."""
    if text is None:
        return commands.value(commands.STRING, None), None
    typed = re.match(r"\((long data|(unsigned )?(\w+))\) ", text)
    if not typed:
        return commands.value(commands.STRING, text), None
    content = text[typed.end():]
    if typed[1] == "long data":
        return commands.long_data_follows(), content.encode()
    kind = TYPES[typed[3]]
    content = READ.get(kind, int)(content)
    if isinstance(content, datetime.datetime) and content.microsecond:
        content = content.replace(microsecond=content.microsecond)
    return commands.value(kind | (commands.UNSIGNED if typed[2] else 0), content), None


def comparable(link, packet):
    """A packet whose list of the session's changes is in order: MariaDB tells them as they lie in its memory."""
    sequence, payload = packet
    if not link.agreed(wire.SESSION_TRACK) or payload[:1] not in (b"\x00", b"\xfe"):
        return packet
    try:
        found = answers.end(payload, link.capabilities)
    except (ValueError, KeyError):  # a row that begins so
        return packet
    if not found.tracked:
        return packet
    changes = sorted(bytes([kind]) + packets.lenenc_string(change) for kind, change in found.tracked)
    size = sum(len(change) for change in changes)
    return sequence, payload[:len(payload) - size] + b"".join(changes)


def without_id(packet):
    """The answer to a prepare without the statement's id: MySQL counts one more where it prepares anew by itself."""
    sequence, payload = packet
    return (sequence, payload[:1] + payload[5:]) if payload[:1] == b"\0" and sequence == 1 else packet


class Runner:
    """Runs one case in one way on one server; its sessions end with it."""

    lost = (wire.Closed, wire.Silent, OSError)

    def __init__(self, server, way, database="shop"):
        self.server, self.way, self.database = server, way, database
        self.sessions, self.statements, self.logins = {}, {}, {}

    @staticmethod
    def shown(messages, limit=4000):
        text = " ".join(f"{sequence}:{payload!r}" for sequence, payload in messages)
        return text if len(text) <= limit else text[:limit] + "..."

    def session(self, name):
        if name not in self.sessions:
            link = wire.Connection(self.server.host, self.server.port, 60.0)
            found = link.login("trusted", database=self.database, capabilities=CAPABILITIES[self.way])
            version, capabilities, *more = link.greeting.comparable()
            self.logins[name] = version, capabilities & ~NOT_OFFERED, more, found
            self.sessions[name] = link
        return self.sessions[name]

    def close(self):
        for link in self.sessions.values():
            link.leave()

    def greetings(self):
        return self.logins

    def step(self, number, step):
        """What the server answers: each packet's sequence id and payload."""
        link = self.session(step.session)
        link.infile = lambda name: ["".join(step.data).encode()] if step.data else []
        if self.way.startswith("text"):
            return [comparable(link, packet) for packet in link.query(step.text).packets]
        return self._prepared(link, (step.session, number), step)

    def _prepared(self, link, key, step):
        found, again = [], key in self.statements
        if not again:
            prepared = link.run(commands.prepare(step.text))
            found += [without_id(packet) for packet in prepared.packets]
            if prepared.error:
                return found
            self.statements[key] = prepared.statement
        statement = self.statements[key]
        values = [parameter(text) for text in step.parameters]
        for at, (_, data) in enumerate(values):
            if data is not None:
                link.run(commands.long_data(statement, at, data))
        executed = link.execute(statement, [value for value, _ in values], types=not again, cursor=self.way == "cursor")
        found += executed.packets
        found += self._fetched(link, statement, executed)
        if self.way == "prepared":
            link.run(commands.close(self.statements.pop(key)))
        return found

    def _fetched(self, link, statement, executed):
        found, status = [], executed.end.status
        if len(executed.results) > 1 or executed.results[0].rows:
            return found  # it has them already, whatever the flags say: to fetch then is the end of MySQL 9.7
        while status & answers.CURSOR_EXISTS and not status & answers.LAST_ROW_SENT:
            answer = link.run(commands.fetch(statement, FETCHED))
            found += answer.packets
            status = 0 if answer.error else answer.end.status
        return found
