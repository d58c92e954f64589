"""Draws the statements of one episode: which session says what next, so that none waits for another's lock.

One session at a time has a transaction that wrote; while a transaction holds locks that keep readers out, only its
session goes on; what takes such locks waits until no other session is in a transaction."""

import dataclasses
import random

from statement import Statement, Step, inline

POOL = 24     # reads that are asked again
HOT = 3       # of them, the last ones asked: more often
LONGEST = 14  # statements of a transaction
FORMS = 3     # ways of asking of one read
SETUP_SESSION = 0


class Place:
    """What is known of one session."""

    def __init__(self):
        self.state = "I"
        self.wrote = self.strong = self.savepoint = False
        self.unclear = False  # it did what nobody can tell
        self.age = 0

    def says(self, state):
        if state == "I":
            self.wrote = self.strong = self.savepoint = False
            self.age = 0
        else:
            self.age += 1
        self.state = state


class Kept:
    """A read that is asked again."""

    def __init__(self, statement, ask):
        self.statement, self.asks = statement, [ask]


@dataclasses.dataclass(frozen=True)
class Again:
    """A read in the very form in which it was asked."""
    statement: Statement
    ask: object


@dataclasses.dataclass(frozen=True)
class Shares:
    """How often what is said: each is the share of it and of all before it."""
    again: float    # a read that was asked before
    read: float     # a new one
    write: float
    setting: float  # what is left are definitions
    asides: float = 0.1  # of what is neither read nor written: a sequence of statements


class Episode:
    """One schema and what is done with it. next() gives a step; told() hears how it went.

    dialect: how a schema is built (build), what is drawn (reads, writes, control) and how it is asked (asked, plain,
    together), which may do what nobody can tell (unclear) and what ends that for a session (cleansing, or None), for which
    sessions (weights), and how often (shares)."""

    def __init__(self, dialect, seed, number):
        self.dialect = dialect
        self.rng = random.Random(f"{seed}/{number}")
        self.calm = number % 2 == 0  # most of what is read may be answered from the cache
        self.shares = dialect.shares(self.calm)
        self.schema, definitions = dialect.build(self.rng, self.calm)
        self.setup = [Step(SETUP_SESSION, dialect.plain(one)) for one in definitions]
        self.places = [Place() for _ in dialect.weights]
        self.pool, self.hot, self.queue = [], [], []
        self.written = frozenset()  # the tables of the last write
        self.statement = self.ask = None  # of the last step
        self.transactions = 0
        self.fresh = None  # a read asked for the first time
        self.waits = False  # the next statement, until the schema is known
        self.kinds = {"read": 0, "write": 0, "define": 0, "control": 0}

    def chance(self, share):
        return self.rng.random() < share

    # What may be said now

    def _others(self, number):
        return [one for at, one in enumerate(self.places) if at != number]

    def _may_write(self, number):
        return not any(one.wrote for one in self._others(number))

    def _may_define(self, number):
        return all(one.state == "I" for one in self._others(number))

    def _session(self):
        for number, place in enumerate(self.places):
            if place.strong:
                return number
        return self.rng.choices(range(len(self.places)), self.dialect.weights)[0]

    # Steps

    def next(self):
        if self.queue:
            return self._step(*self.queue.pop(0))
        number = self._session()
        return self._step(number, self._statement(number))

    def _step(self, number, statement):
        """A statement, or a kept read with the way in which it is asked."""
        self.fresh = None
        if isinstance(statement, Again):
            statement, ask = statement.statement, statement.ask
        elif isinstance(statement, Kept):
            kept, statement = statement, statement.statement
            if len(kept.asks) < FORMS and self.chance(0.06):
                kept.asks.append(self.dialect.asked(statement, self.rng))
            ask = self.rng.choices(kept.asks, (6, 2, 1)[:len(kept.asks)])[0]
            self.hot = [kept] + [one for one in self.hot if one is not kept][:HOT]
        else:
            ask = self._first(number, statement)
        self.number, self.statement, self.ask = number, statement, ask
        self.kinds[statement.kind] += 1
        return Step(number, ask)

    def _first(self, number, statement):
        rows = statement.kind in ("read", "write")
        ask = self.dialect.asked(statement, self.rng) if rows else self.dialect.plain(statement.template)
        if statement.kind == "read" and not statement.once and self.places[number].state != "E":
            self.fresh = statement
            kept = Kept(statement, ask)
            if len(self.pool) < POOL:
                self.pool.append(kept)
            else:
                self.pool[self.rng.randrange(POOL)] = kept
        elif statement.kind == "write" and self.pool and statement.data is None and self.chance(0.04):
            return self._together(statement)
        return ask

    def _together(self, statement):
        """A write with reads around it, before the server is waited for."""
        around = [self._again().statement for _ in range(2)]
        statement.loose = statement.loose or any(one.loose for one in around)
        return self.dialect.together((around[0], statement, around[1]), self.rng)

    def _statement(self, number):
        place, shares, control = self.places[number], self.shares, self.dialect.control
        if place.state != "I":
            if place.state == "E" and self.chance(0.7) or place.age > LONGEST or self.chance(0.12):
                return self._end(place)
            if self.chance(0.06):
                return self._savepoint(place)
        elif self.chance(self.dialect.begun):
            self.transactions += 1
            return self._queued(number, control.begin(self.rng, self._may_define(number)))
        if place.unclear and place.state == "I" and self.dialect.cleansing and self.chance(0.25):
            place.unclear = False
            return self.dialect.cleansing
        drawn = self.rng.random()
        if drawn < shares.again and self.pool:
            return self._again()
        if drawn < shares.read or not self.pool:
            return self.dialect.reads.draw(self.rng, self.schema)
        if drawn < shares.write:
            return self._write(number) if self._may_write(number) else self._again()
        if self.chance(shares.asides) and place.state == "I" and self._may_write(number):
            self.transactions += 1
            return self._sequence(number)
        if drawn < shares.setting:
            return self._setting()
        if not self._may_define(number):
            return self._again()
        if self.chance(0.1) and place.state == "I":
            return self._queued(number, control.temporary(self.rng, self.schema))
        return control.definition(self.rng, self.schema)

    def _write(self, number):
        """Half of them are about a row that a kept read is about, which is asked before and after then."""
        points = [one for one in (self.hot if self.chance(0.6) else self.pool) if one.statement.point]
        if not points or self.chance(0.5):
            return self.dialect.writes.draw(self.rng, self.schema, self.calm)
        kept = self.rng.choice(points)
        write = self.dialect.writes.draw(self.rng, self.schema, self.calm, kept.statement)
        reader = number if self.places[number].strong else self.rng.randrange(len(self.places))
        return self._queued(number, [write]) if self.chance(0.3) else self._around(number, write, reader, kept)

    def _around(self, number, write, reader, kept):
        """In one form, so that the second answer could be the first one."""
        ask = self.rng.choice(kept.asks)
        self.queue += [(number, write), (reader, Again(kept.statement, ask))]
        return Again(kept.statement, ask)

    def _again(self):
        """A kept read; often one that the last write may have changed."""
        if self.hot and self.chance(0.5):
            return self.rng.choice(self.hot)
        near = [one for one in self.pool if one.statement.tables & self.written] if self.chance(0.5) else []
        return self.rng.choice(near or self.pool)

    def _setting(self):
        """Half of them lead back to where a session begins."""
        return self.dialect.control.reset(self.rng) if self.chance(0.55) else self.dialect.control.setting(self.rng)

    def _queued(self, number, statements):
        """The first; the others come next."""
        self.queue += [(number, one) for one in statements[1:]]
        return statements[0]

    def _sequence(self, number):
        """A read in ways that SQL has for asking again."""
        read = self.dialect.reads.draw(self.rng, self.schema)
        if read.kind != "read" or read.loose:
            return read
        read = Statement(inline(read, self.rng), tables=read.tables)
        write = self.dialect.writes.draw(self.rng, self.schema, self.calm)
        return self._queued(number, self.dialect.control.sequence(self.rng, read, write, self.transactions))

    def _end(self, place):
        return self.dialect.control.end(self.rng, place.state == "T" and place.wrote, self.transactions)

    def _savepoint(self, place):
        there, place.savepoint = place.savepoint, True
        return self.dialect.control.savepoint(self.rng, there)

    def told(self, state, failed):
        """How the last step went."""
        place, statement = self.places[self.number], self.statement
        place.says(state)
        if self.fresh and failed:
            self.pool = [one for one in self.pool if one.statement is not statement]
        if state != "I" and statement.kind in ("write", "define"):
            place.wrote = True
            place.strong = place.strong or statement.kind == "define"
        if state != "I" and statement.strong:  # what conflicts depends on plans
            place.strong = True
        if statement.kind in ("write", "define"):
            self.written = statement.tables
        unclear = statement.kind == "define" or self.dialect.unclear(statement, self.ask)
        self.waits = unclear and state == "I" and self.chance(0.7)
        place.unclear = place.unclear or unclear
        if statement.done and not failed and state == "I":
            statement.done()
        if statement.after and not failed:
            self.queue.append((self.number, statement.after))
