"""The kinds of MySQL's columns: their values, the ways to write one as a literal, and as a parameter of many types.

What a value is written as need not be equal to it: '5abc' is 5 to an integer, a second later a warning or an error."""

import dataclasses
import datetime
import struct

import mysql_commands as commands

TEXTS = ("a", "A", "b", "bb", "B", "", "x'y", "\u00e4", "\u00c4", "5", " a", "a ", "aa", "05", "5x", "\u00e9", "e\u0301", "ss", "\u00df", "x\\y",
         "5.0", "0", "ok", "2026-01-01", "a\t")
PLAIN = 0.6  # of the values: written in one of the first two ways
MOODS = ("sad", "ok", "happy", "2")
FLOATS = ("0", "-0.0", "1.5", "2", "0.1", "1e3", "5")
CENTS = ("0.00", "1.50", "5.00", "12.25", "-2.00", "5.10", "99.99")
EDGES = (127, 128, -128, -129, 255, 256, 2147483647, 2147483648, 9223372036854775807, 9223372036854775808, 18446744073709551615)
COLLATIONS = {"both": ("utf8mb4_general_ci", "utf8mb4_bin", "latin1_swedish_ci", "utf8mb4_unicode_ci", "latin1_bin",
                       "utf8mb4_bin"),
              "mariadb": ("utf8mb4_nopad_bin", "utf8mb4_nopad_bin", "utf8mb4_unicode_nopad_ci"),
              "mysql": ("utf8mb4_0900_ai_ci", "utf8mb4_0900_bin", "utf8mb4_0900_bin", "utf8mb4_0900_as_cs")}
WIDTHS = ((commands.TINY, 8), (commands.SHORT, 16), (commands.LONG, 32), (commands.LONGLONG, 64), (commands.INT24, 32))


@dataclasses.dataclass(frozen=True)
class LongData:
    """A parameter that goes ahead of its execution."""
    raw: bytes


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def nth_date(number):
    return (datetime.date(2026, 1, 1) + datetime.timedelta(number * 20)).isoformat()


def _integer(rng):
    return str(rng.choice(EDGES) if rng.random() < 0.02 else rng.randrange(-2, 15))


def _integer_forms(value):
    number = int(value)
    forms = (value, f"'{value}'", f"{value}.0", f"{value}e0", f"'{value}abc'", f"' {value}'", f"'{value} '", f"{value}.4",
             f"{value}.5", f"'{value}.5'", f"'{value}e0'", f"cast({value} as signed)", f"cast('{value}' as unsigned)",
             f"({value} + 0)", f"('{value}' + 0)", f"_binary'{value}'", f"x'{value.encode().hex()}'", f"concat({value})",
             f"{value}.000000000000000000001", f"coalesce(null, {value})", f"cast({value} as decimal(9,1))")
    if number >= 0:
        digits = f"{number:x}"
        forms += (f"0{value}", f"'0{value}'", f"+{value}", f"0x{digits.zfill(len(digits) + len(digits) % 2)}", f"b'{number:b}'",
                  f"'+{value}'")
    return forms + {0: ("false", "''", "'x'"), 1: ("true",)}.get(number, ())


def _text_forms(value):
    text, raw = quoted(value), value.encode().hex()
    forms = (text, text, f"_utf8mb4{text}", f"_latin1{text}", f"_binary{text}", f"x'{raw}'", f"N{text}", quoted(value + " "),
             f"{text} collate utf8mb4_bin", f"{text} collate utf8mb4_general_ci", f"concat({text}, '')", quoted(value.upper()),
             f"cast({text} as char(1))", f"cast({text} as binary)", f"binary {text}", f"convert({text} using latin1)",
             f"rpad({text}, 12, 'z')", f"rpad({text}, 12, ' ')", f"trim({text})", f"'' {text}", f'"{value}"')
    if raw:
        forms += (f"0x{raw}",)
    return forms + ((value, f"{value}.0") if value.isdigit() else ())


def _date_forms(value):
    plain, short = value.replace("-", ""), value[2:]
    return (f"'{value}'", f"date '{value}'", f"'{plain}'", plain, f"'{value} 00:00:00'", f"'{value} 12:00:00'", f"'{short}'",
            f"timestamp '{value} 00:00:00'", f"'{value.replace('-', '/')}'", f"'{value}T00:00:00'", f"{plain}000000",
            f"cast('{value}' as date)", f"'{value}x'", f"{plain}.0", "'2026-02-30'", "'0000-00-00'", "0")


def _numeric_forms(value):
    short = value.rstrip("0").rstrip(".")
    return (value, f"'{value}'", short, f"{value}4", f"{value}5", f"'{short}x'", f"{short}e0", f"cast({short} as decimal(10,2))",
            f"({short} + 0)", f"' {value}'")


def _float_forms(value):
    return value, f"'{value}'", f"({value} + 0)", f"'{value}x'", f"cast({value} as decimal(6,2))"


def _enum_forms(value):
    number = str(MOODS.index(value) + 1)
    return quoted(value), quoted(value), number, f"'{number}'", quoted(value.upper()), quoted(value + " "), "'none'", "0", "''"


def _bit_forms(value):
    number = int(value)
    return f"b'{number:b}'", value, f"0x{number:02x}", f"x'{number:02x}'", f"'{value}'", f"{value}.0", "20", f"cast({value} as signed)"


def _binary_forms(value):
    return _text_forms(value)[:8] + (f"cast({quoted(value)} as binary(3))",) + ((f"0x{value.encode().hex()}",) if value else ())


def _string(text, kind=commands.VAR_STRING):
    return commands.value(kind, text)


def _strings(value):
    kinds = (commands.STRING, commands.VAR_STRING, commands.BLOB, commands.VARCHAR)
    return [_string(value, kind) for kind in kinds] + [LongData(value.encode())]


def _integer_parameters(value):
    number, found = int(value), []
    for kind, bits in WIDTHS:
        if -(1 << bits - 1) <= number < 1 << bits - 1:
            found.append(commands.value(kind, number))
        if 0 <= number < 1 << bits:
            found.append(commands.value(kind | commands.UNSIGNED, number))
    texts = (value, f"{value}abc", f" {value}", f"{value}.4", f"0{value}" if number >= 0 else value)
    return found + [_string(text) for text in texts] + [commands.value(commands.DOUBLE, float(number)), _string(value, commands.DECIMAL),
                                                        LongData(value.encode())]


def _text_parameters(value):
    found = _strings(value) + [_string(value + " ")]
    return found + (_integer_parameters(value)[:3] if value.isdigit() else [])


def _date_parameters(value):
    day = datetime.date.fromisoformat(value)
    noon = datetime.datetime(day.year, day.month, day.day, 12)
    return [commands.value(commands.DATE, day), commands.value(commands.DATETIME, datetime.datetime(day.year, day.month, day.day)),
            commands.value(commands.TIMESTAMP, noon), _string(value), _string(value + " 00:00:00"),
            commands.value(commands.LONGLONG, int(value.replace("-", "")))]


def _numeric_parameters(value):
    return [_string(value, commands.DECIMAL), commands.value(commands.DOUBLE, float(value)), _string(value), _string(value + "x"),
            commands.value(commands.LONGLONG, int(float(value))), commands.value(commands.FLOAT, float(value))]


def _enum_parameters(value):
    return _strings(value) + [commands.value(commands.LONGLONG, MOODS.index(value) + 1), _string(value.upper())]


def _bit_parameters(value):
    return _integer_parameters(value)[:4] + [_string(struct.pack("!B", int(value)), commands.BLOB), _string(value)]


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str           # how SQL calls it
    base: str           # which kinds may be compared
    draw: object        # rng -> a value, as text
    forms: object       # value -> literals
    parameters: object  # value -> what may be sent for it
    total: bool = True  # equal values look the same: ORDER BY decides, DISTINCT has one representative
    prefix: str = ""    # of an index over it


def _of_integer(name):
    return Kind(name, "int", _integer, _integer_forms, _integer_parameters)


def _of_text(name, prefix=""):
    return Kind(name, "text", lambda rng: rng.choice(TEXTS), _text_forms, _text_parameters, False, prefix)


INT, BIGINT, UNSIGNED, TINY = (_of_integer(name) for name in ("int", "bigint", "bigint unsigned", "tinyint"))
FIXED = Kind("binary(4)", "binary", lambda rng: rng.choice(TEXTS), _binary_forms, _text_parameters)
BINARY = Kind("varbinary(8)", "binary", lambda rng: rng.choice(TEXTS), _binary_forms, _text_parameters)
DATE = Kind("date", "date", lambda rng: nth_date(rng.randrange(0, 12)), _date_forms, _date_parameters)
NUMERIC = Kind("decimal(10,2)", "numeric", lambda rng: rng.choice(CENTS), _numeric_forms, _numeric_parameters)
FLOAT = Kind("double", "float", lambda rng: rng.choice(FLOATS), _float_forms, _numeric_parameters, False)
MOOD = Kind("enum('sad','ok','happy','2')", "enum", lambda rng: rng.choice(MOODS), _enum_forms, _enum_parameters)
BIT = Kind("bit(4)", "bit", lambda rng: str(rng.randrange(0, 16)), _bit_forms, _bit_parameters)
PLAIN_TEXT = _of_text("varchar(8)")
ALL = (INT, UNSIGNED, PLAIN_TEXT, PLAIN_TEXT, BINARY, FIXED, DATE, NUMERIC, FLOAT, MOOD, BIT)


def texts(server):
    """Kinds of text for columns; server: mariadb or mysql."""
    collations = COLLATIONS["both"] + COLLATIONS[server]
    return ([_of_text(f"varchar(8) collate {one}") for one in collations] + [_of_text(f"char(4) collate {one}") for one in collations]
            + [_of_text(f"text collate {one}", "(3)") for one in collations[:3]])


@dataclasses.dataclass(frozen=True)
class Value:
    """One place in a statement."""
    kind: Kind
    data: object  # text, or None (NULL)

    def literal(self, rng):
        if self.data is None:
            return "NULL"
        forms = self.kind.forms(self.data)
        return rng.choice(forms[:2] if rng.random() < PLAIN else forms)

    def parameter(self, rng):
        """A Value of mysql_commands, or LongData."""
        if self.data is None:
            return commands.value(commands.NULL, None)
        every = self.kind.parameters(self.data)
        return every[0] if rng.random() < PLAIN / 2 else rng.choice(every)


@dataclasses.dataclass(frozen=True)
class Number:
    """Of LIMIT: digits and nothing else."""
    number: int

    def literal(self, _rng):
        return str(self.number)

    def parameter(self, _rng):
        return commands.value(commands.LONGLONG, self.number)


def draw(kind, rng, nulls=0.03):
    return Value(kind, None if rng.random() < nulls else kind.draw(rng))
