"""A statement as it is sent to MySQL: its text, its parameters, and the way of asking."""

import dataclasses
import re

import mysql_answers as answers
import mysql_commands as commands
import mysql_values as values
from statement import MARK, inline

USES = 12  # of a statement that is kept
WARNINGS = re.compile(rb"Warnings: \d+")
NOT_NULL = 1  # of a column's flags
OF_PLANS = 0x10 | 0x20  # status: no good index, no index
# Flags that a column has not where its rows went through a temporary table: of keys, of what is generated, NOT NULL.
OF_TABLES = NOT_NULL | 0x2 | 0x4 | 0x8 | 0x200 | 0x1000 | 0x4000 | 0x8000
BARE = {"@ping": commands.PING_SERVER, "@reset connection": commands.RESET_SESSION, "@init gen": commands.init_db("gen"),
        "@init s1": commands.init_db("s1")}


@dataclasses.dataclass(frozen=True)
class Ask:
    """One statement in one way, to the byte."""
    text: str
    way: str  # text, prepared (anew each time) or kept (prepared once)
    parameters: tuple = ()
    loose: bool = False
    data: bytes = b""

    def command(self):
        return BARE.get(self.text) or commands.query(self.text)

    @property
    def forgets(self):
        """What was prepared is gone then."""
        return self.text == "@reset connection"

    @property
    def types(self):
        return tuple(getattr(one, "kind", commands.BLOB) for one in self.parameters)

    def execution(self, statement, types):
        """The commands; types: they are sent."""
        found = [commands.long_data(statement, at, one.raw) for at, one in enumerate(self.parameters)
                 if isinstance(one, values.LongData)]
        sent = [commands.long_data_follows() if isinstance(one, values.LongData) else one for one in self.parameters]
        return found + [commands.execute(statement, sent, types)]

    def shown(self):
        """For a failure's line."""
        text = f"[{self.way}] {self.text}"
        if self.parameters:
            text += f"  -- {', '.join(_shown(one) for one in self.parameters)}"
        return text + (f"  -- data {self.data!r}" if self.data else "")


def _shown(parameter):
    if isinstance(parameter, values.LongData):
        return f"long data {parameter.raw!r}"
    unsigned = "unsigned " if parameter.kind & commands.UNSIGNED else ""
    return f"({unsigned}{parameter.kind & ~commands.UNSIGNED}) {parameter.raw!r}"


@dataclasses.dataclass(frozen=True)
class Batch:
    """Several statements, sent before the first is answered."""
    asks: tuple
    data: bytes = b""
    forgets: bool = False

    @property
    def loose(self):
        return any(one.loose for one in self.asks)

    def shown(self):
        return "[sent ahead] " + " | ".join(one.shown() for one in self.asks)


def plain(text):
    return Ask(text, "text")


def asked(statement, rng, way=None):
    """A way of asking it."""
    way = way or rng.choices(("text", "prepared", "kept"), (50, 12, 38))[0]
    if way == "text" or statement.data is not None:
        return Ask(inline(statement, rng), "text", loose=statement.loose, data=statement.data or b"")
    parts, parameters = statement.template.split(MARK), []
    for at in range(1, len(parts), 2):
        one = statement.values[int(parts[at])]
        if rng.random() < 0.15:
            parts[at] = one.literal(rng)
        else:
            parts[at] = "?"
            parameters.append(one.parameter(rng))
    return Ask("".join(parts), way, tuple(parameters), statement.loose)


def together(statements, rng):
    """Sent ahead, or as one text."""
    if rng.random() < 0.7:
        return Batch(tuple(asked(one, rng, "text") for one in statements))
    return Ask("; ".join(inline(one, rng) for one in statements), "text", loose=any(one.loose for one in statements))


@dataclasses.dataclass(frozen=True)
class Reply:
    """What a server said to one command: equal if each packet is. results: taken apart; exact: what it says of warnings and
    of NOT NULL does not depend on what the session did before."""
    packets: tuple
    results: tuple = dataclasses.field(compare=False)
    exact: bool = dataclasses.field(default=True, compare=False)

    def told(self, loose, planned):
        """What has to be the same. loose: the order is not determined; rows sorted then, of an error only
        its code, no word of warnings and plans. planned: the plan was another one."""
        if not loose and not planned and self.exact:
            return self.packets
        found, kept = [], ~OF_TABLES if planned else ~0 if self.exact else ~NOT_NULL
        for one in self.results:
            columns = [dataclasses.astuple(dataclasses.replace(column, flags=column.flags & kept)) for column in one.columns or ()
                       if isinstance(column, answers.Column)]
            rows, last = sorted(one.rows) if loose else one.rows, one.end
            end = (last.header, last.affected, last.insert_id, last.status & ~(OF_PLANS if loose or planned else 0), WARNINGS.sub(b"", last.info))
            if last.failed:
                rows, end = ([], (last.code, last.state)) if loose else (rows, (last.code, last.state, last.message))
            found.append((columns, rows, end))
        return found


def _planned_otherwise(one, other):
    """The servers' own flags say so. Plans go by estimates, which change when what was deleted is purged in the background:
    equal servers choose another index now and then, or none."""
    return any((left.end.status ^ right.end.status) & OF_PLANS for left, right in zip(one.results, other.results)
               if left.columns and right.columns and not left.end.failed and not right.end.failed)


def _alike(one, other, loose):
    planned = _planned_otherwise(one, other)
    return one.told(loose, planned) == other.told(loose, planned)


def same(left, right, loose):
    return left == right or len(left) == len(right) and all(_alike(*both, loose) for both in zip(left, right))


def difference(left, right):
    """For a failure's line: the packets that only one of them sent."""
    each = [[packet for one in side for packet in one.packets] for side in (left, right)]
    only = ["; ".join(f"{sequence}:{payload[:300]!r}" for sequence, payload in these if (sequence, payload) not in those)[:2000]
            for these, those in ((each[0], each[1]), (each[1], each[0]))]
    return f"direct: {only[0]}\ntapri:  {only[1]}" + ("" if any(only) else "the same packets in another order")
