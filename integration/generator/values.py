"""The kinds of columns: their values, the ways to write one as a literal, and as a parameter in text and binary."""

import dataclasses
import datetime
import struct
import uuid

EPOCH = datetime.date(2000, 1, 1)
TEXTS = ("a", "A", "b", "bb", "B", "", "x'y", "\u00e4", "5", " a", "c", "d")
PLAIN = 0.6  # of the values: written in one of the first two ways
MOODS = ("sad", "ok", "happy")
FLOATS = ("0", "-0", "1.5", "2", "NaN", "1e3")
CENTS = ("0.00", "1.50", "5.00", "12.25", "-2.00", "5.10", "99.99")


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def nth_uuid(number):
    return f"00000000-0000-4000-8000-0000000000{number:02x}"


def nth_date(number):
    return (datetime.date(2026, 1, 1) + datetime.timedelta(number * 20)).isoformat()


def _integer(rng):
    return str(rng.randrange(-2, 15))


def _integer_forms(value, name):
    return (value, f"'{value}'", f"{value}.0", f"{value}::{name}", f"'{value}'::{name}",
            f"cast({value} as smallint)", f"int '{value}'", f"({int(value) - 1} + 1)", f"'{value}'::bigint",
            f"{value}::numeric", f"'{value}'::text::int", f"{value}.4::int", f"{value}::float8", f"' {value} '",
            f"'{value}'::smallint", *(() if value[0] == "-" else (f"- -{value}", f"0{value}")))


def _integer_texts(value):
    return value, value, f" {value} ", *(() if value[0] == "-" else (f"+{value}", f"0{value}"))


def _uuid_texts(value):
    return value, value, value.upper(), "{" + value + "}", value.replace("-", "")


def _uuid_forms(value, _name):
    return (f"'{value}'", f"'{value}'", f"'{value}'::uuid", f"'{value.upper()}'", "'{" + value + "}'",
            f"'{value.replace('-', '')}'", f"uuid '{value}'")


def _text_forms(value, name):
    text = quoted(value)
    return (text, text, f"{text}::text", f"{text}::{name}", f"E{text}", f"$q${value}$q$", f"U&{text}",
            f"({text} || '')", f"{text}::varchar(1)", f"{text}::char(3)", f"{text}::name", f"{text} collate \"C\"")


def _char_forms(value, name):
    return _text_forms(value, name) + (quoted(value + "  "),)


def _float_forms(value, _name):
    return (quoted(value), quoted(value), f"{quoted(value)}::float8") + ((value,) if value != "NaN" else ())


def _numeric_forms(value, name):
    short = value.rstrip("0").rstrip(".")
    return value, f"'{value}'", short, f"{value}::{name}", f"{short}::numeric", f"{value}0", f"({short} + 0)"


def _date_forms(value, _name):
    day = datetime.date.fromisoformat(value)
    return (f"'{value}'", f"'{value}'", f"date '{value}'", f"'{value}'::date", day.strftime("'%d %b %Y'"),
            day.strftime("'%m/%d/%Y'"), f"'{value}'::timestamp", f"timestamp '{value} 00:00'")


def _boolean_forms(value, _name):
    return value, f"'{value[0]}'", f"{value}::boolean", f"({'1 = 1' if value == 'true' else '1 = 2'})"


def _plain_forms(value, name):
    return quoted(value), quoted(value), f"{quoted(value)}::{name}"


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str       # how SQL calls it
    oid: int        # 0: not known beforehand
    base: str       # which kinds may be compared
    draw: object    # rng -> a value, in its canonical text
    forms: object   # (value, name) -> literals
    binary: object = None  # value -> bytes
    others: tuple = ()     # (oid, encoder or None) of other types that a parameter may be declared as
    total: bool = True     # equal values look the same: ORDER BY decides, DISTINCT has one representative
    collation: str = ""    # of the column
    texts: object = lambda value: (value,)  # ways to write the text of a parameter


def _short(value):
    return struct.pack("!h", int(value))


def _int(value):
    return struct.pack("!i", int(value))


def _long(value):
    return struct.pack("!q", int(value))


def _text(value):
    return value.encode()


INT = Kind("int", 23, "int", _integer, _integer_forms, _int, ((20, _long), (21, _short), (1700, None)),
           texts=_integer_texts)
BIGINT = Kind("bigint", 20, "int", _integer, _integer_forms, _long, ((23, _int), (1700, None)), texts=_integer_texts)
UUID = Kind("uuid", 2950, "uuid", lambda rng: nth_uuid(rng.randrange(0, 13)), _uuid_forms,
            lambda value: uuid.UUID(value).bytes, texts=_uuid_texts)
TEXT = Kind("text", 25, "text", lambda rng: rng.choice(TEXTS), _text_forms, _text,
            ((1043, _text), (1042, _text), (19, _text)))
VARCHAR = Kind("varchar(8)", 1043, "text", TEXT.draw, _text_forms, _text, ((25, _text),))
FOLDED = Kind("text", 25, "folded", TEXT.draw, _text_forms, _text, total=False, collation="public.folded")
GERMAN = Kind("text", 25, "german", TEXT.draw, _text_forms, _text, collation='"de-x-icu"')
CHAR = Kind("char(4)", 1042, "text", TEXT.draw, _char_forms, _text, ((25, _text),))
SMALLINT = Kind("smallint", 21, "int", _integer, _integer_forms, _short, ((23, _int), (20, _long)),
                texts=_integer_texts)
FLOAT = Kind("double precision", 701, "float", lambda rng: rng.choice(FLOATS), _float_forms,
             lambda value: struct.pack("!d", float(value)), total=False)
NUMERIC = Kind("numeric(10,2)", 1700, "numeric", lambda rng: rng.choice(CENTS), _numeric_forms)
DATE = Kind("date", 1082, "date", lambda rng: nth_date(rng.randrange(0, 12)), _date_forms,
            lambda value: _int((datetime.date.fromisoformat(value) - EPOCH).days))
BOOL = Kind("boolean", 16, "bool", lambda rng: rng.choice(("true", "false")), _boolean_forms,
            lambda value: b"\1" if value == "true" else b"\0")
MOOD = Kind("public.mood", 0, "mood", lambda rng: rng.choice(MOODS), _plain_forms)
POSITIVE = Kind("public.positive", 0, "int", lambda rng: str(rng.randrange(1, 15)), _integer_forms)


@dataclasses.dataclass(frozen=True)
class Value:
    """One place in a statement; array: a list of values, for = ANY."""
    kind: Kind
    data: object  # text, None (NULL), or a tuple of texts

    @property
    def array(self):
        return isinstance(self.data, tuple)

    def literal(self, rng):
        if self.data is None:
            return "NULL"
        if self.array:
            if rng.random() < 0.5 or not self.data:
                return quoted(self.as_text()) + rng.choice(("", f"::{self.kind.name}[]"))
            return "ARRAY[" + ", ".join(Value(self.kind, one).literal(rng) for one in self.data) + "]"
        forms = self.kind.forms(self.data, self.kind.name)
        return rng.choice(forms[:2] if rng.random() < PLAIN else forms)

    def as_text(self):
        if not self.array:
            return self.data
        return "{" + ",".join("NULL" if one is None else f'"{one}"' for one in self.data) + "}"

    def parameter(self, rng):
        """(text of the place with %d for the number, declared type, format, bytes)."""
        place = f"$%d::{self.kind.name}{'[]' * self.array}" if rng.random() < 0.15 else "$%d"
        if self.array:
            if None not in self.data and self.kind.binary and self.kind.oid and rng.random() < 0.5:
                return place, 0, 1, self._binary_array()
            return place, 0, 0, self.as_text().encode()
        chosen = rng.random()
        declared, encode = self.kind.oid, self.kind.binary
        if chosen < 0.45:
            declared = 0
        elif chosen < 0.55 and self.kind.others and "::" not in place:
            declared, encode = rng.choice(self.kind.others)
        if self.data is None:
            return place, declared, 0, None
        if encode and rng.random() < 0.5:
            return place, declared, 1, encode(self.data)
        text = self.data if rng.random() < PLAIN else rng.choice(self.kind.texts(self.data))
        return place, declared, 0, text.encode()

    def _binary_array(self):
        if not self.data:
            return struct.pack("!iii", 0, 0, self.kind.oid)
        parts = [self.kind.binary(one) for one in self.data]
        head = struct.pack("!iiiii", 1, 0, self.kind.oid, len(parts), 1)
        return head + b"".join(struct.pack("!i", len(part)) + part for part in parts)


def draw(kind, rng, nulls=0.03):
    return Value(kind, None if rng.random() < nulls else kind.draw(rng))
