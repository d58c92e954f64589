"""A small MySQL client that shows every packet: for comparing what two servers send, byte by byte.

Written from the "Client/Server Protocol" chapters of MySQL's internals manual and of MariaDB's documentation. Commands are
made by mysql_commands; answers are read to their ends, with all results and every packet as it came.
"""

import contextlib
import struct

import mysql_answers as answers
import mysql_commands as commands
import mysql_login as logins
import mysql_packets as packets
from mysql_packets import Closed, Silent, tls_context  # what users of a connection need

FOUND_ROWS, LONG_FLAG, CONNECT_WITH_DB, COMPRESS, LOCAL_FILES = 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 7
LONG_PASSWORD, PROTOCOL_41, SSL, TRANSACTIONS, SECURE_CONNECTION = 1, 1 << 9, 1 << 11, 1 << 13, 1 << 15
MULTI_STATEMENTS, MULTI_RESULTS, PS_MULTI_RESULTS, PLUGIN_AUTH = 1 << 16, 1 << 17, 1 << 18, 1 << 19
CONNECT_ATTRS, LENENC_AUTH, SESSION_TRACK, DEPRECATE_EOF = 1 << 20, 1 << 21, 1 << 23, 1 << 24
OPTIONAL_METADATA, ZSTD, QUERY_ATTRIBUTES = 1 << 25, 1 << 26, 1 << 27
# MariaDB's own; a client that sends them leaves out LONG_PASSWORD.
PROGRESS, BULK, EXTENDED_METADATA, CACHE_METADATA = 1 << 32, 1 << 34, 1 << 35, 1 << 36

USUAL = (LONG_PASSWORD | LONG_FLAG | LOCAL_FILES | PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION | MULTI_STATEMENTS
         | MULTI_RESULTS | PS_MULTI_RESULTS | PLUGIN_AUTH | CONNECT_ATTRS | LENENC_AUTH | DEPRECATE_EOF)
UTF8MB4 = 45  # utf8mb4_general_ci, which both servers know
LARGEST = 1 << 30  # the packet size that a client says it takes


class Connection(packets.Stream):
    """One session. What it sends and what it reads are separate, so that commands may be sent without waiting."""

    def __init__(self, host, port=None, timeout=30.0, receive_buffer=None):
        super().__init__(host, port, timeout, receive_buffer)
        self.private = host.startswith("/")  # nobody can listen
        self.encrypted = False  # by TLS
        self.capabilities = 0  # agreed on
        self.sequence = 0  # of the next packet of ours
        self.infile = lambda name: ()  # what LOAD DATA LOCAL gets: the blocks of a file
        self.greeting = None
        self.steps = []  # of the last authentication
        self.nonce = b""

    def agreed(self, capability):
        return bool(self.capabilities & capability)

    # --- sending and reading

    def send(self, payload):
        """A command."""
        self.begin_command()
        self.sequence = 0
        self.send_more(payload)

    def send_more(self, payload):
        """A payload that goes on with what there is."""
        data, self.sequence = packets.framed(payload, self.sequence)
        super().send(data)

    def send_raw(self, data):
        """Bytes that need not be packets."""
        super().send(data)

    def receive(self, into, timeout=None):
        """A payload; its packets are added to the list."""
        whole = b""
        while True:
            sequence, payload = self.packet(timeout)
            into.append((sequence, payload))
            self.sequence = sequence + 1
            whole += payload
            if len(payload) < packets.MOST:
                return whole

    def read(self, command, timeout=None):
        """The answer to a command that was sent."""
        return answers.Reader(self, timeout).answer(command)

    def run(self, command, timeout=None):
        self.send(command)
        return self.read(command, timeout)

    def query(self, text, attributes=(), timeout=None):
        """As the session has agreed to send text."""
        return self.run(self.query_command(text, attributes), timeout)

    def query_command(self, text, attributes=()):
        return commands.query(text, attributes if self.agreed(QUERY_ATTRIBUTES) else None)

    def execute(self, statement, values=(), types=True, cursor=False, attributes=()):
        attributes = attributes if self.agreed(QUERY_ATTRIBUTES) else None
        return self.run(commands.execute(statement, values, types, cursor, attributes))

    def leave(self):
        with contextlib.suppress(OSError):
            self.send(commands.LEAVE)
        self.close()

    # --- the beginning of a session

    def login(self, user="root", password="", database="", capabilities=USUAL, tls=None, server_name="localhost",
              plugin=None, attributes=(), collation=UTF8MB4, zstd_level=3):
        """The packets of the login after the greeting; the last is OK or an error. tls: a context, or None; plugin: what
        the client begins with, the server's default if not said; attributes: (name, value) pairs."""
        first = []
        payload = self.receive(first)
        if payload[0] == 0xFF:
            return first
        self.greeting = answers.Greeting(payload)
        if tls:
            capabilities |= SSL
        if database:
            capabilities |= CONNECT_WITH_DB
        self.capabilities = capabilities & (self.greeting.capabilities | CONNECT_WITH_DB)
        if tls:
            self.send_more(self._options(collation))
            self.wrap_tls(tls, server_name)
            self.private = self.encrypted = True
        self.nonce = self.greeting.nonce
        talk = self._conversation(plugin, password)
        self.send_more(self._response(talk, user, database, attributes, collation, zstd_level))
        found = self._authenticate(talk)
        if found[-1][1][:1] == b"\0" and self.agreed(COMPRESS | ZSTD):
            self.codec = packets.Zlib() if self.agreed(COMPRESS) else packets.Zstd(zstd_level)
        return found

    def _conversation(self, plugin, password):
        return logins.Conversation(plugin or self.greeting.plugin, password.encode(), self.nonce, self.private, self.encrypted)

    def _options(self, collation):
        extended = self.capabilities >> 32
        return struct.pack("<IIB19xI", self.capabilities & 0xFFFFFFFF, LARGEST, collation & 255, extended)

    def _response(self, talk, user, database, attributes, collation, zstd_level):
        proof = talk.first()
        body = self._options(collation) + user.encode() + b"\0"
        body += packets.lenenc_string(proof) if self.agreed(LENENC_AUTH) else bytes([len(proof)]) + proof
        if self.agreed(CONNECT_WITH_DB):
            body += database.encode() + b"\0"
        if self.agreed(PLUGIN_AUTH):
            body += talk.plugin.encode() + b"\0"
        body += self._attributes(attributes)
        return body + (bytes([zstd_level]) if self.agreed(ZSTD) else b"")

    def _attributes(self, attributes):
        if not self.agreed(CONNECT_ATTRS):
            return b""
        pairs = b"".join(packets.lenenc_string(name) + packets.lenenc_string(text) for name, text in attributes)
        return packets.lenenc_string(pairs)

    def change_user(self, user, password="", database="", plugin=None, attributes=(), collation=UTF8MB4):
        """COM_CHANGE_USER; the packets."""
        talk = self._conversation(plugin, password)
        proof = talk.first()
        body = bytes([commands.CHANGE_USER]) + user.encode() + b"\0" + bytes([len(proof)]) + proof
        body += database.encode() + b"\0" + struct.pack("<H", collation) + talk.plugin.encode() + b"\0"
        self.send(body + self._attributes(attributes))
        return self._authenticate(talk)

    def _authenticate(self, talk):
        found = []
        while True:
            payload = self.receive(found)
            if payload[0] in (0x00, 0xFF):
                self.steps, self.nonce = talk.steps, talk.nonce
                return found
            if payload[0] == 0xFE:
                cursor = packets.Cursor(payload, 1)
                plugin, nonce = cursor.to_zero().decode(), cursor.rest()
                answer = talk.switch(plugin, nonce.removesuffix(b"\0") if len(nonce) == 21 else nonce)
            else:
                answer = talk.more(payload.removeprefix(b"\x01"))  # MariaDB's plugins may speak without that byte
            if answer is not None:
                self.send_more(answer)


def session(place, user="trusted", timeout=30.0, **login):
    """A session at a place that has a host and a port; raises if the login fails."""
    link = Connection(place.host, place.port, timeout)
    found = link.login(user, **login)
    if found[-1][1][:1] != b"\0":
        raise RuntimeError(f"login as {user}: {found[-1][1]!r}")
    return link
