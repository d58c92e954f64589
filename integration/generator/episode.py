"""Draws the statements of one episode: which session says what next, so that none waits for another's lock.

One session at a time has a transaction that wrote; while a transaction holds locks that keep readers out, only its
session goes on; what takes such locks waits until no other session is in a transaction."""

import dataclasses
import random

import asking
import control
import play
import reads
import schema as schemas
import writes
from asking import Statement

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


class Episode:
    """One schema and what is done with it. next() gives a step; told() hears how it went."""

    def __init__(self, seed, number):
        self.rng = random.Random(f"{seed}/{number}")
        self.calm = number % 2 == 0  # most of what is read may be answered from the cache
        builder = schemas.Builder(self.rng, self.calm)
        self.schema = builder.build()
        self.setup = [play.Step(SETUP_SESSION, asking.Ask(one, "simple")) for one in builder.definitions]
        self.places = [Place() for _ in play.LOGINS]
        self.pool, self.hot, self.queue = [], [], []
        self.written = frozenset()  # the tables of the last write
        self.statement = None
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
        return self.rng.choices(range(len(self.places)), (3, 3, 2))[0]

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
                kept.asks.append(asking.asked(statement, self.rng))
            ask = self.rng.choices(kept.asks, (6, 2, 1)[:len(kept.asks)])[0]
            self.hot = [kept] + [one for one in self.hot if one is not kept][:HOT]
        else:
            ask = self._first(number, statement)
        self.number, self.statement = number, statement
        self.kinds[statement.kind] += 1
        return play.Step(number, ask)

    def _first(self, number, statement):
        ask = asking.asked(statement, self.rng, None if statement.kind in ("read", "write") else "simple")
        if statement.kind == "read" and not statement.once and self.places[number].state != "E":
            self.fresh = statement
            kept = Kept(statement, ask)
            if len(self.pool) < POOL:
                self.pool.append(kept)
            else:
                self.pool[self.rng.randrange(POOL)] = kept
        elif statement.kind == "write" and self.pool and not statement.data and self.chance(0.04):
            return self._together(statement, ask)
        return ask

    def _together(self, statement, ask):
        """A write with reads around it, in one pipeline or one string."""
        around = [self._again().statement for _ in range(2)]
        if self.chance(0.6):
            asks = [asking.asked(one, self.rng, "unnamed") for one in (around[0], statement, around[1])]
            statement.loose = any(one.loose for one in asks)
            return asking.Batch(tuple(asks))
        texts = [asking.inline(one, self.rng) for one in (around[0], statement, around[1])]
        return asking.Ask("; ".join(texts), "simple", loose=ask.loose or any(one.loose for one in around))

    def _statement(self, number):
        place = self.places[number]
        if place.state != "I":
            if place.state == "E" and self.chance(0.7) or place.age > LONGEST or self.chance(0.12):
                return self._end(place)
            if self.chance(0.06):
                return self._savepoint(place)
        elif self.chance(0.025):
            self.transactions += 1
            level = self.rng.choice(control.LEVELS)
            if "serializable" in level and not self._may_define(number):
                level = "begin"
            return Statement(level, kind="control")
        drawn = self.rng.random()
        if drawn < (0.8 if self.calm else 0.76) and self.pool:
            return self._again()
        if drawn < (0.85 if self.calm else 0.82) or not self.pool:
            return reads.draw(self.rng, self.schema)
        if drawn < (0.995 if self.calm else 0.985):
            return self._write(number) if self._may_write(number) else self._again()
        if self.chance(0.1) and place.state == "I" and self._may_write(number):
            self.transactions += 1
            return self._sequence(number)
        if drawn < (0.999 if self.calm else 0.996):
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
            return writes.draw(self.rng, self.schema, self.calm)
        kept = self.rng.choice(points)
        write = writes.draw(self.rng, self.schema, self.calm, kept.statement)
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
        if self.chance(0.55):
            return Statement(self.rng.choice(control.RESETS), kind="control")
        return control.setting(self.rng)

    def _queued(self, number, statements):
        """The first; the others come next."""
        self.queue += [(number, one) for one in statements[1:]]
        return statements[0]

    def _sequence(self, number):
        """A read in ways that SQL has for asking again."""
        read = reads.draw(self.rng, self.schema)
        if read.kind != "read" or read.loose:
            return read
        read = Statement(asking.inline(read, self.rng), tables=read.tables)
        write = writes.draw(self.rng, self.schema, self.calm)
        make = self.rng.choice((control.by_name, control.cursor))
        return self._queued(number, make(self.rng, read, write, self.transactions))

    def _end(self, place):
        if place.state == "T" and place.wrote and self.chance(0.04):
            name = f"two{self.transactions}"
            end = self.rng.choice(("commit", "rollback"))
            after = Statement(f"{end} prepared '{name}'", kind="control")
            return Statement(f"prepare transaction '{name}'", kind="control", after=after)
        return Statement(self.rng.choice(control.ENDS), kind="control")

    def _savepoint(self, place):
        if not place.savepoint:
            place.savepoint = True
            return Statement("savepoint a", kind="control")
        return Statement(self.rng.choice(("rollback to a", "rollback to savepoint a", "release a", "savepoint a")),
                         kind="control")

    def told(self, state, failed):
        """How the last step went."""
        place, statement = self.places[self.number], self.statement
        place.says(state)
        if self.fresh and failed:
            self.pool = [one for one in self.pool if one.statement is not statement]
        if state != "I" and statement.kind in ("write", "define"):
            place.wrote = True
            place.strong = place.strong or statement.kind == "define"
        if state != "I" and statement.template.endswith("serializable"):  # what conflicts depends on plans
            place.strong = True
        if statement.kind in ("write", "define"):
            self.written = statement.tables
        self.waits = statement.kind == "define" and state == "I" and self.chance(0.7)
        if statement.done and not failed and state == "I":
            statement.done()
        if statement.after and not failed:
            self.queue.append((self.number, statement.after))
