"""A statement as the generator draws it, a step of an episode, and a difference: what every dialect shares."""

import dataclasses

MARK = "\0"  # stands around the number of a value in a statement's template


@dataclasses.dataclass
class Statement:
    """What the generator makes: a template with places for values, and what is known of it."""
    template: str
    values: list = dataclasses.field(default_factory=list)
    tables: frozenset = frozenset()  # names of the tables that it reads or writes
    kind: str = "read"               # read, write, define or control
    loose: bool = False              # the order of its rows, and which error is met first, is not determined
    data: bytes = None               # what it reads besides its text (COPY, LOAD DATA), if only an empty file
    done: object = None              # called once it has succeeded
    point: tuple = ()                # of a read by key: the relation, its columns, and the numbers of their values
    once: bool = False               # it is not kept to be asked again
    after: object = None             # the statement that must be next
    strong: bool = False             # the transaction that it begins may lock what it reads


def inline(statement, rng):
    """The text with all values as literals."""
    parts = statement.template.split(MARK)
    for at in range(1, len(parts), 2):
        parts[at] = statement.values[int(parts[at])].literal(rng)
    return "".join(parts)


@dataclasses.dataclass(frozen=True)
class Step:
    session: int
    ask: object
    settle: bool = False  # wait until Tapri knows the schema before the next one

    def shown(self):
        return f"{self.session}> {self.ask.shown()}" + ("  -- and until the schema is known" if self.settle else "")


class Failure(Exception):
    """The two differ. at: the number of the step, or the count of all where it is what is left in the end."""

    def __init__(self, at, why):
        super().__init__(why)
        self.at, self.why = at, why
