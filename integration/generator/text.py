"""Pieces of statements that PostgreSQL alone has: conditions."""

import values
from pieces import Pieces

COMPARISONS = ("<", "<=", ">", ">=", "<>")


class Text(Pieces):
    joins = ("join", "join", "left join", "left join", "right join", "full join", "inner join")
    sets = ("union", "union all", "intersect", "except", "except all")
    orders = ("", "", " desc", " nulls first")
    drawn = staticmethod(values.draw)

    @staticmethod
    def number(number):
        return values.Value(values.BIGINT, str(number))

    @staticmethod
    def item(column, prefix=""):
        name = prefix + column.name
        return name if column.kind.total else f'{name}::text collate "C" as {column.name}'

    def array(self, kind):
        drawn = tuple(None if self.chance(0.05) else kind.draw(self.rng) for _ in range(self.rng.randrange(0, 4)))
        return self.place(values.Value(kind, drawn))

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
