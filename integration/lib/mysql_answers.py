"""What a MySQL server answers: read to the end that the command's answer has, kept packet by packet, and taken apart as far
as tests look into it.

Sources: as of mysqlwire.
"""

import dataclasses
import struct

import mysql_commands as commands
import mysql_packets as packets

DEPRECATE_EOF, SESSION_TRACK, OPTIONAL_METADATA = 1 << 24, 1 << 23, 1 << 25
EXTENDED_METADATA, CACHE_METADATA = 1 << 35, 1 << 36

# Status flags.
IN_TRANSACTION, AUTOCOMMIT, MORE_RESULTS, CURSOR_EXISTS, LAST_ROW_SENT = 0x1, 0x2, 0x8, 0x40, 0x80
PS_OUT_PARAMETERS, STATE_CHANGED = 0x1000, 0x4000

NO_ANSWER = (commands.LONG_DATA, commands.CLOSE)
NO_RESULT = (commands.PING, commands.INIT_DB, commands.RESET, commands.RESET_CONNECTION, commands.SET_OPTION,
             commands.PROCESS_KILL, commands.DEBUG)


class Greeting:
    """The server's first packet."""

    def __init__(self, payload):
        self.payload = payload
        cursor = packets.Cursor(payload, 1)
        self.version = cursor.to_zero().decode()
        self.connection = cursor.number(4)
        self.nonce = cursor.take(8)
        cursor.take(1)
        self.capabilities = cursor.number(2)
        self.collation, self.status = cursor.number(1), cursor.number(2)
        self.capabilities |= cursor.number(2) << 16
        size = cursor.number(1)
        cursor.take(6)
        extended = cursor.number(4)
        if not self.capabilities & 1:  # MariaDB, which has capabilities of its own in what MySQL leaves empty
            self.capabilities |= extended << 32
        self.nonce += cursor.take(max(13, size - 8))[:12]
        self.plugin = cursor.to_zero().decode()

    def comparable(self):
        """Without what differs from session to session."""
        return self.version, self.capabilities, self.collation, self.status, self.plugin, len(self.payload)


@dataclasses.dataclass
class Column:
    schema: str
    table: str
    original_table: str
    name: str
    original_name: str
    collation: int
    length: int
    kind: int
    flags: int
    decimals: int
    extended: bytes = b""


@dataclasses.dataclass
class End:
    """An OK, an error or an EOF packet."""
    header: int
    status: int = 0
    warnings: int = 0
    affected: int = 0
    insert_id: int = 0
    info: bytes = b""
    tracked: list = dataclasses.field(default_factory=list)  # (kind, bytes) of the session's changes
    code: int = 0
    state: str = ""
    message: str = ""

    @property
    def failed(self):
        return self.header == 0xFF


@dataclasses.dataclass
class Result:
    """columns: None when no rows were to come; metadata: False when the columns were left to the client's memory."""
    columns: list = None
    rows: list = dataclasses.field(default_factory=list)
    end: End = None
    infile: bytes = None
    metadata: bool = True
    between: End = None  # the EOF between columns and rows

    def another_follows(self):
        """After OUT parameters in any case: MySQL says so in the EOF before them only."""
        out = self.between and self.between.status & PS_OUT_PARAMETERS
        return bool(out or self.end.status & MORE_RESULTS)


@dataclasses.dataclass
class Answer:
    """packets: (sequence id, payload) of each, in order. statement, parameters: of a COM_STMT_PREPARE."""
    packets: list = dataclasses.field(default_factory=list)
    results: list = dataclasses.field(default_factory=list)
    statement: int = None
    parameters: int = 0
    text: bytes = b""

    @property
    def end(self):
        return self.results[-1].end

    @property
    def error(self):
        """(code, SQLSTATE, message) of the error that ended it, or None."""
        last = self.results[-1].end if self.results else None
        return (last.code, last.state, last.message) if last and last.failed else None

    def rows(self, number=0):
        """The values of a result that came as text: bytes or None."""
        return [text_row(row, len(self.results[number].columns)) for row in self.results[number].rows]

    def binary_rows(self, number=0, columns=None):
        """Those of an execution. columns: of the execution, for the rows of a COM_STMT_FETCH."""
        result = self.results[number]
        return [binary_row(row, columns or result.columns) for row in result.rows]


def text_row(payload, count):
    cursor = packets.Cursor(payload)
    return [cursor.string() for _ in range(count)]


def binary_row(payload, columns):
    """Numbers as such, everything else as its bytes, NULL as None."""
    cursor = packets.Cursor(payload, 1)
    nulls = cursor.take((len(columns) + 9) // 8)
    values = []
    for at, column in enumerate(columns, 2):
        if nulls[at // 8] & 1 << at % 8:
            values.append(None)
        elif column.kind in commands.NUMBERS:
            form = commands.NUMBERS[column.kind]
            raw = cursor.take(struct.calcsize(form))
            values.append(struct.unpack(form.upper() if column.flags & 0x20 else form, raw)[0])
        else:
            values.append(cursor.string())
    return values


def column(payload, capabilities):
    cursor = packets.Cursor(payload)
    names = [cursor.string().decode(errors="replace") for _ in range(6)][1:]
    extended = cursor.string() if capabilities & EXTENDED_METADATA else b""
    cursor.lenenc()
    return Column(*names, *struct.unpack("<HIBHB", cursor.take(10)), extended)


def end(payload, capabilities):
    cursor = packets.Cursor(payload, 1)
    if payload[0] == 0xFF:
        code = cursor.number(2)
        state = cursor.take(6)[1:].decode() if payload[3:4] == b"#" else ""
        return End(0xFF, code=code, state=state, message=cursor.rest().decode(errors="replace"))
    if payload[0] == 0xFE and not capabilities & DEPRECATE_EOF:
        warnings, status = cursor.number(2), cursor.number(2)
        return End(0xFE, status, warnings)
    found = End(payload[0], affected=cursor.lenenc(), insert_id=cursor.lenenc(), status=cursor.number(2),
                warnings=cursor.number(2))
    if cursor.left():
        found.info = cursor.string()
    if capabilities & SESSION_TRACK and found.status & STATE_CHANGED:
        changes = packets.Cursor(cursor.string())
        while changes.left():
            found.tracked.append((changes.number(1), changes.string()))
    return found


class Reader:
    """Reads one answer."""

    def __init__(self, link, timeout):
        self.link, self.timeout = link, timeout
        self.capabilities = link.capabilities
        self.found = Answer()
        self.cursor = False  # one was asked for

    def answer(self, command):
        code = command[0]
        self.cursor = code == commands.EXECUTE and bool(command[5] & commands.READ_ONLY_CURSOR)
        if code in NO_ANSWER:
            return self.found
        if code == commands.PREPARE:
            self._prepared()
        elif code == commands.STATISTICS:
            self.found.text = self._payload()
        elif code == commands.FETCH:
            self._rows(Result([]))
        elif code == commands.FIELD_LIST:
            self._field_list()
        elif code in NO_RESULT:
            self._add(Result(end=end(self._payload(), self.capabilities)))
        elif code == commands.QUIT:
            self._until_closed()
        else:
            while self._result():
                pass
        return self.found

    def _payload(self):
        return self.link.receive(self.found.packets, self.timeout)

    def _add(self, result):
        self.found.results.append(result)
        return result

    def _is_end(self, payload):
        limit = packets.MOST if self.capabilities & DEPRECATE_EOF else 9
        return payload[0] == 0xFF or payload[0] == 0xFE and len(payload) < limit

    def _result(self):
        """True when another one follows."""
        payload = self._payload()
        result = Result()
        if payload[0] == 0xFB:
            result.infile = payload[1:]
            for block in self.link.infile(payload[1:].decode()):
                self.link.send_more(block)
            self.link.send_more(b"")
            payload = self._payload()
        if payload[0] in (0x00, 0xFF):
            result.end = end(payload, self.capabilities)
            self._add(result)
        else:
            cursor = packets.Cursor(payload)
            count = cursor.lenenc()
            if self.capabilities & (CACHE_METADATA | OPTIONAL_METADATA):
                result.metadata = cursor.number(1) == 1
            result.columns = self._columns(count if result.metadata else 0)
            if not self.capabilities & DEPRECATE_EOF:
                result.between = end(self._payload(), self.capabilities)
            if result.between and self._only_opens(result.between):
                result.end = result.between
                self._add(result)
            else:
                self._rows(result)
        return not result.end.failed and result.another_follows()

    def _only_opens(self, between):
        """A cursor: its rows are fetched. A procedure's own cursor leaves flags that mean nothing here."""
        opened = self.cursor and between.status & (CURSOR_EXISTS | LAST_ROW_SENT) == CURSOR_EXISTS
        return between.failed or opened

    def _columns(self, count):
        return [column(self._payload(), self.capabilities) for _ in range(count)]

    def _rows(self, result):
        self._add(result)
        while True:
            payload = self._payload()
            if self._is_end(payload):
                result.end = end(payload, self.capabilities)
                return
            result.rows.append(payload)

    def _prepared(self):
        payload = self._payload()
        if payload[0] == 0xFF:
            self._add(Result(end=end(payload, self.capabilities)))
            return
        cursor = packets.Cursor(payload, 1)
        self.found.statement, columns, self.found.parameters = cursor.number(4), cursor.number(2), cursor.number(2)
        told = not self.capabilities & OPTIONAL_METADATA or payload[-1] == 1
        for count in (self.found.parameters, columns):
            count = count if told else 0
            result = self._add(Result(self._columns(count), end=End(0), metadata=told))
            if count and not self.capabilities & DEPRECATE_EOF:
                result.end = end(self._payload(), self.capabilities)

    def _field_list(self):
        result = self._add(Result([]))
        while True:
            payload = self._payload()
            if self._is_end(payload):
                result.end = end(payload, self.capabilities)
                return
            cursor = packets.Cursor(payload)
            result.columns.append([cursor.string() for _ in range(6)][4].decode())

    def _until_closed(self):
        try:
            while True:
                self._payload()
        except packets.Closed:
            return
