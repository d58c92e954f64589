"""Makes a schema of MySQL or MariaDB: the definitions to run, and the model of it. User alice and role reader are there."""

import model
import mysql_values as values

ACTIONS = ("cascade", "cascade", "set null", "set null", "restrict", "no action")
OTHERS = (("q", values.INT), ("w", values.BIGINT), ("a", values.UNSIGNED), ("y", values.TINY), ("b", values.BINARY), ("z", values.FIXED),
          ("x", values.NUMERIC), ("d", values.DATE), ("e", values.MOOD), ("f", values.FLOAT), ("k", values.BIT))
KEYS = (("a", values.UNSIGNED), ("y", values.TINY), ("b", values.BINARY), ("z", values.FIXED), ("x", values.NUMERIC), ("d", values.DATE),
        ("e", values.MOOD), ("k", values.BIT))
START = """
use gen
create table log (what varchar(20) primary key, n int)
create table trail (what varchar(20), old_n int, n int)
insert into log values ('start', 0), ('a', 1)
"""
BOUNDS = {"range": "range (id) (partition p0 values less than (4), partition p1 values less than (9), "
                   "partition p2 values less than maxvalue)",
          "list": "list (id) (partition p0 values in (1, 2, 3, 4, 5), partition p1 values in (0, 6, 7, 8, 9, 10))",
          "hash": "hash (id) partitions 3", "key": "key (id) partitions 2"}
ROUTINES = (
    "create function many() returns bigint reads sql data return (select count(*) from gen.{one})",
    "create function twice(v int) returns int deterministic no sql return v * 2",
    "create function bump(v int) returns int modifies sql data begin update gen.log set n = n + v where what = 'start'; return v; end",
    "create procedure bump_all(v int) begin update gen.log set n = n + v; end",
    "create procedure both_ways(v int) begin select count(*) from gen.{one} where n = v; insert into gen.log values (v, v) "
    "on duplicate key update n = v; select n from gen.log order by what; end")


class Builder:
    """Draws one schema; `definitions` are to be run in order."""

    def __init__(self, server, rng, calm):
        """server: mariadb or mysql. calm: without triggers and routines, which make a write one to everything."""
        self.server, self.rng, self.calm = server, rng, calm
        self.texts = values.texts(server)
        self.schema = model.Schema()
        self.schema.server = server
        self.definitions = START.strip().splitlines()

    def build(self):
        for number in range(self.rng.randrange(3, 6)):
            self.plain("gen", f"p{number}")
        for way in self.rng.sample(sorted(BOUNDS), 1):
            self.partitioned(way)
        for number in range(self.rng.randrange(2, 4)):
            self.child(f"c{number}")
        self.twins()
        for number in range(self.rng.randrange(2, 4) if self.calm else 5):
            self.view(f"v{number}")
        if not self.calm:
            self.triggers()
            self.routines()
        text = values.PLAIN_TEXT
        self.schema.add(model.Relation("gen", "log", [model.Column("what", text, keyed=True, unique=True),
                                                      model.Column("n", values.INT)], ("what",)))
        self.schema.add(model.Relation("gen", "trail", [model.Column("what", text), model.Column("old_n", values.INT),
                                                        model.Column("n", values.INT)]))
        return self.schema

    def run(self, text):
        self.definitions.append(text)

    def chance(self, share):
        return self.rng.random() < share

    # Tables

    def others(self, least, most, without=()):
        """Further columns; n is in every table."""
        pool = [one for one in OTHERS if one[0] not in without]
        pool += [(name, self.rng.choice(self.texts)) for name in ("t", "v", "c") if name not in without]
        chosen = self.rng.sample(pool, self.rng.randrange(least, most))
        return [model.Column("n", values.INT)] + [model.Column(name, kind) for name, kind in chosen]

    def key_columns(self):
        """Columns of the primary key; a serial one is numbered by the server."""
        way = self.rng.randrange(12)
        single = lambda name, kind, serial=False: [model.Column(name, kind, unique=True, keyed=True, serial=serial)]
        if way < 2:
            return single("id", values.INT)
        if way < 5:
            return single("id", self.rng.choice((values.INT, values.INT, values.UNSIGNED, values.TINY)), True)
        if way < 8:
            return single("v", self.rng.choice(self.texts))
        if way < 10:
            return single(*self.rng.choice(KEYS))
        name, kind = self.rng.choice(KEYS + (("v", self.rng.choice(self.texts)),))
        return [model.Column("id", values.INT, keyed=True), model.Column(name, kind, keyed=True)]

    def typed(self, column):
        """The column's definition."""
        text = f"{column.name} {column.kind.name}"
        if column.serial:
            return f"{text} auto_increment"
        if not column.keyed and not column.kind.prefix and self.chance(0.25):
            text += self.rng.choice((" not null", " not null", ""))
            text += f" default {values.draw(column.kind, self.rng, 0).kind.forms(column.kind.draw(self.rng))[0]}"
        return text

    @staticmethod
    def indexed(columns):
        return ", ".join(one.name + one.kind.prefix for one in columns)

    def plain(self, schema, name):
        """A table of its own."""
        keys = self.key_columns() if self.chance(0.94) else []
        columns = keys + self.others(1, 4, [one.name for one in keys])
        table = model.Relation(schema, name, columns, tuple(one.name for one in keys))
        parts = [self.typed(one) for one in columns]
        if keys:
            parts.append(f"primary key ({self.indexed(keys)})")
        self.generated(table, parts)
        self.unique(table, parts)
        self.indexes(table, parts)
        if self.chance(0.15):
            parts.append("check (n < 14)")
        if self.server == "mysql" and self.chance(0.15):
            table.column("n").keyed = True
            parts.append("unique key computed ((n + 1))")
        kept = any(one.kind.prefix for one in columns)  # MEMORY has no TEXT
        engines = ("InnoDB",) * 7 + ("MyISAM", "MyISAM", "MyISAM" if kept else "MEMORY")
        self.run(f"create table {table.full} ({', '.join(parts)}) engine = {self.rng.choice(engines)}")
        self.schema.add(table)
        self.fill(table)
        return table

    def generated(self, table, parts):
        if self.chance(0.35):
            way = self.rng.choice(("stored", "virtual"))
            table.columns.append(model.Column("g", values.INT, fixed=True))
            parts.append(f"g int generated always as (n * 2 + 1) {way}")
            if self.chance(0.3):
                table.uniques.append(["g"])
                table.column("n").keyed = True
                parts.append("unique key of_g (g)")
        texts = [one for one in table.columns if one.kind.base == "text" and not one.kind.prefix and not one.fixed]
        if texts and self.chance(0.25):
            table.columns.append(model.Column("h", values.PLAIN_TEXT, fixed=True))
            parts.append(f"h varchar(8) generated always as (left(lower({texts[0].name}), 3)) {self.rng.choice(('stored', 'virtual'))}")

    def unique(self, table, parts):
        """Further keys, some of them over the beginning of a text."""
        if self.chance(0.5):
            return
        free = [one for one in table.columns if not one.keyed and not one.fixed]
        chosen = self.rng.sample(free, min(len(free), self.rng.choice((1, 1, 2))))
        if not chosen:
            return
        for one in chosen:
            one.keyed = True
            one.unique = len(chosen) == 1
        table.uniques.append([one.name for one in chosen])
        short = chosen[0].kind.base == "text" and self.chance(0.3)
        parts.append(f"unique key another ({chosen[0].name}(2))" if short else f"unique key another ({self.indexed(chosen)})")

    def indexes(self, table, parts):
        for number in range(self.rng.choice((0, 1, 1, 2))):
            one = self.rng.choice(table.columns)
            short = one.kind.base == "text" and self.chance(0.3)
            parts.append(f"key i{number} ({one.name}(1))" if short else f"key i{number} ({self.indexed([one])})")

    def fill(self, table, count=10):
        columns = [one for one in table.assignable() if not one.serial]
        rows = []
        for number in range(1, count + 1):
            row = []
            for one in columns:
                drawn = one.kind.draw(self.rng)
                if one.name in table.key and one.kind.base == "int":
                    drawn = str(number)
                row.append(one.kind.forms(drawn)[0] if self.chance(0.95) or one.keyed else "null")
            rows.append(f"({', '.join(row)})")
        self.run(f"insert ignore into {table.full} ({', '.join(one.name for one in columns)}) values {', '.join(rows)}")

    def child(self, name):
        """A table with foreign keys: to a plain table, or to another child."""
        parents = [one for one in self.schema.tables() if one.key and one.what == "table" and one.schema == "gen"
                   and not any(one.column(key).kind.prefix for key in one.key)]
        serial = self.chance(0.4)
        table = model.Relation("gen", name, [model.Column("id", values.INT, unique=True, keyed=True, serial=serial)]
                               + self.others(0, 3), ("id",))
        parts = [self.typed(one) for one in table.columns] + ["primary key (id)"]
        for number, parent in enumerate(self.rng.sample(parents, min(len(parents), self.rng.choice((1, 1, 2))))):
            names = []
            for one in (parent.column(column) for column in parent.key):
                column = model.Column(f"r{number}{one.name}", one.kind)
                names.append(column.name)
                table.columns.append(column)
                parts.append(f"{column.name} {column.kind.name}")
            table.references.append((names, parent))
            self.engine_with_keys(parent)
            parts.append(f"foreign key ({', '.join(names)}) references {parent.full} ({', '.join(parent.key)}) "
                         f"on delete {self.rng.choice(ACTIONS)} on update {self.rng.choice(ACTIONS)}")
        if self.chance(0.3):
            table.columns.append(model.Column("up", values.INT))
            parts.append(f"up int, foreign key (up) references {table.full} (id) on delete {self.rng.choice(ACTIONS)}")
        self.run(f"create table {table.full} ({', '.join(parts)})")
        self.schema.add(table)
        for number in range(1, 9):
            self.one_row(table, number)

    def engine_with_keys(self, parent):
        """MyISAM and MEMORY know no foreign keys."""
        for at, text in enumerate(self.definitions):
            if text.startswith(f"create table {parent.full} (") and " engine = " in text:
                self.definitions[at] = text[:text.rindex(" engine = ")] + " engine = InnoDB"

    def one_row(self, table, number):
        """By itself; most refer to rows that are there."""
        drawn = {one.name: str(number) if one.name == "id" else one.kind.forms(one.kind.draw(self.rng))[0]
                 for one in table.assignable() if one.name != "up"}
        for names, parent in table.references:
            order = ", ".join(parent.key)
            for name, key in zip(names, parent.key):
                if self.chance(0.85):
                    drawn[name] = f"(select {key} from {parent.full} as p order by {order} limit {number % 5}, 1)"
        self.run(f"insert ignore into {table.full} ({', '.join(drawn)}) values ({', '.join(drawn.values())})")

    def partitioned(self, way):
        key = model.Column("id", values.INT, unique=True, keyed=True)
        columns = [key] + self.others(1, 3)
        table = model.Relation("gen", f"part_{way}", columns, ("id",), "partitioned")
        parts = [self.typed(one) for one in columns] + ["primary key (id)"]
        self.run(f"create table {table.full} ({', '.join(parts)}) partition by {BOUNDS[way]}")
        self.schema.add(table)
        self.fill(table)

    def twins(self):
        """Tables of the same name in both databases: USE says which is meant."""
        columns = [model.Column("id", values.INT, unique=True, keyed=True)] + self.others(1, 3)
        for schema in ("gen", "s1"):
            table = model.Relation(schema, "twin", columns, ("id",), twin=True)
            self.run(f"create table {table.full} ({', '.join(f'{one.name} {one.kind.name}' for one in columns)}, primary key (id))")
            self.fill(self.schema.add(table))
        first = self.schema.named("p0")
        first.twin = True
        self.run("create table s1.p0 like gen.p0")
        self.fill(self.schema.add(model.Relation("s1", "p0", first.columns, first.key, twin=True, uniques=first.uniques)))

    # What rests on tables

    def view(self, name):
        way = self.rng.randrange(6)
        base = self.rng.choice([one for one in self.schema.relations if one.schema == "gen"])
        columns, writable = list(base.columns), base.what != "view"
        text, more = f"select * from {base.full} where n is null or n < 8", ""
        options = self.rng.choice(("", "algorithm = merge ", "algorithm = temptable ", "sql security invoker "))
        bases = base.bases
        if way == 1 and writable:
            more = self.rng.choice((" with check option", " with local check option"))
            options = options.replace("temptable", "undefined")
        elif way == 2:
            other = self.rng.choice([one for one in self.schema.relations if one.schema == "gen"])
            columns, writable = [model.Column("n", values.INT), model.Column("other", values.INT)], False
            text = f"select a.n, b.n as other from {base.full} a {self.rng.choice(('join', 'left join'))} {other.full} b on a.n = b.n"
            bases = bases | other.bases
        elif way == 3:
            columns, writable = [model.Column("n", values.INT), model.Column("many", values.BIGINT)], False
            text = f"select n, count(*) as many from {base.full} group by n"
        writable = writable and "temptable" not in options
        self.run(f"create {options}view gen.{name} as {text}{more}")
        key = base.key if writable else ()
        self.schema.add(model.Relation("gen", name, columns, key, "view", bases | {name}, writable))

    def triggers(self):
        """Rows of some tables are counted, or changed, when they are written."""
        tables = [one for one in self.schema.tables() if one.schema == "gen"]
        for table in self.rng.sample(tables, min(2, len(tables))):
            table.bases |= {"log", "trail"}
            when = self.rng.choice(("insert", "update", "delete"))
            way = self.rng.randrange(3)
            row = "old" if when == "delete" else "new"
            if way == 0:
                body = (f"after {when} on {table.full} for each row insert into gen.log values ('{table.name} {when}', 1) "
                        "on duplicate key update n = log.n + 1")
            elif way == 1 or when == "delete":
                body = f"after {when} on {table.full} for each row insert into gen.trail values ('{when}', {row}.n, {row}.n)"
            else:
                body = f"before {when} on {table.full} for each row set new.n = coalesce(new.n, 0) + 1"
            self.run(f"create trigger gen.z_{table.name} {body}")

    def routines(self):
        one = self.rng.choice([table for table in self.schema.tables() if not table.twin and table.schema == "gen"])
        for text in ROUTINES:
            self.run(text.format(one=one.name))
        self.schema.readers += ["gen.twice({v})", "gen.many()"]
        self.schema.writers += ["select gen.bump({v})", "call gen.bump_all({v})", "do gen.bump({v})", "call gen.both_ways({v})",
                                "select n, gen.bump(1) from gen.log where what = 'a'", "set @bumped = gen.bump({v})"]
