"""Draws reads of MySQL. Their rows are in an order that the statement decides, or they are marked as loose."""

from mysql_text import Text
from pieces import combined, joined, point, referring, windowed

LOCKS = ("for update", "lock in share mode")
INTS = ("sum", "min", "max", "count", "avg", "bit_or", "bit_and", "bit_xor")
HINTS = ("", "", "", "", " ignore index (primary)", " force index (primary)", " use index ()")


def _partition(text, relation):
    return f" partition ({text.rng.choice(('p0', 'p1', 'p0, p1'))})" if relation.what == "partitioned" and text.chance(0.25) else ""


def single(text):
    """Rows of one relation."""
    relation = text.relation()
    name = text.name(relation) + _partition(text, relation)
    if relation.what == "table" and relation.key:
        name += text.rng.choice(HINTS)
    where = f" where {text.condition(relation.columns)}" if text.chance(0.9) else ""
    if text.chance(0.25) and all(one.kind.total for one in relation.columns):
        return text.ordered(f"select * from {name}{where}", len(relation.columns))
    items = text.listed(relation.columns)
    if text.chance(0.1) and text.schema.readers:
        items.append(text.rng.choice(text.schema.readers).format(v="n"))
    if text.chance(0.1):
        items.append("case when n > 5 then 'many' when n is null then null else 'few' end")
    kind = text.rng.choice(("", "", "", "", "distinct ", "sql_calc_found_rows ", "straight_join "))
    return text.ordered(f"select {kind}{', '.join(items)} from {name}{where}", len(items))


def by_name(text):
    """USING and NATURAL."""
    left, right = text.relation(), text.relation()
    common = [one.name for one in left.columns
              if any(one.name == other.name and one.kind.base == other.kind.base for other in right.columns)]
    kind, using = text.rng.choice(("join", "left join", "right join")), []
    if text.chance(0.3) or not common:
        kind = kind if kind != "join" else "inner join" if text.schema.server == "mysql" else "join"
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
    name = text.name(relation) + _partition(text, relation)
    whole = [one for one in relation.columns if one.kind.total]
    where = f" where {text.condition(relation.columns)}" if text.chance(0.7) else ""
    numbers = [one.name for one in whole if one.kind.base in ("int", "numeric")] or ["1"]
    items = [f"{text.rng.choice(INTS)}({text.rng.choice(numbers)})" for _ in range(text.rng.randrange(1, 3))]
    if text.chance(0.2) and whole:
        one = text.rng.choice(whole).name
        items.append(text.rng.choice((f"group_concat({one} order by {one})", f"count(distinct {one})", f"sum({one} = 5)")))
    if text.chance(0.4) or not whole:
        return f"select count(*), {', '.join(items)} from {name}{where}"
    by = [one.name for one in text.rng.sample(whole, min(len(whole), text.rng.choice((1, 1, 2))))]
    way = text.rng.choice(("", "", "", " with rollup"))
    having = f" having count(*) > {text.rng.randrange(0, 3)}" if text.chance(0.3) else ""
    body = f"select {', '.join(by + items)} from {name}{where} group by {', '.join(by)}{way}{having}"
    if way and text.schema.server == "mariadb":  # has no ORDER BY beside ROLLUP
        text.loose = True
        return body
    return text.ordered(body, len(by) + len(items))


def with_queries(text):
    """Common table expressions."""
    relation, other = text.relation(), text.relation()
    inner = f"select n from {text.name(relation)} where {text.condition(relation.columns)}"
    way = text.rng.randrange(4)
    if way == 0:
        return text.ordered(f"with w as ({inner}) select n from w", 1)
    if way == 1:
        return text.ordered(f"with w as ({inner}) select a.n, w.n as m from {text.name(other)} a join w on w.n = a.n", 2)
    if way == 2:  # hides a table of the same name
        return f"with {relation.name} as ({inner}) select count(*), sum(n) from {relation.name}"
    return (f"with recursive r(n) as ({inner} union select r.n + 1 from r join {text.name(other)} o on o.n = r.n "
            "where r.n < 9) select n from r order by 1")


def nested(text):
    """Derived tables, and sub-queries as values."""
    outer, inner = text.relation(), text.relation()
    way = text.rng.randrange(4)
    if way == 0:
        head = f"(select n from {text.name(inner)} where {text.condition(inner.columns)}) s"
        return f"select count(*), min(n), max(n) from {head}"
    if way == 1:
        where = f" where {text.condition(outer.columns, 'a.')}" if text.chance(0.7) else ""
        body = f"select a.n, (select count(*) from {text.name(inner)} b where b.n = a.n) as m from {text.name(outer)} a{where}"
        return text.ordered(body, 2)
    if way == 2:
        return (f"select exists (select 1 from {text.name(inner)} where {text.condition(inner.columns)}), "
                f"(select max(n) from {text.name(outer)} where {text.condition(outer.columns)})")
    columns = ", ".join(text.item(one) for one in outer.columns)
    return f"select {columns} from (select * from {text.name(outer)} where {text.condition(outer.columns)}) s order by {columns_order(outer)}"


def columns_order(relation):
    return ", ".join(str(number) for number in range(1, len(relation.columns) + 1))


def odd(text):
    """What reads without being a plain SELECT, and what depends on more than tables."""
    relation = text.relation()
    name, drawn = text.name(relation), text.rng.randrange(-2, 12)
    ways = ["select current_user(), database(), current_role()", f"select n, current_user() from {name} where n = {drawn} order by 1",
            f"select n from {name} where n = {drawn} order by 1 {text.rng.choice(LOCKS)}", f"select count(*) from {name} where n = @v",
            f"select count(*), @v from {name} where n = {drawn}", f"select last_insert_id(), count(*) from {name} where n = {drawn}",
            f"select n from {name} where {relation.columns[0].name} is null order by n",
            f"select count(*) from {name} where n = {drawn} and now() > '2000-01-01'", f"select 'a' = 'A', 'a' = 'a ', count(*) from {name}",
            f"select n / 3, concat('\u00e4', n), hex('\u00e4') from {name} where n = {drawn} order by 1",
            f"select count(*) from {name} where 'a' || 'b' = 'ab' and n = {drawn}", f"select n from {name} where n = {drawn} order by n into @v",
            f"select date_format('2026-02-03', '%M %a'), n from {name} where n = {drawn} order by 2",
            f"select n \"x\" from {name} where n = {drawn} order by 1", f"select @@sql_mode, n from {name} where n = {drawn} order by 2",
            f"select a from (select n as a from {name} where n = {drawn}) s order by a limit 1", f"select missing from {name}",
            f"select /*! straight_join */ n from {name} where n = {drawn} order by n", f"select count(*) from {name} where rand() < 2",
            f"select 1 from dual where exists (select 1 from {name} where n = {drawn})", f"show columns from {name}",
            "select table_name from information_schema.tables where table_schema = 'gen' order by 1", f"do (select count(*) from {name})", f"select sql_no_cache count(*) from {name}",
            f"select sql_calc_found_rows n from {name} where n < {drawn} order by n limit 1", "select found_rows()", "select row_count()"]
    ways += [f"select {one.format(v=drawn)}" for one in text.schema.readers]
    if text.schema.server == "mysql":
        ways += [f"table {name}", f"select count(*) from {name}, lateral (select {relation.columns[0].name} as l) s where l = {drawn}"]
    chosen = text.rng.choice(ways)
    text.loose = chosen.startswith(("table ", "do ", "select n from")) or "now()" in chosen
    return chosen


WAYS = ((point, 34), (referring, 5), (single, 24), (joined, 9), (by_name, 4), (grouped, 8), (combined, 4), (with_queries, 4),
        (windowed, 1), (nested, 5), (odd, 6))


def draw(rng, schema):
    text = Text(rng, schema)
    template = rng.choices([one for one, _ in WAYS], [weight for _, weight in WAYS])[0](text)
    return text.done(template, "write" if template.endswith(LOCKS) else "read", once=template.startswith(("select found", "select row")))
