"""What a MySQL client may ask: each function makes a command's payload, to be sent by mysqlwire.Connection.

Written from "Text Protocol" and "Prepared Statements" of MySQL's internals manual and MariaDB's "COM_STMT_BULK_EXECUTE".
"""

import dataclasses
import datetime
import struct

import mysql_packets as packets

QUIT, INIT_DB, QUERY, FIELD_LIST = 0x01, 0x02, 0x03, 0x04
STATISTICS, PROCESS_INFO, PROCESS_KILL, DEBUG, PING, CHANGE_USER = 0x09, 0x0A, 0x0C, 0x0D, 0x0E, 0x11
BINLOG_DUMP, PREPARE, EXECUTE, LONG_DATA, CLOSE, RESET = 0x12, 0x16, 0x17, 0x18, 0x19, 0x1A
SET_OPTION, FETCH, RESET_CONNECTION, BULK_EXECUTE = 0x1B, 0x1C, 0x1F, 0xFA

TINY, SHORT, LONG, FLOAT, DOUBLE, NULL, TIMESTAMP, LONGLONG, INT24, DATE, TIME, DATETIME, YEAR = range(1, 14)
VARCHAR, BIT = 15, 16
JSON, DECIMAL, ENUM, SET, TINY_BLOB, MEDIUM_BLOB, LONG_BLOB, BLOB, VAR_STRING, STRING, GEOMETRY = range(245, 256)
UNSIGNED = 0x8000
NUMBERS = {TINY: "<b", SHORT: "<h", LONG: "<i", INT24: "<i", LONGLONG: "<q", YEAR: "<h", FLOAT: "<f", DOUBLE: "<d"}

READ_ONLY_CURSOR, PARAMETER_COUNT = 0x01, 0x08  # flags of COM_STMT_EXECUTE
BULK_SENDS_TYPES, BULK_NULL, BULK_DEFAULT, BULK_IGNORE = 128, 1, 2, 3


@dataclasses.dataclass(frozen=True)
class Value:
    """A parameter: its type (with UNSIGNED or not), its bytes (none: NULL, or sent as long data), a query attribute's
    name."""
    kind: int
    raw: bytes = b""
    name: str = ""

    @property
    def null(self):
        return self.kind == NULL


def value(kind, content, name=""):
    """Of a Python value: number, str, bytes, date, datetime, timedelta or None."""
    if content is None:
        return Value(NULL, b"", name)
    plain = kind & ~UNSIGNED
    if plain in NUMBERS:
        form = NUMBERS[plain]
        return Value(kind, struct.pack(form.upper() if kind & UNSIGNED else form, content), name)
    if isinstance(content, datetime.timedelta):
        return Value(kind, _time(content), name)
    if isinstance(content, datetime.date):
        return Value(kind, _date(content), name)
    return Value(kind, packets.lenenc_string(content), name)


def long_data_follows(kind=BLOB):
    """A parameter whose bytes COM_STMT_SEND_LONG_DATA has brought."""
    return Value(kind)


def _date(moment):
    raw = struct.pack("<HBB", moment.year, moment.month, moment.day)
    if isinstance(moment, datetime.datetime):
        if moment.microsecond:
            raw += struct.pack("<BBBI", moment.hour, moment.minute, moment.second, moment.microsecond)
        elif moment.time() != datetime.time():
            raw += struct.pack("<BBB", moment.hour, moment.minute, moment.second)
    return bytes([len(raw)]) + raw


def _time(length):
    if not length:
        return b"\0"
    positive = abs(length)
    minutes, seconds = divmod(positive.seconds, 60)
    raw = struct.pack("<BIBBB", length != positive, positive.days, *divmod(minutes, 60), seconds)
    if positive.microseconds:
        raw += struct.pack("<I", positive.microseconds)
    return bytes([len(raw)]) + raw


def _text(code, text):
    return bytes([code]) + (text.encode() if isinstance(text, str) else text)


def _parameters(values, types, named):
    """The NULL bitmap, whether types follow, the types, the values."""
    bitmap = bytearray((len(values) + 7) // 8)
    for at, one in enumerate(values):
        bitmap[at // 8] |= one.null << at % 8
    body = bytes(bitmap) + bytes([types])
    if types:
        for one in values:
            body += struct.pack("<H", one.kind) + (packets.lenenc_string(one.name) if named else b"")
    return body + b"".join(one.raw for one in values if not one.null)


def query(text, attributes=None):
    """attributes: Values with names, for a session that has agreed on CLIENT_QUERY_ATTRIBUTES (there be it none: ())."""
    if attributes is None:
        return _text(QUERY, text)
    head = packets.lenenc(len(attributes)) + packets.lenenc(1)
    if attributes:
        head += _parameters(attributes, True, True)
    return _text(QUERY, head + (text.encode() if isinstance(text, str) else text))


def init_db(name):
    return _text(INIT_DB, name)


def field_list(table, pattern=""):
    return _text(FIELD_LIST, f"{table}\0{pattern}")


def prepare(text):
    return _text(PREPARE, text)


def execute(statement, values=(), types=True, cursor=False, attributes=None):
    """types: False sends none, as for all executions but the first. attributes: as for query."""
    flags = (READ_ONLY_CURSOR if cursor else 0) | (0 if attributes is None else PARAMETER_COUNT)
    head = struct.pack("<BIBI", EXECUTE, statement, flags, 1)
    both = [*values, *(attributes or ())]
    if attributes is not None:
        head += packets.lenenc(len(both))
    return head + (_parameters(both, types, attributes is not None) if both else b"")


def bulk_execute(statement, rows):
    """MariaDB's: many rows of Values at once; a row may hold BULK_DEFAULT or BULK_IGNORE instead of a Value."""
    body = struct.pack("<BIH", BULK_EXECUTE, statement, BULK_SENDS_TYPES)
    body += b"".join(struct.pack("<H", one.kind) for one in rows[0])
    for row in rows:
        for one in row:
            if isinstance(one, int):
                body += bytes([one])
            else:
                body += bytes([BULK_NULL]) if one.null else b"\0" + one.raw
    return body


def long_data(statement, parameter, data):
    return struct.pack("<BIH", LONG_DATA, statement, parameter) + data


def fetch(statement, rows):
    return struct.pack("<BII", FETCH, statement, rows)


def reset(statement):
    return struct.pack("<BI", RESET, statement)


def close(statement):
    return struct.pack("<BI", CLOSE, statement)


def multi_statements(allowed):
    return struct.pack("<BH", SET_OPTION, 0 if allowed else 1)


def process_kill(connection):
    return struct.pack("<BI", PROCESS_KILL, connection)


def binlog_dump(file, position, server_id, flags=1):
    """flags 1: what is not there yet is not waited for."""
    return struct.pack("<BIHI", BINLOG_DUMP, position, flags, server_id) + file.encode()


PING_SERVER, ASK_STATISTICS, RESET_SESSION, LEAVE = (bytes([code]) for code in (PING, STATISTICS, RESET_CONNECTION, QUIT))
