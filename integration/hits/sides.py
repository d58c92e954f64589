"""What asks Tapri for rows in the hits suite: of either protocol, the ways in which a client may ask."""

import dataclasses
import typing

import mysql_caching
import mysql_commands as commands
import mysql_packets as packets
import mysql_servers
import pgwire as wire
import servers

ROWS = 50
BATCH = 16
READ = "SELECT v FROM kept WHERE id = "
SYNC = wire.message(b"S")


@dataclasses.dataclass(frozen=True)
class Way:
    """request: what asks for a row (of a link, with its number); statements: in one request."""
    request: typing.Callable
    most_instructions: int
    statements: int = 1
    allocates: bool = False


def value(row):
    return f"v{row % ROWS}".encode()


def _prepared(row):
    return wire.bind([str(row)], statement="kept") + wire.execute() + SYNC


class Postgres:
    ways = {
        "simple": Way(lambda _, row: wire.query(f"{READ}{row}"), 5800),
        "prepared": Way(lambda _, row: _prepared(row), 7000),
        # Allocates the statement that it makes each time.
        "extended": Way(lambda _, row: wire.parse(f"{READ}$1", types=[23]) + wire.bind([str(row)]) + wire.describe("P")
                        + wire.execute() + SYNC, 9800, allocates=True),
        "pipelined": Way(lambda _, row: b"".join(_prepared((row + i) % ROWS) for i in range(BATCH)), BATCH * 4600, BATCH),
    }

    def __init__(self):
        self.server = servers.Postgres("hits").create()
        self.server.sql(f"CREATE TABLE kept (id int PRIMARY KEY, v text);"
                        f"INSERT INTO kept SELECT i, 'v' || i FROM generate_series(0, {ROWS}) AS i")

    def connect(self, tapri):
        link = wire.Connection(tapri.host, tapri.port, timeout=120)
        link.login()
        link.run(wire.parse(f"{READ}$1", "kept", [23]) + SYNC)
        return link

    def ask(self, link, way, row):
        """The rows that came back."""
        return wire.rows(link.run(way.request(link, row), readies=way.statements))


def _execution(link, row, types=True):
    return commands.execute(link.kept, [commands.value(commands.LONG, row)], types)


class Mysql:
    """MariaDB stands for both: what Tapri does on a hit is the same before MySQL. Requests are lists of commands."""
    ways = {
        "mysql text": Way(lambda _, row: [commands.query(f"{READ}{row}")], 5000),
        "mysql binary": Way(lambda link, row: [_execution(link, row)], 5600),
        "mysql binary, types left out": Way(lambda link, row: [_execution(link, row, False)], 5400),
        "mysql sent ahead": Way(lambda link, row: [_execution(link, (row + i) % ROWS) for i in range(BATCH)],
                                BATCH * 3000, BATCH),
    }

    def __init__(self):
        self.server = mysql_servers.MariaDB("--general-log=0", name="hits").create()
        self.server.sql(f"create table kept (id int primary key, v varchar(20));"
                        f"insert into kept select seq, concat('v', seq) from seq_0_to_{ROWS}", "shop")

    def connect(self, tapri):
        link = mysql_caching.session_with_hits(tapri, READ + "0", database="shop", timeout=120)
        link.kept = link.run(commands.prepare(READ + "?")).statement
        link.run(_execution(link, 0))
        return link

    def ask(self, link, way, row):
        request = way.request(link, row)
        link.send_raw(b"".join(packets.framed(command)[0] for command in request))
        found = []
        for command in request:
            answer = link.read(command)
            found += answer.rows() if command[0] == commands.QUERY else answer.binary_rows()
        return found
