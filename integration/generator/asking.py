"""A statement as it is sent to PostgreSQL: its text, its parameters, and the way of asking."""

import dataclasses
import struct

import pgwire as wire
from statement import MARK, inline

USES = 5       # of a named statement
NEXT = "next"  # in a session's prepared statements: the last number given to one


@dataclasses.dataclass(frozen=True)
class Ask:
    """One statement in one way, to the byte."""
    text: str
    way: str  # simple, unnamed or named
    types: tuple = ()
    formats: tuple = ()
    parameters: tuple = ()
    binary: bool = False  # the results
    loose: bool = False
    data: bytes = b""
    limit: int = 0        # rows of the first Execute; the next one asks for the rest

    def message(self, prepared):
        """The bytes. prepared: this session's statements, text and types -> name."""
        if self.way == "simple":
            return wire.query(self.text) + self.data
        name, batch = "", b""
        if self.way == "named":
            name, batch = self._named(prepared)
        else:
            batch = wire.parse(self.text, "", self.types)
        results = (1,) if self.binary else ()
        batch += wire.bind(self.parameters, statement=name, formats=self.formats, results=results)
        batch += wire.describe("P")
        if self.limit:
            batch += wire.execute(rows=self.limit)
        return batch + wire.execute() + wire.SYNC

    def _named(self, prepared):
        """(name, what is sent before it is bound): it is prepared anew after some uses."""
        uses = prepared.setdefault((self.text, self.types), [])
        batch = b""
        if len(uses) == USES:
            batch = wire.close("S", uses[0])
            uses.clear()
        if not uses:
            prepared[NEXT] = prepared.get(NEXT, 0) + 1
            uses.append(f"s{prepared[NEXT]}")
            batch += wire.parse(self.text, uses[0], self.types)
        else:
            uses.append(uses[0])
        return uses[0], batch

    def forget(self, prepared):
        """After an error: whether it is prepared is not known."""
        if self.way == "named":
            prepared.pop((self.text, self.types), None)

    def shown(self):
        """For a failure's line."""
        how = self.way + ", binary results" * self.binary + (f", {self.limit} rows first" if self.limit else "")
        text = f"[{how}] {self.text}"
        if self.parameters:
            text += f"  -- types {self.types}, formats {self.formats}, parameters {self.parameters}"
        return text + (f"  -- data {self.data!r}" if self.data else "")


@dataclasses.dataclass(frozen=True)
class Batch:
    """Several statements before one Sync."""
    asks: tuple

    @property
    def loose(self):
        return any(one.loose for one in self.asks)

    def message(self, prepared):
        return b"".join(one.message(prepared).removesuffix(wire.SYNC) for one in self.asks) + wire.SYNC

    def forget(self, prepared):
        for one in self.asks:
            one.forget(prepared)

    def shown(self):
        return "[pipelined] " + " | ".join(one.shown() for one in self.asks)


def asked(statement, rng, way=None):
    """A way of asking it."""
    way = way or rng.choices(("simple", "unnamed", "named"), (45, 30, 25))[0]
    if way == "simple" or statement.data is not None:
        return Ask(inline(statement, rng), "simple", loose=statement.loose, data=statement.data or b"")
    parts = statement.template.split(MARK)
    types, formats, parameters = [], [], []
    places = {}  # of a value's number: what stands for it wherever it occurs
    for at in range(1, len(parts), 2):
        number = parts[at]
        if number not in places and rng.random() < 0.2:
            places[number] = statement.values[int(number)].literal(rng)
        elif number not in places:
            place, declared, form, raw = statement.values[int(number)].parameter(rng)
            types.append(declared)
            formats.append(form)
            parameters.append(raw)
            places[number] = place % len(types)
        parts[at] = places[number]
    limit = 2 if statement.kind == "read" and not statement.loose and rng.random() < 0.03 else 0
    return Ask("".join(parts), way, tuple(types), tuple(formats), tuple(parameters), rng.random() < 0.5,
               statement.loose, limit=limit)


def frames(raw):
    """The messages in what a server sent."""
    at, found = 0, []
    while at < len(raw):
        end = at + 1 + struct.unpack_from("!I", raw, at + 1)[0]
        found.append((raw[at:at + 1], raw[at + 5:end]))
        at = end
    return found


def normalised(raw):
    """Where the order is not determined: rows sorted, of an error only its SQLSTATE."""
    found, rows = [], []
    for kind, body in frames(raw):
        if kind == b"D":
            rows.append((kind, body))
            continue
        found += sorted(rows)
        rows = []
        if kind == b"E":
            body = wire.error_fields(body)["C"].encode()
        found.append((kind, body))
    return found


def same(left, right, loose):
    return left == right or (loose and normalised(left) == normalised(right))


def difference(left, right):
    """For a failure's line: the messages that only one of them sent."""
    left, right = frames(left), frames(right)
    only = [wire.shown([one for one in these if one not in those], 1200)
            for these, those in ((left, right), (right, left))]
    return f"direct: {only[0]}\ntapri:  {only[1]}" + ("" if any(only) else "the same messages in another order")
