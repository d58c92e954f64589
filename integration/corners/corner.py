"""What a corner case is: a function of one side (direct, or through Tapri) that returns what it saw there.

The runner asks it directly and twice through Tapri, and the answers must be equal; the function itself asserts what must hold
on either side.
"""

import pgwire as wire
from servers import PASSWORD

CASES = []


def corner(name):
    """Registers a case under "number of the list in the reference: what"."""
    def register(function):
        CASES.append((name, function))
        return function
    return register


class Side:
    """One way to the server. `database` has the schema of the differential run."""

    def __init__(self, name, host, port, server):
        self.name, self.host, self.port, self.server = name, host, port, server
        self.links = []

    @property
    def direct(self):
        return self.name == "direct"

    def connect(self, timeout=20.0):
        """A connection with nothing said yet."""
        link = wire.Connection(self.host, self.port, timeout)
        self.links.append(link)
        return link

    def login(self, user="postgres", database="postgres", password=PASSWORD, more=()):
        """A session; raises when the server refuses."""
        link = self.connect()
        messages = link.login(user, database, password, more)
        if messages[-1][0] != b"Z":
            raise RuntimeError(f"login failed: {wire.shown(messages)}")
        return link

    def refused(self, user="postgres", database="postgres", password=PASSWORD, more=(), version=wire.PROTOCOL_3_0):
        """The messages of a login that should fail, and whether the server closed."""
        link = self.connect()
        messages = link.login(user, database, password, more, version)
        return messages, link.closed_by_server()

    def sql(self, text, database="postgres"):
        """Behind Tapri's back: only for what Tapri could not have cached."""
        return self.server.sql(text, database)

    def close(self):
        for link in self.links:
            link.close()
        self.links.clear()


def ask(link, text):
    """A simple query's answer."""
    return link.run(wire.query(text))


def value(link, text):
    """The first column of the first row, as text."""
    found = wire.rows(ask(link, text))
    return found[0][0].decode() if found and found[0][0] is not None else None


def prepared(text, values=(), name="", results=(), formats=(), types=(), rows=0):
    """Parse, Bind, Describe, Execute: no Sync."""
    return (wire.parse(text, name, types) + wire.bind(values, statement=name, results=results, formats=formats) +
            wire.describe("P") + wire.execute("", rows))


def expect(condition, what):
    if not condition:
        raise AssertionError(what)
