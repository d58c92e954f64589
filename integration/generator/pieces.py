"""Pieces of statements that every dialect has: places for values, names, conditions by key, and queries of plain SQL."""

from statement import MARK, Statement


class Pieces:
    """Collects the values and the tables of one statement while its template is put together.

    A dialect says: drawn(kind, rng, nulls) a value; number(n) one of a plain integer; condition(columns, prefix, depth);
    item(column, prefix) an expression whose order decides how it looks; joins, sets and orders, the words that it has."""

    joins = ("join", "join", "left join", "left join", "right join", "inner join")
    sets = ("union", "union all", "intersect", "except")
    orders = ("", "", " desc")
    unkept = ("view", "materialized")  # what need not be answered from the cache

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
        return f"{MARK}{len(self.values) - 1}{MARK}"

    def value(self, kind, nulls=0.03):
        return self.place(self.drawn(kind, self.rng, nulls))

    def some(self, kind, least=1, most=4):
        return [self.value(kind) for _ in range(self.rng.randrange(least, most + 1))]

    def name(self, relation):
        """Written with its schema or without; what is touched is remembered."""
        self.tables |= relation.bases
        return relation.full if self.chance(0.6 if relation.name == "twin" else 0.3) else relation.name

    def relation(self):
        """Any one; more often such whose answers can be kept."""
        pool = self.schema.relations
        if self.chance(0.6):
            pool = [one for one in pool if one.what not in self.unkept and not one.secured]
        return self.rng.choice(pool)

    def done(self, template, kind="read", **more):
        tables = frozenset(self.tables)
        return Statement(template, self.values, tables, kind, self.loose, point=self.point, **more)

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
            return f"exists (select 1 from {table} {alias} where {alias}.{column.name} = {name} and {inner})"
        if way == 2:
            return f"not exists (select 1 from {table} {alias} where {alias}.{column.name} = {name})"
        if way == 3 and kind.base in ("int", "text", "date", "numeric"):
            return f"{name} >= (select min({alias}.{column.name}) from {table} {alias} where {inner})"
        column = f"{alias}.{column.name}"
        return f"{name} not in (select {column} from {table} {alias} where {column} is not null)"

    # Queries

    def listed(self, columns, prefix=""):
        chosen = [one for one in columns if self.chance(0.6)] or list(columns[:1])
        return [self.item(one, prefix) for one in chosen]

    def ordered(self, body, count):
        """With an order over all of its columns, and then perhaps a limit; or loose, without any."""
        if self.chance(0.2):
            self.loose = True
            return body
        numbers = [str(one) for one in range(1, count + 1)]
        if self.chance(0.3):
            self.rng.shuffle(numbers)
        body += " order by " + ", ".join(one + self.rng.choice(self.orders) for one in numbers)
        if self.chance(0.3):
            body += f" limit {self.place(self.number(self.rng.randrange(0, 6)))}"
            if self.chance(0.3):
                body += f" offset {self.rng.randrange(0, 3)}"
        return body

    def pair(self):
        """Two relations and columns of theirs that may be compared."""
        left, right = self.relation(), self.relation()
        pairs = [(one, other) for one in left.columns for other in right.columns if one.kind.base == other.kind.base]
        if self.chance(0.5):
            pairs = [pair for pair in pairs if pair[0].keyed or pair[1].keyed] or pairs
        return left, right, *self.rng.choice(pairs)


def point(text):
    """One row by a key."""
    pool = [one for one in text.schema.relations if one.key]
    if text.chance(0.15):
        pool = [one for one in pool if one.children] or pool
    relation = text.rng.choice(pool)
    name = text.name(relation)
    condition = text.by_key(relation)
    what = "*" if text.chance(0.5) else ", ".join(one.name for one in relation.columns if text.chance(0.6)) or "1"
    if text.chance(0.15):
        condition += f" and {text.condition(relation.columns)}"
    if relation.what in ("parent", "view", "child"):
        text.loose = True
    return f"select {what} from {name} where {condition}"


def referring(text):
    """Rows by what they refer to."""
    relation = text.rng.choice([one for one in text.schema.relations if one.references])
    names, _ = text.rng.choice(relation.references)
    text.loose = True
    return f"select * from {text.name(relation)} where {text.equals(relation, names)}"


def joined(text):
    """Two or three relations."""
    left, right, one, other = text.pair()
    kind = text.rng.choice(text.joins)
    head = f"{text.name(left)} a {kind} {text.name(right)} b on a.{one.name} = b.{other.name}"
    columns = text.listed(left.columns, "a.") + text.listed(right.columns, "b.")
    where = [text.condition(side.columns, prefix) for side, prefix in ((left, "a."), (right, "b.")) if text.chance(0.5)]
    if text.chance(0.2):
        head = f"{text.name(left)} a, {text.name(right)} b"
        where.append(f"a.{one.name} = b.{other.name}")
    elif text.chance(0.3):
        side, prefix = text.rng.choice(((left, "a."), (right, "b.")))
        head += f" and {text.condition(side.columns, prefix, 2)}"
    if text.chance(0.15):  # one value for both
        value = text.value(one.kind)
        where += [f"a.{one.name} = {value}", f"b.{other.name} = {value}"]
    if text.chance(0.2):
        third = text.relation()
        head = f"{head} {text.rng.choice(('join', 'left join'))} {text.name(third)} c on c.n = a.n"
        columns.append("c.n")
    body = f"select {', '.join(columns)} from {head}" + (f" where {' and '.join(where)}" if where else "")
    return text.ordered(body, len(columns))


def combined(text):
    """UNION and its kin."""
    left = text.relation()
    column = text.rng.choice([one for one in left.columns if one.kind.total] or [left.column("n")])
    fitting = [(one, other) for one in text.schema.relations for other in one.columns
               if other.kind.name == column.kind.name and other.kind.total]
    right, other = text.rng.choice(fitting)
    body = f"select {column.name} from {text.name(left)}"
    body += f" where {text.condition(left.columns)}" if text.chance(0.7) else ""
    body += f" {text.rng.choice(text.sets)} select {other.name} from {text.name(right)}"
    body += f" where {text.condition(right.columns)}" if text.chance(0.7) else ""
    return text.ordered(body, 1)


def windowed(text):
    relation = text.relation()
    name = text.name(relation)
    whole = [one.name for one in relation.columns if one.kind.total]
    order = ", ".join(whole)
    call = text.rng.choice(("row_number()", "rank()", "sum(n)", "lag(n)", "first_value(n)", "count(*)", "ntile(3)"))
    part = f"partition by {text.rng.choice(whole)} " if text.chance(0.5) else ""
    where = f" where {text.condition(relation.columns)}" if text.chance(0.6) else ""
    return text.ordered(f"select {order}, {call} over ({part}order by {order}) from {name}{where}", len(whole) + 1)
