"""What a corner case is: a function of one side (direct, or through Tapri) that returns what it saw there.

The runner asks it directly and twice through Tapri, and the answers must be equal; the function itself asserts what must hold
on either side. A case that is about answers from the cache says so, and fails when there were none.
"""

import contextlib
import typing

import pgwire as wire
import servers
from servers import PASSWORD

CASES = []
KNOWN = "select count(*) from kinds"  # a read that no case makes: asked to see whether anything is cached


class Case(typing.NamedTuple):
    name: str
    function: typing.Callable
    hits: bool


def corner(name, hits=False):
    """Registers a case under "number of the list in the reference: what". `hits`: some answers come from the cache."""
    def register(function):
        CASES.append(Case(name, function, hits))
        return function
    return register


class Side:
    """One way to the server; `tapri`: what leads there, if anything. `database` has the differential run's schema."""

    def __init__(self, name, host, port, server, tapri=None):
        self.name, self.host, self.port, self.server, self.tapri = name, host, port, server, tapri
        self.links = []

    @property
    def direct(self):
        return self.name == "direct"

    def connect(self, timeout=20.0, **more):
        """A connection with nothing said yet."""
        link = wire.Connection(self.host, self.port, timeout, **more)
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

    def from_cache(self, link, text):
        """The answer, asked for until it comes from the cache, as it does once the schema is known; directly: once."""
        def found():
            before = self.tapri.hits()
            messages = ask(link, text)
            return messages if self.tapri.hits() > before else None
        return servers.wait_for(found, f"an answer from the cache to {text}", 300) if self.tapri else ask(link, text)

    def hits(self):
        return self.tapri.hits() if self.tapri else 0

    @contextlib.contextmanager
    def of_its_own(self, *flags):
        """A side of another Tapri, with these flags; directly: this one."""
        if self.direct:
            yield self
            return
        tapri = servers.Tapri(self.server.url(), *flags).start()
        side = Side(self.name, tapri.host, tapri.port, self.server, tapri)
        try:
            yield side
        finally:
            side.close()
            expect(tapri.stop() == 0, tapri.tail())

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
