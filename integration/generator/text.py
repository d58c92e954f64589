"""Pieces of statements: places for values, conditions, names."""

import asking
import values

COMPARISONS = ("<", "<=", ">", ">=", "<>")


class Text:
    """Collects the values and the tables of one statement while its template is put together."""

    def __init__(self, rng, schema):
        self.rng, self.schema = rng, schema
        self.values = []
        self.tables = set()
        self.loose = False
        self.point = ()

    def chance(self, share):
        return self.rng.random() < share

    def place(self, value):
        self.values.append(value)
        return f"{asking.MARK}{len(self.values) - 1}{asking.MARK}"

    def value(self, kind, nulls=0.03):
        return self.place(values.draw(kind, self.rng, nulls))

    def some(self, kind, least=1, most=4):
        return [self.value(kind) for _ in range(self.rng.randrange(least, most + 1))]

    def array(self, kind):
        drawn = tuple(None if self.chance(0.05) else kind.draw(self.rng) for _ in range(self.rng.randrange(0, 4)))
        return self.place(values.Value(kind, drawn))

    def name(self, relation):
        """Written with its schema or without; what is touched is remembered."""
        self.tables |= relation.bases
        return relation.full if self.chance(0.6 if relation.name == "twin" else 0.3) else relation.name

    def relation(self):
        """Any one; more often such whose answers can be kept."""
        pool = self.schema.relations
        if self.chance(0.6):
            pool = [one for one in pool if one.what not in ("view", "materialized") and not one.secured]
        return self.rng.choice(pool)

    def done(self, template, kind="read", **more):
        tables = frozenset(self.tables)
        return asking.Statement(template, self.values, tables, kind, self.loose, point=self.point, **more)

    # Conditions

    def by_key(self, relation, prefix=""):
        """At most one row of a table with a key; None without one."""
        keys = relation.keys()
        if not keys:
            return None
        return self.equals(relation, self.rng.choice(keys), prefix)

    def equals(self, relation, names, prefix=""):
        """These columns have drawn values."""
        columns = [relation.column(name) for name in names]
        first = len(self.values)
        self.point = (relation, columns, range(first, first + len(columns)))
        if len(columns) > 1 and self.chance(0.3):
            return (f"({', '.join(prefix + one.name for one in columns)}) = "
                    f"({', '.join(self.value(one.kind) for one in columns)})")
        return " and ".join(f"{prefix}{one.name} = {self.value(one.kind)}" for one in columns)

    def condition(self, columns, prefix="", depth=0):
        """Any condition on these columns."""
        column = self.rng.choice([one for one in columns if one.keyed] or columns) if self.chance(0.3) \
            else self.rng.choice(columns)
        name, kind = prefix + column.name, column.kind
        way = self.rng.randrange(20 if depth < 2 else 13)
        if way < 4:
            return f"{name} = {self.value(kind)}" if self.chance(0.8) else f"{self.value(kind)} = {name}"
        if way == 4:
            return f"{name} {self.rng.choice(('in', 'in', 'not in'))} ({', '.join(self.some(kind))})"
        if way == 5:
            return f"{name} = any({self.array(kind)})" if self.chance(0.8) else f"{name} <> all({self.array(kind)})"
        if way == 6:
            return f"{name} {self.rng.choice(('between', 'not between'))} {self.value(kind)} and {self.value(kind)}"
        if way == 7:
            return f"{name} {self.rng.choice(COMPARISONS)} {self.value(kind)}"
        if way == 8:
            return f"{name} is {self.rng.choice(('null', 'not null'))}"
        if way == 9:
            return f"{name} is {self.rng.choice(('not distinct', 'distinct'))} from {self.value(kind)}"
        if way == 10:
            return self.computed(name, kind)
        if way == 11:
            pair = self.rng.sample(columns, min(2, len(columns)))
            rows = [f"({', '.join(self.value(one.kind) for one in pair)})" for _ in range(self.rng.randrange(1, 3))]
            return f"({', '.join(prefix + one.name for one in pair)}) in ({', '.join(rows)})"
        if way == 12:
            return f"not ({name} = {self.value(kind)})"
        if way < 16:
            link = self.rng.choice(("and", "and", "or"))
            return f"({self.condition(columns, prefix, depth + 1)} {link} {self.condition(columns, prefix, depth + 1)})"
        return self.subquery(name, kind, depth)

    def twisted(self, name, kind):
        """Not an equality, or not a plain one, though it looks like it."""
        value = self.value(kind)
        return self.rng.choice((f"({name} = {value}) is true", f"({name} = {value} or 1 = 2)",
                                f"({name} = {value}) = true",
                                f"not ({name} <> {value})", f"case when {name} = {value} then true end",
                                f"{name} = {value} and true", f"({name} = {value}) is not false",
                                f"{name} = some({self.array(kind)})", f"({name}, 1) = ({value}, 1)",
                                f"{name} in ({value}, null)", f"nullif({name}, {value}) is null",
                                f"coalesce({name} = {value}, true)"))

    def computed(self, name, kind):
        if self.chance(0.6):
            return self.twisted(name, kind)
        if kind.base == "int":
            return self.rng.choice((f"{name} + 1 = {self.value(kind, 0)}", f"abs({name}) = {self.value(kind)}",
                                    f"{name}::text = {self.value(values.TEXT)}", f"{name} = 2 * 3", f"{name} % 2 = 0"))
        if kind.base in ("text", "german"):
            return self.rng.choice((f"lower({name}) = {self.value(values.TEXT)}", f"{name} like 'b%'",
                                    f"{name} || 'x' = 'ax'", f"length({name}) = 1", f"{name} collate \"C\" > 'a'",
                                    f"{name} collate public.folded = {self.value(kind)}",
                                    f"{name} = {self.value(kind)} collate public.folded",
                                    f"{name}::char(2) = {self.value(kind)}",
                                    f"{name}::varchar(1) = {self.value(kind)}"))
        if kind.base == "bool":
            return self.rng.choice((name, f"not {name}", f"{name} is not true"))
        return f"coalesce({name}::text, '') <> 'a'"

    def subquery(self, name, kind, depth):
        """IN, EXISTS and comparisons with another relation that has a column of the kind."""
        fitting = [(one, column) for one in self.schema.relations for column in one.columns
                   if column.kind.base == kind.base]
        relation, column = self.rng.choice(fitting)
        table = self.name(relation)
        alias = "xyz"[depth]
        inner = self.condition(relation.columns, f"{alias}.", depth + 2)
        way = self.rng.randrange(5)
        if way == 0:
            return f"{name} in (select {alias}.{column.name} from {table} {alias} where {inner})"
        if way == 1:
            return f"exists (select from {table} {alias} where {alias}.{column.name} = {name} and {inner})"
        if way == 2:
            return f"not exists (select 1 from {table} {alias} where {alias}.{column.name} = {name})"
        if way == 3 and kind.base in ("int", "text", "date", "numeric"):
            return f"{name} >= (select min({alias}.{column.name}) from {table} {alias} where {inner})"
        column = f"{alias}.{column.name}"
        return f"{name} not in (select {column} from {table} {alias} where {column} is not null)"
