"""Draws reads. Their rows are in an order that the statement decides, or they are marked as loose."""

from pieces import combined, joined, point, referring, windowed
from text import Text

LOCKS = ("update", "share", "key share")
INTS = ("sum", "min", "max", "count", "avg")


def single(text):
    """Rows of one relation."""
    relation = text.relation()
    name = ("only " if relation.what in ("parent", "partitioned") and text.chance(0.2) else "") + text.name(relation)
    where = f" where {text.condition(relation.columns)}" if text.chance(0.85) else ""
    if text.chance(0.25) and all(one.kind.total for one in relation.columns):
        return text.ordered(f"select * from {name}{where}", len(relation.columns))
    items = text.listed(relation.columns)
    if text.chance(0.1):
        items.append(text.rng.choice(text.schema.readers).format(v="n"))
    if text.chance(0.1):
        items.append("case when n > 5 then 'many' when n is null then null else 'few' end")
    kind = text.rng.choice(("", "", "distinct "))
    return text.ordered(f"select {kind}{', '.join(items)} from {name}{where}", len(items))


def by_name(text):
    """USING and NATURAL."""
    left, right = text.relation(), text.relation()
    common = [one.name for one in left.columns
              if any(one.name == other.name and one.kind.base == other.kind.base for other in right.columns)]
    kind = text.rng.choice(("join", "left join", "right join", "full join"))
    using = []
    if text.chance(0.3) or not common:
        head = f"{text.name(left)} a natural {kind} {text.name(right)} b"
    else:
        using = text.rng.sample(common, min(len(common), text.rng.choice((1, 1, 2))))
        head = f"{text.name(left)} a {kind} {text.name(right)} b using ({', '.join(using)})"
    where = f" where {text.condition(left.columns, 'a.')}" if text.chance(0.6) else ""
    if using and text.chance(0.5):  # on what USING makes of both
        where = f" where {text.condition([left.column(name) for name in using], '', 2)}"
    items = text.listed(left.columns, "a.") + text.listed(right.columns, "b.")
    return text.ordered(f"select {', '.join(items)} from {head}{where}", len(items))


def grouped(text):
    """Aggregates."""
    relation = text.relation()
    name = text.name(relation)
    whole = [one for one in relation.columns if one.kind.total]
    where = f" where {text.condition(relation.columns)}" if text.chance(0.6) else ""
    numbers = [one.name for one in whole if one.kind.base in ("int", "numeric")] or ["1"]
    items = [f"{text.rng.choice(INTS)}({text.rng.choice(numbers)})" for _ in range(text.rng.randrange(1, 3))]
    if text.chance(0.2):
        items.append(f"count(*) filter (where {text.condition(relation.columns, '', 2)})")
    if text.chance(0.2) and whole:
        one = text.rng.choice(whole).name
        items.append(text.rng.choice((f"string_agg({one}::text, ',' order by {one}::text)", f"count(distinct {one})",
                                      f"array_agg({one} order by {one})")))
    if text.chance(0.4) or not whole:
        return f"select count(*), {', '.join(items)} from {name}{where}"
    by = [one.name for one in text.rng.sample(whole, min(len(whole), text.rng.choice((1, 1, 2))))]
    way = text.rng.choice(("{}", "{}", "{}", "rollup ({})", "cube ({})"))
    having = f" having count(*) > {text.rng.randrange(0, 3)}" if text.chance(0.3) else ""
    body = f"select {', '.join(by + items)} from {name}{where} group by {way.format(', '.join(by))}{having}"
    return text.ordered(body, len(by) + len(items))


def with_queries(text):
    """Common table expressions."""
    relation, other = text.relation(), text.relation()
    kept = text.rng.choice(("", "", "materialized ", "not materialized "))
    inner = f"select n from {text.name(relation)} where {text.condition(relation.columns)}"
    way = text.rng.randrange(4)
    if way == 0:
        return text.ordered(f"with w as {kept}({inner}) select n from w", 1)
    if way == 1:
        body = f"with w as {kept}({inner}) select a.n, w.n from {text.name(other)} a join w on w.n = a.n"
        return text.ordered(body, 2)
    if way == 2:  # hides a table of the same name
        return f"with {relation.name} as {kept}({inner}) select count(*), sum(n) from {relation.name}"
    return (f"with recursive r(n) as ({inner} union select r.n + 1 from r join {text.name(other)} o on o.n = r.n "
            "where r.n < 9) select n from r order by 1")


def nested(text):
    """Derived tables, LATERAL, and sub-queries as values."""
    outer, inner = text.relation(), text.relation()
    way = text.rng.randrange(4)
    if way == 0:
        head = f"(select * from {text.name(inner)} where {text.condition(inner.columns)}) s"
        return f"select count(*), min(n), max(n) from {head}"
    if way == 1:
        where = f" where {text.condition(outer.columns, 'a.')}" if text.chance(0.7) else ""
        body = (f"select a.n, (select count(*) from {text.name(inner)} b where b.n = a.n) "
                f"from {text.name(outer)} a{where}")
        return text.ordered(body, 2)
    if way == 2:
        body = (f"select a.n, s.most from {text.name(outer)} a {text.rng.choice(('cross join', 'left join'))} lateral "
                f"(select max(b.n) as most from {text.name(inner)} b where b.n <= a.n) s")
        return text.ordered(body + (" on true" if "left join" in body else ""), 2)
    return (f"select exists (select from {text.name(inner)} where {text.condition(inner.columns)}), "
            f"array(select n from {text.name(outer)} where {text.condition(outer.columns)} order by 1)")


def odd(text):
    """What reads without being a plain SELECT, and what depends on more than tables."""
    relation = text.relation()
    name = text.name(relation)
    drawn = text.rng.randrange(-2, 12)
    ways = [f"select {text.rng.choice(text.schema.readers).format(v=drawn)}",
            "select current_user, session_user, current_schema",
            f"select n, current_user from {name} where n = {drawn} order by 1",
            f"table {name}",
            f"select n from {name} where n = {drawn} order by 1 for {text.rng.choice(LOCKS)}",
            f"select tableoid::regclass, n from {name} order by 1::text, 2",
            f"select '{name}'::regclass::text, count(*) from {name}",
            f"select count(*) from {name} where n = {drawn} and now() > '2000-01-01'",
            f"values ({drawn}, 'a'), (2, 'b')",
            f"select to_char(date '2026-02-03', 'DD Mon'), n, timestamptz '2026-02-03 04:05+00' from {name} order by n",
            f"select row_to_json(r)::text from (select n from {name} where n > {drawn} order by n) r",
            f"select a from (select n from {name} where n = {drawn}) a limit 1",
            f"select missing from {name}", f"select n from {name} where n = 'x5'",
            f"select 1 / (n - n) from {name} where n = {drawn}",
            f"select current_setting('app.tenant', true), count(*) from {name}"]
    ways += [f"select last_value, is_called from {one}" for one in text.schema.sequences]
    chosen = text.rng.choice(ways)
    text.loose = chosen.startswith(("table ", "select n from")) or "now()" in chosen
    return chosen


WAYS = ((point, 32), (referring, 4), (single, 22), (joined, 10), (by_name, 5), (grouped, 8), (combined, 5),
        (with_queries, 4), (windowed, 3), (nested, 5), (odd, 7))


def draw(rng, schema):
    text = Text(rng, schema)
    way = rng.choices([one for one, _ in WAYS], [weight for _, weight in WAYS])[0]
    template = way(text)
    kind = "write" if template.endswith(LOCKS) else "read"
    return text.done(template, kind)
