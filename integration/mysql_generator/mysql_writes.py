"""Draws writes of MySQL's rows."""

import mysql_values as values
from mysql_text import Text

NUMBERED = ("null", "0", "''", "default", "'0'", "0.0", "0.4", "false", "'x'")  # what may ask for the next number
IGNORED = ("", "", "", " ignore")
KEPT = ("table", "partitioned")  # whose keys are unique over all rows


def _target(text):
    """Mostly a table: what is written through a view may count as a write to everything."""
    pool = text.schema.writable()
    return text.rng.choice([one for one in pool if one.what != "view"] if text.chance(0.96) else pool)


def _new(text, column):
    """A value to insert or to assign."""
    if column.serial and text.chance(0.4):
        return text.rng.choice(NUMBERED)
    return "default" if text.chance(0.04) else text.value(column.kind, 0.05)


def _columns(text, relation):
    """(columns to insert into, the list's text)."""
    columns = relation.assignable()
    if text.chance(0.15) and len(columns) == len(relation.columns):
        return columns, ""
    kept = [one for one in columns if one.name in relation.key and not (one.serial and text.chance(0.5))]
    kept += [one for one in columns if one.name not in relation.key and text.chance(0.8)]
    kept = kept or columns[:1]
    return kept, f" ({', '.join(one.name for one in kept)})"


def _conflict(text, relation, columns):
    """What an INSERT does where the row is there. columns: those that it gives."""
    if text.chance(0.6) or not relation.keys():
        return ""
    parts = []
    pool = relation.assignable() if text.chance(0.3) else relation.free() or relation.assignable()
    for one in text.rng.sample(pool, min(len(pool), text.rng.choice((1, 1, 2)))):
        given = [f"values({one.name})", f"values({one.name})"] if one in columns else []
        more = [f"{one.name} + 1"] if one.kind.base == "int" else []
        parts.append(f"{one.name} = {text.rng.choice(given + more + [text.value(one.kind), text.value(one.kind)])}")
    if relation.key and relation.column(relation.key[0]).serial and text.chance(0.3):
        parts.append(f"{relation.key[0]} = last_insert_id({relation.key[0]})")
    return f" on duplicate key update {', '.join(parts)}"


def _returning(text):
    return " returning *" if text.schema.server == "mariadb" and text.chance(0.1) else ""


def insert(text):
    relation = _target(text)
    columns, names = _columns(text, relation)
    head = f"insert{text.rng.choice(IGNORED)} into {text.name(relation)}"
    if text.chance(0.03):
        return f"{head} () values ()"
    if text.chance(0.12):
        sets = ", ".join(f"{one.name} = {_new(text, one)}" for one in columns)
        return f"{head} set {sets}{_conflict(text, relation, columns)}"
    many = text.rng.choice((1, 1, 1, 2, 3))
    rows = ", ".join(f"({', '.join(_new(text, one) for one in columns)})" for _ in range(many))
    return f"{head}{names} values {rows}{_conflict(text, relation, columns)}{_returning(text)}"


def replace(text):
    relation = _target(text)
    columns, names = _columns(text, relation)
    if text.chance(0.2):
        return f"replace into {text.name(relation)} set {', '.join(f'{one.name} = {_new(text, one)}' for one in columns)}"
    rows = ", ".join(f"({', '.join(_new(text, one) for one in columns)})" for _ in range(text.rng.choice((1, 1, 2))))
    return f"replace into {text.name(relation)}{names} values {rows}{_returning(text)}"


def insert_select(text):
    relation, source = _target(text), text.relation()
    pairs = []
    for column in relation.assignable():
        fitting = [one for one in source.columns if one.kind.base == column.kind.base and one.kind.total]
        if fitting and not (column.serial and text.chance(0.6)):
            pairs.append((column, text.rng.choice(fitting)))
    if not pairs:
        return insert(text)
    items = [one.name + (" + 1" if one.kind.base == "int" and text.chance(0.3) else "") for _, one in pairs]
    order = ", ".join(str(number) for number in range(1, len(items) + 1))
    verb = text.rng.choice(("insert", "insert ignore", "insert ignore", "replace"))
    text.loose = True
    return (f"{verb} into {text.name(relation)} ({', '.join(one.name for one, _ in pairs)}) select {', '.join(items)} "
            f"from {text.name(source)} where {text.condition(source.columns)} order by {order} limit 3")


def _assignments(text, relation, many):
    """many: it may meet several rows, whose keys must not be made of each other's."""
    pool = relation.free() if many else relation.assignable()
    if not pool:
        return None
    parts = []
    for one in text.rng.sample(pool, min(len(pool), text.rng.choice((1, 1, 1, 2)))):
        new = f"{one.name} + 1" if one.kind.base == "int" and text.chance(0.3) and not one.keyed else _new(text, one)
        parts.append(f"{one.name} = {new}")
    return ", ".join(parts)


def _first(text, relation):
    """ORDER BY a whole key, and LIMIT; nothing for what has none."""
    if not relation.key or relation.what not in KEPT or any(one.kind.prefix for one in map(relation.column, relation.key)):
        return ""
    keys = ", ".join(one + text.rng.choice(("", " desc")) for one in relation.key)
    return f" order by {keys} limit {text.rng.randrange(1, 4)}" if text.chance(0.3) else ""


def update(text):
    relation = _target(text)
    condition = text.by_key(relation) if text.chance(0.7) and relation.what != "view" else None
    many = condition is None
    sets = _assignments(text, relation, many)
    if not sets:
        return insert(text)
    if many:
        text.loose = True
        condition = text.condition(relation.columns)
    elif text.chance(0.15):
        condition += f" and {text.condition(relation.columns)}"
    return f"update{text.rng.choice(IGNORED)} {text.name(relation)} set {sets} where {condition}{_first(text, relation) if many else ''}"


def update_joined(text):
    """By a key of the other table: at most one row of it for each."""
    relation = text.rng.choice([one for one in text.schema.tables()])
    source = text.rng.choice([one for one in text.schema.tables() if len(one.key) == 1])
    key = source.column(source.key[0])
    fitting = [one for one in relation.columns if one.kind.base == key.kind.base]
    free = [one for one in relation.free() if one.kind.base == "int"]
    if not fitting or not free or key.kind.prefix:
        return update(text)
    text.loose = True
    sets = [f"a.{text.rng.choice(free).name} = {text.value(values.INT)}"]
    if source is not relation and source.free() and text.chance(0.4):
        sets = sets[:text.rng.randrange(2)] + [f"b.{source.free()[0].name} = {text.value(source.free()[0].kind)}"]
    where = [text.condition(source.columns, "b.", 1)] + ([text.condition(relation.columns, "a.", 2)] if text.chance(0.5) else [])
    link = text.rng.choice(("join", "join", "left join", "right join"))
    tables = [f"{text.name(relation)} a", f"{text.name(source)} b"]
    if link == "join":
        text.rng.shuffle(tables)
    return (f"update {tables[0]} {link} {tables[1]} on a.{text.rng.choice(fitting).name} = b.{key.name} set {', '.join(sets)} "
            f"where {' and '.join(where)}")


def reparent(text):
    """Refers to another row that is there."""
    relation = text.rng.choice([one for one in text.schema.writable() if one.references])
    names, parent = text.rng.choice(relation.references)
    order, skipped = ", ".join(parent.key), text.rng.randrange(0, 5)
    sets = [f"{name} = (select {key} from {text.name(parent)} p order by {order} limit {skipped}, 1)"
            for name, key in zip(names, parent.key)]
    return f"update {text.name(relation)} set {', '.join(sets)} where {text.by_key(relation)}"


def delete(text):
    relation = _target(text)
    condition = text.by_key(relation) if text.chance(0.75) else None
    if condition is None or relation.what == "view":
        text.loose = True
    first = _first(text, relation) if condition is None else ""
    condition = condition or text.condition(relation.columns)
    return f"delete{text.rng.choice(IGNORED)} from {text.name(relation)} where {condition}{first}"


def delete_joined(text):
    relation, other = text.rng.choice(text.schema.tables()), text.relation()
    text.loose = True
    whom = text.rng.choice(("a", "a", "a") if other.what == "view" else ("a", "a", "b", "a, b"))
    where = f"where {text.condition(other.columns, 'b.', 2)} and {text.condition(relation.columns, 'a.', 2)}"
    tables = f"{text.name(relation)} a join {text.name(other)} b on a.n = b.n"
    if text.chance(0.3):
        tables = f"{text.name(other)} b, {text.name(relation)} a"
    return text.rng.choice((f"delete {whom} from {tables} {where}", f"delete from {whom} using {tables} {where}"))


def call(text):
    if not text.schema.writers:
        return insert(text)
    text.tables |= {"log"}
    return text.rng.choice(text.schema.writers).format(v=text.rng.randrange(1, 5))


def _same(text, point):
    """The condition that a read by key has, in another form perhaps."""
    _, columns, numbers, drawn = point
    return " and ".join(f"{one.name} = {text.place(drawn[number])}" for one, number in zip(columns, numbers))


def touch(text, read):
    """Writes what a kept read is about: read is a Statement with a point."""
    relation, columns, _ = read.point
    point = (*read.point, read.values)
    if not relation.writable or relation.what == "view" or any(one.fixed for one in columns):
        return update(text)
    way = text.rng.randrange(12)
    text.loose = True
    drawn = [read.values[number] for number in point[2]]
    name = text.name(relation)
    if way < 2:
        sets = _assignments(text, relation, True)
        return f"update {name} set {sets} where {_same(text, point)}" if sets else insert(text)
    if way == 2:
        return f"delete from {name} where {_same(text, point)}"
    if way in (3, 4) and relation.key:  # a row comes to it
        sets = ", ".join(f"{one.name} = {text.place(value)}" for one, value in zip(columns, drawn))
        where = text.equals(relation, [one.name for one in columns]) if way == 3 else text.by_key(relation)
        return f"update{text.rng.choice(IGNORED)} {name} set {sets} where {where}"
    if way == 5:  # rows leave it
        column = text.rng.choice(columns)
        return f"update{text.rng.choice(IGNORED)} {name} set {column.name} = {text.value(column.kind)} where {_same(text, point)}"
    if way in (6, 7) and relation.references:
        return _of_parents(text, way, relation, point)
    others = [one for one in relation.assignable() if one not in columns]
    names = ", ".join(one.name for one in columns + others)
    row = ", ".join([text.place(value) for value in drawn] + [_new(text, one) for one in others])
    if way == 8:
        return f"insert ignore into {name} ({names}) select {row}"
    verb = "replace" if way == 9 else f"insert{text.rng.choice(IGNORED)}"
    tail = "" if way == 9 else _conflict(text, relation, columns + others)
    return f"{verb} into {name} ({names}) values ({row}){tail}"


def _of_parents(text, way, relation, point):
    """Of what the read's rows refer to, or of what may be it."""
    names, parent = text.rng.choice(relation.references)
    if way == 6:
        return (f"delete p from {text.name(parent)} p join {relation.full} c on "
                + " and ".join(f"p.{key} = c.{name}" for key, name in zip(parent.key, names))
                + " where " + " and ".join(f"c.{one.name} = {text.place(point[3][number])}" for one, number in zip(point[1], point[2])))
    where, key = text.equals(parent, parent.key), parent.column(parent.key[0])
    return text.rng.choice((f"delete from {text.name(parent)} where {where}",
                            f"update {text.name(parent)} set {key.name} = {text.value(key.kind)} where {where}"))


WAYS = ((insert, 30), (update, 28), (delete, 12), (replace, 10), (insert_select, 5), (update_joined, 6), (delete_joined, 3),
        (reparent, 4), (call, 3))


def load(rng, schema):
    """LOAD DATA LOCAL."""
    text = Text(rng, schema)
    relation = rng.choice(schema.tables())
    columns = [one for one in relation.assignable() if one.name in relation.key or text.chance(0.8)]
    lines = ["\t".join("\\N" if text.chance(0.05) else one.kind.draw(rng).replace("\\", "\\\\").replace("\t", "\\t")
                       for one in columns) for _ in range(rng.randrange(0, 4))]
    how = rng.choice(("", "", " replace", " ignore"))
    return text.done(f"load data local infile 'drawn'{how} into table {text.name(relation)} ({', '.join(one.name for one in columns)})",
                     "write", data="".join(line + "\n" for line in lines).encode())


def draw(rng, schema, calm, read=None):
    """calm: nothing whose effects cannot be told. read: a read by key, to write what it is about."""
    text = Text(rng, schema)
    if read:
        return text.done(touch(text, read), "write")
    if rng.random() < 0.02:
        return load(rng, schema)
    ways = [one for one in WAYS if not (calm and one[0] is call)]
    way = rng.choices([one for one, _ in ways], [weight for _, weight in ways])[0]
    return text.done(way(text), "write")
