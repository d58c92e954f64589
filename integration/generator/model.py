"""What the generator knows of a schema: relations, their columns, what reading or writing them touches."""

import dataclasses


@dataclasses.dataclass
class Column:
    name: str
    kind: object           # of its values: the dialect's
    fixed: bool = False    # generated: nobody assigns it
    serial: bool = False   # its default takes from a sequence
    unique: bool = False   # by itself
    keyed: bool = False    # in a primary or unique key: no arithmetic over several rows


@dataclasses.dataclass
class Relation:
    schema: str
    name: str
    columns: list
    key: tuple = ()           # names of the primary key's columns
    what: str = "table"       # table, partitioned, partition, parent, child, view, materialized, temporary
    bases: frozenset = None   # the tables that it rests on, for aiming reads at writes
    writable: bool = True
    secured: bool = False     # its rows depend on who asks
    twin: bool = False        # another schema has a table of the same name
    uniques: list = dataclasses.field(default_factory=list)  # further keys: lists of names
    references: list = dataclasses.field(default_factory=list)  # (names of columns, the table they refer to)
    children: list = dataclasses.field(default_factory=list)

    def __post_init__(self):
        self.bases = self.bases or frozenset((self.name,))

    @property
    def full(self):
        return f"{self.schema}.{self.name}"

    def column(self, name):
        return next(one for one in self.columns if one.name == name)

    def keys(self):
        """All keys, as tuples of names."""
        return ([self.key] if self.key else []) + [tuple(one) for one in self.uniques]

    def assignable(self):
        return [one for one in self.columns if not one.fixed]

    def free(self):
        """Columns that may be assigned for many rows at once."""
        return [one for one in self.assignable() if not one.keyed and not one.serial]


class Schema:
    """One database's relations and routines."""

    def __init__(self):
        self.relations = []
        self.readers = []     # SQL expressions that call stable functions; {v} is an integer
        self.writers = []     # SQL statements that call volatile ones: (text, names of the tables written)
        self.materialized = []
        self.sequences = []

    def add(self, relation):
        self.relations.append(relation)
        return relation

    def drop(self, relation):
        if relation in self.relations:
            self.relations.remove(relation)

    def writable(self):
        return [one for one in self.relations if one.writable]

    def tables(self):
        return [one for one in self.relations if one.what in ("table", "partitioned", "parent")]

    def named(self, name):
        return next((one for one in self.relations if one.name == name), None)
