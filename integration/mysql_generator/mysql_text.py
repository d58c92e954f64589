"""Pieces of statements that MySQL alone has: conditions, and values of any kind where another is expected."""

import mysql_values as values
from pieces import Pieces

COMPARISONS = ("<", "<=", ">", ">=", "<>", "<=>", "<=>")
ANOTHER = 0.06  # of the values: of another kind than the column


class Text(Pieces):
    unkept = ("view",)
    drawn = staticmethod(values.draw)
    number = staticmethod(values.Number)

    @staticmethod
    def item(column, prefix=""):
        name = prefix + column.name
        if column.kind.total:
            return name
        return f"{'hex' if column.kind.base == 'text' else 'concat'}({name}) as {column.name}"

    def value(self, kind, nulls=0.03):
        return super().value(self.rng.choice(values.ALL) if self.chance(ANOTHER) else kind, nulls)

    def condition(self, columns, prefix="", depth=0):
        """Any condition on these columns."""
        column = self.rng.choice([one for one in columns if one.keyed] or columns) if self.chance(0.4) \
            else self.rng.choice(columns)
        name, kind = prefix + column.name, column.kind
        way = self.rng.randrange(20 if depth < 2 else 13)
        if way < 4:
            return f"{name} = {self.value(kind)}" if self.chance(0.8) else f"{self.value(kind)} = {name}"
        if way < 6:
            return f"{name} {self.rng.choice(('in', 'in', 'in', 'not in'))} ({', '.join(self.some(kind))})"
        if way == 6:
            return f"{name} {self.rng.choice(('between', 'not between'))} {self.value(kind)} and {self.value(kind)}"
        if way == 7:
            return f"{name} {self.rng.choice(COMPARISONS)} {self.value(kind)}"
        if way == 8:
            return f"{name} is {self.rng.choice(('null', 'not null'))}"
        if way == 9:
            return f"({name} = {self.value(kind)} or {name} = {self.value(kind)})"
        if way == 10:
            return self.computed(name, kind)
        if way == 11:
            pair = self.rng.sample(columns, min(2, len(columns)))
            rows = [f"({', '.join(self.value(one.kind) for one in pair)})" for _ in range(self.rng.randrange(1, 3))]
            return f"({', '.join(prefix + one.name for one in pair)}) in ({', '.join(rows)})"
        if way == 12:
            return f"not ({name} = {self.value(kind)})"
        if way < 16:
            link = self.rng.choice(("and", "and", "or", "xor"))
            return f"({self.condition(columns, prefix, depth + 1)} {link} {self.condition(columns, prefix, depth + 1)})"
        return self.subquery(name, kind, depth)

    def twisted(self, name, kind):
        """Not an equality, or not a plain one, though it looks like it."""
        value = self.value(kind)
        return self.rng.choice((f"({name} = {value}) is true", f"({name} = {value} or 1 = 2)", f"({name} = {value}) = true",
                                f"not ({name} <> {value})", f"case when {name} = {value} then true end",
                                f"{name} = {value} and true", f"({name} = {value}) is not false", f"({name}, 1) = ({value}, 1)",
                                f"{name} in ({value}, null)", f"nullif({name}, {value}) is null", f"{name} = {value} || 0",
                                f"coalesce({name} = {value}, true)", f"{name} = {value} && 1", f"! ({name} <> {value})",
                                f"{name} = @v", f"{name} = {value} = 1", f"if({name} = {value}, 1, 0)", f"{name} = {value} in (0, 1)",
                                f"{name} = {value} between 0 and 1", f"{name} = {value} is not null", f"{name} = {value} | 1",
                                f"{name} = {value} like '1'", f"{name} = {value} <=> 1", f"{name} = {value} - 1", f"{value} = {name} = 0",
                                f"{name} = ({value})", f"({name}) = {value}", f"row({name}, 1) = row({value}, 1)", f"{name} <=> {value}",
                                f"{name} = {value} xor n = 3", f"not {name} = {value}", f"{name} = {value} || 'b'", f"{name} = {value} regexp '1'",
                                f"{name} = {value} is false", f"{name} = {value} <> 1", f"{name} in ({value}) = 0", f"{name} = {value} div 1",
                                f"{name} = {value} collate utf8mb4_general_ci", f"n = 3 and {name} = {value} or n = 4"))

    def computed(self, name, kind):
        if self.chance(0.5):
            return self.twisted(name, kind)
        if kind.base == "int":
            return self.rng.choice((f"{name} + 1 = {self.value(kind, 0)}", f"abs({name}) = {self.value(kind)}",
                                    f"cast({name} as char) = {self.value(values.PLAIN_TEXT)}", f"{name} = 2 * 3", f"{name} mod 2 = 0",
                                    f"{name} = {self.value(values.PLAIN_TEXT)}", f"-{name} = {self.value(kind)}", name,
                                    f"{name} like {self.value(kind)}", f"{name} = '5' + 0"))
        if kind.base == "text":
            value = self.value(kind)
            return self.rng.choice((f"lower({name}) = {value}", f"{name} like 'b%'", f"{name} like {value}",
                                    f"concat({name}, 'x') = 'ax'", f"length({name}) = 1", f"{name} collate utf8mb4_bin = {value}",
                                    f"{name} = {value} collate utf8mb4_general_ci", f"binary {name} = {value}",
                                    f"cast({name} as char(1)) = {value}", f"{name} = {self.value(values.INT)}", name,
                                    f"{name} = 5", f"{name} = 0", f"{name} regexp '^[ab]'", f"convert({name} using latin1) = {value}",
                                    f"{name} = {self.value(values.DATE)}"))
        return self.rng.choice((f"coalesce(concat({name}), '') <> 'a'", f"{name} = {self.value(values.INT)}",
                                f"{name} = {self.value(values.PLAIN_TEXT)}", f"{name} + 0 = {self.value(values.INT)}"))
