"""Draws writes of rows."""

import pgwire as wire
from text import Text

import values

KEPT = ("table", "partitioned", "partition")  # whose keys are unique over all rows
RETURNING = ("", "", "", " returning *", " returning n")


def _target(text):
    """Mostly a table: what is written through a view counts as a write to everything."""
    pool = text.schema.writable()
    return text.rng.choice([one for one in pool if one.what != "view"] if text.chance(0.95) else pool)


def _insert_value(text, column):
    if text.chance(0.06):
        return "default"
    return text.value(column.kind, 0.05)


def _columns(text, relation):
    """(columns to insert into, the list's text)."""
    columns = relation.assignable()
    if text.chance(0.15) and len(columns) == len(relation.columns):
        return columns, ""
    kept = [one for one in columns if one.name in relation.key and not (one.serial and text.chance(0.6))]
    kept += [one for one in columns if one.name not in relation.key and text.chance(0.8)]
    kept = kept or columns[:1]
    return kept, f" ({', '.join(one.name for one in kept)})"


def _conflict(text, relation, many):
    way = text.rng.randrange(10)
    if way < 4 or not relation.key or relation.what == "view":
        return "" if way < 6 else " on conflict do nothing"
    keys = text.rng.choice(relation.keys())
    if way < 6:
        return f" on conflict ({', '.join(keys)}) do nothing"
    column = text.rng.choice(relation.assignable() if many == 1 else relation.free() or relation.assignable())
    new = text.rng.choice((f"excluded.{column.name}", text.value(column.kind)))
    where = f" where {relation.name}.n < {text.value(values.INT, 0)}" if text.chance(0.2) else ""
    return f" on conflict ({', '.join(keys)}) do update set {column.name} = {new}{where}"


def insert(text):
    relation = _target(text)
    columns, names = _columns(text, relation)
    if text.chance(0.03):
        return f"insert into {text.name(relation)} default values{text.rng.choice(RETURNING)}"
    many = text.rng.choice((1, 1, 1, 2, 3))
    rows = ", ".join(f"({', '.join(_insert_value(text, one) for one in columns)})" for _ in range(many))
    tail = _conflict(text, relation, many) + text.rng.choice(RETURNING)
    return f"insert into {text.name(relation)}{names} values {rows}{tail}"


def insert_select(text):
    relation, source = _target(text), text.relation()
    pairs = []
    for column in relation.assignable():
        fitting = [one for one in source.columns if one.kind.base == column.kind.base and one.kind.total]
        if fitting:
            pairs.append((column, text.rng.choice(fitting)))
    if not pairs:
        return insert(text)
    items = [f"{one.name}" + (" + 1" if one.kind.base == "int" and text.chance(0.3) else "") for _, one in pairs]
    order = ", ".join(str(number) for number in range(1, len(items) + 1))
    text.loose = True
    return (f"insert into {text.name(relation)} ({', '.join(one.name for one, _ in pairs)}) select {', '.join(items)} "
            f"from {text.name(source)} where {text.condition(source.columns)} order by {order} limit 3"
            f"{text.rng.choice((' on conflict do nothing', ' on conflict do nothing', ''))}")


def _assignments(text, relation, many):
    """many: it may meet several rows, whose keys must not be made of each other's."""
    pool = relation.free() if many else relation.assignable()
    pool = [one for one in pool if not (many and one.serial)]
    if not pool:
        return None
    chosen = text.rng.sample(pool, min(len(pool), text.rng.choice((1, 1, 1, 2))))
    if len(chosen) > 1 and text.chance(0.3):
        return (f"({', '.join(one.name for one in chosen)}) = "
                f"({', '.join(text.value(one.kind) for one in chosen)})")
    parts = []
    for one in chosen:
        new = text.value(one.kind)
        if one.kind.base == "int" and text.chance(0.3) and not one.keyed:
            new = f"{one.name} + 1"
        elif text.chance(0.04) and not one.serial:
            new = "default"
        parts.append(f"{one.name} = {new}")
    return ", ".join(parts)


def update(text):
    relation = _target(text)
    condition = text.by_key(relation) if text.chance(0.7) and relation.what not in ("parent", "view", "child") else None
    many = condition is None
    sets = _assignments(text, relation, many)
    if not sets:
        return insert(text)
    if many:
        text.loose = True
        condition = text.condition(relation.columns)
    elif text.chance(0.15):
        condition += f" and {text.condition(relation.columns)}"
    only = "only " if relation.what == "parent" and text.chance(0.3) else ""
    return f"update {only}{text.name(relation)} set {sets} where {condition}{text.rng.choice(RETURNING)}"


def update_from(text):
    """Joined by a key of the other table: at most one row of it for each."""
    relation = _target(text)
    others = [one for one in text.schema.relations if len(one.key) == 1 and one.what in KEPT]
    source = text.rng.choice(others)
    key = source.column(source.key[0])
    fitting = [one for one in relation.columns if one.kind.base == key.kind.base]
    free = [one for one in relation.free() if one.kind.base == "int" and one.kind.name != "public.positive"]
    if not fitting or not free:
        return update(text)
    text.loose = True
    return (f"update {text.name(relation)} a set {text.rng.choice(free).name} = b.n from {text.name(source)} b "
            f"where a.{text.rng.choice(fitting).name} = b.{key.name} and {text.condition(source.columns, 'b.', 1)}")


def reparent(text):
    """Refers to another row that is there."""
    pool = [one for one in text.schema.writable() if one.references]
    relation = text.rng.choice(pool)
    names, parent = text.rng.choice(relation.references)
    keys = ", ".join(parent.key)
    source = f"select {keys} from {text.name(parent)} order by {keys} offset {text.rng.randrange(0, 5)} limit 1"
    condition = text.by_key(relation)
    return f"update {text.name(relation)} set ({', '.join(names)}) = ({source}) where {condition}"


def delete(text):
    relation = _target(text)
    condition = text.by_key(relation) if text.chance(0.75) else None
    if condition is None or relation.what in ("parent", "view", "child"):
        text.loose = True
    condition = condition or text.condition(relation.columns)
    return f"delete from {text.name(relation)} where {condition}{text.rng.choice(RETURNING)}"


def delete_using(text):
    relation, other = _target(text), text.relation()
    text.loose = True
    return (f"delete from {text.name(relation)} a using {text.name(other)} b where a.n = b.n "
            f"and {text.condition(other.columns, 'b.', 2)} and {text.condition(relation.columns, 'a.', 2)}")


def merge(text):
    """The source has one row of each key."""
    pool = [one for one in text.schema.writable() if len(one.key) == 1 and one.what == "table"]
    relation = text.rng.choice(pool)
    key = relation.column(relation.key[0])
    text.loose = True
    free = [one for one in relation.free() if one.kind.base == "int"]
    drawn = sorted({key.kind.draw(text.rng).lower() for _ in range(3)})
    rows = ", ".join(f"({text.place(values.Value(key.kind, one))}::{key.kind.name})" for one in drawn)
    matched = [f"update set {free[0].name} = {text.value(values.INT)}"] if free else []
    matched = text.rng.choice(matched + ["delete", "do nothing"])
    new = text.rng.choice((f"insert ({key.name}) values (s.k)", "do nothing"))
    return (f"merge into {text.name(relation)} a using (values {rows}) s(k) on a.{key.name} = s.k "
            f"when matched then {matched} when not matched then {new}")


def in_cte(text):
    """Writes within WITH."""
    relation, other = _target(text), text.relation()
    text.loose = True
    condition = text.by_key(relation) or text.condition(relation.columns)
    way = text.rng.randrange(3)
    if way == 0:
        return (f"with gone as (delete from {text.name(relation)} where {condition} returning n) "
                f"select count(*) from gone, {text.name(other)}")
    sets = _assignments(text, relation, True)
    if way == 1 and sets:
        return f"with new as (update {text.name(relation)} set {sets} where {condition} returning n) select * from new"
    return (f"with old as (select n from {text.name(other)} where {text.condition(other.columns)} order by n limit 1) "
            f"delete from {text.name(relation)} where {condition} and n in (select n from old)")


def call(text):
    drawn = text.rng.randrange(1, 5)
    text.tables |= {"log"}
    return text.rng.choice(text.schema.writers).format(v=drawn)


def counter(text):
    if not text.schema.sequences:
        return insert(text)
    one = text.rng.choice(text.schema.sequences)
    return f"select {text.rng.choice(('nextval', 'currval', 'nextval'))}('{one}')" if text.chance(0.8) \
        else f"select setval('{one}', 40, true)"


def _same(text, point):
    """The condition that a read by key has, in another form perhaps."""
    _, columns, numbers, drawn = point
    return " and ".join(f"{one.name} = {text.place(drawn[number])}" for one, number in zip(columns, numbers))


def touch(text, read):
    """Writes what a kept read is about: read is a Statement with a point."""
    relation, columns, _ = read.point
    point = (*read.point, read.values)
    fixed = relation.what in ("view", "materialized") or any(one.fixed for one in columns)
    if not relation.writable or fixed:
        return update(text)
    way = 8 if relation.children and text.chance(0.3) else text.rng.randrange(11)
    text.loose = True
    drawn = [read.values[number] for number in point[2]]
    if way < 2:
        sets = _assignments(text, relation, True)
        return f"update {text.name(relation)} set {sets} where {_same(text, point)}" if sets else insert(text)
    if way == 2:
        return f"delete from {text.name(relation)} where {_same(text, point)}"
    if way in (3, 4) and relation.key:  # a row comes to it
        sets = ", ".join(f"{one.name} = {text.place(value)}" for one, value in zip(columns, drawn))
        where = text.equals(relation, [one.name for one in columns]) if way == 3 else text.by_key(relation)
        return f"update {text.name(relation)} set {sets} where {where}"
    if way == 5:  # rows leave it
        column = text.rng.choice(columns)
        return f"update {text.name(relation)} set {column.name} = {text.value(column.kind)} where {_same(text, point)}"
    if way == 6 and relation.references:
        names, parent = text.rng.choice(relation.references)
        key = ", ".join(parent.key)
        return f"delete from {text.name(parent)} where ({key}) in (select {', '.join(names)} from {relation.full} " \
            f"where {_same(text, point)})"
    if way == 7 and relation.references:  # what it refers to by a value that may be the read's
        names, parent = text.rng.choice(relation.references)
        where, key = text.equals(parent, parent.key), parent.column(parent.key[0])
        return text.rng.choice((f"delete from {text.name(parent)} where {where}",
                                f"update {text.name(parent)} set {key.name} = {text.value(key.kind)} where {where}"))
    if relation.children and text.chance(0.6):
        relation = text.rng.choice(relation.children)
    others = [one for one in relation.assignable() if one not in columns]
    names = ", ".join(one.name for one in columns + others)
    if way == 8:
        rest = "".join(", " + text.value(one.kind) for one in others)
        key = ", ".join(f"{text.place(value)}::{one.kind.name}" for one, value in zip(columns, drawn))
        return f"insert into {text.name(relation)} ({names}) select {key}{rest} on conflict do nothing"
    rest = "".join(", " + text.value(one.kind) for one in others)
    key = ", ".join(text.place(value) for value in drawn)
    return f"insert into {text.name(relation)} ({names}) values ({key}{rest}){_conflict(text, relation, 1)}"


WAYS = ((insert, 28), (update, 30), (delete, 14), (insert_select, 5), (update_from, 3), (delete_using, 2), (merge, 4),
        (in_cte, 4), (reparent, 4), (call, 3), (counter, 1))


def copy(rng, schema):
    """COPY FROM STDIN."""
    text = Text(rng, schema)
    relation = rng.choice([one for one in schema.writable() if one.what != "view"])
    columns = [one for one in relation.assignable() if one.name in relation.key or text.chance(0.8)]
    lines = []
    for _ in range(rng.randrange(0, 4)):
        lines.append("\t".join("\\N" if text.chance(0.05) else one.kind.draw(rng) for one in columns))
    data = b"".join(wire.copy_data((line + "\n").encode()) for line in lines)
    data += wire.message(b"f", "given up") if text.chance(0.1) else wire.COPY_DONE
    names = f" ({', '.join(one.name for one in columns)})" if columns else ""
    return text.done(f"copy {text.name(relation)}{names} from stdin", "write", data=data)


def draw(rng, schema, calm, read=None):
    """calm: nothing whose effects cannot be told. read: a read by key, to write what it is about."""
    if read:
        text = Text(rng, schema)
        return text.done(touch(text, read), "write")
    if rng.random() < 0.03:
        return copy(rng, schema)
    text = Text(rng, schema)
    ways = [one for one in WAYS if not (calm and one[0] in (call, counter))]
    way = rng.choices([one for one, _ in ways], [weight for _, weight in ways])[0]
    return text.done(way(text), "write")
